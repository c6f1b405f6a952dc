//! The places that two recordings share, in the order of both.

use super::trace::{Trace, canvas_metres};
use crate::engine::geometry::mercator::metres_per_unit;

/// Visits of one place that are told apart; more than a person makes on one way.
const MAX_VISITS: usize = 16;

/// Places of one recording and of the other that agree, in the order of both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    /// Indices of places of the one with fewer and of the other, both growing.
    pub matches: Vec<(usize, usize)>,
    /// Of the samples between the first and the last link, how many are in it: from 0 to 1.
    pub share: f64,
    /// How much of one recording lies between the first and the last link: from 0 to 1, of the one of which it is more.
    pub coverage: f64,
}

/// Finds the longest one, by the samples of `fewer`, for places within so many metres.
pub fn longest_chain(fewer: &Trace, more: &Trace, tolerance: f64) -> Chain {
    let matches = longest_increasing(&visits(fewer, more, tolerance));
    let (Some(first), Some(last)) = (matches.first(), matches.last()) else { return Chain::default() };
    let covered = |from: usize, to: usize, all: usize| (to - from + 1) as f64 / all as f64;
    let share = matches.len() as f64 / (last.0 - first.0 + 1) as f64;
    let coverage = covered(first.0, last.0, fewer.samples.len()).max(covered(first.1, last.1, more.positions.len()));
    Chain {
        share,
        coverage,
        matches: matches.into_iter().map(|(sample, position)| (fewer.samples[sample], position)).collect(),
    }
}

/// For every sample, the first place of each time that the other recording came by.
fn visits(fewer: &Trace, more: &Trace, tolerance: f64) -> Vec<Vec<usize>> {
    let position = |sample: usize| fewer.positions[fewer.samples[sample]];
    let mut by_x: Vec<(u32, usize)> = (0..fewer.samples.len()).map(|sample| (position(sample)[0], sample)).collect();
    by_x.sort_unstable();
    let units = |sample: usize| (tolerance / metres_per_unit(position(sample))).ceil() as u32;
    let tolerance_units = (0..fewer.samples.len()).map(units).max().unwrap_or(0);
    let mut visits = vec![Vec::new(); fewer.samples.len()];
    let mut after_latest = vec![usize::MAX; fewer.samples.len()];
    for (index, other) in more.positions.iter().enumerate() {
        let from = by_x.partition_point(|(x, _)| *x < other[0].saturating_sub(tolerance_units));
        let near = by_x[from..].iter().take_while(|(x, _)| *x <= other[0].saturating_add(tolerance_units));
        for &(_, sample) in near {
            if position(sample)[1].abs_diff(other[1]) > tolerance_units
                || canvas_metres(position(sample), *other) > tolerance
            {
                continue;
            }
            // While it stays, it is the same visit.
            if after_latest[sample] != index && visits[sample].len() < MAX_VISITS {
                visits[sample].push(index);
            }
            after_latest[sample] = index + 1;
        }
    }
    visits
}

/// The longest sequence of pairs of a row and one of its numbers, in which both grow.
fn longest_increasing(rows: &[Vec<usize>]) -> Vec<(usize, usize)> {
    // Of the sequences of each length, the one that ends lowest, as an index into `ends`; and the one before.
    let mut ends_by_length: Vec<usize> = Vec::new();
    let mut ends: Vec<(usize, usize, Option<usize>)> = Vec::new();
    for (row, columns) in rows.iter().enumerate() {
        // Downwards, so that none continues one of its own row.
        for &column in columns.iter().rev() {
            let length = ends_by_length.partition_point(|&end| ends[end].1 < column);
            ends.push((row, column, length.checked_sub(1).map(|previous| ends_by_length[previous])));
            match ends_by_length.get_mut(length) {
                Some(end) => *end = ends.len() - 1,
                None => ends_by_length.push(ends.len() - 1),
            }
        }
    }
    let mut sequence = Vec::with_capacity(ends_by_length.len());
    let mut next = ends_by_length.last().copied();
    while let Some(end) = next {
        let (row, column, previous) = ends[end];
        sequence.push((row, column));
        next = previous;
    }
    sequence.reverse();
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Point;

    #[test]
    fn the_longest_sequence_grows_in_both() {
        assert_eq!(longest_increasing(&[]), []);
        assert_eq!(longest_increasing(&[vec![], vec![5]]), [(1, 5)]);
        let rows = [vec![3, 9], vec![1, 4], vec![], vec![0, 2, 9], vec![5, 6, 7]];
        assert_eq!(longest_increasing(&rows), [(1, 1), (3, 2), (4, 5)]);
        assert_eq!(longest_increasing(&[vec![1, 2, 3], vec![3]]).len(), 2, "one of each row");
        assert_eq!(longest_increasing(&[vec![3], vec![2], vec![1]]).len(), 1);
    }

    /// Northwards, in steps of so many metres.
    fn walk(steps: impl Iterator<Item = f64>) -> Trace {
        Trace::new(None, &[steps.map(|metres| Point::at(47.0 + metres / 111_195.0, 8.0)).collect()])
    }

    #[test]
    fn a_chain_is_in_order_and_says_of_how_much_it_is() {
        let all = walk((0..400).map(|i| 5.0 * f64::from(i)));
        let thinned = walk((0..100).map(|i| 20.0 * f64::from(i)));
        assert_eq!(longest_chain(&thinned, &all, 0.1).matches.len(), 100);
        let half = longest_chain(&walk((20..40).map(|i| 20.0 * f64::from(i))), &all, 0.1);
        assert_eq!((half.matches.len(), half.matches[0], half.share, half.coverage), (20, (0, 80), 1.0, 1.0));
        let around = longest_chain(&walk((50..150).map(|i| 20.0 * f64::from(i))), &all, 0.1);
        assert_eq!((around.matches.len(), around.share, around.coverage), (50, 1.0, 0.5));
        let back = longest_chain(&walk((0..100).rev().map(|i| 20.0 * f64::from(i))), &all, 0.1);
        assert_eq!(back.matches.len(), 1);
        assert_eq!(longest_chain(&walk((0..100).map(|i| 20.5 * f64::from(i))), &all, 0.1).matches.len(), 10);
    }
}

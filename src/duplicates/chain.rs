//! Longest chain of matching positions that both recordings visit in the same order.
//!
//! Every position of the trace with more positions is looked up among the samples of the other (sorted by x); each
//! visit of a sample within the tolerance is a possible match. The longest sequence of matches that increases in both
//! indices is found as a longest increasing subsequence in O(n log n).

use super::trace::{Trace, canvas_metres};
use crate::engine::geometry::mercator::metres_per_unit;

/// Maximum number of distinguished visits to one position: enough for the laps of a recording.
const MAX_VISITS: usize = 16;

/// Matching positions of two traces, in the order of both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    /// Position indices in the trace with fewer positions and in the other, both increasing.
    pub matches: Vec<(usize, usize)>,
    /// Matched part of the samples between the first and last match, 0 to 1.
    pub share: f64,
    /// Part of a recording between the first and last match, 0 to 1; the greater value of the two recordings.
    pub coverage: f64,
}

/// Finds the longest chain of samples of `fewer` with positions of `more` at most `tolerance` metres away.
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

/// For every sample of `fewer`, lists the first position of each visit of `more`, in order.
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
            // Consecutive positions within the tolerance are one visit.
            if after_latest[sample] != index && visits[sample].len() < MAX_VISITS {
                visits[sample].push(index);
            }
            after_latest[sample] = index + 1;
        }
    }
    visits
}

/// Finds a longest sequence of (row, column) pairs that increases strictly in both, columns being sorted in each row.
fn longest_increasing(rows: &[Vec<usize>]) -> Vec<(usize, usize)> {
    // For each length, the index in `ends` of the sequence with the smallest last column. An end has row, column,
    // predecessor.
    let mut ends_by_length: Vec<usize> = Vec::new();
    let mut ends: Vec<(usize, usize, Option<usize>)> = Vec::new();
    for (row, columns) in rows.iter().enumerate() {
        // In descending order, so that a row does not extend its own pair.
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
    fn the_longest_sequence_increases_in_both() {
        assert_eq!(longest_increasing(&[]), []);
        assert_eq!(longest_increasing(&[vec![], vec![5]]), [(1, 5)]);
        let rows = [vec![3, 9], vec![1, 4], vec![], vec![0, 2, 9], vec![5, 6, 7]];
        assert_eq!(longest_increasing(&rows), [(1, 1), (3, 2), (4, 5)]);
        assert_eq!(longest_increasing(&[vec![1, 2, 3], vec![3]]).len(), 2, "one of each row");
        assert_eq!(longest_increasing(&[vec![3], vec![2], vec![1]]).len(), 1);
    }

    /// A walk north through the given metres.
    fn walk(steps: impl Iterator<Item = f64>) -> Trace {
        Trace::new(None, &[steps.map(|metres| Point::at(47.0 + metres / 111_195.0, 8.0)).collect()])
    }

    #[test]
    fn a_chain_is_in_order_and_has_share_and_coverage() {
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

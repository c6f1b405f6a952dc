//! Removal of stray runs: a few points close together and far from the rest of the activity.
//!
//! Spikes ([`split`](super::split)) need neighbours that an impossible step separates from them. Hiding removes
//! neighbours, and a file may have none; a few stray points would then be drawn as a dot, and date and bound a map.

use std::ops::Range;

use super::distance::planar_metres;
use super::split::MAX_SPIKE_POINTS;
use crate::activity::{Point, Segment};

/// Largest distance of a point of a stray run from its first point.
const MAX_EXTENT_METRES: f64 = 100.0;
/// A segment within this distance of the previous or the next segment is not stray.
const MIN_DISTANCE_METRES: f64 = 500.0;

/// Removes runs of segments of at most 10 points each, all within 100 m, that are more than 500 m from both neighbouring
/// segments, or have none: a position that is wrong in the same way several times makes several segments. Returns the
/// number of removed points.
pub fn remove_stray_runs(segments: &mut Vec<Segment>) -> u64 {
    let mut is_stray = vec![false; segments.len()];
    let mut start = 0;
    while start < segments.len() {
        let run = start..start + run_length(&segments[start..]);
        is_stray[run.clone()].fill(is_far_from_neighbours(segments, run.clone()));
        start = run.end.max(start + 1);
    }
    let mut removed = 0;
    let mut is_stray = is_stray.into_iter();
    segments.retain(|segment| {
        let is_stray = is_stray.next() == Some(true);
        removed += if is_stray { segment.len() as u64 } else { 0 };
        !is_stray
    });
    removed
}

/// Returns the number of small segments within 100 m of the first point; 0 if the first segment is large or empty.
fn run_length(segments: &[Segment]) -> usize {
    let Some(first) = segments.first().and_then(|segment| segment.first()) else { return 0 };
    let is_in_run = |segment: &&Segment| {
        segment.len() <= MAX_SPIKE_POINTS
            && segment.iter().all(|point| planar_metres(first, point) <= MAX_EXTENT_METRES)
    };
    segments.iter().take_while(is_in_run).count()
}

fn is_far_from_neighbours(segments: &[Segment], run: Range<usize>) -> bool {
    let is_far = |[point, neighbour]: [Option<&Point>; 2]| {
        point.zip(neighbour).is_none_or(|(point, neighbour)| planar_metres(point, neighbour) > MIN_DISTANCE_METRES)
    };
    let run_points = || segments[run.clone()].iter().flatten();
    let before = segments[..run.start].last().and_then(|before| before.last());
    let after = segments.get(run.end).and_then(|after| after.first());
    is_far([run_points().next(), before]) && is_far([run_points().next_back(), after])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Segments northward: metres of the first point from the start, number of points, step in metres.
    fn segments(runs: &[(f64, u32, f64)]) -> Vec<Segment> {
        let point = |metres: f64| Point::at(47.0 + metres / 111_195.0, 8.0);
        let run = |&(first, points, step): &(f64, u32, f64)| {
            (0..points).map(|i| point(first + f64::from(i) * step)).collect()
        };
        runs.iter().map(run).collect()
    }

    fn removed(runs: &[(f64, u32, f64)]) -> u64 {
        let mut kept = segments(runs);
        let removed = remove_stray_runs(&mut kept);
        assert_eq!(removed as usize + kept.concat().len(), segments(runs).concat().len());
        removed
    }

    #[test]
    fn a_run_that_is_small_and_alone_is_removed() {
        assert_eq!(removed(&[(0.0, 10, 11.0)]), 10);
        assert_eq!(removed(&[(0.0, 11, 1.0)]), 0, "11 points");
        assert_eq!(removed(&[(0.0, 10, 11.5)]), 0, "103 m");
    }

    #[test]
    fn a_run_far_from_both_neighbours_is_removed() {
        assert_eq!(removed(&[(0.0, 100, 10.0), (1500.0, 3, 10.0), (2100.0, 100, 10.0)]), 3);
        assert_eq!(
            removed(&[(0.0, 100, 10.0), (1480.0, 3, 10.0), (2100.0, 100, 10.0)]),
            0,
            "490 m behind the previous"
        );
        assert_eq!(removed(&[(0.0, 100, 10.0), (1500.0, 3, 10.0), (2010.0, 100, 10.0)]), 0, "490 m before the next");
        assert_eq!(removed(&[(0.0, 3, 10.0), (600.0, 100, 10.0), (2200.0, 1, 0.0)]), 4, "both ends");
        assert_eq!(removed(&[(0.0, 1, 0.0), (501.0, 1, 0.0), (1002.0, 1, 0.0)]), 3);
    }

    #[test]
    fn runs_at_one_place_are_removed_together() {
        assert_eq!(removed(&[(0.0, 6, 10.0), (10.0, 6, 10.0), (20.0, 6, 10.0)]), 18, "alone");
        assert_eq!(removed(&[(0.0, 100, 10.0), (5000.0, 6, 10.0), (5000.0, 6, 10.0)]), 12);
        assert_eq!(removed(&[(0.0, 6, 10.0), (60.0, 6, 10.0)]), 0, "wider than 100 m");
        assert_eq!(removed(&[(0.0, 6, 10.0), (10.0, 11, 1.0)]), 0, "a large one among them");
    }
}

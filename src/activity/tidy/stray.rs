//! Removal of stray runs: a few points close together and far from the rest of the activity.
//!
//! Spikes ([`split`](super::split)) need neighbours that an impossible step separates from them. Hiding removes
//! neighbours, and a file may have none; a few stray points would then be drawn as a dot, and date and bound a map.

use std::ops::Range;

use super::distance::{planar_metres, seconds_between};
use super::limits::interval_seconds;
use super::split::MAX_SPIKE_POINTS;
use crate::activity::{Point, Segment};

/// Largest distance of a point of a stray run from its first point.
const MAX_EXTENT_METRES: f64 = 100.0;
/// Largest number of points of a segment of a stray run.
const MAX_SEGMENT_POINTS: usize = 50;
/// A step of more intervals of the device separates two stretches, because the points between them may be hidden.
const MAX_STEP_INTERVALS: f64 = 2.0;
/// Longest step of a stretch if the device has no regular interval.
const MAX_STEP_SECONDS: f64 = 30.0;
/// A segment within this distance of the previous or the next segment is not stray.
const MIN_DISTANCE_METRES: f64 = 500.0;

/// Removes runs of [few points](has_few_points), all within 100 m, that are more than 500 m from both neighbouring
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
        has_few_points(segment) && segment.iter().all(|point| planar_metres(first, point) <= MAX_EXTENT_METRES)
    };
    segments.iter().take_while(is_in_run).count()
}

/// Returns true if a segment has at most 10 points in each stretch without a pause, and at most 50 in all. Stray runs
/// at one place become one segment where a zone hides the points between them.
fn has_few_points(segment: &[Point]) -> bool {
    if segment.len() <= MAX_SPIKE_POINTS || segment.len() > MAX_SEGMENT_POINTS {
        return segment.len() <= MAX_SPIKE_POINTS;
    }
    let steps = segment.windows(2).filter_map(|pair| seconds_between(&pair[0], &pair[1]));
    let interval = interval_seconds(steps.collect());
    let max_step = if interval > 0.0 { MAX_STEP_INTERVALS * interval } else { MAX_STEP_SECONDS };
    let has_pause = |from: &Point, to: &Point| seconds_between(from, to).is_some_and(|seconds| seconds > max_step);
    segment.chunk_by(|from, to| !has_pause(from, to)).all(|stretch| stretch.len() <= MAX_SPIKE_POINTS)
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
    fn stretches_of_one_segment_are_counted_apart() {
        // Stretches of a point per second, and the pause behind each.
        let removed = |points: i64, pauses: &[i64]| {
            let mut segment = Segment::new();
            let mut start = 0;
            for pause in pauses {
                let second = |second: i64| Point { time_ms: Some(second * 1000), ..Point::at(47.0, 8.0) };
                segment.extend((start..start + points).map(second));
                start += points - 1 + pause;
            }
            remove_stray_runs(&mut vec![segment])
        };
        assert_eq!((removed(6, &[3; 2]), removed(6, &[2; 2])), (12, 0), "pauses");
        assert_eq!((removed(10, &[60; 5]), removed(11, &[60])), (50, 0), "points of a stretch");
        let growing = |count: usize| -> Vec<i64> { (0..count as u32).map(|i| 20 << (i % 6)).collect() };
        assert_eq!((removed(1, &growing(12)), removed(1, &[60; 12])), (12, 0), "a regular interval");
        let uneven: Vec<i64> = (0..40).map(|i| 3 + i * 23 % 38).collect();
        assert_eq!(removed(1, &uneven), 0, "40 points with uneven steps");
        let mut with_short_step = [60; 30];
        with_short_step[7] = 1;
        assert_eq!(removed(1, &with_short_step), 0, "a regular interval with one short step");
        assert_eq!((removed(2, &[60; 25]), removed(2, &[60; 26])), (50, 0), "points of all stretches");
    }

    #[test]
    fn runs_at_one_place_are_removed_together() {
        assert_eq!(removed(&[(0.0, 6, 10.0), (10.0, 6, 10.0), (20.0, 6, 10.0)]), 18, "alone");
        assert_eq!(removed(&[(0.0, 100, 10.0), (5000.0, 6, 10.0), (5000.0, 6, 10.0)]), 12);
        assert_eq!(removed(&[(0.0, 6, 10.0), (60.0, 6, 10.0)]), 0, "wider than 100 m");
        assert_eq!(removed(&[(0.0, 6, 10.0), (10.0, 11, 1.0)]), 0, "a large one among them");
    }
}

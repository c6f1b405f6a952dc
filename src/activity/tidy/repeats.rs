//! Repeated segments: some programs write every lap together with all laps before, or a track twice.
//!
//! A segment counts as repeated if its visible points are repeated. Points that privacy hides would otherwise decide
//! about the visible ones, so repeated segments are left out after zones hide points, and before trims, which measure
//! from the first point of the recording.

use super::is_valid_position;
use crate::activity::{Point, Segment};

/// Number of segments at the start whose points the following segments repeat: all of them, in order, with positions
/// and times. Points without a valid position do not count, nor do segments without other points.
pub fn repeated_segments(segments: &[Segment]) -> usize {
    let mut first_points = segments.iter().filter_map(|segment| segment.iter().find(|point| is_valid_position(point)));
    // Hardly any recording has two segments that begin alike.
    if first_points.next().is_none_or(|first| !first_points.any(|later| is_same(first, later))) {
        return 0;
    }
    let mut points: Vec<&Point> = Vec::new();
    // Indices of the segments, each with the index of its first point.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let start = points.len();
        points.extend(segment.iter().filter(|point| is_valid_position(point)));
        starts.extend((points.len() > start).then_some((index, start)));
    }
    // Successful comparisons compare every point once. The bound stops hostile files with many nearly equal segments.
    let mut comparisons = 4 * points.len();
    let (mut repeated, mut first) = (0, 0);
    for &(index, start) in &starts[1..] {
        let (before, later) = points.split_at(start);
        let before = &before[first..];
        let mut is_repeated = |(before, later): (&&Point, &&Point)| {
            comparisons = comparisons.saturating_sub(1);
            comparisons > 0 && is_same(before, later)
        };
        if before.len() <= later.len() && before.iter().zip(later).all(&mut is_repeated) {
            (repeated, first) = (index, start);
        }
    }
    repeated
}

fn is_same(a: &Point, b: &Point) -> bool {
    (a.lat, a.lon, a.time_ms) == (b.lat, b.lon, b.time_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segments(numbers: &[&[u8]]) -> Vec<Segment> {
        let point = |number: &u8| Point { time_ms: Some(i64::from(*number)), ..Point::at(f64::from(*number), 8.0) };
        numbers.iter().map(|segment| segment.iter().map(point).collect()).collect()
    }

    #[test]
    fn segments_that_repeat_all_before_count_once() {
        for (numbers, kept, removed) in [
            (&[&[1, 2][..], &[1, 2, 3], &[1, 2, 3, 4]][..], &[&[1, 2, 3, 4][..]][..], 5),
            (&[&[1, 2], &[1, 2]], &[&[1, 2]], 2),
            (&[&[1, 2], &[3], &[1, 2], &[3]], &[&[1, 2], &[3]], 3),
            (&[&[1, 2], &[3], &[1, 2, 3, 4], &[5]], &[&[1, 2, 3, 4], &[5]], 3),
            (&[&[1], &[2], &[1], &[2], &[3], &[1], &[2], &[3]], &[&[1], &[2], &[3]], 5),
            (&[&[1, 2], &[2, 3]], &[&[1, 2], &[2, 3]], 0),
            (&[&[1, 2, 3], &[1, 2]], &[&[1, 2, 3], &[1, 2]], 0),
            (&[&[1, 2], &[3], &[1, 2]], &[&[1, 2], &[3], &[1, 2]], 0),
        ] {
            let all = segments(numbers);
            let (repeated, rest) = all.split_at(repeated_segments(&all));
            assert_eq!((repeated.concat().len(), rest), (removed, &segments(kept)[..]), "{numbers:?}");
        }
    }

    #[test]
    fn another_time_is_another_pass() {
        let mut laps = segments(&[&[1, 2], &[1, 2]]);
        laps[1][0].time_ms = Some(9);
        assert_eq!(repeated_segments(&laps), 0);
    }

    #[test]
    fn points_without_a_position_and_segments_of_such_points_do_not_count() {
        let none = || Point::at(f64::NAN, 8.0);
        let mut laps = segments(&[&[], &[1, 2], &[], &[1, 2, 3]]);
        assert_eq!(repeated_segments(&laps), 3);
        laps[0].push(none());
        laps[1].insert(1, none());
        laps[2].extend([none(), none()]);
        assert_eq!(repeated_segments(&laps), 3);
        laps.truncate(3);
        assert_eq!(repeated_segments(&laps), 0, "nothing visible follows");
    }

    #[test]
    fn many_nearly_equal_segments_take_linear_time() {
        let mut numbers = vec![&[7u8][..]; 100_000];
        numbers[50_000] = &[8];
        repeated_segments(&segments(&numbers));
    }

    proptest! {
        #[test]
        fn a_recording_without_repeated_times_is_kept(lengths in prop::collection::vec(1usize..5, 1..9)) {
            let mut next = 0..;
            let numbers: Vec<Vec<u8>> = lengths.iter().map(|length| next.by_ref().take(*length).collect()).collect();
            let numbers: Vec<&[u8]> = numbers.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(repeated_segments(&segments(&numbers)), 0);
        }
    }
}

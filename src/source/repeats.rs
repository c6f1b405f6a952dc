//! Removal of repeated segments: some programs write every lap together with all laps before, or a track twice.

use crate::activity::{Point, Segment};

/// Removes segments whose points the following segments repeat: all of them, in order, with positions and times.
/// Returns the number of removed points.
pub fn remove_repeated(segments: &mut Vec<Segment>) -> u64 {
    let points: usize = segments.iter().map(Vec::len).sum();
    // Successful comparisons compare every point once. The bound stops hostile files with many nearly equal segments.
    let mut comparisons = 4 * points;
    let mut first = 0;
    for start in 1..segments.len() {
        let mut later = segments[start..].iter().flatten();
        let mut is_repeated = |point: &Point| {
            comparisons = comparisons.saturating_sub(1);
            comparisons > 0 && later.next().is_some_and(|later| is_same(point, later))
        };
        if segments[first..start].iter().flatten().all(&mut is_repeated) {
            first = start;
        }
    }
    segments.drain(..first).map(|segment| segment.len() as u64).sum()
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
            let mut cleaned = segments(numbers);
            assert_eq!(remove_repeated(&mut cleaned), removed, "{numbers:?}");
            assert_eq!(cleaned, segments(kept), "{numbers:?}");
        }
    }

    #[test]
    fn another_time_is_another_pass() {
        let mut laps = segments(&[&[1, 2], &[1, 2]]);
        laps[1][0].time_ms = Some(9);
        assert_eq!((remove_repeated(&mut laps), laps.len()), (0, 2));
    }

    #[test]
    fn many_nearly_equal_segments_take_linear_time() {
        let mut numbers = vec![&[7u8][..]; 100_000];
        numbers[50_000] = &[8];
        remove_repeated(&mut segments(&numbers));
    }

    proptest! {
        #[test]
        fn a_recording_without_repeated_times_is_kept(lengths in prop::collection::vec(1usize..5, 1..9)) {
            let mut next = 0..;
            let numbers: Vec<Vec<u8>> = lengths.iter().map(|length| next.by_ref().take(*length).collect()).collect();
            let numbers: Vec<&[u8]> = numbers.iter().map(Vec::as_slice).collect();
            let mut kept = segments(&numbers);
            prop_assert_eq!(remove_repeated(&mut kept), 0);
            prop_assert_eq!(kept, segments(&numbers));
        }
    }
}

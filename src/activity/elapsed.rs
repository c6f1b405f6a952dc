//! Elapsed time at each point of a segment, whatever the faults of the clock.

use super::Point;
use super::period::MAX_STEP_MS;
use super::tidy::planar_metres;

/// Time at each point of a segment in ms since its start, never descending.
///
/// - A step back and a step of more than a day are faults of the clock: no time passes.
/// - A single time before the one before it, or after the one after it, is a fault, too: the point counts as one without a
///   time.
/// - The time between two timed points is spread along the way over the points without a time in between. Before the
///   first timed point and after the last, no time passes.
pub fn elapsed(segment: &[Point]) -> Vec<u32> {
    let mut elapsed = vec![0u32; segment.len()];
    let (mut now, mut before) = (0u32, None::<(usize, i64)>);
    for (index, time) in sound_times(segment) {
        if let Some((last, last_time)) = before {
            let ms = time.saturating_sub(last_time);
            let ms = if (0..=MAX_STEP_MS).contains(&ms) { ms as u32 } else { 0 };
            spread(segment, &mut elapsed, last..index, now, ms);
            now = now.saturating_add(ms);
        }
        elapsed[index] = now;
        before = Some((index, time));
    }
    let rest = before.map_or(0, |(last, _)| last + 1);
    elapsed[rest..].fill(now);
    elapsed
}

/// Indices and times of the timed points, without single faults.
fn sound_times(segment: &[Point]) -> impl Iterator<Item = (usize, i64)> {
    let times = segment.iter().enumerate().filter_map(|(index, point)| Some((index, point.time_ms?)));
    let mut following = times.clone().skip(1).map(|(_, time)| time);
    let mut last = None;
    times.filter(move |&(_, time)| {
        let next = following.next();
        let is_fault = last.zip(next).is_some_and(|(last, next)| last <= next && !(last..=next).contains(&time));
        last = if is_fault { last } else { Some(time) };
        !is_fault
    })
}

/// Sets the times of the points between two timed ones, `ms` apart, by their distance along the way.
fn spread(segment: &[Point], elapsed: &mut [u32], timed: std::ops::Range<usize>, start: u32, ms: u32) {
    if timed.len() < 2 {
        return;
    }
    let metres = |to: usize| planar_metres(&segment[to - 1], &segment[to]);
    let all: f64 = (timed.start + 1..=timed.end).map(metres).sum();
    let mut way = 0.0;
    for (index, elapsed) in elapsed.iter_mut().enumerate().take(timed.end).skip(timed.start + 1) {
        way += metres(index);
        let share = if all > 0.0 { way / all } else { 0.0 };
        *elapsed = start.saturating_add((share * f64::from(ms)).round() as u32);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Points 10 m apart.
    fn at_times(times: &[Option<i64>]) -> Vec<u32> {
        let point = |(i, time_ms): (usize, &Option<i64>)| Point { time_ms: *time_ms, ..Point::at(i as f64 / 1e4, 2.0) };
        elapsed(&times.iter().enumerate().map(point).collect::<Vec<_>>())
    }

    #[test]
    fn time_is_spread_over_points_without_one() {
        let times = [None, Some(1000), Some(3000), None, None, Some(6000), None];
        assert_eq!(at_times(&times), [0, 0, 2000, 3000, 4000, 5000, 5000]);
    }

    #[test]
    fn faults_of_the_clock_take_no_time() {
        const HOUR: i64 = 3_600_000;
        let total = |times: &[i64]| at_times(&times.iter().copied().map(Some).collect::<Vec<_>>()).pop();
        let steps: Vec<i64> = (0..100).map(|i| i * 1000).collect();
        assert_eq!(total(&steps), Some(99_000));
        for fault in [-HOUR, HOUR, -80 * HOUR, 80 * HOUR, -400_000 * HOUR] {
            let mut times = steps.clone();
            times[50] += fault;
            assert_eq!(total(&times), Some(99_000), "one time {fault} ms off");
            let mut times = steps.clone();
            times[50..].iter_mut().for_each(|time| *time += fault);
            let expected = if fault == HOUR { 99_000 + HOUR as u32 } else { 98_000 };
            assert_eq!(total(&times), Some(expected), "the rest {fault} ms off; an hour ahead may be a pause");
        }
        let sawtooth: Vec<i64> = steps.iter().map(|time| time - time / 1000 % 2 * 30_000).collect();
        assert_eq!(total(&sawtooth), Some(98_000), "every second time is 30 s back; the last has none after it");
        assert_eq!(total(&[0, i64::MAX, i64::MIN]), Some(0));
    }

    proptest! {
        #[test]
        fn times_never_descend_and_take_no_longer_than_the_recording(
            times in prop::collection::vec(prop::option::of(-3_000_000..3_000_000i64), 0..40),
        ) {
            let found = at_times(&times);
            prop_assert!(found.is_sorted());
            let timed: Vec<i64> = times.iter().flatten().copied().collect();
            let steps: i64 = timed.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
            prop_assert!(i64::from(found.last().copied().unwrap_or(0)) <= steps);
        }
    }
}

//! Start and end of a recording, from the times of its points. The clock of a device may be wrong in parts: not yet set
//! at the first points, or corrected on the way.

use std::cmp::Reverse;

/// A longer step is a fault of the clock, or separates two recordings in one file.
pub const MAX_STEP_MS: i64 = 86_400_000;

/// Returns start and end in milliseconds since 1970, from times in recorded order. `None` without times.
///
/// Usually these are the first and the last time. If times run backwards or a step exceeds a day, the start is the
/// earliest time of the group with most points, where steps of more than a day separate groups; the end is the start
/// plus the duration, in which neither those steps nor steps against the direction of most others count.
pub fn period(times: impl Iterator<Item = i64> + Clone) -> Option<(i64, i64)> {
    let first = times.clone().next()?;
    let mut last = first;
    let is_plain = times.clone().all(|time| {
        let step = time.saturating_sub(last);
        last = time;
        (0..=MAX_STEP_MS).contains(&step)
    });
    Some(if is_plain { (first, last) } else { period_of_faulty_clock(times.collect()) })
}

/// Period of at least one time.
#[cold]
fn period_of_faulty_clock(mut times: Vec<i64>) -> (i64, i64) {
    let steps = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
    let steps = steps.filter(|step| step.saturating_abs() <= MAX_STEP_MS && *step != 0);
    let (forward, backward): (Vec<i64>, Vec<i64>) = steps.partition(|step| *step > 0);
    let steps = if forward.len() >= backward.len() { forward } else { backward };
    let stepped: i64 = steps.iter().map(|step| step.abs()).sum();
    times.sort_unstable();
    let groups = || times.chunk_by(|a, b| b.saturating_sub(*a) <= MAX_STEP_MS);
    let covered: i64 = groups().map(|group| group[group.len() - 1] - group[0]).sum();
    let start = groups().min_by_key(|group| Reverse(group.len())).map_or(0, |group| group[0]);
    // Repeated segments step over the same time several times.
    (start, start.saturating_add(stepped.min(covered)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600_000;
    const YEAR: i64 = 365 * 24 * HOUR;

    /// A point a minute from `start` to `end`, both in minutes.
    fn minutes(start: i64, end: i64) -> Vec<i64> {
        (start..=end).map(|minute| minute * 60_000).collect()
    }

    fn of(parts: &[Vec<i64>]) -> Option<(i64, i64)> {
        period(parts.concat().into_iter())
    }

    fn in_minutes(start: i64, end: i64) -> Option<(i64, i64)> {
        Some((start * 60_000, end * 60_000))
    }

    fn shifted(mut times: Vec<i64>, by: i64) -> Vec<i64> {
        times.iter_mut().for_each(|time| *time += by);
        times
    }

    #[test]
    fn the_date_is_that_of_most_points_and_a_jump_is_no_duration() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[minutes(5, 5)]), in_minutes(5, 5));
        assert_eq!(of(&[minutes(0, 60)]), in_minutes(0, 60));
        // The clock was not set yet; then it was: 29 + 169 minutes, and the step between them is lost.
        assert_eq!(of(&[shifted(minutes(0, 29), -25 * YEAR), minutes(30, 199)]), in_minutes(30, 228));
        // The clock was reset on the way, for good or for one point.
        assert_eq!(of(&[minutes(0, 150), shifted(minutes(151, 199), -50 * YEAR)]), in_minutes(0, 198));
        assert_eq!(of(&[minutes(0, 199), shifted(minutes(200, 200), 12 * YEAR)]), in_minutes(0, 199));
        let one_wrong = [minutes(0, 99), shifted(minutes(100, 100), YEAR), minutes(101, 199)];
        assert_eq!(of(&one_wrong), in_minutes(0, 197));
        // A journey of two days with a day and a half of rest.
        assert_eq!(of(&[minutes(0, 300), minutes(2700, 3100)]), in_minutes(2700, 3400));
        assert_eq!(of(&[minutes(0, 300), minutes(1700, 3100)]), in_minutes(0, 3100), "a night is part of a journey");
        assert_eq!(of(&[minutes(0, 0), minutes(5000, 5000)]), in_minutes(0, 0));
    }

    #[test]
    fn a_clock_that_runs_back_adds_no_time() {
        // Two hours behind from the eleventh minute on.
        assert_eq!(of(&[minutes(120, 130), minutes(11, 60)]), in_minutes(11, 70));
        assert_eq!(of(&[minutes(60, 120), minutes(0, 60)]), in_minutes(0, 120), "segments in another order");
        assert_eq!(of(&[minutes(0, 60), minutes(0, 120)]), in_minutes(0, 120), "a segment twice");
        let backwards: Vec<i64> = minutes(0, 120).into_iter().rev().collect();
        assert_eq!(of(&[backwards]), in_minutes(0, 120), "the newest point is first");
        assert_eq!(period([0, 2000, 1000, 3000].into_iter()), Some((0, 3000)), "two points swapped");
    }

    proptest! {
        #[test]
        fn times_without_faults_begin_and_end_with_the_first_and_the_last(
            first in any::<i32>(), steps in prop::collection::vec(0..=MAX_STEP_MS, 0..50),
        ) {
            let times: Vec<i64> =
                steps.iter().scan(i64::from(first), |time, step| { *time += step; Some(*time) }).collect();
            prop_assert_eq!(period(times.iter().copied()), times.first().zip(times.last()).map(|(a, b)| (*a, *b)));
            // The slow path agrees.
            if !times.is_empty() {
                prop_assert_eq!(period_of_faulty_clock(times.clone()), (times[0], times[times.len() - 1]));
            }
        }

        #[test]
        fn a_wrong_part_costs_one_step_at_each_end(
            steps in prop::collection::vec(1..HOUR, 10..60), from in 0usize..60, count in 1usize..5, years in 1..60i64,
        ) {
            let right: Vec<i64> = steps.iter().scan(0, |time, step| { *time += step; Some(*time) }).collect();
            let from = from % (right.len() - count);
            let mut times = right.clone();
            times[from..from + count].iter_mut().for_each(|time| *time -= years * YEAR);
            let (start, end) = period(times.iter().copied()).unwrap();
            // Steps to and from the wrong part; the groups around it remain connected if no step exceeds a day.
            let lost: i64 = [from, from + count].iter()
                .filter(|at| **at > 0)
                .filter_map(|at| Some(right.get(*at)? - right[at - 1]))
                .sum();
            let duration = right[right.len() - 1] - right[0];
            prop_assert_eq!(start, if from == 0 { right[count] } else { right[0] });
            prop_assert_eq!(end - start, duration - lost);
        }

        #[test]
        fn any_times_give_a_period(times in prop::collection::vec(any::<i64>(), 1..20)) {
            let (start, end) = period(times.iter().copied()).unwrap();
            prop_assert!(start <= end);
            prop_assert!(times.contains(&start));
        }
    }
}

//! Limits for the step between two points of an activity: the largest gap in time or distance, and the highest speed.

use super::distance::{is_within, planar_metres, seconds_between};
use crate::activity::sport::Sport;
use crate::activity::{Point, Segment};

/// Lower bound of the time limit for a gap.
const MIN_GAP_SECONDS: f64 = 30.0;
/// Time limit in median steps of the activity, because some devices record a point every minute or two.
const GAP_MEDIANS: f64 = 8.0;
/// The median of fewer steps counts only if the steps are regular: of a hidden activity, a few stray points may be left,
/// and a step between two of these would be its own median.
const MANY_STEPS: usize = 20;
/// Fewer steps are never regular.
const MIN_REGULAR_STEPS: usize = 4;
/// Upper bound of the time limit, regardless of the median.
const MAX_GAP_SECONDS: f64 = 4.0 * 3600.0;
/// A shorter step is never a gap.
const MIN_GAP_METRES: f64 = 100.0;
/// Distance limit for steps without times, in median steps of the activity.
const UNTIMED_GAP_MEDIANS: f64 = 50.0;

/// Limits of one activity. A timed step is a gap if it exceeds `gap_seconds` and 100 m, an untimed one if it exceeds
/// `untimed_gap_metres`.
pub struct Limits {
    pub gap_seconds: f64,
    pub untimed_gap_metres: f64,
    pub max_speed_mps: f64,
    /// Unit of the times: a minute if none has seconds, else a second.
    pub clock_seconds: f64,
}

impl Limits {
    pub fn new(sport: &str, segments: &[Segment]) -> Self {
        let steps = || segments.iter().flat_map(|segment| segment.windows(2));
        let seconds = interval_seconds(steps().filter_map(|pair| seconds_between(&pair[0], &pair[1])).collect());
        // The median distance is slow to compute and only needed if times are missing.
        let metres = if steps().all(|pair| seconds_between(&pair[0], &pair[1]).is_some()) {
            0.0
        } else {
            median(
                &mut steps()
                    .map(|pair| planar_metres(&pair[0], &pair[1]))
                    .filter(|metres| *metres > 0.0)
                    .collect::<Vec<_>>(),
            )
        };
        let clock_seconds = clock_seconds(segments.iter().flatten());
        Self {
            gap_seconds: (GAP_MEDIANS * seconds).clamp(MIN_GAP_SECONDS, MAX_GAP_SECONDS) + clock_seconds - 1.0,
            untimed_gap_metres: MIN_GAP_METRES.max(UNTIMED_GAP_MEDIANS * metres),
            max_speed_mps: Sport::of(sport).max_speed_mps(),
            clock_seconds,
        }
    }

    /// Returns true if no step is a gap or impossible, as in almost every recording; the points need no copy then.
    pub fn is_intact(&self, segment: &[Point]) -> bool {
        segment.windows(2).all(|pair| !self.is_impossible(&pair[0], &pair[1]) && !self.is_gap(&pair[0], &pair[1]))
    }

    pub fn is_gap(&self, from: &Point, to: &Point) -> bool {
        if is_within(MIN_GAP_METRES, from, to) {
            return false;
        }
        let metres = planar_metres(from, to);
        match seconds_between(from, to) {
            Some(seconds) => metres > MIN_GAP_METRES && seconds > self.gap_seconds,
            None => metres > self.untimed_gap_metres,
        }
    }

    pub fn is_impossible(&self, from: &Point, to: &Point) -> bool {
        is_too_fast(from, to, self.max_speed_mps, self.clock_seconds)
    }
}

/// Returns true if a step exceeds a speed by more than GPS scatter; false without times. `clock_seconds` is the unit of
/// the times.
pub fn is_too_fast(from: &Point, to: &Point, max_speed_mps: f64, clock_seconds: f64) -> bool {
    // Allowance for GPS scatter, also for times rounded to the second or minute.
    const SCATTER_METRES: f64 = 30.0;
    if is_within(SCATTER_METRES, from, to) {
        return false;
    }
    let Some(seconds) = seconds_between(from, to) else { return false };
    planar_metres(from, to) > SCATTER_METRES + max_speed_mps * seconds.max(clock_seconds)
}

/// Unit of the times in seconds: a minute if none has seconds, else a second.
pub fn clock_seconds<'a>(points: impl IntoIterator<Item = &'a Point>) -> f64 {
    let mut times = points.into_iter().filter_map(|point| point.time_ms);
    if times.any(|ms| ms % 60_000 != 0) { 1.0 } else { 60.0 }
}

/// Time between points at which a device records: the median step. 0 if there are few steps and less than three quarters
/// of them take half to twice the median.
pub fn interval_seconds(mut steps: Vec<f64>) -> f64 {
    let median = median(&mut steps);
    let regular = || steps.iter().filter(|seconds| (0.5 * median..=2.0 * median).contains(*seconds)).count();
    let is_interval =
        steps.len() >= MANY_STEPS || (steps.len() >= MIN_REGULAR_STEPS && 4 * regular() >= 3 * steps.len());
    if is_interval { median } else { 0.0 }
}

/// Median of values in any order, 0 without values.
fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f64::total_cmp).1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_few_steps_counts_if_they_are_regular() {
        for (steps, interval) in [
            (&[][..], 0.0),
            (&[900.0], 0.0),
            (&[900.0; 3], 0.0),
            (&[900.0; 4], 900.0),
            (&[30.0, 210.0, 30.0, 30.0, 40.0], 30.0),
            (&[60.0, 900.0, 1800.0, 400.0, 900.0], 0.0),
            (&[1.0, 1.0, 1.0, 900.0], 1.0),
        ] {
            assert_eq!(interval_seconds(steps.to_vec()), interval, "{steps:?}");
        }
        let irregular: Vec<f64> = (0..20).map(|step| f64::from(step * step)).collect();
        assert_eq!((interval_seconds(irregular[1..].to_vec()), interval_seconds(irregular)), (0.0, 100.0));
    }
}

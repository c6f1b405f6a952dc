//! Limits for the step between two points of an activity: the largest gap in time or distance, and the highest speed.

use super::distance::{is_within, planar_metres, seconds_between};
use crate::activity::sport::Sport;
use crate::activity::{Point, Segment};

/// Lower bound of the time limit for a gap.
const MIN_GAP_SECONDS: f64 = 30.0;
/// Time limit in median steps of the activity, because some devices record a point every minute or two.
const GAP_MEDIANS: f64 = 8.0;
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
        let seconds = median(steps().filter_map(|pair| seconds_between(&pair[0], &pair[1])));
        // The median distance is slow to compute and only needed if times are missing.
        let metres = if steps().all(|pair| seconds_between(&pair[0], &pair[1]).is_some()) {
            0.0
        } else {
            median(steps().map(|pair| planar_metres(&pair[0], &pair[1])).filter(|metres| *metres > 0.0))
        };
        let mut times = segments.iter().flatten().filter_map(|point| point.time_ms);
        let clock_seconds = if times.any(|ms| ms % 60_000 != 0) { 1.0 } else { 60.0 };
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

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f64::total_cmp).1 }
}

//! Tidying: recorded segments → clean segments that can be drawn.
//!
//! 1. Points without a valid position are dropped, and elevations of 0 that stand for no value removed.
//! 2. Segments are split at gaps (long pauses with movement), but not where a device left out the points of a straight
//!    stretch at steady speed, and at permanent jumps; spikes, at most 10 points reached and left at an impossible speed,
//!    are dropped.
//! 3. Segments that continue within 30 m of the previous end are joined.
//! 4. Stray runs, a few points within 100 m and far from the rest, are dropped as spikes. An activity that
//!    consists of nothing else is dropped whole.
//!
//! Neither a pause nor a GPS error then draws a straight line. The order of points is kept, and the original activity
//! is not changed.

mod distance;
mod elevation;
mod join;
mod limits;
mod repeats;
mod split;
mod steady;
mod stray;

pub use distance::planar_metres;
pub use limits::{clock_seconds, is_too_fast};
pub use repeats::repeated_segments;

use elevation::remove_false_zeros;
use join::join;
use limits::Limits;
use split::split_all;
use stray::remove_stray_runs;

use crate::activity::sport::Sport;
use crate::activity::{Point, Segment};

/// Numbers of dropped points by reason. [`tidy`] drops all but the repeated ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct DroppedPoints {
    /// NaN, or beyond ±90° latitude or ±180° longitude; longitudes up to ±360° were wrapped before.
    pub out_of_range: u64,
    /// Exactly 0° N 0° E, which devices write without a GPS fix.
    pub null_island: u64,
    /// Reached and left at an impossible speed, or a few points far from the rest of the activity.
    pub spikes: u64,
    /// Points of segments that later segments of the activity repeat ([`repeated_segments`]).
    pub repeated: u64,
}

impl std::ops::AddAssign for DroppedPoints {
    fn add_assign(&mut self, other: Self) {
        self.out_of_range += other.out_of_range;
        self.null_island += other.null_island;
        self.spikes += other.spikes;
        self.repeated += other.repeated;
    }
}

/// Returns the tidied segments of an activity of a sport, none of them empty, and the numbers of dropped points.
pub fn tidy(sport: &str, segments: &[Segment]) -> (Vec<Segment>, DroppedPoints) {
    let mut dropped = DroppedPoints::default();
    let mut valid: Vec<Segment> = segments.iter().map(|segment| valid_points(segment, &mut dropped)).collect();
    remove_false_zeros(&mut valid);
    let points: usize = valid.iter().map(Vec::len).sum();
    let limits = Limits::new(sport, &valid);
    if valid.iter().all(|segment| limits.is_intact(segment)) {
        let segments = valid.into_iter().filter(|segment| !segment.is_empty()).collect();
        return (join_main_parts(segments, &mut dropped), dropped);
    }
    let (mut tidied, mut spikes) = split_all(&valid, &limits);
    // If most points look like spikes, the sport or the clock is wrong rather than the points: relax the speed limit.
    for max_speed_mps in [Sport::of("").max_speed_mps(), f64::INFINITY] {
        if spikes * 2 > points as u64 {
            (tidied, spikes) = split_all(&valid, &Limits { max_speed_mps, ..limits });
        }
    }
    dropped.spikes = spikes;
    (join_main_parts(tidied, &mut dropped), dropped)
}

/// Joins segments and drops stray runs.
fn join_main_parts(segments: Vec<Segment>, dropped: &mut DroppedPoints) -> Vec<Segment> {
    let mut joined = join(segments);
    let strays = remove_stray_runs(&mut joined);
    dropped.spikes += strays;
    // The segments before and after a stray run may continue each other.
    if strays > 0 { join(joined) } else { joined }
}

/// Returns true if a position is within ±90° latitude and ±180° longitude.
pub fn is_in_range(point: &Point) -> bool {
    point.lat.abs() <= 90.0 && point.lon.abs() <= 180.0
}

fn is_null_island(point: &Point) -> bool {
    point.lat == 0.0 && point.lon == 0.0
}

/// Returns true if a position is in range and not exactly 0° N 0° E.
pub fn is_valid_position(point: &Point) -> bool {
    is_in_range(point) && !is_null_island(point)
}

fn valid_points(segment: &[Point], dropped: &mut DroppedPoints) -> Segment {
    let is_valid = |point: &&Point| {
        dropped.out_of_range += u64::from(!is_in_range(point));
        dropped.null_island += u64::from(is_null_island(point));
        is_valid_position(point)
    };
    segment.iter().filter(is_valid).copied().collect()
}

#[cfg(test)]
mod tests;

//! Trace of an activity, the input of the judge: canvas positions in time order, with times if they are usable.

use crate::activity::{Point, Segment};
use crate::engine::geometry::mercator::{CanvasPosition, canvas_from_degrees, metres_per_unit};

/// Minimum distance between samples, so that standing still adds no samples.
const STEP_METRES: f64 = 2.0;
/// Maximum number of samples of a trace; more would not change a verdict.
const MAX_SAMPLES: usize = 2000;
/// Decimal places to which services round degrees. Devices write seven and more, where rounding does not matter.
const DECIMALS: [i32; 2] = [5, 6];

/// Positions and times of an activity.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub struct Trace {
    /// Canvas positions in time order, without untimed points; all in recorded order if times are unusable.
    pub positions: Vec<CanvasPosition>,
    /// Milliseconds since 1970 of each position, non-decreasing; empty if times are unusable.
    pub times: Vec<i64>,
    /// Stated start in milliseconds since 1970, even without times.
    pub start_ms: Option<i64>,
    /// True if the first point lacks a time although others have one: the recording began before the stated start.
    pub begins_untimed: bool,
    /// Indices of sampled positions, at least 2 m apart, at most 2,000.
    pub samples: Vec<usize>,
    /// Largest rounding error of the positions in metres.
    pub rounding_m: f64,
}

impl Trace {
    /// Builds the trace of tidied segments.
    pub fn new(start_ms: Option<i64>, segments: &[Segment]) -> Self {
        let points: Vec<&Point> = segments.iter().flatten().collect();
        let begins_untimed = points.first().is_some_and(|point| point.time_ms.is_none())
            && points.iter().any(|point| point.time_ms.is_some());
        let (points, times) = in_time_order(&points).unwrap_or((points, Vec::new()));
        let positions: Vec<CanvasPosition> =
            points.iter().map(|point| canvas_from_degrees(point.lon, point.lat)).collect();
        let samples = samples(&positions);
        Self { rounding_m: rounding_error(&points), positions, times, start_ms, begins_untimed, samples }
    }

    /// Returns the first and last time.
    pub fn span(&self) -> Option<(i64, i64)> {
        Some((*self.times.first()?, *self.times.last()?))
    }

    /// Returns the median distance between samples in metres, 0 without any.
    pub fn median_step_metres(&self) -> f64 {
        let steps = self.samples.windows(2).map(|pair| canvas_metres(self.positions[pair[0]], self.positions[pair[1]]));
        let mut steps: Vec<f64> = steps.collect();
        let middle = steps.len() / 2;
        if steps.is_empty() { 0.0 } else { *steps.select_nth_unstable_by(middle, f64::total_cmp).1 }
    }

    /// Returns the distance in metres from a position to this recording at a time, interpolated linearly between
    /// points. The time must be within [`span`](Self::span).
    pub fn distance_at(&self, position: CanvasPosition, time_ms: i64) -> f64 {
        let next = self.times.partition_point(|time| *time < time_ms).min(self.times.len() - 1);
        let last = next.saturating_sub(1);
        let (from, to) = (canvas_offset(position, self.positions[last]), canvas_offset(position, self.positions[next]));
        let step = (self.times[next] - self.times[last]).max(1) as f64;
        let fraction = (time_ms - self.times[last]).clamp(0, step as i64) as f64 / step;
        let [x, y] = [0, 1].map(|axis| from[axis] + fraction * (to[axis] - from[axis]));
        x.hypot(y) * metres_per_unit(position)
    }

    /// Returns the distance in metres to the nearest position recorded within `ms` of a time, infinite without any.
    pub fn nearest_distance(&self, position: CanvasPosition, time_ms: i64, ms: i64) -> f64 {
        // Devices record at most ten points a second.
        const MAX_POINTS: usize = 40;
        let first = self.times.partition_point(|time| *time < time_ms - ms);
        let nearby = self.times[first..].iter().take(MAX_POINTS).take_while(|time| **time <= time_ms + ms).count();
        self.positions[first..first + nearby]
            .iter()
            .map(|other| canvas_metres(position, *other))
            .fold(f64::INFINITY, f64::min)
    }
}

/// Returns the shortest offset on the wrapping canvas, in canvas units.
fn canvas_offset(from: CanvasPosition, to: CanvasPosition) -> [f64; 2] {
    std::array::from_fn(|axis| f64::from(to[axis].wrapping_sub(from[axis]) as i32))
}

/// Returns the distance in metres of two nearby positions, from canvas units at the scale of the first.
pub fn canvas_metres(a: CanvasPosition, b: CanvasPosition) -> f64 {
    let [x, y] = canvas_offset(a, b);
    x.hypot(y) * metres_per_unit(a)
}

/// Sorts points by time and drops untimed ones. Returns `None` if times are unusable: more than 10 % missing, or at
/// most half of them distinct, as some editors write them.
fn in_time_order<'a>(points: &[&'a Point]) -> Option<(Vec<&'a Point>, Vec<i64>)> {
    let timed = points.iter().filter_map(|point| Some((*point, point.time_ms?)));
    let mut timed: Vec<(&Point, i64)> = timed.collect();
    if timed.len() * 10 < points.len() * 9 {
        return None;
    }
    timed.sort_by_key(|(_, time)| *time);
    let distinct_times = timed.chunk_by(|a, b| a.1 == b.1).count();
    (distinct_times * 2 > timed.len()).then(|| timed.into_iter().unzip())
}

fn samples(positions: &[CanvasPosition]) -> Vec<usize> {
    let mut samples: Vec<usize> = Vec::new();
    for (index, position) in positions.iter().enumerate() {
        if samples.last().is_none_or(|&last| canvas_metres(positions[last], *position) >= STEP_METRES) {
            samples.push(index);
        }
    }
    let every = samples.len().div_ceil(MAX_SAMPLES).max(1);
    samples.into_iter().step_by(every).collect()
}

/// Returns half the diagonal, in metres, of the decimal lattice that contains all points; 0 if there is none.
fn rounding_error(points: &[&Point]) -> f64 {
    const METRES_PER_DEGREE: f64 = 111_195.0;
    let is_on_lattice =
        |degrees: f64, per_degree: f64| (degrees * per_degree - (degrees * per_degree).round()).abs() < 1e-3;
    let all_on_lattice =
        |per_degree| points.iter().all(|p| is_on_lattice(p.lat, per_degree) && is_on_lattice(p.lon, per_degree));
    let per_degree =
        DECIMALS.into_iter().map(|decimals| 10f64.powi(decimals)).find(|per_degree| all_on_lattice(*per_degree));
    let least_lat = points.iter().map(|point| point.lat.abs()).fold(90.0, f64::min);
    per_degree.map_or(0.0, |per_degree| 0.5 / per_degree * METRES_PER_DEGREE * 1f64.hypot(least_lat.to_radians().cos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64, time_ms: Option<i64>) -> Point {
        Point { time_ms, ..Point::at(lat, lon) }
    }

    #[test]
    fn positions_are_in_time_order_and_standing_still_is_sampled_once() {
        let mut points: Vec<Point> =
            (0..100).map(|i| at(47.0 + f64::from(i) * 1e-4, 8.0, Some(i64::from(i) * 1000))).collect();
        points.extend((100..200).map(|i| at(47.01, 8.0, Some(i * 1000))));
        let trace = Trace::new(None, &[points.split_off(50), points]);
        assert_eq!((trace.positions.len(), trace.samples.len(), trace.span()), (200, 101, Some((0, 199_000))));
        assert!(trace.positions.is_sorted_by(|a, b| a[1] >= b[1]), "northwards");
    }

    #[test]
    fn unusable_times_are_ignored() {
        let times = |time: fn(i64) -> Option<i64>| {
            let points = (0..100).map(|i| at(47.0, 8.0 + 1e-4 * i as f64, time(i))).collect();
            Trace::new(None, &[points]).times.len()
        };
        assert_eq!(times(Some), 100);
        assert_eq!(times(|i| (i % 11 != 0).then_some(i)), 90, "a few missing times are tolerated");
        assert_eq!(times(|i| (i % 5 != 0).then_some(i)), 0);
        assert_eq!(times(|_| Some(-2_147_483_648)), 0);
        assert_eq!(times(|i| Some(i / 2 * 1000)), 0);
    }

    #[test]
    fn rounding_is_detected_from_decimals() {
        let rounding_error =
            |lat: f64, lon: f64| Trace::new(None, &[vec![Point::at(47.25, 8.5), Point::at(lat, lon)]]).rounding_m;
        assert!((rounding_error(47.12345, 8.12345) - 0.672).abs() < 0.001);
        assert!((rounding_error(47.123456, 8.12345) - 0.067).abs() < 0.001);
        assert_eq!(rounding_error(47.123_456_7, 8.0), 0.0);
    }

    #[test]
    fn positions_are_interpolated_between_points() {
        let trace = Trace::new(None, &[vec![at(0.0, 179.9999, Some(0)), at(0.0, -179.9999, Some(10_000))]]);
        let middle = canvas_from_degrees(180.0, 0.0);
        assert!(trace.distance_at(middle, 5000) < 0.02);
        assert!((trace.distance_at(middle, 0) - 11.1).abs() < 0.1);
        assert!((trace.nearest_distance(middle, 9500, 1000) - 11.1).abs() < 0.1);
        assert_eq!(trace.nearest_distance(middle, 5000, 1000), f64::INFINITY);
    }
}

//! A recording as comparisons see it: one line of places, with their moments if it has any.

use crate::activity::{Point, Segment};
use crate::engine::geometry::mercator::{CanvasPosition, canvas_from_degrees, metres_per_unit};

/// A device that stands still adds nothing: a place counts once it is this far from the last that counted.
const STEP_METRES: f64 = 2.0;
/// Places that are looked up in the other recording; more would say the same.
const MAX_SAMPLES: usize = 2000;
/// Decimals that services round degrees to, fewest first. Devices give seven and more, where rounding is no matter.
const DECIMALS: [i32; 2] = [5, 6];

/// The places and moments of an activity.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub struct Trace {
    /// On the canvas, in the order of their moments, if there are any.
    pub places: Vec<CanvasPosition>,
    /// Milliseconds since 1970, one for each place and never falling; empty if the recording does not tell when.
    pub times: Vec<i64>,
    /// When it began, if anything says so: also where the moments of its places are unknown.
    pub start_ms: Option<i64>,
    /// Indices of places that tell something, at most 2,000.
    pub samples: Vec<usize>,
    /// How far from where they were measured the places are by rounding, in metres, at most.
    pub rounding_m: f64,
}

impl Trace {
    /// Of the segments of an activity after tidying, and when it began in milliseconds since 1970.
    pub fn new(start_ms: Option<i64>, segments: &[Segment]) -> Self {
        let points: Vec<&Point> = segments.iter().flatten().collect();
        let (points, times) = in_time(&points).unwrap_or((points, Vec::new()));
        let places: Vec<CanvasPosition> =
            points.iter().map(|point| canvas_from_degrees(point.lon, point.lat)).collect();
        let samples = samples(&places);
        Self { rounding_m: rounding(&points), places, times, start_ms, samples }
    }

    /// The first and the last moment.
    pub fn span(&self) -> Option<(i64, i64)> {
        Some((*self.times.first()?, *self.times.last()?))
    }

    /// Metres from one sample to the next, as half of them are at least; 0 without any.
    pub fn step_metres(&self) -> f64 {
        let steps = self.samples.windows(2).map(|pair| metres_between(self.places[pair[0]], self.places[pair[1]]));
        let mut steps: Vec<f64> = steps.collect();
        let middle = steps.len() / 2;
        if steps.is_empty() { 0.0 } else { *steps.select_nth_unstable_by(middle, f64::total_cmp).1 }
    }

    /// How far a place is from where this recording was at some moment, in metres; between two of its places it went straight and steadily.
    /// The moment must not be before its first or after its last.
    pub fn apart_at(&self, place: CanvasPosition, moment: i64) -> f64 {
        let next = self.times.partition_point(|time| *time < moment).min(self.times.len() - 1);
        let last = next.saturating_sub(1);
        let (from, to) = (offset(place, self.places[last]), offset(place, self.places[next]));
        let step = (self.times[next] - self.times[last]).max(1) as f64;
        let part = (moment - self.times[last]).clamp(0, step as i64) as f64 / step;
        let [x, y] = [0, 1].map(|axis| from[axis] + part * (to[axis] - from[axis]));
        x.hypot(y) * metres_per_unit(place)
    }

    /// How far the nearest place is that was recorded within some milliseconds of a moment.
    pub fn nearest_within(&self, place: CanvasPosition, moment: i64, ms: i64) -> f64 {
        // A device writes ten points a second at most.
        const MOST: usize = 40;
        let first = self.times.partition_point(|time| *time < moment - ms);
        let near = self.times[first..].iter().take(MOST).take_while(|time| **time <= moment + ms).count();
        self.places[first..first + near].iter().map(|other| metres_between(place, *other)).fold(f64::INFINITY, f64::min)
    }
}

/// Canvas units from one place to another, the short way round.
fn offset(from: CanvasPosition, to: CanvasPosition) -> [f64; 2] {
    std::array::from_fn(|axis| f64::from(to[axis].wrapping_sub(from[axis]) as i32))
}

/// Metres between places that are near each other.
pub fn metres_between(a: CanvasPosition, b: CanvasPosition) -> f64 {
    let [x, y] = offset(a, b);
    x.hypot(y) * metres_per_unit(a)
}

/// The points with moments by these. Nothing where they do not tell when which place was reached: where many lack one,
/// or most have the same as others, as editors write them.
fn in_time<'a>(points: &[&'a Point]) -> Option<(Vec<&'a Point>, Vec<i64>)> {
    let timed = points.iter().filter_map(|point| Some((*point, point.time_ms?)));
    let mut timed: Vec<(&Point, i64)> = timed.collect();
    if timed.len() * 10 < points.len() * 9 {
        return None;
    }
    timed.sort_by_key(|(_, time)| *time);
    let moments = timed.chunk_by(|a, b| a.1 == b.1).count();
    (moments * 2 > timed.len()).then(|| timed.into_iter().unzip())
}

fn samples(places: &[CanvasPosition]) -> Vec<usize> {
    let mut samples: Vec<usize> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        if samples.last().is_none_or(|&last| metres_between(places[last], *place) >= STEP_METRES) {
            samples.push(index);
        }
    }
    let every = samples.len().div_ceil(MAX_SAMPLES).max(1);
    samples.into_iter().step_by(every).collect()
}

/// Half the diagonal of the lattice of degrees that all points lie on.
fn rounding(points: &[&Point]) -> f64 {
    const METRES_PER_DEGREE: f64 = 111_195.0;
    let on_lattice =
        |degrees: f64, per_degree: f64| (degrees * per_degree - (degrees * per_degree).round()).abs() < 1e-3;
    let all_on = |per_degree| points.iter().all(|p| on_lattice(p.lat, per_degree) && on_lattice(p.lon, per_degree));
    let per_degree = DECIMALS.into_iter().map(|decimals| 10f64.powi(decimals)).find(|per_degree| all_on(*per_degree));
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
    fn places_are_in_the_order_of_their_moments_and_standing_still_counts_once() {
        let mut points: Vec<Point> =
            (0..100).map(|i| at(47.0 + f64::from(i) * 1e-4, 8.0, Some(i64::from(i) * 1000))).collect();
        points.extend((100..200).map(|i| at(47.01, 8.0, Some(i * 1000))));
        let trace = Trace::new(None, &[points.split_off(50), points]);
        assert_eq!((trace.places.len(), trace.samples.len(), trace.span()), (200, 101, Some((0, 199_000))));
        assert!(trace.places.is_sorted_by(|a, b| a[1] >= b[1]), "northwards");
    }

    #[test]
    fn times_that_tell_nothing_are_none() {
        let times = |time: fn(i64) -> Option<i64>| {
            let points = (0..100).map(|i| at(47.0, 8.0 + 1e-4 * i as f64, time(i))).collect();
            Trace::new(None, &[points]).times.len()
        };
        assert_eq!(times(Some), 100);
        assert_eq!(times(|i| (i % 11 != 0).then_some(i)), 90, "a few may lack theirs");
        assert_eq!(times(|i| (i % 5 != 0).then_some(i)), 0);
        assert_eq!(times(|_| Some(-2_147_483_648)), 0);
        assert_eq!(times(|i| Some(i / 2 * 1000)), 0);
    }

    #[test]
    fn rounding_is_seen_on_the_degrees() {
        let rounding =
            |lat: f64, lon: f64| Trace::new(None, &[vec![Point::at(47.25, 8.5), Point::at(lat, lon)]]).rounding_m;
        assert!((rounding(47.12345, 8.12345) - 0.672).abs() < 0.001);
        assert!((rounding(47.123456, 8.12345) - 0.067).abs() < 0.001);
        assert_eq!(rounding(47.123_456_7, 8.0), 0.0);
    }

    #[test]
    fn between_two_places_it_was_on_the_way() {
        let trace = Trace::new(None, &[vec![at(0.0, 179.9999, Some(0)), at(0.0, -179.9999, Some(10_000))]]);
        let middle = canvas_from_degrees(180.0, 0.0);
        assert!(trace.apart_at(middle, 5000) < 0.02);
        assert!((trace.apart_at(middle, 0) - 11.1).abs() < 0.1);
        assert!((trace.nearest_within(middle, 9500, 1000) - 11.1).abs() < 0.1);
        assert_eq!(trace.nearest_within(middle, 5000, 1000), f64::INFINITY);
    }
}

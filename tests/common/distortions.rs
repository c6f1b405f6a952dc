//! Distortions of recordings by devices and services: noise, rounding, shifted or missing times.

use trailglow::activity::{Point, tidy};
use trailglow::collection::visible::VisibleActivity;
use trailglow::duplicates::Trace;

/// Selects recordings of at least ten minutes and 2 km with a point every few seconds, each joined into one line.
pub fn outings(recordings: Vec<(String, VisibleActivity)>) -> Vec<Vec<Point>> {
    let lines = recordings.into_iter().map(|(_, recording)| recording.segments.concat());
    lines.filter(|line| is_outing(line)).collect()
}

fn is_outing(line: &[Point]) -> bool {
    let times: Option<Vec<i64>> = line.iter().map(|point| point.time_ms).collect();
    let Some(times) = times.filter(|times| times.is_sorted_by(|a, b| a < b)) else { return false };
    let seconds = (times[times.len() - 1] - times[0]) / 1000;
    let metres: f64 = line.windows(2).map(|pair| tidy::planar_metres(&pair[0], &pair[1])).sum();
    seconds >= 600 && metres >= 2000.0 && line.len() as i64 * 10 > seconds
}

/// Deterministic pseudo-random numbers (linear congruential generator).
pub struct Random(pub u64);

impl Random {
    /// Returns a number from 0 up to 1, uniformly distributed.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Returns a normally distributed number, mean 0 and deviation 1 (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let (radius, turn) = ((-2.0 * (1.0 - self.uniform()).ln()).sqrt(), std::f64::consts::TAU * self.uniform());
        radius * turn.cos()
    }
}

/// Moves a point by metres.
pub fn moved(point: &Point, north: f64, east: f64) -> Point {
    let degree = 111_195.0;
    let lon = point.lon + east / degree / point.lat.to_radians().cos().max(0.01);
    Point { lat: point.lat + north / degree, lon, ..*point }
}

/// Simulates another device on the same ride: adds normal noise of a standard deviation in metres along each axis.
pub fn scattered(line: &[Point], metres: f64, random: &mut Random) -> Vec<Point> {
    line.iter().map(|point| moved(point, metres * random.normal(), metres * random.normal())).collect()
}

/// Shifts the times by seconds.
pub fn later(line: &[Point], seconds: f64) -> Vec<Point> {
    let ms = (seconds * 1000.0) as i64;
    line.iter().map(|point| Point { time_ms: point.time_ms.map(|time| time + ms), ..*point }).collect()
}

/// Rounds coordinates to decimal places.
pub fn rounded(line: &[Point], decimals: i32) -> Vec<Point> {
    let unit = 10f64.powi(decimals);
    let round = |degrees: f64| (degrees * unit).round() / unit;
    line.iter().map(|point| Point { lat: round(point.lat), lon: round(point.lon), ..*point }).collect()
}

/// Removes the times.
pub fn untimed(line: &[Point]) -> Vec<Point> {
    line.iter().map(|point| Point { time_ms: None, ..*point }).collect()
}

/// Builds the trace of a line.
pub fn trace(line: &[Point]) -> Trace {
    Trace::new(line.first().and_then(|point| point.time_ms), &[line.to_vec()])
}

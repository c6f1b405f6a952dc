//! What happens to recordings on their way through devices and services.

use trailglow::activity::{Point, tidy};
use trailglow::collection::visible::VisibleActivity;
use trailglow::duplicates::Trace;

/// Those of at least ten minutes and 2 km with a point every few seconds, as one line each.
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

/// Numbers that look random and are the same in every run.
pub struct Random(pub u64);

impl Random {
    /// From 0 to 1.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Of a normal distribution of mean 0 and deviation 1 (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let (radius, turn) = ((-2.0 * (1.0 - self.uniform()).ln()).sqrt(), std::f64::consts::TAU * self.uniform());
        radius * turn.cos()
    }
}

/// Moves a point north and east by metres.
pub fn moved(point: &Point, north: f64, east: f64) -> Point {
    let degree = 111_195.0;
    let lon = point.lon + east / degree / point.lat.to_radians().cos().max(0.01);
    Point { lat: point.lat + north / degree, lon, ..*point }
}

/// As another device records the same way: every point somewhere else, by a normal distribution of so many metres along
/// each axis.
pub fn scattered(line: &[Point], metres: f64, random: &mut Random) -> Vec<Point> {
    line.iter().map(|point| moved(point, metres * random.normal(), metres * random.normal())).collect()
}

/// Later by so many seconds.
pub fn later(line: &[Point], seconds: f64) -> Vec<Point> {
    let ms = (seconds * 1000.0) as i64;
    line.iter().map(|point| Point { time_ms: point.time_ms.map(|time| time + ms), ..*point }).collect()
}

/// With degrees of so many decimals.
pub fn rounded(line: &[Point], decimals: i32) -> Vec<Point> {
    let unit = 10f64.powi(decimals);
    let round = |degrees: f64| (degrees * unit).round() / unit;
    line.iter().map(|point| Point { lat: round(point.lat), lon: round(point.lon), ..*point }).collect()
}

/// Without times.
pub fn untimed(line: &[Point]) -> Vec<Point> {
    line.iter().map(|point| Point { time_ms: None, ..*point }).collect()
}

/// What comparisons see of it.
pub fn trace(line: &[Point]) -> Trace {
    Trace::new(line.first().and_then(|point| point.time_ms), &[line.to_vec()])
}

//! Speed, heart rate, elevation and slope along the edges of a segment, without noise and faults of the sensors.

mod profile;
mod speed;

use super::Point;
use super::sport::Sport;
use super::tidy::planar_metres;
use profile::Profile;
use speed::Speeds;

/// Plausible heart rates in beats per minute. Less is no contact, more is the rhythm of steps or static electricity.
const HEART_RATES: std::ops::RangeInclusive<f32> = 30.0..=230.0;

/// Means over an edge; `None` where nothing is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EdgeReadings {
    /// Metres per second; `None` where the activity stands still.
    pub speed_mps: Option<f32>,
    /// Beats per minute.
    pub heart_rate_bpm: Option<f32>,
    /// Metres above sea level.
    pub elevation_m: Option<f32>,
    /// Metres up for each metre of the way; negative downhill.
    pub slope: Option<f32>,
}

/// Readings of the edge that ends at each point of a segment; of the first point, none. `elapsed` has the time at each
/// point in ms, see [`elapsed`](super::elapsed::elapsed).
pub fn readings_along(sport: &str, segment: &[Point], elapsed: &[u32]) -> Vec<EdgeReadings> {
    let mut metres = 0.0;
    let steps = segment.windows(2).map(|pair| planar_metres(&pair[0], &pair[1]));
    let way: Vec<f64> = std::iter::once(0.0)
        .chain(steps.map(|step| {
            metres += step;
            metres
        }))
        .collect();
    let speeds = Speeds::new(segment, elapsed, &way, &Sport::of(sport));
    let mut profile = Profile::new(segment, &way);
    let reading = |end: usize| {
        if end == 0 {
            return EdgeReadings::default();
        }
        let (elevation_m, slope) = profile.edge([way[end - 1], way[end]]);
        EdgeReadings {
            speed_mps: speeds.edge(end),
            heart_rate_bpm: heart_rate([&segment[end - 1], &segment[end]]),
            elevation_m,
            slope,
        }
    };
    (0..segment.len()).map(reading).collect()
}

fn heart_rate(ends: [&Point; 2]) -> Option<f32> {
    let [from, to] = ends.map(|point| point.heart_rate_bpm.map(f32::from).filter(|bpm| HEART_RATES.contains(bpm)));
    Some(0.5 * (from? + to?))
}

#[cfg(test)]
mod tests;

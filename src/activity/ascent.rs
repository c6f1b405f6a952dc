//! Ascent of an activity: the sum of its climbs, without the noise of the sensor.
//!
//! 1. The elevations are a polyline over the distance. A step that rises or falls by more than its length and 100 m
//!    together is a fault of the sensor: the profile continues level.
//! 2. Each height becomes the mean of the polyline within 30 m before and after, so the ascent depends neither on the
//!    density of the recording nor on pauses.
//! 3. A climb counts from a low point to the next high point if it is at least as high as the threshold: 15 times the
//!    roughness of the profile, from 2 m to 10 m.
//!
//! Strava smooths and counts climbs above a threshold as well:
//! <https://support.strava.com/hc/en-us/articles/216917087-Elevation-Gain>. The numbers are the best compromise between
//! 40 FIT files whose devices state an ascent, and flat recordings with noise.

use super::stations::{Station, advance, area_at};
use super::{Point, Segment};

/// A step is a fault if it is higher than this and its length together.
const FAULT_METRES: f64 = 100.0;

/// Half of the length over which heights are averaged.
const HALF_WINDOW_METRES: f64 = 30.0;

/// Threshold for climbs, in units of the roughness and in metres. The roughness with a barometer is mostly below 0.2 m,
/// without one about 0.6 m. Files seldom state which of the two a device has.
const THRESHOLD_ROUGHNESS: f64 = 15.0;
const MIN_THRESHOLD_METRES: f64 = 2.0;
const MAX_THRESHOLD_METRES: f64 = 10.0;

/// Sums the climbs in metres; `step_metres` has the distance of each point from the point before. Returns `None`
/// without elevations.
pub fn ascent(segments: &[Segment], step_metres: &[f64]) -> Option<f64> {
    let has_elevation = |point: &Point| point.elevation_m.is_some();
    if !segments.iter().flatten().any(has_elevation) {
        return None;
    }
    let stations = profile(segments, step_metres);
    let heights = smoothed(&stations);
    let threshold = THRESHOLD_ROUGHNESS * roughness(&stations, &heights);
    Some(climbs(&heights, threshold.clamp(MIN_THRESHOLD_METRES, MAX_THRESHOLD_METRES)))
}

fn profile(segments: &[Segment], step_metres: &[f64]) -> Vec<Station> {
    let mut stations: Vec<Station> = Vec::with_capacity(step_metres.len());
    let (mut metres, mut fault_height) = (0.0, 0.0);
    for (point, step) in segments.iter().flatten().zip(step_metres) {
        metres += step;
        let Some(elevation) = point.elevation_m else { continue };
        let mut height = f64::from(elevation) - fault_height;
        if let Some(last) = stations.last() {
            let (rise, run) = (height - last.height, metres - last.metres);
            if rise.abs() > FAULT_METRES + run {
                fault_height += rise;
                height = last.height;
            }
        }
        stations.push(Station::after(stations.last(), metres, height));
    }
    stations
}

/// Mean heights around the stations. Windows shrink towards both ends, where a mean over fewer metres keeps the climb.
fn smoothed(stations: &[Station]) -> Vec<f64> {
    let end = stations.last().map_or(0.0, |last| last.metres);
    let first_at_end = stations.partition_point(|station| station.metres < end);
    let (mut from, mut to) = (0, 0);
    let mean = |station: &Station| {
        let half = HALF_WINDOW_METRES.min(station.metres).min(end - station.metres);
        let (start, stop) = (station.metres - half, station.metres + half);
        from = advance(stations, from, start);
        to = advance(stations, to, stop);
        if half > 0.0 {
            (area_at(stations, to, stop) - area_at(stations, from, start)) / (2.0 * half)
        } else {
            // All heights at one place count as the height with which the way continues.
            stations[if station.metres > 0.0 { first_at_end } else { to }].height
        }
    };
    stations.iter().map(mean).collect()
}

/// Mean distance between the polyline and the smoothed one. Unlike the root of the mean square, it stays low for a
/// smooth profile with a few steep places.
fn roughness(stations: &[Station], heights: &[f64]) -> f64 {
    let deviations = stations.iter().zip(heights).map(|(station, height)| (station.metres, station.height - height));
    let (mut area, mut last) = (0.0, (0.0, 0.0f64));
    for (metres, deviation) in deviations {
        let (start, before) = std::mem::replace(&mut last, (metres, deviation));
        let (sum, run) = (before.abs() + deviation.abs(), metres - start);
        // Integral of the absolute value of a linear function, which may change its sign.
        if before * deviation >= 0.0 {
            area += 0.5 * sum * run;
        } else {
            area += 0.5 * (before * before + deviation * deviation) / sum * run;
        }
    }
    if last.0 > 0.0 { area / last.0 } else { 0.0 }
}

/// Sums the climbs of at least `threshold` between valleys and summits, which rises or falls of at least `threshold`
/// separate.
fn climbs(heights: &[f64], threshold: f64) -> f64 {
    let Some(first) = heights.first() else { return 0.0 };
    let (mut valley, mut summit, mut is_climbing) = (*first, *first, false);
    let mut sum = 0.0;
    for height in heights {
        if is_climbing {
            summit = summit.max(*height);
            if summit - height >= threshold {
                sum += summit - valley;
                (valley, is_climbing) = (*height, false);
            }
        } else {
            valley = valley.min(*height);
            if height - valley >= threshold {
                (summit, is_climbing) = (*height, true);
            }
        }
    }
    if is_climbing { sum + summit - valley } else { sum }
}

#[cfg(test)]
mod tests;

//! Summary of an activity: totals, times, bounds and fingerprint, computed once from the tidied segments so that lists,
//! selections and duplicate searches need no points.

use twox_hash::xxhash3_128::Hasher;

use super::ascent::ascent;
use super::period::period;
use super::sensor::{SENSOR_COUNT, SENSORS};
use super::tidy;
use super::{Activity, Segment};
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::{CanvasPosition, MAX_LATITUDE};

/// Totals of an activity after tidying, with its metadata.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Summary {
    pub sport: String,
    pub name: Option<String>,
    pub gear: Option<String>,
    pub commute: Option<bool>,
    pub planned: bool,
    /// First time of the tidied points, else the start from the export's table, in milliseconds since 1970. If the
    /// clock was wrong in parts, the date is that of most points.
    pub start_ms: Option<i64>,
    /// Last time of the tidied points, in milliseconds since 1970; if the clock was wrong in parts, the start plus the
    /// duration without the steps of the clock.
    pub end_ms: Option<i64>,
    /// Length in metres, without the gaps between segments.
    pub metres: f64,
    /// Metres of the length on roads where no activity was before; `None` if not compared, see
    /// [`new_roads`](crate::collection::new_roads).
    pub new_m: Option<f64>,
    /// Metres climbed; `None` without elevations.
    pub ascent_m: Option<f64>,
    pub points: u64,
    /// How complete a recording is, to choose among copies: 64 times the share of points with times, in eighths, plus the
    /// sum of the shares with each sensor, in eighths. So times outweigh all sensors.
    pub completeness: u16,
    /// First position.
    pub start: CanvasPosition,
    pub extent: Extent,
    /// Hash of positions, times and segment lengths; equal fingerprints mean equal recordings.
    pub fingerprint: u128,
}

impl Summary {
    /// Summarizes tidied segments and their canvas positions `lines`. Returns `None` if there are no points.
    pub fn new(activity: &Activity, segments: &[Segment], lines: &[Vec<CanvasPosition>]) -> Option<Self> {
        let start = lines.first().and_then(|line| line.first()).copied()?;
        let period = period(segments.iter().flatten().filter_map(|point| point.time_ms));
        let step_metres = step_metres(segments);
        let mut rest = &step_metres[..];
        let steps_within = segments.iter().flat_map(|segment| {
            let (steps, later) = rest.split_at(segment.len());
            rest = later;
            steps.get(1..).unwrap_or_default()
        });
        Some(Self {
            sport: activity.sport.clone(),
            name: activity.name.clone(),
            gear: activity.gear.clone(),
            commute: activity.commute,
            planned: activity.planned,
            start_ms: period.map(|(start, _)| start).or(activity.table_start_ms),
            end_ms: period.map(|(_, end)| end),
            metres: steps_within.sum(),
            new_m: None,
            ascent_m: ascent(segments, &step_metres),
            points: lines.iter().map(|line| line.len() as u64).sum(),
            completeness: completeness(segments),
            start,
            extent: Extent::of_lines(lines),
            fingerprint: fingerprint(segments, lines),
        })
    }

    /// Fills missing sport, name, gear and commute from a copy.
    pub fn fill_missing_from(&mut self, copy: Self) {
        if self.sport.is_empty() {
            self.sport = copy.sport;
        }
        self.name = self.name.take().or(copy.name);
        self.gear = self.gear.take().or(copy.gear);
        self.commute = self.commute.or(copy.commute);
    }

    /// Returns the order of activities: by start, those without one last, then by fingerprint.
    pub fn sort_key(&self) -> (i64, u128) {
        (self.start_ms.unwrap_or(i64::MAX), self.fingerprint)
    }

    /// Returns the elapsed time from first to last point in seconds.
    pub fn seconds(&self) -> Option<f64> {
        Some(self.milliseconds()? as f64 / 1000.0)
    }

    /// Returns the elapsed time from first to last point in milliseconds.
    pub fn milliseconds(&self) -> Option<u64> {
        Some(self.end_ms?.abs_diff(self.start_ms?))
    }

    /// Returns the length in whole millimetres, so that a sum over activities does not depend on their order.
    pub fn millimetres(&self) -> u64 {
        (self.metres * 1000.0).round() as u64
    }
}

/// Distance of each point from the point before, also across segments, in metres; 0 for the first.
pub(super) fn step_metres(segments: &[Segment]) -> Vec<f64> {
    let points = || segments.iter().flatten();
    let steps = points().zip(points().skip(1)).map(|(from, to)| tidy::planar_metres(from, to));
    points().take(1).map(|_| 0.0).chain(steps).collect()
}

fn completeness(segments: &[Segment]) -> u16 {
    let mut counts = [0usize; 1 + SENSOR_COUNT];
    for point in segments.iter().flatten() {
        let sensors = SENSORS.iter().map(|sensor| (sensor.value)(point).is_some());
        let has_value = std::iter::once(point.time_ms.is_some()).chain(sensors);
        counts.iter_mut().zip(has_value).for_each(|(count, has_value)| *count += usize::from(has_value));
    }
    let points: usize = segments.iter().map(Vec::len).sum();
    let [time, sensors @ ..] = counts.map(|count| ((16 * count + points) / (2 * points).max(1)) as u16);
    time * 64 + sensors.iter().sum::<u16>()
}

fn fingerprint(segments: &[Segment], lines: &[Vec<CanvasPosition>]) -> u128 {
    let mut hasher = Hasher::new();
    let (mut bytes, mut all) = (Vec::new(), 0u64);
    for (segment, line) in segments.iter().zip(lines) {
        bytes.clear();
        for (point, world) in segment.iter().zip(line) {
            let time = point.time_ms.unwrap_or(i64::MIN);
            bytes.extend(world.iter().flat_map(|axis| axis.to_le_bytes()).chain(time.to_le_bytes()));
            // The canvas has one row for all latitudes beyond.
            if point.lat.abs() > MAX_LATITUDE {
                bytes.extend(point.lat.to_bits().to_le_bytes());
            }
        }
        all += line.len() as u64;
        hasher.write(&bytes);
        // The running count distinguishes equal points that are split into different segments.
        hasher.write(&all.to_le_bytes());
    }
    hasher.finish_128()
}

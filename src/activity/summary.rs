//! What an activity comes to: what lists show and what selections ask, without its points.

use twox_hash::xxhash3_128::Hasher;

use super::tidy;
use super::{Activity, Point, Segment};
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::CanvasPosition;

/// Totals of an activity after tidying, and what it says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// See [`Activity::sport`].
    pub sport: String,
    /// See [`Activity::name`].
    pub name: Option<String>,
    /// See [`Activity::gear`].
    pub gear: Option<String>,
    /// See [`Activity::commute`].
    pub commute: Option<bool>,
    /// See [`Activity::planned`].
    pub planned: bool,
    /// Time of the first point of its lines that has one, or else what the export says, in milliseconds since 1970.
    pub start_ms: Option<i64>,
    /// Time of the last point of its lines that has one.
    pub end_ms: Option<i64>,
    /// Length of its lines.
    pub metres: f64,
    /// Metres climbed, if there are elevations.
    pub ascent_m: Option<f64>,
    /// Points of its lines.
    pub points: u64,
    /// Kinds of sensors that gave something: times, elevations, speeds, heart rates.
    pub sensors: u8,
    /// Where it begins.
    pub start: CanvasPosition,
    /// Where it was.
    pub extent: Extent,
    /// Of the positions and times of its lines: two activities with the same one are the same.
    pub fingerprint: u128,
}

impl Summary {
    /// Adds up the tidied segments of an activity, whose positions on the canvas are `lines`. `None` if there is no point.
    pub fn of(activity: &Activity, segments: &[Segment], lines: &[Vec<CanvasPosition>]) -> Option<Self> {
        let start = lines.first().and_then(|line| line.first()).copied()?;
        let steps = segments.iter().flat_map(|segment| segment.windows(2));
        let mut extent = Extent::EMPTY;
        lines.iter().flatten().for_each(|world| extent.add(*world));
        Some(Self {
            sport: activity.sport.clone(),
            name: activity.name.clone(),
            gear: activity.gear.clone(),
            commute: activity.commute,
            planned: activity.planned,
            start_ms: segments.iter().flatten().find_map(|point| point.time_ms).or(activity.listed_start_ms),
            end_ms: segments.iter().rev().flat_map(|segment| segment.iter().rev()).find_map(|point| point.time_ms),
            metres: steps.map(|pair| tidy::metres_between(&pair[0], &pair[1])).sum(),
            ascent_m: ascent(segments),
            points: lines.iter().map(|line| line.len() as u64).sum(),
            sensors: sensors(segments),
            start,
            extent,
            fingerprint: fingerprint(segments, lines),
        })
    }

    /// Takes from a copy what it does not say of itself.
    pub fn complete(&mut self, copy: Self) {
        if self.sport.is_empty() {
            self.sport = copy.sport;
        }
        self.name = self.name.take().or(copy.name);
        self.gear = self.gear.take().or(copy.gear);
        self.commute = self.commute.or(copy.commute);
    }

    /// From the first to the last time.
    pub fn seconds(&self) -> Option<f64> {
        Some(self.end_ms?.abs_diff(self.start_ms?) as f64 / 1000.0)
    }
}

fn sensors(segments: &[Segment]) -> u8 {
    let any = |has: fn(&Point) -> bool| u8::from(segments.iter().flatten().any(has));
    any(|point| point.time_ms.is_some())
        + any(|point| point.elevation_m.is_some())
        + any(|point| point.speed_mps.is_some())
        + any(|point| point.heart_rate_bpm.is_some())
}

/// Metres upwards. A rise counts once it is higher than what GPS and barometers make of flat ground.
fn ascent(segments: &[Segment]) -> Option<f64> {
    const NOISE_METRES: f64 = 3.0;
    let mut elevations = segments.iter().flatten().filter_map(|point| point.elevation_m).map(f64::from);
    let mut lowest = elevations.next()?;
    let mut ascent = 0.0;
    for elevation in elevations {
        if elevation > lowest + NOISE_METRES {
            ascent += elevation - lowest;
            lowest = elevation;
        } else if elevation < lowest {
            lowest = elevation;
        }
    }
    Some(ascent)
}

fn fingerprint(segments: &[Segment], lines: &[Vec<CanvasPosition>]) -> u128 {
    let mut hasher = Hasher::new();
    let (mut bytes, mut all) = (Vec::new(), 0u64);
    for (segment, line) in segments.iter().zip(lines) {
        bytes.clear();
        for (point, world) in segment.iter().zip(line) {
            let time = point.time_ms.unwrap_or(i64::MIN);
            bytes.extend(world.iter().flat_map(|axis| axis.to_le_bytes()).chain(time.to_le_bytes()));
        }
        all += line.len() as u64;
        hasher.write(&bytes);
        // So that the same points in other lines are something else.
        hasher.write(&all.to_le_bytes());
    }
    hasher.finish_128()
}

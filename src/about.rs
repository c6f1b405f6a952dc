//! What an activity comes to: what lists show and what selections ask, without its points.

use std::borrow::Cow;

use twox_hash::xxhash3_128::Hasher;

use crate::activity::{Activity, Point, Segment};
use crate::geometry::extent::Extent;
use crate::geometry::mercator::World;
use crate::geometry::placing::Placing;
use crate::privacy::{NOTHING, Privacy};
use crate::tidy::{self, Dropped};

/// Totals of an activity after tidying, and what it says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
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
    pub start: World,
    /// Where it was.
    pub extent: Extent,
    /// Of the positions and times of its lines: two activities with the same one are the same.
    pub fingerprint: u128,
}

/// An activity with its lines.
#[derive(Debug)]
pub struct Tidied {
    /// What it comes to.
    pub about: About,
    /// The points that are left.
    pub segments: Vec<Segment>,
    /// The same on the canvas.
    pub lines: Vec<Vec<World>>,
    /// Points that are hidden.
    pub hidden: u64,
}

/// Tidies an activity and adds it up. There is nothing where no point is left.
pub fn tidied(activity: &Activity) -> (Option<Tidied>, Dropped) {
    seen(activity, &NOTHING)
}

/// The same of what is not to be hidden of it.
pub fn seen(activity: &Activity, privacy: &Privacy) -> (Option<Tidied>, Dropped) {
    let shown = privacy.hide(activity);
    let hidden = match &shown {
        Cow::Borrowed(_) => 0,
        Cow::Owned(shown) => (activity.points().count() - shown.points().count()) as u64,
    };
    let (segments, dropped) = tidy::tidy(&shown);
    let segments = privacy.cut(segments);
    let mut placing = Placing::default();
    let mut place = |segment: &Segment| segment.iter().map(|point| placing.place(point.lon, point.lat)).collect();
    let lines: Vec<Vec<World>> = segments.iter().map(&mut place).collect();
    let Some(start) = lines.first().and_then(|line| line.first()).copied() else { return (None, dropped) };
    let steps = segments.iter().flat_map(|segment| segment.windows(2));
    let mut extent = Extent::EMPTY;
    lines.iter().flatten().for_each(|world| extent.add(*world));
    let about = About {
        sport: activity.sport.clone(),
        name: activity.name.clone(),
        gear: activity.gear.clone(),
        commute: activity.commute,
        planned: activity.planned,
        start_ms: segments.iter().flatten().find_map(|point| point.time_ms).or(activity.listed_start_ms),
        end_ms: segments.iter().rev().flat_map(|segment| segment.iter().rev()).find_map(|point| point.time_ms),
        metres: steps.map(|pair| tidy::metres_between(&pair[0], &pair[1])).sum(),
        ascent_m: ascent(&segments),
        points: lines.iter().map(|line| line.len() as u64).sum(),
        sensors: sensors(&segments),
        start,
        extent,
        fingerprint: fingerprint(&segments, &lines),
    };
    (Some(Tidied { about, segments, lines, hidden }), dropped)
}

impl About {
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

fn fingerprint(segments: &[Segment], lines: &[Vec<World>]) -> u128 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn climb(elevations: &[f32]) -> Activity {
        let point = |(i, elevation): (usize, &f32)| Point {
            elevation_m: Some(*elevation),
            time_ms: Some(1000 * i as i64),
            ..Point::at(47.0 + i as f64 / 1e5, 11.0)
        };
        Activity { segments: vec![elevations.iter().enumerate().map(point).collect()], ..Activity::default() }
    }

    fn about(activity: &Activity) -> About {
        tidied(activity).0.expect("points").about
    }

    #[test]
    fn noise_is_no_ascent_and_hills_add_up() {
        let ascent = |elevations: &[f32]| about(&climb(elevations)).ascent_m;
        assert_eq!(ascent(&[500.0, 502.0, 499.0, 501.0, 500.0]), Some(0.0));
        assert_eq!(ascent(&[500.0, 600.0, 550.0, 650.0, 400.0]), Some(200.0));
        assert_eq!(ascent(&[500.0, 502.0, 504.0, 506.0, 508.0]), Some(8.0), "slow rises count too");
        assert_eq!(
            about(&Activity { segments: vec![vec![Point::at(1.0, 2.0)]], ..Activity::default() }).ascent_m,
            None
        );
    }

    #[test]
    fn a_fingerprint_is_of_places_and_times_alone() {
        let mut other = climb(&[1.0, 2.0, 3.0]);
        let same = about(&other).fingerprint;
        (other.name, other.sport) = (Some("x".to_owned()), "running".to_owned());
        other.segments[0][1].elevation_m = None;
        assert_eq!(about(&other).fingerprint, same);
        other.segments[0][1].time_ms = Some(1001);
        assert_ne!(about(&other).fingerprint, same);
        other.segments[0][1].time_ms = Some(1000);
        other.segments[0][2].lat += 1e-6;
        assert_ne!(about(&other).fingerprint, same);
    }

    #[test]
    fn totals_are_those_of_the_lines() {
        let mut activity = climb(&[0.0; 11]);
        activity.segments[0][5].lat = 200.0;
        let about = about(&activity);
        assert_eq!((about.points, about.sensors, about.seconds()), (10, 2, Some(10.0)));
        assert!((about.metres - 11.12).abs() < 0.02, "{}", about.metres);
    }
}

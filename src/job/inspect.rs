//! What is in files, as read and before anything is tidied.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use anyhow::Result;

use super::sources::discover;
use crate::activity::{Activity, Point};
use crate::control::Control;
use crate::source::{self, Gathered, Listing, Plans, Reading, Skip, Unknown};

/// Sports of one file that are named; a bound for files made to fill the memory.
const MAX_SPORTS: usize = 100;

/// What the activities of a file add up to.
///
/// Points off the Earth only count as such; those at 0° N 0° E count like any other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// Activities with at least one point.
    pub tracks: u64,
    /// Points with a latitude of at most 90 and a longitude of at most 180 degrees.
    pub points: u64,
    /// Points further out.
    pub out_of_range: u64,
    /// Points with a time.
    pub timed: u64,
    /// Points with a heart rate.
    pub heart_rates: u64,
    /// Points with an elevation.
    pub elevations: u64,
    /// Time of the first point that has one, in file order, in milliseconds since 1970.
    pub start_ms: Option<i64>,
    /// Time of the last point that has one.
    pub end_ms: Option<i64>,
    /// West, south, east and north end in degrees; of a track across the 180th meridian, as wide as it gets.
    pub bbox: Option<[f64; 4]>,
    /// Words of the file or of the export around it for the [`Sport`](crate::activity::sport::Sport); at most the first
    /// hundred.
    pub sports: BTreeSet<String>,
    /// Title of the first activity.
    pub name: Option<String>,
    /// Gear of the first activity.
    pub gear: Option<String>,
    /// Whether the first activity was a way to work or back, if the export says.
    pub commute: Option<bool>,
}

impl Contents {
    fn add(&mut self, point: &Point) {
        let (lon, lat) = (point.lon, point.lat);
        if !(lat.abs() <= 90.0 && lon.abs() <= 180.0) {
            self.out_of_range += 1;
            return;
        }
        self.points += 1;
        self.timed += u64::from(point.time_ms.is_some());
        self.heart_rates += u64::from(point.heart_rate_bpm.is_some());
        self.elevations += u64::from(point.elevation_m.is_some());
        self.start_ms = self.start_ms.or(point.time_ms);
        self.end_ms = point.time_ms.or(self.end_ms);
        let [west, south, east, north] = self.bbox.unwrap_or([lon, lat, lon, lat]);
        self.bbox = Some([west.min(lon), south.min(lat), east.max(lon), north.max(lat)]);
    }
}

impl Extend<Activity> for Contents {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            if self.tracks == 0 {
                (self.name, self.gear, self.commute) = (activity.name.clone(), activity.gear.clone(), activity.commute);
            }
            self.tracks += 1;
            activity.points().for_each(|point| self.add(point));
            if !activity.sport.is_empty() && self.sports.len() < MAX_SPORTS {
                self.sports.insert(activity.sport);
            }
        }
    }
}

/// A file and what is in it.
#[derive(Debug)]
pub struct Inspected {
    /// As in [`Gathered`].
    pub path: PathBuf,
    /// Named by the user, not met in a folder or archive.
    pub explicit: bool,
    /// The first file of the same content, if that is another.
    pub copy_of: Option<PathBuf>,
    /// What it holds, or why nothing.
    pub outcome: Result<Reading<Contents>, Skip>,
}

/// Looks into all files of the inputs, in parallel; sorted by path, with what could not be listed among them. Besides, the tables of
/// activities that were found.
///
/// # Errors
/// When an input itself cannot be opened, or the user interrupts.
pub fn inspect(inputs: &[PathBuf], control: Control) -> Result<(Vec<Inspected>, Vec<Listing>)> {
    let discovery = discover(inputs, None)?;
    let (gathered, listings) = source::each(&discovery.found, &Unknown, control, |file| {
        source::read_into(file, Plans::Courses, Contents::default())
    })?;
    let mut earlier = HashMap::new();
    let mut inspected: Vec<Inspected> = Vec::new();
    for Gathered { path, explicit, outcome, .. } in gathered {
        let fingerprint = outcome.as_ref().ok().map(|reading| reading.fingerprint);
        let first = fingerprint.map(|fingerprint| &*earlier.entry(fingerprint).or_insert_with(|| path.clone()));
        let copy_of = first.filter(|first| **first != path).cloned();
        inspected.push(Inspected { path, explicit, copy_of, outcome });
    }
    let unlisted = discovery.unlisted.into_iter();
    inspected.extend(unlisted.map(|(path, why)| Inspected {
        path,
        explicit: false,
        copy_of: None,
        outcome: Err(Skip::Unreadable(why)),
    }));
    inspected.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((inspected, listings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_count_by_what_they_carry_and_those_off_the_earth_apart() {
        let timed = |time_ms, lat, lon| Point { time_ms: Some(time_ms), ..Point::at(lat, lon) };
        let ride = |sport: &str, points: Vec<Point>| Activity {
            sport: sport.into(),
            segments: vec![points],
            name: Some(sport.to_owned()).filter(|name| !name.is_empty()),
            commute: Some(sport.is_empty()),
            ..Activity::default()
        };
        let mut contents = Contents::default();
        contents.extend([
            ride("running", vec![timed(1, 91.0, 0.0), timed(5000, 90.0, -180.0), Point::at(0.0, 0.0)]),
            ride("", vec![Point { elevation_m: Some(1.0), ..timed(2000, -1.0, 180.0) }, Point::at(f64::NAN, 1.0)]),
            ride("running", vec![Point { heart_rate_bpm: Some(99), ..Point::at(2.0, 3.0) }, Point::at(0.0, 180.1)]),
        ]);
        let expected = Contents {
            tracks: 3,
            points: 4,
            out_of_range: 3,
            timed: 2,
            heart_rates: 1,
            elevations: 1,
            start_ms: Some(5000),
            end_ms: Some(2000),
            bbox: Some([-180.0, -1.0, 180.0, 90.0]),
            sports: BTreeSet::from(["running".to_owned()]),
            name: Some("running".to_owned()),
            gear: None,
            commute: Some(false),
        };
        assert_eq!(contents, expected);
    }

    #[test]
    fn no_file_can_fill_the_memory_with_sports() {
        let mut contents = Contents::default();
        contents.extend((0..1000).map(|n| Activity { sport: n.to_string(), ..Activity::default() }));
        assert_eq!((contents.tracks, contents.sports.len()), (1000, MAX_SPORTS));
    }
}

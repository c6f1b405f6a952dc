//! Totals of files as read, before tidying.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use anyhow::Result;

use super::sources::open_inputs;
use crate::activity::sensor::{SENSOR_COUNT, SENSORS};
use crate::activity::tidy;
use crate::activity::{Activity, Point};
use crate::control::Control;
use crate::source::{self, FileOutcome, NoCache, ParsedFile, PlannedActivities, Skip, TableReport};

/// Maximum number of sports listed per file: a bound for hostile files.
const MAX_SPORTS: usize = 100;

/// Totals of the activities of a file.
///
/// Repeated points and points out of range are counted only as such; points at 0° N 0° E count as normal points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileTotals {
    /// Activities with at least one point.
    pub activities: u64,
    /// Points within ±90° latitude and ±180° longitude.
    pub points: u64,
    /// Points outside that range.
    pub out_of_range: u64,
    /// Points of segments that later segments repeat.
    pub repeated: u64,
    /// Points with a time.
    pub timed: u64,
    /// Points with a value of each of [`SENSORS`].
    pub sensors: [u64; SENSOR_COUNT],
    /// Time of the first timed point in file order, in milliseconds since 1970.
    pub start_ms: Option<i64>,
    /// Time of the last timed point in file order.
    pub end_ms: Option<i64>,
    /// West, south, east, north in degrees; nearly 360° wide for a track across the antimeridian.
    pub bbox: Option<[f64; 4]>,
    /// Words for the [`Sport`](crate::activity::sport::Sport) in the file or its export; at most 100.
    pub sports: BTreeSet<String>,
    /// Title of the first activity.
    pub name: Option<String>,
    /// Gear of the first activity.
    pub gear: Option<String>,
    /// Commute mark of the first activity, if the export has one.
    pub commute: Option<bool>,
}

impl FileTotals {
    fn add(&mut self, point: &Point) {
        let (lon, lat) = (point.lon, point.lat);
        if !tidy::is_in_range(point) {
            self.out_of_range += 1;
            return;
        }
        self.points += 1;
        self.timed += u64::from(point.time_ms.is_some());
        for (count, sensor) in self.sensors.iter_mut().zip(&SENSORS) {
            *count += u64::from((sensor.value)(point).is_some());
        }
        self.start_ms = self.start_ms.or(point.time_ms);
        self.end_ms = point.time_ms.or(self.end_ms);
        let [west, south, east, north] = self.bbox.unwrap_or([lon, lat, lon, lat]);
        self.bbox = Some([west.min(lon), south.min(lat), east.max(lon), north.max(lat)]);
    }
}

impl Extend<Activity> for FileTotals {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            if self.activities == 0 {
                (self.name, self.gear, self.commute) = (activity.name.clone(), activity.gear.clone(), activity.commute);
            }
            self.activities += 1;
            let (repeated, rest) = activity.segments.split_at(tidy::repeated_segments(&activity.segments));
            self.repeated += repeated.iter().map(Vec::len).sum::<usize>() as u64;
            rest.iter().flatten().for_each(|point| self.add(point));
            if !activity.sport.is_empty() && self.sports.len() < MAX_SPORTS {
                self.sports.insert(activity.sport);
            }
        }
    }
}

/// An inspected file.
#[derive(Debug)]
pub struct Inspected {
    /// Path of the file, also within archives.
    pub path: PathBuf,
    /// True if the user named the file itself, rather than a folder or archive around it.
    pub explicit: bool,
    /// First file in order of path with the same decompressed content, if that is another file.
    pub twin_of: Option<PathBuf>,
    /// Totals, or the reason why there are none.
    pub outcome: Result<ParsedFile<FileTotals>, Skip>,
}

/// Reads all files of the inputs in parallel. Returns them sorted by path, unreadable ones included, and reports on the
/// tables of activities among them.
///
/// # Errors
/// If an input itself cannot be opened, or the job is cancelled.
pub fn inspect(inputs: &[PathBuf], control: Control) -> Result<(Vec<Inspected>, Vec<TableReport>)> {
    let discovery = open_inputs(inputs, None, control.cancel)?;
    let (outcomes, table_reports) = source::read_all(&discovery.files, &NoCache, control, |file| {
        source::read_into(file, PlannedActivities::Courses, FileTotals::default())
    })?;
    let mut earlier = HashMap::new();
    let mut inspected: Vec<Inspected> = Vec::new();
    for FileOutcome { path, explicit, outcome, .. } in outcomes {
        let fingerprint = outcome.as_ref().ok().map(|parsed| parsed.content_hash);
        let first = fingerprint.map(|fingerprint| &*earlier.entry(fingerprint).or_insert_with(|| path.clone()));
        let twin_of = first.filter(|first| **first != path).cloned();
        inspected.push(Inspected { path, explicit, twin_of, outcome });
    }
    let unreadable = discovery.unreadable.into_iter();
    inspected.extend(unreadable.map(|(path, why)| Inspected {
        path,
        explicit: false,
        twin_of: None,
        outcome: Err(Skip::Unreadable(why)),
    }));
    inspected.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((inspected, table_reports))
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
        let mut totals = FileTotals::default();
        totals.extend([
            ride("running", vec![timed(1, 91.0, 0.0), timed(5000, 90.0, -180.0), Point::at(0.0, 0.0)]),
            ride("", vec![Point { elevation_m: Some(1.0), ..timed(2000, -1.0, 180.0) }, Point::at(f64::NAN, 1.0)]),
            ride("running", vec![Point { heart_rate_bpm: Some(99), ..Point::at(2.0, 3.0) }, Point::at(0.0, 180.1)]),
        ]);
        let expected = FileTotals {
            activities: 3,
            points: 4,
            out_of_range: 3,
            repeated: 0,
            timed: 2,
            sensors: [1, 0, 1, 0, 0, 0],
            start_ms: Some(5000),
            end_ms: Some(2000),
            bbox: Some([-180.0, -1.0, 180.0, 90.0]),
            sports: BTreeSet::from(["running".to_owned()]),
            name: Some("running".to_owned()),
            gear: None,
            commute: Some(false),
        };
        assert_eq!(totals, expected);
    }

    #[test]
    fn no_file_can_fill_the_memory_with_sports() {
        let mut totals = FileTotals::default();
        totals.extend((0..1000).map(|n| Activity { sport: n.to_string(), ..Activity::default() }));
        assert_eq!((totals.activities, totals.sports.len()), (1000, MAX_SPORTS));
    }
}

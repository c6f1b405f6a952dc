//! From files to what is drawn: every activity tidied, projected and simplified, in an order of its own.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use crate::activity::Activity;
use crate::calendar;
use crate::geometry::extent::Extent;
use crate::geometry::mercator::{World, world_from_degrees};
use crate::geometry::strip::Track;
use crate::layer::Accumulate;
use crate::progress::Progress;
use crate::source::{self, Found, Gathered, Listing, Opened, Plans, Reading, Skip};
use crate::tidy::{self, Dropped};
use anyhow::Result;

/// The activities of some files, ready to be drawn.
#[derive(Debug, Default)]
pub struct Collection {
    /// By start time, then by content: the order of import changes nothing.
    pub tracks: Vec<Track>,
    /// What they add up to.
    pub facts: Facts,
    /// What was read and what was not.
    pub report: Report,
}

/// What some activities add up to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// Activities with at least one point.
    pub activities: u64,
    /// How many of them say that they are indoor or virtual.
    pub indoor_or_virtual: u64,
    /// Points after tidying.
    pub points: u64,
    /// Length of all lines in metres.
    pub metres: f64,
    /// First and last start, in milliseconds since 1970.
    pub starts_ms: Option<(i64, i64)>,
    /// All positions.
    pub extent: Extent,
    /// Where most of the activities are.
    pub home: Extent,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            activities: 0,
            indoor_or_virtual: 0,
            points: 0,
            metres: 0.0,
            starts_ms: None,
            extent: Extent::EMPTY,
            home: Extent::EMPTY,
        }
    }
}

impl Facts {
    /// Kilometres, to one decimal.
    pub fn kilometres(&self) -> f64 {
        (self.metres / 100.0).round() / 10.0
    }

    /// The day of the first start, `2024-05-31` in UTC.
    pub fn first_day(&self) -> Option<String> {
        self.starts_ms.map(|(first, _)| calendar::day_of_ms(first))
    }

    /// The day of the last start.
    pub fn last_day(&self) -> Option<String> {
        self.starts_ms.map(|(_, last)| calendar::day_of_ms(last))
    }
}

/// What happened to the files and points.
#[derive(Debug, Default)]
pub struct Report {
    /// Files that were read.
    pub read: u64,
    /// Files that were not, and why; in the order of their paths. Planned routes in a file that was read are here too.
    pub skipped: Vec<(PathBuf, Skip)>,
    /// Files that were read in part, and what is wrong with them.
    pub warnings: Vec<(PathBuf, String)>,
    /// Tables of activities, as in Strava's exports, that files were joined with.
    pub listings: Vec<Listing>,
    /// Points whose position could not be read at all.
    pub unreadable_points: u64,
    /// Points that were left out.
    pub dropped: Dropped,
}

/// One activity on the canvas.
struct Placed {
    track: Track,
    start_ms: Option<i64>,
    hash: u64,
    metres: f64,
    points: u64,
    extent: Extent,
    indoor_or_virtual: bool,
}

/// Reads all files, in parallel, for drawing up to the pixel zoom `finest`. What cannot be read is reported and stops nothing.
///
/// # Errors
/// When the user interrupts.
pub fn collect(
    files: &[Found],
    accumulate: Accumulate,
    finest: u8,
    plans: Plans,
    progress: &dyn Progress,
) -> Result<Collection> {
    let (gathered, listings) = source::each(files, progress, |file| read(file, accumulate, finest, plans))?;
    let (mut report, mut placed) = (Report { listings, ..Report::default() }, Vec::new());
    let mut earlier: HashMap<u128, PathBuf> = HashMap::new();
    for Gathered { path, outcome, .. } in gathered {
        match outcome {
            Err(skip) => report.skipped.push((path, skip)),
            Ok(file) if earlier.contains_key(&file.fingerprint) => {
                report.skipped.push((path, Skip::Duplicate(earlier[&file.fingerprint].clone())));
            }
            Ok(file) => {
                report.read += 1;
                report.warnings.extend(file.warnings.into_iter().map(|warning| (path.clone(), warning)));
                report.skipped.extend(file.left_out.map(|skip| (path.clone(), skip)));
                earlier.insert(file.fingerprint, path);
                report.unreadable_points += file.unreadable_points;
                report.dropped += file.dropped;
                placed.extend(file.activities);
            }
        }
    }
    placed.sort_by_key(|activity| (activity.start_ms.unwrap_or(i64::MAX), activity.hash));
    let facts = facts(&placed);
    let tracks = placed.into_iter().map(|activity| activity.track).collect();
    Ok(Collection { tracks, facts, report })
}

struct ReadFile {
    /// What it holds besides and was not read.
    left_out: Option<Skip>,
    fingerprint: u128,
    activities: Vec<Placed>,
    warnings: Vec<String>,
    unreadable_points: u64,
    dropped: Dropped,
}

/// Places activities as they are read, so that their points need not stay.
struct Placing {
    accumulate: Accumulate,
    finest: u8,
    placed: Vec<Placed>,
    dropped: Dropped,
}

impl Extend<Activity> for Placing {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let (placed, dropped) = place(&activity, self.accumulate, self.finest);
            self.placed.extend(placed);
            self.dropped += dropped;
        }
    }
}

fn read(file: Opened, accumulate: Accumulate, finest: u8, plans: Plans) -> Result<ReadFile, Skip> {
    let placing = Placing { accumulate, finest, placed: Vec::new(), dropped: Dropped::default() };
    let Reading {
        activities: Placing { placed, dropped, .. },
        fingerprint,
        warnings,
        bad_points,
        courses_left_out,
        route_points,
        ..
    } = source::read_into(file, plans, placing)?;
    if placed.is_empty() {
        return Err(Skip::NoTrack("none of its points has a place on Earth other than 0° N 0° E".to_owned()));
    }
    let left_out = match (courses_left_out, route_points) {
        (0, 0) => None,
        (courses, 0) => Some(Skip::Planned(format!("{courses} courses beside what was recorded"))),
        (_, points) => Some(Skip::Planned(format!("a route of {points} points beside what was recorded"))),
    };
    Ok(ReadFile { fingerprint, left_out, activities: placed, warnings, unreadable_points: bad_points, dropped })
}

fn place(activity: &Activity, accumulate: Accumulate, finest: u8) -> (Option<Placed>, Dropped) {
    let (segments, dropped) = tidy::tidy(activity);
    if segments.is_empty() {
        return (None, dropped);
    }
    let lines: Vec<Vec<World>> = segments
        .iter()
        .map(|segment| segment.iter().map(|point| world_from_degrees(point.lon, point.lat)).collect())
        .collect();
    let steps = segments.iter().flat_map(|segment| segment.windows(2));
    let mut hasher = DefaultHasher::new();
    lines.hash(&mut hasher);
    let mut extent = Extent::EMPTY;
    lines.iter().flatten().for_each(|world| extent.add(*world));
    let placed = Placed {
        track: Track { runs: lines.iter().map(|line| accumulate.run(line, finest)).collect() },
        start_ms: activity.start_ms(),
        hash: hasher.finish(),
        metres: steps.map(|pair| tidy::metres_between(&pair[0], &pair[1])).sum(),
        points: lines.iter().map(|line| line.len() as u64).sum(),
        extent,
        indoor_or_virtual: tidy::is_indoor_or_virtual(&activity.sport),
    };
    (Some(placed), dropped)
}

fn facts(placed: &[Placed]) -> Facts {
    let mut facts = Facts { activities: placed.len() as u64, home: home(placed), ..Facts::default() };
    for activity in placed {
        facts.indoor_or_virtual += u64::from(activity.indoor_or_virtual);
        facts.points += activity.points;
        facts.metres += activity.metres;
        facts.extent.join(activity.extent);
    }
    let starts = || placed.iter().filter_map(|activity| activity.start_ms);
    facts.starts_ms = starts().min().zip(starts().max());
    facts
}

/// The box of the activities round the place where most are, without the widest tenth of them.
fn home(placed: &[Placed]) -> Extent {
    // Cells of about 80 km at middle latitudes.
    const CELL_SHIFT: u32 = 32 - 8;
    let cell = |activity: &&Placed| activity.extent.center().map(|axis| axis >> CELL_SHIFT);
    let mut cells: Vec<[u32; 2]> = placed.iter().map(|activity| cell(&activity)).collect();
    cells.sort_unstable();
    let fullest = cells.chunk_by(|a, b| a == b).max_by_key(|same| (same.len(), same[0]));
    let Some(&[column, row]) = fullest.and_then(|same| same.first()) else { return Extent::EMPTY };
    let near = |[x, y]: [u32; 2]| x.abs_diff(column) <= 1 && y.abs_diff(row) <= 1;
    let mut boxes: Vec<Extent> =
        placed.iter().filter(|activity| near(cell(activity))).map(|activity| activity.extent).collect();
    let side = |extent: &Extent| (0..2).map(|axis| extent.max[axis] - extent.min[axis]).max();
    boxes.sort_by_key(side);
    boxes.truncate((boxes.len() * 9).div_ceil(10));
    boxes.into_iter().fold(Extent::EMPTY, |mut home, extent| {
        home.join(extent);
        home
    })
}

//! Files → activities. What a file is, is decided by its content, never by its name.
//!
//! ```text
//! discover ─▶ gather ─▶ input: unpacked bytes ─┬─ ".FIT" ──────────────────▶ fit ─┐
//!               ▲                   │          └─ "<" ─▶ document: ─┬─▶ gpx ───────┼─▶ activities, one by one; Reading
//!               └─ archive ◀─ "PK" ─┘                text ─▶ xml    └─▶ tcx ───────┘
//! ```
//! GPX and TCX are read through a window, so that memory is needed for one activity and not for the file.
//! Damaged files give what can be read of them, with a warning; whatever is left out is counted under a reason.

pub(crate) mod archive;
mod collect;
mod discover;
mod document;
mod draft;
pub(crate) mod fit;
mod gather;
mod gpx;
mod input;
mod localised;
mod number;
mod strava;
mod tcx;
mod time;
mod xml;

/// What the fuzz targets see of the parsers' insides.
#[cfg(fuzzing)]
pub mod fuzzing {
    pub use super::fit::oracle;
    pub use super::gather::archive;
    pub use super::number::{byte, decimal};
    pub use super::strava::Table;
    pub use super::time::unix_ms;
    pub use super::xml::events;
}

pub use discover::{Discovery, Found, MissingInput, discover};
pub use gather::{Contents, Gathered, Listing, Memory, Unknown, each};
pub use strava::Row;

use crate::activity::Activity;
use crate::interrupt;
use collect::{Collector, Take};
use document::Document;
use input::{HEAD_BYTES, Input, fingerprint, is_zip};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes a FIT file may have, as it is read whole. A device writes a hundredth of it in a day.
const MAX_FIT_BYTES: u64 = 256 << 20;

/// A file format that holds activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Garmin's binary format, written by most devices.
    Fit,
    /// GPS Exchange Format.
    Gpx,
    /// Garmin's Training Center XML.
    Tcx,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Fit => "FIT",
            Format::Gpx => "GPX",
            Format::Tcx => "TCX",
        })
    }
}

/// What a file gave. There is at least one activity, and every activity has at least one point.
#[derive(Clone, Debug)]
pub struct Reading<A = Vec<Activity>> {
    /// What the file turned out to be.
    pub format: Format,
    /// A hash of the unpacked content: the same for copies.
    pub fingerprint: u128,
    /// In file order, the points as the file states them, so possibly out of range; or what was made of them.
    pub activities: A,
    /// Activities left out because they have no point.
    pub empty_activities: u64,
    /// A planned course and not something recorded.
    pub course: bool,
    /// The device or program that wrote the file, as far as it says.
    pub device: Option<String>,
    /// Sentences about damage. What could be read was kept.
    pub warnings: Vec<String>,
    /// Track points left out because their position could not be understood.
    pub bad_points: u64,
    /// Track points left out because they have no position, as under a roof.
    pub unplaced_points: u64,
    /// Times, elevations, speeds and heart rates left out because they could not be understood.
    pub bad_values: u64,
    /// Waypoints left out: they are no track.
    pub waypoints: u64,
    /// Points of planned routes left out: they are no recording.
    pub route_points: u64,
}

/// What the parsers return: they hand over the activities one by one.
impl Reading<()> {
    fn new(format: Format) -> Self {
        Self {
            format,
            fingerprint: 0,
            activities: (),
            empty_activities: 0,
            course: false,
            device: None,
            warnings: Vec::new(),
            bad_points: 0,
            unplaced_points: 0,
            bad_values: 0,
            waypoints: 0,
            route_points: 0,
        }
    }

    /// A reading of a document with that many repairs, whose root element was closed or not.
    fn from_xml(format: Format, repairs: u64, closed: bool) -> Self {
        let mut reading = Self::new(format);
        if !closed {
            reading.warnings.push("the file stops in the middle; what came before that was read".into());
        } else if repairs > 0 {
            reading.warnings.push(format!("the markup is broken in {repairs} places; the rest was read"));
        }
        reading
    }

    /// Ends the collection; without any activity, `otherwise` says what the file holds instead.
    fn complete(self, collected: Collector, otherwise: impl FnOnce() -> Skip) -> Result<Self, Skip> {
        match (collected.finish()?, self.warnings.first()) {
            (1.., _) => Ok(self),
            (0, None) => Err(otherwise()),
            (0, Some(_)) => Err(Skip::Unreadable("it is damaged before the first position; fetch it again".into())),
        }
    }

    /// The same with what was made of the activities.
    fn with<A>(self, activities: A) -> Reading<A> {
        let Self { format, fingerprint, activities: (), empty_activities, course, .. } = self;
        let Self { device, warnings, bad_points, unplaced_points, bad_values, waypoints, route_points, .. } = self;
        Reading {
            format,
            fingerprint,
            activities,
            empty_activities,
            course,
            device,
            warnings,
            bad_points,
            unplaced_points,
            bad_values,
            waypoints,
            route_points,
        }
    }
}

/// What is read of planned courses and routes, which are no recordings and say so: see [`Activity::planned`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plans {
    /// Courses of FIT and TCX, which have the form of an activity. Routes of GPX are counted.
    Courses,
    /// Routes of GPX too.
    All,
}

/// Why a file gave no activity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum Skip {
    /// A course or route that somebody planned. Holds which.
    #[error("planned, not recorded: {0}")]
    Planned(String),
    /// What a device writes besides recordings: settings, workouts, heart rates of the day. Holds which.
    #[error("not a recording: {0}")]
    Housekeeping(String),
    /// Some other kind of file, as lie around in every folder.
    #[error("not an activity file (FIT, GPX or TCX)")]
    NotActivity,
    /// A pipe, socket or device.
    #[error("not a regular file; save its content in one")]
    NotRegular,
    /// A sound file of a known format without any track. Holds what it is instead.
    #[error("no track in it: {0}")]
    NoTrack(String),
    /// Holds the same bytes, unpacked, as a file that was read. Holds which.
    #[error("the same as {}", .0.display())]
    Duplicate(PathBuf),
    /// Should have given an activity but cannot. Holds what is wrong and what to do.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

/// A file whose beginning was read.
pub struct Opened<'a> {
    path: &'a Path,
    input: Input<'a>,
    /// What the export says of it.
    row: Option<&'a Row>,
}

impl<'a> Opened<'a> {
    /// See [`Gathered::path`].
    pub fn path(&self) -> &'a Path {
        self.path
    }

    /// What the export says of it.
    pub fn row(&self) -> Option<&'a Row> {
        self.row
    }
}

/// A hash of the unpacked content of a file on disk, which is a [`Reading::fingerprint`] where it is read.
///
/// # Errors
/// When it cannot be read at all.
pub fn content_of(path: &Path) -> Result<u128, Skip> {
    Ok(open(path)?.fingerprint())
}

/// Opens a file on disk.
fn open<'a>(path: &Path) -> Result<Input<'a>, Skip> {
    let unreadable = |error: std::io::Error| Skip::Unreadable(error.to_string());
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(Skip::NotRegular);
    }
    Input::new(File::open(path).map_err(unreadable)?)
}

/// Reads the activities of one file on disk, which is no archive: those are for [`each`].
///
/// # Errors
/// See [`Skip`]. A file whose name promises an activity and whose content is something else is
/// [`Skip::Unreadable`]; the name has no other influence.
pub fn read(path: &Path) -> Result<Reading, Skip> {
    read_into(Opened { path, input: open(path)?, row: None }, Plans::Courses, Vec::new())
}

/// Reads the activities of one file into whatever takes them, one after the other: of a large file, only one activity
/// at a time is in memory.
///
/// # Errors
/// As [`read`].
pub fn read_into<A: Extend<Activity>>(file: Opened, plans: Plans, mut activities: A) -> Result<Reading<A>, Skip> {
    let Opened { path, input, row } = file;
    let take = &mut |mut activity: Activity| {
        if let Some(row) = row {
            row.describe(&mut activity);
        }
        activities.extend([activity]);
    };
    let disappointment = promises_activity(path).then(|| disappointment(input.head()));
    match (read_input(input, plans, take), disappointment) {
        (Err(Skip::NotActivity), Some(why)) => Err(Skip::Unreadable(why.into())),
        (reading, _) => Ok(reading?.with(activities)),
    }
}

/// Reads the activities of a file that is in memory, packed with gzip or not.
///
/// # Errors
/// See [`Skip`].
///
/// ```
/// use trailglow::source::{Skip, parse};
/// let gpx = br#"<gpx><trk><trkseg><trkpt lat="47.4211" lon="10.9853"/></trkseg></trk></gpx>"#;
/// assert_eq!(parse(gpx).unwrap().activities[0].segments[0].len(), 1);
/// assert_eq!(parse(b"a shopping list").unwrap_err(), Skip::NotActivity);
/// ```
pub fn parse(bytes: &[u8]) -> Result<Reading, Skip> {
    let mut activities = Vec::new();
    let take = &mut |activity| activities.push(activity);
    // What is read whole need not be copied.
    let reading = if fit::is_fit(bytes) {
        Reading { fingerprint: fingerprint(bytes), ..fit::read(bytes, take)? }
    } else {
        read_input(Input::new(bytes)?, Plans::Courses, take)?
    };
    Ok(reading.with(activities))
}

fn read_input(mut input: Input, plans: Plans, take: Take) -> Result<Reading<()>, Skip> {
    let outcome;
    if fit::is_fit(input.head()) {
        let mut bytes = Vec::new();
        // An input does not fail, it ends, and says why when it is asked.
        let _ = input.by_ref().take(MAX_FIT_BYTES + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > MAX_FIT_BYTES {
            return Err(Skip::Unreadable(format!("it is larger than {} MiB; split it", MAX_FIT_BYTES >> 20)));
        }
        outcome = fit::read(&bytes, take);
    } else if is_zip(input.head()) {
        return Err(Skip::Unreadable("it is a zip archive in another packing; unpack it once".into()));
    } else if looks_like_xml(input.head()) {
        let mut document = Document::new(input);
        outcome = match xml::root_name(document.text()).as_deref() {
            Some("gpx") => gpx::read(&mut document, plans == Plans::All, take),
            Some("TrainingCenterDatabase") => tcx::read(&mut document, take),
            _ => Err(Skip::NotActivity),
        };
        input = document.into_input();
    } else {
        return Err(Skip::NotActivity);
    }
    if interrupt::check().is_err() {
        return Err(Skip::Unreadable("reading was interrupted".into()));
    }
    let mut reading = match outcome {
        Ok(reading) => Reading { fingerprint: input.fingerprint(), ..reading },
        Err(skip) => return input.finish().and(Err(skip)),
    };
    let damage = input.finish()?;
    reading.warnings.splice(..0, damage);
    Ok(reading)
}

/// Says whether the first thing that is not a blank, a byte order mark or half of a UTF-16 character is a `<`.
fn looks_like_xml(bytes: &[u8]) -> bool {
    const MARKS: &[u8] = &[0, 0xef, 0xbb, 0xbf, 0xfe, 0xff];
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && !MARKS.contains(byte));
    first == Some(&b'<') || (first.is_none() && bytes.len() >= HEAD_BYTES)
}

/// Says whether the name is that of an activity file. The side files of macOS (`._ride.fit`) are not.
fn promises_activity(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let stem = name.strip_suffix(".gz").unwrap_or(&name);
    !name.starts_with("._") && [".fit", ".gpx", ".tcx"].iter().any(|suffix| stem.ends_with(suffix))
}

/// What to say about a file that its name makes an activity and its content does not.
fn disappointment(head: &[u8]) -> &'static str {
    let start = String::from_utf8_lossy(&head[..head.len().min(HEAD_BYTES)]).to_lowercase();
    if head.is_empty() {
        "it is empty; fetch it again"
    } else if start.contains("<html") || start.contains("<!doctype html") {
        "it is a web page, perhaps asking for a login; download the activity again"
    } else {
        "its content is neither FIT nor GPX nor TCX; export it again"
    }
}

#[cfg(test)]
mod faults;
#[cfg(test)]
mod tests;

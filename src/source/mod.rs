//! Files → activities. What a file is, is decided by its content, never by its name.
//!
//! ```text
//! discover ─▶ paths ─▶ read ─▶ gzip ─┬─ ".FIT" ─────────────────▶ fit ─┐
//!                                    └─ "<" ─▶ xml::decode ─┬───▶ gpx ─┼─▶ Reading
//!                                                           └───▶ tcx ─┘
//! ```
//! Damaged files give what can be read of them, with a warning; whatever is left out is counted under a reason.

mod collect;
mod discover;
mod draft;
pub(crate) mod fit;
mod gpx;
mod gzip;
mod number;
mod tcx;
mod time;
mod xml;

pub use discover::{Discovery, Found, MissingInput, discover};

use crate::activity::Activity;
use collect::{Collector, MAX_POINTS};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes a file may have, packed or not.
const MAX_BYTES: u64 = 2 << 30;

/// Bytes at the beginning of a file that say whether it is worth reading whole.
const HEAD_BYTES: usize = 4096;

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
pub struct Reading {
    /// What the file turned out to be.
    pub format: Format,
    /// In file order; the points as the file states them, so possibly out of range.
    pub activities: Vec<Activity>,
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

impl Reading {
    fn new(format: Format) -> Self {
        Self {
            format,
            activities: Vec::new(),
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

    /// An empty reading of a document with that many repairs, whose root element was closed or not.
    fn from_xml(format: Format, repairs: u64, closed: bool) -> Self {
        let mut reading = Self::new(format);
        if !closed {
            reading.warnings.push("the file stops in the middle; what came before that was read".into());
        } else if repairs > 0 {
            reading.warnings.push(format!("the markup is broken in {repairs} places; the rest was read"));
        }
        reading
    }

    /// Takes over the collected activities; without any, `otherwise` says what the file holds instead.
    fn complete(mut self, collected: Collector, otherwise: impl FnOnce() -> String) -> Result<Self, Skip> {
        self.activities = collected
            .finish()
            .ok_or_else(|| Skip::Unreadable(format!("it holds more than {MAX_POINTS} points; split it")))?;
        match (self.activities.is_empty(), self.warnings.first()) {
            (false, _) => Ok(self),
            (true, None) => Err(Skip::NoTrack(otherwise())),
            (true, Some(_)) => Err(Skip::Unreadable("it is damaged before the first position; fetch it again".into())),
        }
    }
}

/// Why a file gave no activity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Skip {
    /// Some other kind of file, as lie around in every folder.
    #[error("not an activity file (FIT, GPX or TCX)")]
    NotActivity,
    /// A sound file of a known format without any track. Holds what it is instead.
    #[error("no track in it: {0}")]
    NoTrack(String),
    /// Should have given an activity but cannot. Holds what is wrong and what to do.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

/// Reads the activities of one file.
///
/// # Errors
/// See [`Skip`]. A file whose name promises an activity and whose content is something else is
/// [`Skip::Unreadable`]; the name has no other influence.
pub fn read(path: &Path) -> Result<Reading, Skip> {
    let bytes = load(path).map_err(|error| Skip::Unreadable(error.to_string()))?;
    let outcome = match &bytes {
        Load::Whole(bytes) => parse(bytes),
        Load::Other(_) => Err(Skip::NotActivity),
        Load::TooLarge => Err(Skip::Unreadable(format!("it is larger than {} GiB", MAX_BYTES >> 30))),
        Load::NotAFile => Err(Skip::Unreadable("it is not a regular file".into())),
    };
    match (outcome, &bytes) {
        (Err(Skip::NotActivity), Load::Whole(head) | Load::Other(head)) if promises_activity(path) => {
            Err(Skip::Unreadable(disappointment(head).into()))
        }
        (outcome, _) => outcome,
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
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Skip::Unreadable(format!("it is larger than {} GiB", MAX_BYTES >> 30)));
    }
    let (content, damage) = gzip::unwrap(bytes, MAX_BYTES)?;
    let mut reading = parse_plain(&content)?;
    reading.warnings.splice(..0, damage);
    Ok(reading)
}

fn parse_plain(bytes: &[u8]) -> Result<Reading, Skip> {
    if fit::is_fit(bytes) {
        return fit::parse(bytes);
    }
    if is_zip(bytes) {
        return Err(Skip::Unreadable("it is a zip archive; unpack it and name the folder".into()));
    }
    if !looks_like_xml(bytes) {
        return Err(Skip::NotActivity);
    }
    let text = xml::decode(bytes);
    match xml::root_name(&text).as_deref() {
        Some("gpx") => gpx::parse(&text),
        Some("TrainingCenterDatabase") => tcx::parse(&text),
        _ => Err(Skip::NotActivity),
    }
}

/// What was fetched of a file.
enum Load {
    Whole(Vec<u8>),
    /// The head of a file that cannot hold activities.
    Other(Vec<u8>),
    TooLarge,
    NotAFile,
}

/// Fetches a file, but only the head of photos, films and the like.
fn load(path: &Path) -> std::io::Result<Load> {
    if !path.metadata()?.is_file() {
        return Ok(Load::NotAFile);
    }
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut bytes)?;
    if !(gzip::is_gzip(&bytes) || fit::is_fit(&bytes) || is_zip(&bytes) || looks_like_xml(&bytes)) {
        return Ok(Load::Other(bytes));
    }
    bytes.reserve(file.metadata()?.len().min(MAX_BYTES) as usize);
    file.take(MAX_BYTES + 1 - bytes.len() as u64).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > MAX_BYTES { Load::TooLarge } else { Load::Whole(bytes) })
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
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
mod tests;

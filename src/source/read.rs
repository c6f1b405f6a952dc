//! Reads the activities of one file: detects the format from the first bytes and calls the parser.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::archive::is_archive;
use super::collector::EmitActivity;
use super::content::{self, ContentReader, HEAD_BYTES};
use super::damage::Damage;
use super::discover::InputFile;
use super::markup::document::Document;
use super::markup::lexer::root_name;
use super::metadata::{self, Metadata};
use super::other_kinds;
use super::parsed_file::{Format, ParsedFile, PlannedActivities};
use super::skip::Skip;
use super::{fit, geojson, gpx, kml, tcx, wrong_content};
use crate::activity::Activity;
use crate::control::cancel::Cancel;

/// Largest FIT file, in bytes; FIT is read into memory as a whole. A day of recording has a hundredth of that.
const MAX_FIT_BYTES: u64 = 256 << 20;

/// An open file whose first bytes were read.
pub struct OpenedFile<'a> {
    pub(super) path: &'a Path,
    pub(super) content: ContentReader<'a>,
    pub(super) metadata: Option<Metadata<'a>>,
    pub(super) cancel: &'a Cancel,
}

impl<'a> OpenedFile<'a> {
    /// See [`FileOutcome::path`](super::FileOutcome::path).
    pub fn path(&self) -> &'a Path {
        self.path
    }

    /// Entry of the file in a table of activities.
    pub fn metadata(&self) -> Option<Metadata<'a>> {
        self.metadata
    }
}

/// Hashes the decompressed content of a file on disk; equals [`ParsedFile::content_hash`].
///
/// # Errors
/// If the file cannot be read.
pub fn content_hash(path: &Path) -> Result<u128, Skip> {
    Ok(open(path)?.hash_to_end())
}

/// Opens an input of the user.
pub(super) fn open_input<'a>(file: &InputFile) -> Result<ContentReader<'a>, Skip> {
    match &file.piped {
        Some(piped) => ContentReader::new(piped.bytes().reader()),
        None => open(&file.path),
    }
}

pub(super) fn open<'a>(path: &Path) -> Result<ContentReader<'a>, Skip> {
    let unreadable = |error: std::io::Error| Skip::Unreadable(error.to_string());
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(Skip::NotRegular);
    }
    ContentReader::new(File::open(path).map_err(unreadable)?)
}

/// Reads the activities of one file on disk. For archives use [`read_all`](super::read_all).
///
/// # Errors
/// See [`Skip`]. Content of another kind is [`Skip::Unreadable`] if the file has an extension of an activity file or an
/// archive, else [`Skip::NotActivity`]; the name has no other influence.
pub fn read(path: &Path) -> Result<ParsedFile, Skip> {
    read_into(
        OpenedFile { path, content: open(path)?, metadata: None, cancel: &Cancel::default() },
        PlannedActivities::Courses,
        Vec::new(),
    )
}

/// Reads the activities of one file and passes each to `activities` once complete, so that memory holds one activity at
/// a time. FIT files are in memory as a whole.
///
/// # Errors
/// As for [`read`].
pub fn read_into<A: Extend<Activity>>(
    file: OpenedFile,
    planned: PlannedActivities,
    mut activities: A,
) -> Result<ParsedFile<A>, Skip> {
    let OpenedFile { path, content, metadata, cancel } = file;
    let mut row_digests = Vec::new();
    let emit = &mut |mut activity: Activity| {
        row_digests.extend(metadata.map(|metadata| metadata.describe(path, &mut activity)));
        activities.extend([activity]);
    };
    let wrong_content = wrong_content::message(path, &content);
    match (read_content(path, content, planned, cancel, emit), wrong_content) {
        (Err(Skip::NotActivity), Some(message)) => Err(Skip::Unreadable(message)),
        (parsed, _) => {
            let row_digest = metadata::combined_digest(&row_digests);
            Ok(ParsedFile { row_digest, ..parsed? }.with_activities(activities))
        }
    }
}

/// Reads the activities of a file in memory, gzip-compressed or not.
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
pub fn parse(bytes: &[u8]) -> Result<ParsedFile, Skip> {
    let mut activities: Vec<Activity> = Vec::new();
    let emit = &mut |activity| activities.push(activity);
    // FIT is parsed in place, without a copy.
    let parsed = if fit::is_fit(bytes) {
        let mut parsed = ParsedFile { content_hash: content::hash(bytes), ..fit::read(bytes, emit)? };
        if let Some(damage) = &mut parsed.damage {
            damage.points = activities.iter().flat_map(Activity::points).count() as u64;
            damage.bytes = bytes.len() as u64;
        }
        parsed
    } else {
        read_content(Path::new(""), ContentReader::new(bytes)?, PlannedActivities::Courses, &Cancel::default(), emit)?
    };
    Ok(parsed.with_activities(activities))
}

fn read_content(
    path: &Path,
    mut content: ContentReader,
    planned: PlannedActivities,
    cancel: &Cancel,
    emit: EmitActivity,
) -> Result<ParsedFile<()>, Skip> {
    let outcome;
    let mut points = 0;
    let emit = &mut |activity: Activity| {
        points += activity.points().count() as u64;
        emit(activity);
    };
    if fit::is_fit(content.head()) {
        let mut bytes = Vec::new();
        // A content reader never fails: `finish` reports damage.
        let _ = content.by_ref().take(MAX_FIT_BYTES + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > MAX_FIT_BYTES {
            return Err(Skip::Unreadable(format!("the FIT file is larger than {} MiB; split it", MAX_FIT_BYTES >> 20)));
        }
        outcome = fit::read(&bytes, emit);
    } else if is_archive(content.head()) {
        return Err(Skip::Unreadable("the content is an archive; unpack it first".into()));
    } else if looks_like_xml(content.head()) {
        let mut document = Document::new(content);
        outcome = read_xml(&mut document, planned, cancel, emit);
        content = document.into_input();
    } else if geojson::is_geojson(content.head()) {
        outcome = geojson::read(&mut content, cancel, emit);
    } else {
        outcome = Err(Skip::NotActivity);
    }
    if matches!(outcome, Err(Skip::NotActivity)) {
        return Err(other_kinds::describe(path, content.head()));
    }
    if cancel.is_cancelled() {
        return Err(Skip::Unreadable("reading was interrupted".into()));
    }
    // The hash needs the rest of the content, which a parser does not read if it ends at damage.
    let bytes = content.delivered();
    let mut parsed = match outcome {
        Ok(parsed) => ParsedFile { content_hash: content.hash_to_end(), ..parsed },
        // An exceeded size limit takes precedence over the parser's error.
        Err(skip) => return content.finish().and(Err(skip)),
    };
    // Damage of the compressed data cuts the content and so causes the damage that the parser found.
    if let Some(cause) = content.finish()? {
        parsed.damage = Some(Damage { cause, ..Damage::default() });
    }
    parsed.damage = parsed.damage.map(|damage| Damage { points, bytes, ..damage });
    Ok(parsed)
}

/// XML formats with their root element, and elements below the root with which a file may begin that lacks its root.
const XML_ROOTS: [(Format, &str, &[&str]); 3] = [
    (Format::Gpx, "gpx", &["trk", "trkseg", "rte", "wpt", "metadata"]),
    (Format::Tcx, "TrainingCenterDatabase", &["Activities", "Activity", "Courses", "Course"]),
    (Format::Kml, "kml", &["Folder", "Placemark"]),
];

fn read_xml(
    document: &mut Document,
    planned: PlannedActivities,
    cancel: &Cancel,
    emit: EmitActivity,
) -> Result<ParsedFile<()>, Skip> {
    let first = root_name(document.text()).unwrap_or_default();
    let is_of = |(_, root, below): &&(Format, &str, &[&str])| first == *root || below.contains(&&*first);
    let Some((format, root, _)) = XML_ROOTS.iter().find(is_of) else { return Err(Skip::NotActivity) };
    let outcome = match format {
        Format::Tcx => tcx::read(document, cancel, emit),
        Format::Kml => kml::read(document, cancel, emit),
        _ => gpx::read(document, planned == PlannedActivities::CoursesAndRoutes, cancel, emit),
    };
    match outcome {
        // Another format may have elements of these names.
        Err(Skip::NoTrack(_)) if first != *root => Err(Skip::NotActivity),
        Err(skip) => Err(skip),
        Ok(mut parsed) => {
            let missing_root = (first != *root).then(|| format!("the <{root}> element around the tracks is missing"));
            parsed.warnings.extend(missing_root.into_iter().chain(document.encoding_warning()));
            Ok(parsed)
        }
    }
}

/// Returns true if the text begins with `<` after white space, byte order marks and zero bytes of UTF-16, or if the
/// whole head consists of these.
fn looks_like_xml(bytes: &[u8]) -> bool {
    const MARKS: &[u8] = &[0, 0xef, 0xbb, 0xbf, 0xfe, 0xff];
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && !MARKS.contains(byte));
    first == Some(&b'<') || (first.is_none() && bytes.len() >= HEAD_BYTES)
}

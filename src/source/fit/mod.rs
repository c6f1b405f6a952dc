//! FIT → activities: each session of an activity file is an activity. A file may hold several chained FIT files.
//!
//! ```text
//!                                            ┌─▶ record: own reader ──┐
//! bytes ─▶ file: FIT files ─▶ message: split ┤                        ├─▶ recording: sessions and segments
//!                                            └─▶ decoder: fitparser ──┘
//! ```
//! Nearly all messages are records, and only a few numeric fields of a record are used. `record` reads just these, at
//! offsets computed once per definition; fitparser builds a hash map per message and took about ten times as long.
//! fitparser decodes the few other messages, names the numbers of the profile, and is the test oracle for records.

pub(crate) mod crc;
mod decoder;
mod file;
mod message;
mod names;
#[cfg(any(test, fuzzing))]
pub mod oracle;
mod record;
mod recording;
mod value;

use super::collector::{Collector, EmitActivity};
use super::damage::Damage;
use super::parsed_file::{Format, ParsedFile};
use super::skip::Skip;
use recording::Recording;

pub use file::is_fit;

/// Reads every FIT file chained in `bytes`.
///
/// # Errors
/// [`Skip::NoTrack`] if no record has a position, [`Skip::Planned`] for a course without positions,
/// [`Skip::NotRecording`] for any other type of file without positions, [`Skip::Unreadable`] if the file is damaged
/// before the first position or exceeds a limit.
pub fn read(bytes: &[u8], emit: EmitActivity) -> Result<ParsedFile<()>, Skip> {
    let mut parsed = ParsedFile::new(Format::Fit);
    let mut out = Collector::new(emit);
    let mut skip_reason = None;
    let mut courses = 0;
    let (files, trailing_data) = file::chained_files(bytes);
    for file in files {
        let mut recording = Recording::default();
        let broken = message::for_each_message(file.messages, |message| recording.add_message(message));
        if let Some(cause) = broken.or(file.damage).or(recording.overflow()) {
            Damage::add(&mut parsed.damage, cause);
        }
        if parsed.warnings.is_empty() {
            parsed.warnings.extend(file.warning);
        }
        parsed.points_without_position += recording.records_without_position();
        parsed.bad_values += recording.bad_values();
        parsed.device = parsed.device.or(recording.device());
        courses += usize::from(recording.is_course());
        skip_reason.get_or_insert(recording.skip_reason());
        recording.finish(&mut out);
    }
    if let Some(cause) = trailing_data {
        Damage::add(&mut parsed.damage, cause);
    }
    let mut parsed =
        parsed.complete(out, || skip_reason.unwrap_or_else(|| Skip::NoTrack("an empty FIT file".into())))?;
    parsed.course = courses > 0;
    Ok(parsed)
}

#[cfg(test)]
mod tests;

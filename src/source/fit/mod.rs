//! FIT → activities: a session of an activity file is an activity; files may be chained in one.
//!
//! ```text
//!                                                       ┌─▶ record: by a plan of our own ─┐
//! bytes ─▶ chain: which files ─▶ frame: which messages ─┤                                 ├─▶ recording: sessions, pauses
//!                                                       └─▶ decoder: by fitparser ────────┘
//! ```
//! Records are nearly all of a file, and only a few plain numbers of each matter: `record` reads just these, from where a
//! plan, made once for each definition, says they are. fitparser, which builds a hash map for every message, took about
//! ten times as long. It reads the other messages, which are few but varied, names the numbers of the profile, and says in
//! tests and fuzzing what the records should have come to.

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

use super::collector::{ActivitySink, Collector};
use super::parsed_file::{Format, ParsedFile};
use super::skip::Skip;
use recording::Recording;

pub use file::is_fit;

/// Different sentences about damage that are kept; each of many chained files could have its own.
const MAX_WARNINGS: usize = 10;

/// Reads every FIT file chained in `bytes`.
///
/// # Errors
/// [`Skip::NoTrack`] when no record has a position, [`Skip::NotRecording`] when it is not meant to have any, [`Skip::Unreadable`] when it is damaged before the first one or
/// holds too many.
pub fn read(bytes: &[u8], take: ActivitySink) -> Result<ParsedFile<()>, Skip> {
    let mut reading = ParsedFile::new(Format::Fit);
    let mut out = Collector::new(take);
    let mut skip_reason = None;
    let mut courses = 0;
    let mut unreported = 0;
    let (files, trailing_data) = file::chained_files(bytes);
    reading.warnings.extend(trailing_data);
    for file in files {
        let mut recording = Recording::default();
        let broken = message::for_each_message(file.messages, |message| recording.add_message(message));
        let warning = broken.or(file.damage).or(recording.overflow_warning());
        if let Some(warning) = warning
            && !reading.warnings.contains(&warning)
        {
            if reading.warnings.len() < MAX_WARNINGS {
                reading.warnings.push(warning);
            } else {
                unreported += 1;
            }
        }
        reading.unplaced_points += recording.records_without_position();
        reading.bad_values += recording.bad_values();
        reading.device = reading.device.or(recording.device());
        courses += usize::from(recording.is_course());
        skip_reason.get_or_insert(recording.skip_reason());
        recording.finish(&mut out);
    }
    if unreported > 0 {
        reading.warnings.push(format!("{unreported} more of the files chained in it are damaged"));
    }
    let mut reading =
        reading.complete(out, || skip_reason.unwrap_or_else(|| Skip::NoTrack("an empty FIT file".into())))?;
    reading.course = courses > 0;
    Ok(reading)
}

#[cfg(test)]
mod tests;

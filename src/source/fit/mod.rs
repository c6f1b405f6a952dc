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

mod chain;
pub(crate) mod crc;
mod decoder;
mod frame;
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

pub use chain::is_fit;

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
    let mut what = None;
    let mut courses = 0;
    let mut unsaid = 0;
    let (files, damage) = chain::files(bytes);
    reading.warnings.extend(damage);
    for file in files {
        let mut recording = Recording::default();
        let broken = frame::messages(file.messages, |message| recording.take(message));
        let warning = broken.or(file.damage).or(recording.overflow());
        if let Some(warning) = warning
            && !reading.warnings.contains(&warning)
        {
            if reading.warnings.len() < MAX_WARNINGS {
                reading.warnings.push(warning);
            } else {
                unsaid += 1;
            }
        }
        reading.unplaced_points += recording.unplaced();
        reading.bad_values += recording.bad_values();
        reading.device = reading.device.or(recording.device());
        courses += usize::from(recording.is_course());
        what.get_or_insert(recording.what());
        recording.finish(&mut out);
    }
    if unsaid > 0 {
        reading.warnings.push(format!("{unsaid} more of the files chained in it are damaged"));
    }
    let mut reading = reading.complete(out, || what.unwrap_or_else(|| Skip::NoTrack("an empty FIT file".into())))?;
    reading.course = courses > 0;
    Ok(reading)
}

#[cfg(test)]
mod tests;

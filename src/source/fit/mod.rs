//! FIT → activities: a session of an activity file is an activity; files may be chained in one.
//!
//! ```text
//! bytes ─▶ chain: which files ─▶ frame: which messages ─▶ fitparser: their values ─▶ recording: sessions and pauses
//! ```
//! fitparser decodes the values, but does not get to see the file: it stops at the first thing it does not expect
//! (an undescribed developer field, a cut end), prints about misdeclared fields to the terminal, and can be made to
//! panic by sizes that do not add up. So `frame` finds the messages itself, which takes no more than adding up
//! declared sizes, and hands over one message at a time, cut down to the few fields that matter.
//! That is also twice as fast as letting fitparser build every field of every message.

mod chain;
pub(crate) mod crc;
mod frame;
mod names;
mod recording;

use super::collect::{Collector, Take};
use super::{Format, Reading, Skip};
use recording::Recording;

pub use chain::is_fit;

/// Reads every FIT file chained in `bytes`.
///
/// # Errors
/// [`Skip::NoTrack`] when no record has a position, [`Skip::Unreadable`] when it is damaged before the first one or
/// holds too many.
pub fn read(bytes: &[u8], take: Take) -> Result<Reading<()>, Skip> {
    let mut reading = Reading::new(Format::Fit);
    let mut out = Collector::new(take);
    let mut what = None;
    let mut courses = 0;
    let (files, damage) = chain::files(bytes);
    reading.warnings.extend(damage);
    for file in files {
        let mut recording = Recording::default();
        let broken = frame::messages(file.messages, |message| recording.take(message));
        let warning = broken.or(file.damage).or(recording.overflow());
        if let Some(warning) = warning
            && !reading.warnings.contains(&warning)
        {
            reading.warnings.push(warning);
        }
        reading.unplaced_points += recording.unplaced();
        reading.device = reading.device.or(recording.device());
        courses += usize::from(recording.is_course());
        what.get_or_insert(recording.what());
        recording.finish(&mut out);
    }
    let mut reading = reading.complete(out, || what.unwrap_or_else(|| "an empty FIT file".into()))?;
    reading.course = courses > 0;
    Ok(reading)
}

#[cfg(test)]
mod tests;

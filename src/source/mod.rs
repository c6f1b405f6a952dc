//! Files → activities. What a file is, is decided by its content, never by its name.
//!
//! ```text
//! discover ─▶ gather ─▶ input: unpacked bytes ─┬─ ".FIT" ──────────────────▶ fit ─┐
//!               ▲                   │          └─ "<" ─▶ document: ─┬─▶ gpx ───────┼─▶ activities, one by one; Reading
//!               └─ archive ◀─ "PK" ─┘                text ─▶ markup   └─▶ tcx ───────┘
//! ```
//! GPX and TCX are read through a window, so that memory is needed for one activity and not for the file.
//! Damaged files give what can be read of them, with a warning; whatever is left out is counted under a reason.

pub(crate) mod archive;
mod collector;
mod content;
mod discover;
pub(crate) mod fit;
mod gather;
mod gpx;
mod localised;
mod markup;
mod number;
mod parsed_file;
mod point_builder;
mod read;
mod skip;
mod strava;
mod tcx;
mod time;

/// What the fuzz targets see of the parsers' insides.
#[cfg(fuzzing)]
pub mod fuzzing {
    pub use super::fit::oracle;
    pub use super::gather::archive;
    pub use super::markup::walk::events;
    pub use super::number::{byte, decimal};
    pub use super::strava::Table;
    pub use super::time::unix_ms;
}

pub use discover::{Discovery, InputFile, MissingInput, discover};
pub use gather::{ArchiveOutcome, FileCache, FileOutcome, NoCache, TableReport, read_all};
pub use parsed_file::{Format, ParsedFile, PlannedActivities};
pub use read::{OpenedFile, content_hash, parse, read, read_into};
pub use skip::Skip;
pub use strava::Row;

#[cfg(test)]
mod faults;
#[cfg(test)]
mod tests;

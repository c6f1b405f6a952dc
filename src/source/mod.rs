//! Reads activities from FIT, GPX and TCX files, compressed or in zip archives. The content of a file decides its format,
//! never its name.
//!
//! ```text
//! discover ─▶ gather ─▶ content: decompressed ─┬─ ".FIT" ────────────────▶ fit ─┐
//!               ▲                   │          └─ "<" ─▶ document: ─┬─▶ gpx ─────┼─▶ activities, one by one; ParsedFile
//!               └─ archive ◀─ "PK" ─┘                text ─▶ markup └─▶ tcx ─────┘
//! ```
//! GPX and TCX are read through a window: memory holds one activity, not the file. A damaged file gives the activities
//! before the damage, with a warning; [`ParsedFile`] counts the ignored points and values.

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
mod repeats;
mod skip;
mod strava;
mod tcx;
mod time;

/// Internals of the parsers for the fuzz targets.
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

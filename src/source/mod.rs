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
mod collect;
mod discover;
mod draft;
pub(crate) mod fit;
mod gather;
mod gpx;
mod input;
mod localised;
mod markup;
mod number;
mod read;
mod reading;
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

pub use discover::{Discovery, Found, MissingInput, discover};
pub use gather::{ArchiveOutcome, FileCache, FileOutcome, NoCache, TableReport, each};
pub use read::{Opened, content_of, parse, read, read_into};
pub use reading::{Format, Plans, Reading};
pub use skip::Skip;
pub use strava::Row;

#[cfg(test)]
mod faults;
#[cfg(test)]
mod tests;

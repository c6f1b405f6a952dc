//! Reads activities from FIT, GPX, TCX, KML and GeoJSON files, compressed or in zip archives (KMZ). The content of a file
//! decides its format, never its name.
//!
//! ```text
//! discover ─▶ gather ─▶ content: decompressed ─┬─ ".FIT" ────────────────▶ fit ─────┐
//!               ▲                   │          ├─ "<" ─▶ document: ─┬─▶ gpx ─────────┼─▶ activities, one by one; ParsedFile
//!               │                   │          │     text ─▶ markup ├─▶ tcx ─────────┤
//!               │                   │          │                    └─▶ kml ─┬─ lines ┤
//!               └─ archive ◀─ "PK" ─┘          └─ "{" ─▶ json ─▶ geojson ────┘        ┘
//! ```
//! All but FIT are read through a window: memory holds one activity, not the file. A damaged file gives the activities
//! before the damage, with a warning; [`ParsedFile`] counts the ignored points and values.

pub(crate) mod archive;
mod collector;
mod content;
mod discover;
mod encoding;
pub(crate) mod fit;
mod garmin;
mod gather;
mod geojson;
mod gpx;
mod json;
mod kml;
mod lines;
mod localised;
mod markup;
mod metadata;
mod number;
mod parsed_file;
mod point_builder;
mod properties;
mod read;
mod skip;
mod strava;
mod tcx;
mod time;

/// Internals of the parsers for the fuzz targets.
#[cfg(fuzzing)]
pub mod fuzzing {
    pub use super::fit::oracle;
    pub use super::garmin::Table as GarminTable;
    pub use super::gather::archive;
    pub use super::markup::walk::events;
    pub use super::number::{byte, decimal};
    pub use super::strava::Table;
    pub use super::time::unix_ms;
}

pub use discover::{Discovery, InputFile, MissingInput, discover};
pub use gather::{ArchiveOutcome, FileCache, FileOutcome, NoCache, TableReport, read_all};
pub use metadata::Metadata;
pub use parsed_file::{Format, ParsedFile, PlannedActivities};
pub use read::{OpenedFile, content_hash, parse, read, read_into};
pub use skip::Skip;

#[cfg(test)]
mod faults;
#[cfg(test)]
mod line_formats;
#[cfg(test)]
mod tests;

//! Reads activities from FIT, GPX, TCX, KML and GeoJSON files, compressed or in zip (KMZ) and tar archives. The
//! content of a file decides its format, never its name.
//!
//! ```text
//! discover ─▶ gather ─▶ content: decompressed ─┬─ ".FIT" ────────────────▶ fit ─────┐
//!               ▲                   │          ├─ "<" ─▶ document: ─┬─▶ gpx ─────────┼─▶ activities, one by one;
//!               │                   │          │     text ─▶ markup ├─▶ tcx ─────────┤   ParsedFile
//!               │                   │          │                    └─▶ kml ─┬─ lines ┤
//!               └─ archive: zip, tar ◀┘        └─ "{" ─▶ json ─▶ geojson ────┘        ┘
//! ```
//! All but FIT are read through a window: memory holds one activity, not the file. A damaged file gives the activities
//! before the damage, which [`Damage`] describes; [`ParsedFile`] counts the ignored points and values.

pub(crate) mod archive;
mod budget;
mod collector;
mod content;
mod damage;
mod decode;
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
mod other_kinds;
mod parsed_file;
mod pipe;
mod point_builder;
mod properties;
mod random_access;
mod read;
mod skip;
mod strava;
mod tcx;
mod time;
mod title_lines;
mod wrong_content;

/// Internals of the parsers for the fuzz targets.
#[cfg(fuzzing)]
pub mod fuzzing {
    pub use super::fit::oracle;
    pub use super::garmin::table as garmin_table;
    pub use super::gather::archive;
    pub use super::markup::walk::events;
    pub use super::number::{byte, decimal};
    pub use super::strava::Table;
    pub use super::time::unix_ms;
}

pub use damage::Damage;
pub use discover::{Discovery, InputFile, MissingInput, discover};
pub use gather::{ArchiveOutcome, FileCache, FileOutcome, NoCache, TableReport, read_all};
pub use metadata::Metadata;
pub use parsed_file::{Format, ParsedFile, PlannedActivities};
pub use read::{OpenedFile, content_hash, parse, read, read_into};
pub use skip::Skip;

#[cfg(test)]
mod tests;

//! PMTiles v3 archives: one file per style, for any static web server.
//!
//! The pmtiles crate writes them. The reader follows the specification (github.com/protomaps/PMTiles, spec/v3/spec.md).

mod directory;
mod header;
mod read;
mod section;
mod write;

pub use read::{ArchiveReader, is_trailglow_archive};
pub use write::{ArchiveWriter, archive_paths, stage};

//! PMTiles v3 archives: one file per set, for any static host.
//!
//! The pmtiles crate writes header and directories. They are read here, after the specification
//! (github.com/protomaps/PMTiles, spec/v3/spec.md).

mod directory;
mod header;
mod read;
mod section;
mod write;

pub use read::ArchiveReader;
pub use write::{ArchiveWriter, archive_paths, stage};

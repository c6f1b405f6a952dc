//! Trailglow turns the activity files a person owns into heat map tiles.
//!
//! ```text
//! files ─ source ─▶ Activity ─ tidy ─▶ runs on the canvas ─ geometry ─▶ strips per zoom
//!                                                                         │ plan: which tiles, which strips
//! PNG folder · PMTiles ◀─ sink ◀─ encode ◀─ tone ◀─ raster ◀──────────────┘
//! ```

#[cfg(feature = "native")]
pub mod activity;
#[cfg(feature = "native")]
pub mod bytes;
#[cfg(feature = "native")]
pub mod cli;
#[cfg(feature = "native")]
pub mod collection;
#[cfg(feature = "native")]
pub mod control;
#[cfg(feature = "native")]
pub mod demo;
#[cfg(feature = "native")]
pub mod duplicates;
pub mod engine;
#[cfg(feature = "native")]
pub mod job;
#[cfg(feature = "native")]
pub mod library;
#[cfg(feature = "native")]
pub mod privacy;
#[cfg(feature = "native")]
pub mod pyramid;
#[cfg(feature = "native")]
pub mod selection;
#[cfg(feature = "native")]
pub mod source;
#[cfg(feature = "native")]
pub mod tileset;

//! Trailglow turns the activity files a person owns into heat map tiles.
//!
//! ```text
//! files ─ source ─▶ Activity ─ tidy ─▶ runs on the canvas ─ geometry ─▶ strips per zoom
//!                                                                         │ plan: which tiles, which strips
//! PNG folder · PMTiles ◀─ sink ◀─ encode ◀─ tone ◀─ raster ◀──────────────┘
//! ```

pub mod activity;
pub mod bytes;
pub mod cli;
pub mod collection;
pub mod control;
pub mod demo;
pub mod duplicates;
pub mod engine;
pub mod job;
pub mod library;
pub mod privacy;
pub mod pyramid;
pub mod selection;
pub mod source;
pub mod tileset;

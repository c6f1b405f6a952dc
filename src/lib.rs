//! Trailglow turns the activity files a person owns into heat map tiles.
//!
//! ```text
//! files ─ source ─▶ Activity ─ tidy ─▶ runs on the canvas ─ geometry ─▶ strips per zoom
//!                                                                         │ plan: which tiles, which strips
//! PNG folder · PMTiles ◀─ sink ◀─ encode ◀─ tone ◀─ raster ◀──────────────┘
//! ```

pub mod about;
pub mod activity;
pub mod again;
pub mod calendar;
pub mod cli;
pub mod clip;
pub mod codec;
pub mod collection;
pub mod demo;
pub mod encode;
pub mod geometry;
pub mod inspect;
pub mod interrupt;
pub mod layer;
pub mod library;
pub mod near;
pub mod once;
pub mod pieces;
pub mod plan;
pub mod privacy;
pub mod progress;
pub mod pyramid;
pub mod raster;
pub mod rounding;
pub mod same;
pub mod selection;
pub mod sink;
pub mod source;
pub mod spool;
pub mod tidy;
pub mod tile;
pub mod tone;

//! Trailglow turns the activity files a person owns into heat map tiles.
//!
//! ```text
//! files ─ source ─▶ Activity ─ tidy ─▶ runs on the canvas ─ geometry ─▶ strips per zoom
//!                                                                         │ plan: which tiles, which strips
//! PNG folder · PMTiles ◀─ sink ◀─ encode ◀─ tone ◀─ raster ◀──────────────┘
//! ```

pub mod activity;
pub mod source;

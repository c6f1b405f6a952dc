//! The rendering engine: tracks in, tiles out. It uses no files, clock, terminal or global state, and compiles to
//! WebAssembly.
//!
//! ```text
//! TrackSet, TrackSelection ─ geometry ─▶ strips ─ tiling ─▶ plan ─ raster ─▶ levels ─ tone ─▶ colours ─ png ─▶ tile
//! ```

pub mod accumulation;
mod draw;
pub mod drawing;
pub mod geometry;
pub mod layer;
pub mod png;
pub mod probe;
pub mod quantity;
pub mod quantum;
pub mod raster;
#[cfg(feature = "gpu")]
pub mod select_device;
pub mod tiling;
pub mod tone;
mod tracks;

pub use draw::{TileFilter, ZoomGeometry, draw_tiles};
pub use tracks::{TrackSelection, TrackSet};

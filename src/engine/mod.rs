//! The engine: tracks in, tiles out. It knows no file, clock, terminal or global state.

pub mod geometry;
pub mod layer;
pub mod png;
pub mod raster;
pub mod tiling;
pub mod tone;

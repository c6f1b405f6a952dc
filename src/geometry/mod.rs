//! From degrees to strips: the canvas, the vertices that matter at a zoom, and the strips that a raster draws.

mod chord;
pub mod extent;
pub mod grid;
pub mod mercator;
pub mod placing;
pub mod simplify;
pub mod stretch;
pub mod strip;

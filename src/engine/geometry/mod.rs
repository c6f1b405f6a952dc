//! From degrees to strips: the canvas, pixel grids, simplification of lines, and the strips that a raster draws.

mod arc;
mod chord;
pub mod edge_values;
pub mod extent;
pub mod grid;
pub mod index;
pub mod integral_table;
pub mod line;
mod measured;
pub mod mercator;
mod motion;
pub mod path;
pub mod polyline;
pub mod projector;
pub mod rounding;
pub mod simplify;
pub mod strip;
pub mod tile;

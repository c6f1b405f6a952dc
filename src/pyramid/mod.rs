//! All zooms of a map: drawn, first time or again, and written.

mod draw;
pub mod incremental;
mod options;
pub mod spool;
mod write;

pub use draw::{DrawnPyramid, Timing, draw};
pub use options::RenderOptions;
pub use write::{Output, write};

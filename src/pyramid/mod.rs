//! Draws and writes all zooms of a map: `draw` rasterises each zoom for each simplification into a spool, `write` colours the spooled pixels
//! and passes the tiles to a tileset writer. With `incremental`, unchanged tiles come from the previous output.

mod bands;
mod draw;
mod drawn;
mod groups;
pub mod incremental;
mod options;
pub mod spool;
mod write;

pub use draw::{MapInput, draw};
pub use drawn::{RenderedPyramid, Timing};
pub use groups::Pixels;
pub use options::RenderOptions;
pub use write::{Output, write};

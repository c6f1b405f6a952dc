//! Tiling: the tiles of a zoom to draw, the strips that each tile sees, and the part of each tile or zoom that is drawn.

pub mod clip_mask;
pub mod dirty_cells;
pub mod plan;
pub mod tile_span;

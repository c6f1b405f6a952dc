//! Which tiles of a zoom are drawn, which strips each tile sees, and which part of each tile changes.

pub mod clip_mask;
pub mod dirty_cells;
pub mod plan;

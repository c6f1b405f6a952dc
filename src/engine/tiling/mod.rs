//! Which tiles of a zoom are drawn, which strips each of them sees, and which part of it changes.

pub mod clip_mask;
pub mod dirty_cells;
pub mod plan;

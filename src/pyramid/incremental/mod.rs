//! Rendering again to the same place: only the tiles that a change touches are drawn, the pixels of all others come from
//! the earlier output.
//!
//! ```text
//! record ─┬─ which activities, where ─▶ changes ─▶ plan: what to draw ─▶ pyramid::draw ─▶ as from scratch
//!         └─ digest of all pixels ─▶ reused ◀─ earlier output
//! ```
//! A render leaves a record in the library: what its pixels depend on, which activities it drew, in which tiles each of
//! them may show, and a digest of all pixels. Everything that might make a pixel another one than a render from scratch
//! would give, up to the program itself, is in the record or in the keys of activities; where anything does not fit,
//! everything is drawn. Curves, palettes and descriptions are always made anew.

mod dirty;
mod dirty_geometry;
mod record;
mod reused;
mod tile_ids;

pub use dirty::DirtyTiles;
pub use record::RenderRecord;
pub use reused::{Reused, ReusedZoom, reuse};
pub use tile_ids::TileIds;

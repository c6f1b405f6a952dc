//! Incremental rendering: draws the dirty tiles of a map and takes all others from the previous output.
//!
//! - `record`: a render with a library, on a device with reproducible levels, stores a [`RenderRecord`]. For each layer
//!   it has a hash of the device, the program and the options except palettes; the keys of its activities, with their
//!   values in the layer, and the tiles each of them may touch; its tiles, the histogram of each zoom, and a digest of
//!   the pixels.
//! - `dirty`: compares the recorded activities with those to be drawn. A tile is dirty if an added or removed activity
//!   touches it.
//! - `reused`: loads the pixels of all other tiles. These tiles see the strips of the previous render in the same
//!   order, so drawing them again would give the same levels.
//! - `dirty_geometry`: selects the strips for the dirty tiles. If a dirty tile only gained activities, a clip mask
//!   limits drawing to the cells that these reach; elsewhere its previous levels remain valid. Layers that are drawn
//!   together share all this: a tile that is dirty in one is drawn in all, and dropped where it is not needed.
//!
//! The output is byte for byte that of a full render, because every render computes curves and colours from the
//! histogram of all tiles. If the record does not match the options, the device, the program or the previous output, or
//! if most activities are new, everything is drawn.

mod dirty;
mod dirty_geometry;
mod record;
mod reused;
mod tile_ids;

pub use dirty::DirtyTiles;
pub use dirty_geometry::ReusedGroup;
pub use record::{LayerRecord, RenderRecord};
pub use reused::{Reused, ReusedZoom, reuse};
pub use tile_ids::TileIds;

//! What every container that takes tiles has in common.

use std::path::PathBuf;

use anyhow::Result;

use crate::engine::geometry::tile::TileCoord;

/// A finished tile.
pub struct Tile {
    /// Its place.
    pub coord: TileCoord,
    /// The same for tiles of the same bytes within a set.
    pub content_key: u64,
    /// A PNG.
    pub png: Vec<u8>,
}

/// What a writer has made.
#[derive(Clone, Debug)]
pub struct OutputPaths {
    /// The files or folders asked for.
    pub paths: Vec<PathBuf>,
    /// The page to open in a browser, if there is one.
    pub page: Option<PathBuf>,
}

/// A place for the tiles of one or more sets. Until [`finish`](Writer::finish) nothing is seen at that place.
pub trait Writer {
    /// Stores tiles of the set at `style`. For each set tiles come by zoom, and within a zoom along the Hilbert curve.
    ///
    /// # Errors
    /// When they cannot be written.
    fn write_tiles(&mut self, style: usize, tiles: &[Tile]) -> Result<()>;

    /// Puts everything in its place.
    ///
    /// # Errors
    /// When that fails; the place is then as it was.
    fn finish(self: Box<Self>) -> Result<OutputPaths>;
}

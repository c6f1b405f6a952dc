//! Interface of tileset writers.

use std::path::PathBuf;

use anyhow::Result;

use crate::engine::geometry::tile::TileCoord;

/// An encoded tile.
#[expect(missing_docs, reason = "the field names say it")]
pub struct Tile {
    pub coord: TileCoord,
    /// Tiles of one style with equal keys have equal bytes; an archive stores them once.
    pub content_key: u64,
    pub png: Vec<u8>,
}

/// Paths of a written output.
#[derive(Clone, Debug)]
pub struct OutputPaths {
    /// One folder, or one archive per style.
    pub paths: Vec<PathBuf>,
    /// Map page to open in a browser; `None` for archives.
    pub page: Option<PathBuf>,
}

/// Writes the tiles of all styles to a temporary path, which replaces the output in [`finish`](TilesetWriter::finish).
pub trait TilesetWriter {
    /// Appends tiles of the style at index `style`. The tiles of a style must arrive zoom by zoom, and within a zoom
    /// along the Hilbert curve.
    ///
    /// # Errors
    /// If the tiles cannot be written.
    fn write_tiles(&mut self, style: usize, tiles: &[Tile]) -> Result<()>;

    /// Writes metadata and moves the output to its final path.
    ///
    /// # Errors
    /// If that fails; the previous output then remains. Archives of several styles are moved one by one, so that some
    /// may be replaced already.
    fn finish(self: Box<Self>) -> Result<OutputPaths>;
}

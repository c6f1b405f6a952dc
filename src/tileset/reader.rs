//! Interface of tileset readers.
//!
//! Since a tileset may have been changed or damaged after it was written, readers validate all data and bound all
//! sizes.

use std::fmt::Display;
use std::fs::File;
use std::ops::RangeInclusive;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::bytes::ranges::Slice;
use crate::engine::geometry::tile::{MAX_ZOOM, TileCoord};

/// Maximum size of a tile: 512 × 512 levels need less, even if they do not compress.
pub const MAX_TILE_BYTES: u64 = 1 << 20;

/// Maximum size of TileJSON or metadata: more than Trailglow writes.
pub const MAX_INFO_BYTES: u64 = 1 << 20;

/// Tile coordinates, looked up lazily.
pub type TileCoords<'a> = Box<dyn Iterator<Item = Result<TileCoord>> + 'a>;

/// Reads a tileset written by [`TilesetWriter`](super::TilesetWriter).
pub trait TilesetReader {
    /// Zooms, size, bounds and metadata.
    fn info(&self) -> &TilesetInfo;

    /// Lists all tiles without duplicates, in ascending order of [id](TileCoord::id). Keeps at most the ids of one zoom
    /// or a few directories in memory.
    ///
    /// An item is an error if the list cannot be read; later items may then be incomplete.
    fn tiles(&mut self) -> TileCoords<'_>;

    /// Reads a tile. Returns `None` if the tileset has no such tile.
    ///
    /// # Errors
    /// If the tile cannot be read.
    fn tile(&mut self, tile: TileCoord) -> Result<Option<StoredTile>>;

    /// Reads several tiles; ascending ones are fastest.
    ///
    /// # Errors
    /// If a tile is missing or cannot be read.
    fn read(&mut self, tiles: &[TileCoord]) -> Result<Vec<StoredTile>>;

    /// Returns true if there are tiles that [`tiles`](Self::tiles) does not list, because the description names neither
    /// their zooms nor their folder: tiles of an earlier output. So are bytes behind the end of an archive.
    ///
    /// # Errors
    /// If a folder cannot be read.
    fn has_unlisted_tiles(&self) -> Result<bool>;

    /// Returns the file with all tiles, or `None` if each tile has its own file.
    fn file(&self) -> Option<File> {
        None
    }
}

/// Bytes of a tile.
#[derive(Clone, Debug)]
pub struct StoredTile {
    /// Content of the tile, not validated.
    pub png: Slice,
    /// Offset of the content in [`TilesetReader::file`].
    pub offset: Option<u64>,
}

/// Properties of a stored tileset, equal for both containers.
#[derive(Clone, Debug, PartialEq)]
pub struct TilesetInfo {
    /// Zooms that contain tiles.
    pub zooms: RangeInclusive<u8>,
    /// Pixels along the side of a tile: 256 or 512.
    pub tile_size: u32,
    /// West, south, east and north in degrees.
    pub bounds: [f64; 4],
    /// Initial longitude and latitude in degrees, and zoom.
    pub center: [f64; 3],
    /// All other properties: see [`RenderedMap::metadata`](super::RenderedMap::metadata).
    pub metadata: Map<String, Value>,
}

impl TilesetInfo {
    /// Validates the properties.
    ///
    /// # Errors
    /// If Trailglow writes no tilesets with these properties.
    pub fn new(
        zooms: RangeInclusive<u8>,
        bounds: [f64; 4],
        center: [f64; 3],
        metadata: Map<String, Value>,
    ) -> Result<Self> {
        ensure!(metadata.contains_key("trailglow"), "it was not written by Trailglow");
        ensure!(zooms.start() <= zooms.end() && *zooms.end() <= MAX_ZOOM, "its zooms are not within 0 to {MAX_ZOOM}");
        let tile_size = metadata.get("tile_size").and_then(Value::as_u64);
        let tile_size = tile_size.and_then(|size| [256, 512].into_iter().find(|known| u64::from(*known) == size));
        let tile_size = tile_size.context("its tile size is neither 256 nor 512 pixels")?;
        Ok(Self { zooms, tile_size, bounds, center, metadata })
    }

    /// Returns true if the tileset is marked as private: it hides nothing.
    pub fn is_private(&self) -> bool {
        self.metadata.get("trailglow").and_then(|description| description.get("profile")).is_some()
    }
}

/// Error text for an unreadable file or folder.
pub fn unreadable_message(path: impl Display) -> String {
    format!("cannot read {path} as a tileset by Trailglow; render it again")
}

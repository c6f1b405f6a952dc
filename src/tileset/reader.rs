//! What every container that tiles are read from has in common.
//!
//! An output may have been changed or damaged since it was written, so a reader trusts nothing in it: sizes are bounded,
//! and whatever does not fit is an error.

use std::fmt::Display;
use std::fs::File;
use std::ops::RangeInclusive;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::bytes::ranges::Slice;
use crate::engine::geometry::tile::{MAX_ZOOM, TileCoord};

/// Bytes of a tile at most: more than 512 × 512 levels take that do not compress.
pub const MAX_TILE_BYTES: u64 = 1 << 20;

/// Bytes of a description at most: more than Trailglow ever writes.
pub const MAX_INFO_BYTES: u64 = 1 << 20;

/// Coordinates of tiles that are looked up as they are asked for.
pub type TileCoords<'a> = Box<dyn Iterator<Item = Result<TileCoord>> + 'a>;

/// The tiles of one set as a [`Writer`](super::Writer) has left them.
pub trait Reader {
    /// What the set says about itself.
    fn info(&self) -> &TilesetInfo;

    /// Every tile, ascending by [id](TileCoord::id), without repetition. In memory are at most the ids of one zoom or a
    /// few directories.
    ///
    /// An item is an error where the list cannot be read; what follows an error may be incomplete.
    fn tiles(&mut self) -> TileCoords<'_>;

    /// A tile, `None` if the set has no such tile.
    ///
    /// # Errors
    /// When it cannot be read.
    fn tile(&mut self, tile: TileCoord) -> Result<Option<StoredTile>>;

    /// The files of several tiles; ascending ones take the least time.
    ///
    /// # Errors
    /// When one is missing or cannot be read.
    fn read(&mut self, tiles: &[TileCoord]) -> Result<Vec<StoredTile>>;

    /// The file that holds all tiles, `None` if each has its own.
    fn file(&self) -> Option<File> {
        None
    }
}

/// The file of a tile.
#[derive(Clone, Debug)]
pub struct StoredTile {
    /// A PNG, if nothing has damaged it.
    pub png: Slice,
    /// Where it begins in [`Reader::file`].
    pub offset: Option<u64>,
}

/// What a set says about itself, the same in every container.
#[derive(Clone, Debug, PartialEq)]
pub struct TilesetInfo {
    /// The zooms that have tiles.
    pub zooms: RangeInclusive<u8>,
    /// Pixels along the side of a tile.
    pub tile_size: u32,
    /// West, south, east and north in degrees.
    pub bounds: [f64; 4],
    /// Longitude, latitude and zoom to begin with.
    pub center: [f64; 3],
    /// Everything else: see [`Tileset::metadata`](super::Tileset::metadata).
    pub metadata: Map<String, Value>,
}

impl TilesetInfo {
    /// Checks what was read.
    ///
    /// # Errors
    /// When Trailglow writes no such set.
    pub fn new(
        zooms: RangeInclusive<u8>,
        bounds: [f64; 4],
        center: [f64; 3],
        metadata: Map<String, Value>,
    ) -> Result<Self> {
        ensure!(metadata.contains_key("trailglow"), "it is not by Trailglow");
        ensure!(zooms.start() <= zooms.end() && *zooms.end() <= MAX_ZOOM, "its zooms are not within 0 to {MAX_ZOOM}");
        let tile_size = metadata.get("tile_size").and_then(Value::as_u64);
        let tile_size = tile_size.and_then(|size| [256, 512].into_iter().find(|known| u64::from(*known) == size));
        let tile_size = tile_size.context("its tiles have neither 256 nor 512 pixels along a side")?;
        Ok(Self { zooms, tile_size, bounds, center, metadata })
    }
}

/// Says which file cannot be read, and what to do.
pub fn unreadable_message(place: impl Display) -> String {
    format!("{place} cannot be read as tiles by Trailglow; render it again")
}

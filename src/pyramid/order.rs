//! What to draw, and how.

use std::ops::RangeInclusive;

use crate::engine::geometry::grid::Grid;
use crate::engine::layer::Layer;
use crate::engine::png::Compression;
use crate::engine::tone::palette::Palette;

/// What to draw.
#[derive(Clone, Debug)]
pub struct Order {
    /// Zooms of the tiles, within 0 to 20.
    pub zooms: RangeInclusive<u8>,
    /// Pixels along the side of a tile: 256 or 512.
    pub tile_size: u32,
    /// What a pixel means.
    pub layer: &'static Layer,
    /// Its colours; at least one palette.
    pub palettes: Vec<Palette>,
    /// How hard to compress.
    pub compression: Compression,
}

impl Order {
    /// The finest pixel zoom that is drawn: what vertices must be kept for.
    pub fn finest(&self) -> u8 {
        Grid { zoom: *self.zooms.end(), tile_size: self.tile_size }.pixel_zoom()
    }
}

//! What to draw, and how.

use std::ops::RangeInclusive;

use anyhow::{Result, ensure};

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::simplify::Simplification;
use crate::engine::geometry::tile::{TileCoord, TileWindow};
use crate::engine::layer::Layer;
use crate::engine::png::Compression;
use crate::tileset::Style;

/// What to draw.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    /// Zooms of the tiles, within 0 to 20.
    pub zooms: RangeInclusive<u8>,
    /// The part of the map to draw; `None` for all of it.
    pub window: Option<TileWindow>,
    /// Pixels along the side of a tile: 256 or 512.
    pub tile_size: u32,
    /// A map for each; at least one. Layers are drawn in the order in which they first come.
    pub styles: Vec<Style>,
    /// How hard to compress.
    pub compression: Compression,
}

impl RenderOptions {
    /// The finest pixel zoom that is drawn: what vertices must be kept for.
    pub fn max_pixel_zoom(&self) -> u8 {
        self.grid(*self.zooms.end()).pixel_zoom()
    }

    /// The pixel grid of a zoom.
    pub fn grid(&self, zoom: u8) -> Grid {
        Grid { zoom, tile_size: self.tile_size }
    }

    /// The layers of all sets, each once.
    pub fn layers(&self) -> Vec<&'static Layer> {
        let layers = self.styles.iter().map(|style| style.layer).enumerate();
        let is_first = |&(index, layer): &(usize, &'static Layer)| {
            !self.styles[..index].iter().any(|style| style.shows_layer(layer))
        };
        layers.filter(is_first).map(|(_, layer)| layer).collect()
    }

    /// How lines are simplified for all layers.
    ///
    /// # Errors
    /// When the layers need lines that are simplified in different ways.
    pub fn simplification(&self) -> Result<Simplification> {
        let simplification = self.styles[0].layer.simplify;
        let is_equal = |style: &Style| style.layer.simplify == simplification;
        ensure!(self.styles.iter().all(is_equal), "these layers need different lines; draw them one after the other");
        Ok(simplification)
    }

    /// Whether a tile belongs to what is drawn.
    pub fn contains(&self, tile: TileCoord) -> bool {
        self.zooms.contains(&tile.z()) && self.window.as_ref().is_none_or(|window| window.contains(tile))
    }
}

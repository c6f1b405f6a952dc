//! Options of a render.

use std::ops::RangeInclusive;

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::simplify::Simplification;
use crate::engine::geometry::tile::{TileCoord, TileWindow};
use crate::engine::layer::Layer;
use crate::engine::png::Compression;
use crate::engine::quantity::QuantitySet;
use crate::tileset::Style;

/// Zooms, area, styles and encoding of a map.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    /// Tile zooms, within 0 to 20.
    pub zooms: RangeInclusive<u8>,
    /// Area to draw; `None` draws the world.
    pub window: Option<TileWindow>,
    /// Pixels along the side of a tile: 256 or 512.
    pub tile_size: u32,
    /// Styles, at least one. Each style becomes a tileset of its own.
    pub styles: Vec<Style>,
    /// Compression of the PNG files.
    pub compression: Compression,
}

impl RenderOptions {
    /// Returns the pixel zoom of the deepest tile zoom, to which vertices have to be kept.
    pub fn max_pixel_zoom(&self) -> u8 {
        self.grid(*self.zooms.end()).pixel_zoom()
    }

    /// Returns the pixel grid of a zoom.
    pub fn grid(&self, zoom: u8) -> Grid {
        Grid { zoom, tile_size: self.tile_size }
    }

    /// Returns the distinct layers, in the order of their first style.
    pub fn layers(&self) -> Vec<&'static Layer> {
        let layers = self.styles.iter().map(|style| style.layer).enumerate();
        let is_first = |&(index, layer): &(usize, &'static Layer)| {
            !self.styles[..index].iter().any(|style| style.shows_layer(layer))
        };
        layers.filter(is_first).map(|(_, layer)| layer).collect()
    }

    /// Returns the quantities of which the layers show means.
    pub fn quantities(&self) -> QuantitySet {
        self.layers().into_iter().filter_map(Layer::quantity).collect()
    }

    /// Returns the distinct simplifications of the layers, in the order of their first layer.
    pub fn simplifications(&self) -> Vec<Simplification> {
        let mut simplifications = Vec::new();
        for layer in self.layers() {
            if !simplifications.contains(&layer.simplify) {
                simplifications.push(layer.simplify);
            }
        }
        simplifications
    }

    /// Returns true if a tile is within the zooms and the window.
    pub fn contains(&self, tile: TileCoord) -> bool {
        self.zooms.contains(&tile.z()) && self.window.as_ref().is_none_or(|window| window.contains(tile))
    }
}

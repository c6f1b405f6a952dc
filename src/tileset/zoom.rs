//! The zooms that a tileset consists of.

use super::style::Style;
use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::layer::Layer;
use crate::engine::tone::curve::Curve;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::normalize::ColourTable;

/// A zoom.
pub struct DrawnZoom {
    /// Its pixel grid.
    pub grid: Grid,
    /// What was drawn of it; at least one layer.
    pub layers: Vec<DrawnLayer>,
}

/// A layer at a zoom, its pixels apart from its colours.
pub struct DrawnLayer {
    /// What a pixel means.
    pub layer: &'static Layer,
    /// The tiles that show something, along the Hilbert curve, and the number of their pixels in the spool.
    pub tiles: Vec<(TileCoord, u32)>,
    /// The levels of their pixels.
    pub histogram: Histogram,
    /// Its normalization in the palette of each set of this layer, in the order of the sets. They share the curve.
    pub colour_tables: Vec<ColourTable>,
}

impl DrawnZoom {
    /// The layer of one of the sets that were drawn, and its colours.
    pub fn layer_of_style(&self, styles: &[Style], index: usize) -> (&DrawnLayer, &ColourTable) {
        let shows_layer = |style: &&Style| style.shows_layer(styles[index].layer);
        let drawn = self
            .layers
            .iter()
            .find(|drawn| styles[index].shows_layer(drawn.layer))
            .expect("the layer of every set is drawn");
        (drawn, &drawn.colour_tables[styles[..index].iter().filter(shows_layer).count()])
    }

    /// Tiles that show something, over all layers.
    pub fn tile_count(&self) -> usize {
        self.layers.iter().map(|drawn| drawn.tiles.len()).sum()
    }
}

impl DrawnLayer {
    /// Where on a palette each level lies.
    pub fn curve(&self) -> &Curve {
        &self.colour_tables[0].curve
    }
}

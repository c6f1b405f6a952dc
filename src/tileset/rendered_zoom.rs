//! A rendered zoom: tiles by layer, with pixels in the spool and colours in separate colour tables.

use super::style::Style;
use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::layer::Layer;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::normalize::ColourTable;

/// A rendered zoom, with drawn and reused tiles.
#[expect(missing_docs, reason = "the field names say it")]
pub struct RenderedZoom {
    pub grid: Grid,
    /// Layers, at least one.
    pub layers: Vec<RenderedLayer>,
}

/// Tiles and colours of one layer of a rendered zoom.
#[expect(missing_docs, reason = "the field names say it")]
pub struct RenderedLayer {
    pub layer: &'static Layer,
    /// Non-empty tiles along the Hilbert curve, each with the spool index of its pixels.
    pub tiles: Vec<(TileCoord, u32)>,
    /// Histogram of the levels of all tiles.
    pub histogram: Histogram,
    /// Colour table for each style of this layer, in the order of the styles.
    pub colour_tables: Vec<ColourTable>,
}

impl RenderedZoom {
    /// Returns the layer and the colours of the style at `index`.
    pub fn layer_of_style(&self, styles: &[Style], index: usize) -> (&RenderedLayer, &ColourTable) {
        let shows_layer = |style: &&Style| style.shows_layer(styles[index].layer);
        let layer = self
            .layers
            .iter()
            .find(|layer| styles[index].shows_layer(layer.layer))
            .expect("the layer of every style is rendered");
        (layer, &layer.colour_tables[styles[..index].iter().filter(shows_layer).count()])
    }

    /// Returns the number of non-empty tiles of all layers.
    pub fn tile_count(&self) -> usize {
        self.layers.iter().map(|layer| layer.tiles.len()).sum()
    }
}

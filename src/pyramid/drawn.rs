//! Drawn tiles of all zooms, and their colours.

use std::time::Duration;

use anyhow::{Result, bail};

use super::groups::Pixels;
use super::incremental::TileIds;
use super::options::RenderOptions;
use crate::collection::{MapLayer, Need};
use crate::engine::geometry::tile::TileCoord;
use crate::engine::raster::Raster;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::normalize::Normalization;
use crate::tileset::{RenderedLayer, RenderedZoom};

/// Durations in clock time, unless stated otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timing {
    /// Strips and plans.
    pub plan: Duration,
    /// Rasterisation and compression.
    pub draw: Duration,
    /// Compression alone, summed over all threads.
    pub encode: Duration,
}

/// Result of [`draw`](super::draw()).
pub struct RenderedPyramid {
    /// Zooms from the first to the last that contain heat.
    pub zooms: Vec<RenderedZoom>,
    /// Number of tiles of all styles that were drawn in this run; reused tiles are not counted.
    pub drawn: u64,
    /// For each simplification, the tiles that each activity may touch. Of the activities before, only those in the
    /// tiles that were drawn in this run.
    pub activity_tiles: Vec<Vec<TileIds>>,
    /// Durations of the stages.
    pub timing: Timing,
}

/// Tiles of a layer at a zoom.
#[derive(Clone, Default)]
pub(super) struct DrawnTiles {
    /// Tiles along the Hilbert curve, each with the spool index of its pixels.
    pub tiles: Vec<(TileCoord, u32)>,
    /// Levels of all tiles.
    pub histogram: Histogram,
    /// Number of tiles that were drawn in this run.
    pub drawn: usize,
}

impl DrawnTiles {
    /// Adds tiles that follow along the Hilbert curve.
    pub fn append(&mut self, next: Self) {
        self.tiles.extend(next.tiles);
        self.histogram.add(&next.histogram);
        self.drawn += next.drawn;
    }
}

/// Drawn tiles, before the colours of a zoom are known.
pub(super) struct DrawnZooms {
    /// For each zoom, the tiles of each layer.
    pub zooms: Vec<Vec<DrawnTiles>>,
    /// See [`RenderedPyramid::activity_tiles`].
    pub activity_tiles: Vec<Vec<TileIds>>,
    pub timing: Timing,
}

impl DrawnZooms {
    /// Computes the colour tables of all zooms, and omits empty zooms at either end.
    ///
    /// # Errors
    /// If the raster fails, or all tiles are empty.
    pub fn colour(
        self,
        layers: &[MapLayer],
        pixels: &Pixels,
        options: &RenderOptions,
        raster: &dyn Raster,
    ) -> Result<RenderedPyramid> {
        let Self { zooms, activity_tiles, timing } = self;
        let mut pyramid = RenderedPyramid { zooms: Vec::new(), drawn: 0, activity_tiles, timing };
        for (zoom, by_layer) in options.zooms.clone().zip(zooms) {
            let rendered = layers.iter().enumerate().map(|(number, MapLayer { drawing, meaning, .. })| {
                let DrawnTiles { tiles, histogram, drawn } = by_layer[pixels.source(number)].clone();
                let (layer, code) = (drawing.layer, drawing.layer.code);
                let styles = options.styles.iter().filter(|style| style.shows_layer(layer));
                let colour_tables = styles.map(|style| {
                    let (tone, palette) = (style.tone_of(meaning), &style.palette);
                    raster.normalize(Normalization { code, tone, zoom, histogram: &histogram, palette })
                });
                let colour_tables = colour_tables.collect::<Result<Vec<_>>>()?;
                // Each style of the layer has a file for each tile.
                pyramid.drawn += (drawn * colour_tables.len()) as u64;
                Ok(RenderedLayer { layer, tiles, histogram, colour_tables })
            });
            let rendered = rendered.collect::<Result<_>>()?;
            pyramid.zooms.push(RenderedZoom { grid: options.grid(zoom), layers: rendered });
        }
        let zooms = &mut pyramid.zooms;
        // A layer that sums up lengths may be too faint at low zooms, and a single dot has no length.
        let is_empty = |zoom: &RenderedZoom| zoom.tile_count() == 0;
        let Some(first) = zooms.iter().position(|zoom| !is_empty(zoom)) else { bail!(nothing_to_draw(layers)) };
        zooms.drain(..first);
        while zooms.last().is_some_and(is_empty) {
            zooms.pop();
        }
        Ok(pyramid)
    }
}

fn nothing_to_draw(layers: &[MapLayer]) -> String {
    let names: Vec<&str> = layers.iter().map(|layer| layer.drawing.layer.name).collect();
    let why = if layers.iter().any(|layer| layer.activities > 0) {
        " at these zooms; choose other zooms or layers".to_owned()
    } else {
        let need = layers.first().and_then(|layer| layer.lacking).map(|(need, _)| need);
        let is_common = layers.iter().all(|layer| layer.lacking.map(|(need, _)| need) == need);
        match need.filter(|_| is_common) {
            Some(Need::Date) => ": no activity has a date that it shows; choose other layers".to_owned(),
            Some(need) => format!(": no activity has {}; choose other layers", need.title()),
            None => "; choose other layers".to_owned(),
        }
    };
    format!("nothing to draw: {} has nothing to show{why}", names.join(" and "))
}

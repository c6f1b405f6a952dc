//! Draws all zooms of a map.
//!
//! For each zoom: tracks → strips → plan, shared by all layers; then for each layer: levels → compressed pixels in the
//! spool, and the sum of the tiles' histograms, which gives the colour tables of the zoom.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::incremental::{Reused, ReusedZoom, TileIds};
use super::options::RenderOptions;
use super::spool::Spool;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Progress;
use crate::engine::layer::Layer;
use crate::engine::png;
use crate::engine::raster::{Levels, Raster};
use crate::engine::tiling::plan::Plan;
use crate::engine::{TileFilter, TrackSelection, TrackSet, ZoomGeometry};
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

/// Result of [`draw`].
pub struct RenderedPyramid {
    /// Zooms from the first to the last that contain heat.
    pub zooms: Vec<RenderedZoom>,
    /// Number of tiles of all styles that were drawn in this run; reused tiles are not counted.
    pub drawn: u64,
    /// For each activity, the tiles it may touch.
    pub activity_tiles: Vec<TileIds>,
    /// Durations of the stages.
    pub timing: Timing,
}

/// Draws every zoom. Compressed pixels are stored in the spool; empty zooms at either end are omitted. With `reused`,
/// only dirty tiles are drawn; the options must then have a single layer, and `selected` must contain all tracks.
///
/// # Errors
/// If the raster or the spool fails, the job is cancelled, or all tiles are empty.
pub fn draw(
    (tracks, selected): (&TrackSet, &TrackSelection),
    options: &RenderOptions,
    raster: &dyn Raster,
    spool: &Spool,
    reused: Option<Reused>,
    Control { progress, cancel }: Control,
) -> Result<RenderedPyramid> {
    let activity_tiles = (0..tracks.len()).map(|_| TileIds::default()).collect();
    let mut pyramid = RenderedPyramid { zooms: Vec::new(), drawn: 0, activity_tiles, timing: Timing::default() };
    let context = DrawContext { tracks, selected, options, raster, spool, reused: reused.as_ref(), progress, cancel };
    options.zooms.clone().try_for_each(|zoom| context.draw_zoom(zoom, &mut pyramid))?;
    if let Some(reused) = reused {
        pyramid.activity_tiles = reused.dirty.activity_tiles(pyramid.activity_tiles);
    }
    let zooms = &mut pyramid.zooms;
    // A layer that sums up lengths may be too faint at low zooms, and a single dot has no length.
    let is_empty = |zoom: &RenderedZoom| zoom.tile_count() == 0;
    let Some(first) = zooms.iter().position(|zoom| !is_empty(zoom)) else {
        let layers: Vec<&str> = options.layers().iter().map(|layer| layer.name).collect();
        bail!("nothing to draw: {} is empty at these zooms; choose other zooms", layers.join(" and "));
    };
    zooms.drain(..first);
    while zooms.last().is_some_and(is_empty) {
        zooms.pop();
    }
    Ok(pyramid)
}

struct DrawContext<'a> {
    tracks: &'a TrackSet,
    selected: &'a TrackSelection,
    options: &'a RenderOptions,
    raster: &'a dyn Raster,
    spool: &'a Spool,
    reused: Option<&'a Reused>,
    progress: &'a dyn Progress,
    cancel: &'a Cancel,
}

impl DrawContext<'_> {
    /// Draws all layers of a zoom and appends them to `pyramid`.
    fn draw_zoom(&self, zoom: u8, pyramid: &mut RenderedPyramid) -> Result<()> {
        let start = Instant::now();
        let Self { tracks, selected, options, raster, .. } = *self;
        let grid = options.grid(zoom);
        let geometry = match self.reused {
            Some(reused) => reused.dirty_geometry(tracks, grid, raster.honours_clip_masks()),
            None => ZoomGeometry::new(tracks, selected, grid, TileFilter::Matching(&|tile| options.contains(tile))),
        };
        pyramid.timing.plan += start.elapsed();
        let layers = options.layers().into_iter().map(|layer| self.draw_layer(layer, &geometry, pyramid));
        let layers = layers.collect::<Result<_>>()?;
        let activity_tiles = geometry.plan.activities(&geometry.strips);
        activity_tiles.for_each(|(tile, activity)| pyramid.activity_tiles[activity as usize].push(tile.id()));
        pyramid.zooms.push(RenderedZoom { grid, layers });
        Ok(())
    }

    /// Draws a layer of a zoom and merges the result with the reused tiles.
    fn draw_layer(
        &self,
        layer: &'static Layer,
        geometry: &ZoomGeometry,
        pyramid: &mut RenderedPyramid,
    ) -> Result<RenderedLayer> {
        const EMPTY: u32 = u32::MAX;
        let start = Instant::now();
        let Self { options, raster, spool, reused, progress, .. } = *self;
        let ZoomGeometry { grid, plan, .. } = geometry;
        let spool_indices: Vec<AtomicU32> = plan.tiles().iter().map(|_| AtomicU32::new(EMPTY)).collect();
        let encoding_nanos = AtomicU64::new(0);
        let ReusedZoom { mut tiles, histogram } = reused.map(|reused| reused.zoom(grid.zoom)).unwrap_or_default();
        let histogram = Mutex::new(histogram);
        progress.begin(&format!("zoom {}", grid.zoom), spool_indices.len(), "tiles");
        let emit = |index: usize, levels: &Levels| {
            self.cancel.check()?;
            let composite = self.composite(plan, index, levels)?;
            let levels = composite.as_ref().unwrap_or(levels);
            if levels.max() > 0 {
                histogram.lock().expect("no thread panicked").add(&levels.histogram);
                let start = Instant::now();
                let pixels = png::compress(levels, grid.tile_size, options.compression);
                encoding_nanos.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
                spool_indices[index].store(spool.insert(&pixels)?, Ordering::Relaxed);
            }
            progress.step();
            Ok(())
        };
        raster.render(&geometry.scene(layer), &emit)?;
        progress.end();

        pyramid.timing.draw += start.elapsed();
        pyramid.timing.encode += Duration::from_nanos(encoding_nanos.into_inner());
        let drawn_tiles =
            plan.tiles().iter().zip(spool_indices).map(|(tile, spool_index)| (*tile, spool_index.into_inner()));
        let reused_count = tiles.len();
        tiles.extend(drawn_tiles.filter(|&(_, spool_index)| spool_index != EMPTY));
        let drawn_count = tiles.len() - reused_count;
        tiles.sort_by_cached_key(|(tile, _)| tile.hilbert());
        let histogram = histogram.into_inner().expect("no thread panicked");
        let styles = options.styles.iter().filter(|style| style.shows_layer(layer));
        let colour_tables = styles
            .map(|style| raster.normalize(layer.code, grid.zoom, &histogram, &style.palette))
            .collect::<Result<Vec<_>>>()?;
        // Each style of the layer has a file for each tile.
        pyramid.drawn += (drawn_count * colour_tables.len()) as u64;
        Ok(RenderedLayer { layer, tiles, histogram, colour_tables })
    }

    /// Fills the area outside the clip mask with the levels of the previous output. Returns `None` if the whole tile
    /// was drawn.
    fn composite(&self, plan: &Plan, index: usize, drawn: &Levels) -> Result<Option<Levels>> {
        let previous = self.reused.and_then(|reused| reused.previous_pixels(plan.tiles()[index]));
        let (Some(clip_mask), Some(previous)) = (plan.clip_mask_of(index), previous) else { return Ok(None) };
        let previous = self.spool.read(&[previous])?;
        let previous = previous.first().and_then(|previous| previous.levels(self.options.tile_size));
        Ok(Some(
            drawn.clipped_over(clip_mask, &previous.context("the previous pixels of a tile are damaged; run again")?),
        ))
    }
}

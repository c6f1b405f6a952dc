//! Draws all zooms of a map.
//!
//! For each zoom and simplification: tracks → strips → plan; for each layer with pixels of its own: levels → compressed
//! pixels in the spool, and the sum of the tiles' histograms, which gives the colour tables of the zoom.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::groups::{Group, Pixels, groups};
use super::incremental::{Reused, ReusedZoom, TileIds};
use super::options::RenderOptions;
use super::spool::Spool;
use crate::collection::{MapLayer, Need};
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Progress;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::png;
use crate::engine::raster::{Levels, Raster};
use crate::engine::tiling::plan::Plan;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::normalize::Normalization;
use crate::engine::{TileFilter, TrackSet, ZoomGeometry};
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
    /// For each simplification, the tiles that each activity may touch. Of the activities before, only those in the
    /// tiles that were drawn in this run.
    pub activity_tiles: Vec<Vec<TileIds>>,
    /// Durations of the stages.
    pub timing: Timing,
}

/// Tracks and layers of a map.
#[derive(Clone, Copy)]
pub struct MapInput<'a> {
    /// Tracks for each simplification of the options.
    pub tracks: &'a [TrackSet],
    /// The layers of the options.
    pub layers: &'a [MapLayer],
}

/// Draws every zoom. Compressed pixels are stored in the spool; empty zooms at either end are omitted. Of layers with
/// reused tiles, only dirty tiles are drawn; `reused` has a place for each layer.
///
/// # Errors
/// If the raster or the spool fails, the job is cancelled, or all tiles are empty.
pub fn draw(
    input: MapInput,
    options: &RenderOptions,
    raster: &dyn Raster,
    spool: &Spool,
    reused: &[Option<Reused>],
    Control { progress, cancel }: Control,
) -> Result<RenderedPyramid> {
    let activity_tiles = input.tracks.iter().map(|tracks| vec![TileIds::default(); tracks.len()]).collect();
    let mut pyramid = RenderedPyramid { zooms: Vec::new(), drawn: 0, activity_tiles, timing: Timing::default() };
    let pixels = Pixels::of_layers(input.layers);
    let groups = groups(input.layers, &pixels, &options.simplifications(), reused);
    let context = DrawContext { input, options, raster, spool, groups, pixels, progress, cancel };
    options.zooms.clone().try_for_each(|zoom| context.draw_zoom(zoom, &mut pyramid))?;
    let zooms = &mut pyramid.zooms;
    // A layer that sums up lengths may be too faint at low zooms, and a single dot has no length.
    let is_empty = |zoom: &RenderedZoom| zoom.tile_count() == 0;
    let Some(first) = zooms.iter().position(|zoom| !is_empty(zoom)) else {
        let layers: Vec<&str> = options.layers().iter().map(|layer| layer.name).collect();
        let why = if input.layers.iter().any(|layer| layer.activities > 0) {
            " at these zooms; choose other zooms or layers"
        } else if input.layers.iter().all(|layer| layer.lacking.is_some_and(|(need, _)| need == Need::Times)) {
            ": no activity has times; choose other layers"
        } else {
            ": no activity has a date that it shows; choose other layers"
        };
        bail!("nothing to draw: {} has nothing to show{why}", layers.join(" and "));
    };
    zooms.drain(..first);
    while zooms.last().is_some_and(is_empty) {
        zooms.pop();
    }
    Ok(pyramid)
}

struct DrawContext<'a> {
    input: MapInput<'a>,
    options: &'a RenderOptions,
    raster: &'a dyn Raster,
    spool: &'a Spool,
    groups: Vec<Group<'a>>,
    pixels: Pixels,
    progress: &'a dyn Progress,
    cancel: &'a Cancel,
}

/// Tiles of one drawing of a zoom.
#[derive(Clone, Default)]
struct DrawnTiles {
    tiles: Vec<(TileCoord, u32)>,
    histogram: Histogram,
    /// Number of tiles that were drawn in this run.
    drawn: usize,
}

impl DrawContext<'_> {
    /// Draws all layers of a zoom and appends them to `pyramid`.
    fn draw_zoom(&self, zoom: u8, pyramid: &mut RenderedPyramid) -> Result<()> {
        let Self { input, options, raster, .. } = *self;
        let grid = options.grid(zoom);
        let mut by_layer: Vec<DrawnTiles> = vec![DrawnTiles::default(); input.layers.len()];
        for group in &self.groups {
            let start = Instant::now();
            let tracks = &input.tracks[group.variant];
            let geometry = match &group.reused {
                Some(reused) => reused.dirty_geometry(tracks, grid, raster.honours_clip_masks()),
                None => {
                    let wanted = TileFilter::Matching(&|tile| options.contains(tile));
                    ZoomGeometry::new(tracks, &tracks.select_all(), grid, wanted)
                }
            };
            pyramid.timing.plan += start.elapsed();
            for (layer, tiles) in group.layers.iter().zip(self.draw_group(group, &geometry, pyramid)?) {
                by_layer[*layer] = tiles;
            }
            let activity_tiles = &mut pyramid.activity_tiles[group.variant];
            if group.is_first_of_variant {
                let pairs = geometry.plan.activities(&geometry.strips);
                pairs.for_each(|(tile, activity)| activity_tiles[activity as usize].push(tile.id()));
            }
        }
        let mut layers = Vec::with_capacity(input.layers.len());
        for number in 0..input.layers.len() {
            let DrawnTiles { tiles, histogram, drawn } = by_layer[self.pixels.source(number)].clone();
            let layer = input.layers[number].drawing.layer;
            let styles = options.styles.iter().filter(|style| style.shows_layer(layer));
            let colour_tables = styles
                .map(|style| {
                    let (tone, palette) = (style.tone_of(&input.layers[number].meaning), &style.palette);
                    raster.normalize(Normalization { code: layer.code, tone, zoom, histogram: &histogram, palette })
                })
                .collect::<Result<Vec<_>>>()?;
            // Each style of the layer has a file for each tile.
            pyramid.drawn += (drawn * colour_tables.len()) as u64;
            layers.push(RenderedLayer { layer, tiles, histogram, colour_tables });
        }
        pyramid.zooms.push(RenderedZoom { grid, layers });
        Ok(())
    }

    /// Draws the layers of a group and merges the results with the reused tiles.
    fn draw_group(
        &self,
        group: &Group,
        geometry: &ZoomGeometry,
        pyramid: &mut RenderedPyramid,
    ) -> Result<Vec<DrawnTiles>> {
        const EMPTY: u32 = u32::MAX;
        let start = Instant::now();
        let Self { options, raster, spool, progress, .. } = *self;
        let ZoomGeometry { grid, plan, .. } = geometry;
        let layers = group.drawings.len();
        let spool_indices: Vec<AtomicU32> = (0..plan.tiles().len() * layers).map(|_| AtomicU32::new(EMPTY)).collect();
        let encoding_nanos = AtomicU64::new(0);
        let reused = |layer: usize| group.reused_of(layer);
        let reused_zooms: Vec<ReusedZoom> =
            (0..layers).map(|layer| reused(layer).map(|reused| reused.zoom(grid.zoom)).unwrap_or_default()).collect();
        let histograms: Vec<Mutex<Histogram>> =
            reused_zooms.iter().map(|zoom| Mutex::new(zoom.histogram.clone())).collect();
        progress.begin(&format!("zoom {}", grid.zoom), spool_indices.len(), "tiles");
        let emit = |tile: usize, layer: usize, levels: &Levels| {
            self.cancel.check()?;
            progress.step();
            if reused(layer).is_some_and(|reused| !reused.dirty.contains(plan.tiles()[tile])) {
                return Ok(());
            }
            let composite = self.composite(reused(layer), plan, tile, levels)?;
            let levels = composite.as_ref().unwrap_or(levels);
            if levels.max() > 0 {
                histograms[layer].lock().expect("no thread panicked").add(&levels.histogram);
                let start = Instant::now();
                let pixels = png::compress(levels, grid.tile_size, options.compression);
                encoding_nanos.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
                spool_indices[tile * layers + layer].store(spool.insert(&pixels)?, Ordering::Relaxed);
            }
            Ok(())
        };
        raster.render(&geometry.scene(&group.drawings), &emit)?;
        progress.end();

        pyramid.timing.draw += start.elapsed();
        pyramid.timing.encode += Duration::from_nanos(encoding_nanos.into_inner());
        let merged = reused_zooms.into_iter().zip(histograms).enumerate().map(|(layer, (reused, histogram))| {
            let index = |tile: usize| spool_indices[tile * layers + layer].load(Ordering::Relaxed);
            let drawn = plan.tiles().iter().enumerate().map(|(tile, coord)| (*coord, index(tile)));
            let mut tiles = reused.tiles;
            let reused_count = tiles.len();
            tiles.extend(drawn.filter(|&(_, spool_index)| spool_index != EMPTY));
            let drawn = tiles.len() - reused_count;
            tiles.sort_by_cached_key(|(tile, _)| tile.hilbert());
            DrawnTiles { tiles, histogram: histogram.into_inner().expect("no thread panicked"), drawn }
        });
        Ok(merged.collect())
    }

    /// Fills the area outside the clip mask with the levels of the previous output. Returns `None` if the whole tile
    /// was drawn.
    fn composite(&self, reused: Option<&Reused>, plan: &Plan, index: usize, drawn: &Levels) -> Result<Option<Levels>> {
        let previous = reused.and_then(|reused| reused.previous_pixels(plan.tiles()[index]));
        let (Some(clip_mask), Some(previous)) = (plan.clip_mask_of(index), previous) else { return Ok(None) };
        let previous = self.spool.read(&[previous])?;
        let previous = previous.first().and_then(|previous| previous.levels(self.options.tile_size));
        Ok(Some(
            drawn.clipped_over(clip_mask, &previous.context("the previous pixels of a tile are damaged; run again")?),
        ))
    }
}

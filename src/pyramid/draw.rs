//! Draws all zooms of a map.
//!
//! For each simplification, zoom and [band](super::bands): tracks → strips → plan; for each layer with pixels of its
//! own: levels → compressed pixels in the spool, and the sum of the tiles' histograms, which gives the colour tables of
//! the zoom. The tracks of a simplification are dropped once all its zooms are drawn, since those of the next one need
//! memory.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::bands::{ALL_TILES, StripCounts};
use super::drawn::{DrawnTiles, DrawnZooms, RenderedPyramid, Timing};
use super::groups::{Group, Pixels, groups};
use super::incremental::{Reused, ReusedZoom, TileIds};
use super::options::RenderOptions;
use super::spool::Spool;
use crate::collection::MapLayer;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Progress;
use crate::engine::png;
use crate::engine::raster::{Levels, Raster};
use crate::engine::tiling::plan::Plan;
use crate::engine::tone::histogram::Histogram;
use crate::engine::{TileFilter, TrackSet, ZoomGeometry};

/// Tracks and layers of a map.
pub struct MapInput<'a> {
    /// Tracks for each simplification of the options.
    pub tracks: Vec<TrackSet>,
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
    let MapInput { tracks, layers } = input;
    let pixels = Pixels::of_layers(layers);
    let groups = groups(layers, &pixels, &options.simplifications(), reused);
    let mut drawn = DrawnZooms {
        zooms: options.zooms.clone().map(|_| vec![DrawnTiles::default(); layers.len()]).collect(),
        activity_tiles: tracks.iter().map(|tracks| vec![TileIds::default(); tracks.len()]).collect(),
        timing: Timing::default(),
    };
    let context = DrawContext { options, raster, spool, progress, cancel, has_several_groups: groups.len() > 1 };
    // The largest tracks first: their zooms need the most memory, and are drawn while the spool is empty.
    let mut variants: Vec<(usize, TrackSet)> = tracks.into_iter().enumerate().collect();
    variants.sort_by_key(|(_, tracks)| Reverse(tracks.vertex_count()));
    for (variant, tracks) in variants {
        let mut bands = vec![ALL_TILES];
        for zoom in options.zooms.clone() {
            let mut strip_counts = StripCounts::default();
            for group in groups.iter().filter(|group| group.variant == variant) {
                context.draw_zoom(group, &tracks, (zoom, &bands), &mut strip_counts, &mut drawn)?;
            }
            bands = strip_counts.bands_of_next_zoom();
        }
    }
    drawn.colour(layers, &pixels, options, raster)
}

struct DrawContext<'a> {
    options: &'a RenderOptions,
    raster: &'a dyn Raster,
    spool: &'a Spool,
    progress: &'a dyn Progress,
    cancel: &'a Cancel,
    /// Zooms are drawn once for each group; progress then names the layers.
    has_several_groups: bool,
}

impl DrawContext<'_> {
    /// Draws the layers of a group at a zoom, band by band, or at once if tiles are reused. Counts the strips of each
    /// tile unless tiles are reused.
    fn draw_zoom(
        &self,
        group: &Group,
        tracks: &TrackSet,
        (zoom, bands): (u8, &[Range<u64>]),
        strip_counts: &mut StripCounts,
        all: &mut DrawnZooms,
    ) -> Result<()> {
        let is_whole = group.reused.is_none();
        let bands = if is_whole { bands } else { &[ALL_TILES] };
        for (number, ids) in bands.iter().enumerate() {
            let start = Instant::now();
            let geometry = self.geometry(group, tracks, zoom, (ids, bands.len() == 1));
            all.timing.plan += start.elapsed();
            if is_whole {
                strip_counts.add(&geometry.plan);
            }
            let part = if bands.len() > 1 { format!(" {}/{}", number + 1, bands.len()) } else { String::new() };
            let of = if self.has_several_groups { format!(" of {}", group.title()) } else { String::new() };
            let tiles = geometry.plan.tiles().len() * group.layers.len();
            self.progress.begin(&format!("zoom {zoom}{part}{of}"), tiles, "tiles");
            let drawn = self.draw_group(group, &geometry, &mut all.timing)?;
            self.progress.end();
            let by_layer = &mut all.zooms[usize::from(zoom - self.options.zooms.start())];
            for (layer, tiles) in group.layers.iter().zip(drawn) {
                by_layer[*layer].append(tiles);
            }
            let activity_tiles = &mut all.activity_tiles[group.variant];
            if group.is_first_of_variant {
                let pairs = geometry.plan.activities(&geometry.strips);
                pairs.for_each(|(tile, activity)| activity_tiles[activity as usize].push(tile.id()));
            }
        }
        Ok(())
    }

    /// Strips and plan of a band of a zoom.
    fn geometry(&self, group: &Group, tracks: &TrackSet, zoom: u8, (ids, is_all): (&Range<u64>, bool)) -> ZoomGeometry {
        let (grid, is_wanted) = (self.options.grid(zoom), |tile| self.options.contains(tile));
        match &group.reused {
            Some(reused) => reused.dirty_geometry(tracks, grid, self.raster.honours_clip_masks()),
            None => {
                let tiles = if is_all { TileFilter::Matching(&is_wanted) } else { TileFilter::Within(ids, &is_wanted) };
                ZoomGeometry::new(tracks, &tracks.select_all(), grid, tiles)
            }
        }
    }

    /// Draws the layers of a group and merges the results with the reused tiles.
    fn draw_group(&self, group: &Group, geometry: &ZoomGeometry, timing: &mut Timing) -> Result<Vec<DrawnTiles>> {
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

        timing.draw += start.elapsed();
        timing.encode += Duration::from_nanos(encoding_nanos.into_inner());
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

//! Decides which tiles the GPU draws together, in which dispatches, and from which uploaded strips.
//!
//! 1. Dispatches: the strips of each slot are cut into ranges (`ranges.rs`). The k-th dispatch of a batch draws the
//!    k-th range of every slot. A tile that cannot be cut is left to the CPU.
//! 2. Batches: tiles, in the order of the plan, fill a batch until the atlas, the buffer of placed strips or the
//!    current chunk is full.
//! 3. Chunks: if the zoom has more strips or vertices than a buffer of the device holds, batches are grouped into
//!    chunks. Each chunk uploads only the strips of its tiles, so a strip may be in several chunks. Otherwise one chunk
//!    uploads all strips.
//!
//! A tile has one slot for each sum of a pixel: for each class of a class layer, which sees the strips of its activities.
//! Every tile is in exactly one batch or, if the tile alone exceeds a limit, left to the CPU. Tiles in which the drawing
//! shows no activity are left to the CPU, too: it has nothing to draw there.

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;
use wgpu::Limits;

use super::layout::{PlacedStrip, Strip, StripRange};
use super::ranges::strip_ranges;
use super::tuning::Tuning;
use crate::engine::drawing::Drawing;
use crate::engine::geometry::mercator::CanvasPosition;
use crate::engine::raster::Scene;
use crate::engine::tiling::plan::StripRef;

/// Maximum placed strips of a batch: 64 MiB for each batch in flight.
const BATCH_STRIPS: usize = 4 << 20;

/// Limits of a batch (tiles, placed strips) and of a chunk (vertices, strips), and the slots of a tile.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Budget {
    pub tiles: usize,
    pub slots: usize,
    pub placed_strips: usize,
    pub vertices: usize,
    pub strips: usize,
}

impl Budget {
    /// Budget that fits the buffer sizes of the device and the atlas, for tiles with a number of slots.
    pub fn new(limits: &Limits, tuning: Tuning, tile_size: u32, slots: usize) -> Self {
        let bytes = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size) as usize;
        Self {
            tiles: (tuning.atlas_pixels / tile_size).pow(2) as usize / slots,
            slots,
            placed_strips: BATCH_STRIPS.min(bytes / size_of::<PlacedStrip>()),
            vertices: bytes / size_of::<CanvasPosition>(),
            strips: bytes / size_of::<Strip>(),
        }
    }
}

/// Work of one zoom, in order.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Schedule {
    pub chunks: Vec<Chunk>,
    /// Tiles for the CPU, as indices into the plan: one activity of the tile is too long for a dispatch, the tile alone
    /// exceeds the budget, or no activity of the tile is shown.
    pub cpu_tiles: Vec<usize>,
}

/// Batches that are drawn from the same uploaded strips.
#[derive(Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Chunk {
    /// Strips to upload, as indices into the scene; `None` uploads all.
    pub strips: Option<Vec<u32>>,
    pub batches: Vec<Batch>,
}

/// Tiles that are drawn into the atlas together.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// Indices into the plan. A tile has its slots of the atlas one after another, in the order of this list.
    pub tiles: Vec<usize>,
    /// `dispatches[k]` has the k-th strip range of every slot with more than `k` ranges. Ranges index the placed strips
    /// of the batch: those of its slots, slot after slot.
    pub dispatches: Vec<Vec<StripRange>>,
    /// Number of placed strips of all tiles.
    pub placed_strips: usize,
}

/// Cuts a plan into chunks of batches within the budget.
pub fn schedule(scene: &Scene, drawing: &Drawing, budget: Budget) -> Schedule {
    let tiles = 0..scene.plan.tiles().len();
    let slots_of = |tile: usize| -> Option<Vec<Slot>> {
        let slots = slot_strips(scene, drawing, tile).into_iter().map(|strip_refs| {
            let ranges = strip_ranges(scene, drawing.layer.per_activity, &strip_refs)?;
            Some(Slot { strips: strip_refs.len(), ranges })
        });
        let slots: Vec<Slot> = slots.collect::<Option<_>>()?;
        slots.iter().any(|slot| slot.strips > 0).then_some(slots)
    };
    let slots: Vec<Option<Vec<Slot>>> = tiles.into_par_iter().map(slots_of).collect();
    let mut packer = Packer::new(scene, budget);
    let mut cpu_tiles = Vec::new();
    for (tile, slots) in slots.into_iter().enumerate() {
        if !slots.is_some_and(|slots| packer.try_add(tile, slots)) {
            cpu_tiles.push(tile);
        }
    }
    Schedule { chunks: packer.finish(), cpu_tiles }
}

/// Strips of a slot of a tile, cut into ranges.
struct Slot {
    /// Number of strips.
    strips: usize,
    ranges: Vec<Range<usize>>,
}

/// Strips that each slot of a tile sees, in activity order.
pub fn slot_strips<'a>(scene: &'a Scene, drawing: &Drawing, tile: usize) -> Vec<Cow<'a, [StripRef]>> {
    let strip_refs = scene.plan.strips_of(tile);
    if drawing.values.is_none() {
        return vec![Cow::Borrowed(strip_refs)];
    }
    let value = |strip_ref: &&StripRef| drawing.value_of(scene.strips.strips[strip_ref.strip as usize].activity);
    let slot = |slot: usize| match drawing.layer.code.drawn_channels() {
        1 => strip_refs.iter().filter(|strip_ref| value(strip_ref).is_some()).copied().collect(),
        _ => strip_refs.iter().filter(|strip_ref| value(strip_ref).map(usize::from) == Some(slot)).copied().collect(),
    };
    (0..drawing.layer.code.drawn_channels()).map(slot).collect()
}

/// Fills one batch and one chunk at a time.
struct Packer<'a> {
    scene: &'a Scene<'a>,
    budget: Budget,
    chunks: Vec<Chunk>,
    chunk: Chunk,
    batch: Batch,
    /// For each strip, the number of the last chunk that contains the strip, from 1; 0 if none does. `None` if one
    /// chunk holds all strips.
    last_chunk: Option<Vec<u32>>,
    /// Vertices of the current chunk. A vertex shared by two strips counts for each, because each uploads its own copy.
    chunk_vertices: usize,
}

impl<'a> Packer<'a> {
    fn new(scene: &'a Scene<'a>, budget: Budget) -> Self {
        let strips = scene.strips;
        let fits = strips.vertices.len() <= budget.vertices && strips.strips.len() <= budget.strips;
        let last_chunk = (!fits).then(|| vec![0; strips.strips.len()]);
        Self {
            scene,
            budget,
            chunks: Vec::new(),
            chunk: Chunk::default(),
            batch: Batch::default(),
            last_chunk,
            chunk_vertices: 0,
        }
    }

    /// Adds a tile to the current batch, or to a new one if the batch or the chunk is full; returns false if the tile
    /// alone exceeds the budget.
    fn try_add(&mut self, tile: usize, slots: Vec<Slot>) -> bool {
        let placed_strips = slots.iter().map(|slot| slot.strips).sum::<usize>();
        if self.budget.tiles == 0 || placed_strips > self.budget.placed_strips || !self.try_add_strips(tile) {
            return false;
        }
        if self.batch.tiles.len() == self.budget.tiles
            || self.batch.placed_strips + placed_strips > self.budget.placed_strips
        {
            self.close_batch();
        }
        let first_slot = self.batch.tiles.len() * self.budget.slots;
        for (slot, Slot { strips, ranges }) in slots.into_iter().enumerate() {
            for (dispatch, range) in ranges.into_iter().enumerate() {
                if dispatch == self.batch.dispatches.len() {
                    self.batch.dispatches.push(Vec::new());
                }
                self.batch.dispatches[dispatch].push(StripRange {
                    slot: (first_slot + slot) as u32,
                    first: (self.batch.placed_strips + range.start) as u32,
                    count: range.len() as u32,
                    accumulate: u32::from(dispatch > 0),
                });
            }
            self.batch.placed_strips += strips;
        }
        self.batch.tiles.push(tile);
        true
    }

    /// Adds the strips of a tile to the current chunk, or to a new one if the chunk is full; returns false if these
    /// strips alone exceed the budget.
    fn try_add_strips(&mut self, tile: usize) -> bool {
        let Some(mut last_chunk) = self.last_chunk.take() else { return true };
        let len = |strip: u32| self.scene.strips.strips[strip as usize].len as usize;
        let strip_refs = self.scene.plan.strips_of(tile);
        // A strip that the tile sees from both sides of the antimeridian counts twice, here and below, but is uploaded
        // once: the counts are never too small.
        let tile_vertices: usize = strip_refs.iter().map(|strip_ref| len(strip_ref.strip)).sum();
        let fits = tile_vertices <= self.budget.vertices && strip_refs.len() <= self.budget.strips;
        if fits {
            let chunk_number = self.chunks.len() as u32 + 1;
            let new = strip_refs.iter().filter(|strip_ref| last_chunk[strip_ref.strip as usize] != chunk_number);
            let (new_strips, new_vertices) = new.fold((0, 0), |(n, v), strip_ref| (n + 1, v + len(strip_ref.strip)));
            let chunk_strips = self.chunk.strips.as_ref().map_or(0, Vec::len);
            if chunk_strips + new_strips > self.budget.strips
                || self.chunk_vertices + new_vertices > self.budget.vertices
            {
                self.close_chunk();
            }
            let chunk_number = self.chunks.len() as u32 + 1;
            let chunk_strips = self.chunk.strips.get_or_insert_default();
            for &StripRef { strip, .. } in strip_refs {
                if last_chunk[strip as usize] != chunk_number {
                    last_chunk[strip as usize] = chunk_number;
                    chunk_strips.push(strip);
                    self.chunk_vertices += len(strip);
                }
            }
        }
        self.last_chunk = Some(last_chunk);
        fits
    }

    fn close_batch(&mut self) {
        if !self.batch.tiles.is_empty() {
            self.chunk.batches.push(std::mem::take(&mut self.batch));
        }
    }

    fn close_chunk(&mut self) {
        self.close_batch();
        self.chunks.push(std::mem::take(&mut self.chunk));
        self.chunk_vertices = 0;
    }

    fn finish(mut self) -> Vec<Chunk> {
        self.close_chunk();
        self.chunks.retain(|chunk| !chunk.batches.is_empty());
        self.chunks
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::engine::geometry::grid::Grid;
    use crate::engine::geometry::polyline::{Polyline, Track};
    use crate::engine::geometry::strip::Strips;
    use crate::engine::layer::LAYERS;
    use crate::engine::raster::profile::Profile;
    use crate::engine::tiling::plan::Plan;

    fn all() -> Drawing {
        Drawing::of_all(&LAYERS[0])
    }

    /// Runs a check on a scene of loops over a dozen tiles of zoom 14.
    fn on_scene<T>(check: impl FnOnce(&Scene) -> T) -> T {
        let line = |i: u32| {
            let start = [(i * 7919) % 900, (i * 104_729) % 700];
            (0..100)
                .map(|j| [start[0] + (j * 37) % 101, start[1] + (j * 53) % 103].map(|n| (1 << 28) + (n << 10)))
                .collect()
        };
        let tracks: Vec<Track> = (0..60)
            .map(|i| Track { polylines: vec![Polyline::new(&Vec::from_iter::<Vec<CanvasPosition>>(line(i)), 24)] })
            .collect();
        let grid = Grid { zoom: 14, tile_size: 256 };
        let (strips, profile) = (Strips::new(&tracks, grid), Profile::new(grid));
        let plan = Plan::new(&strips, grid, profile.reach());
        check(&Scene { grid, drawings: &[all()], profile, strips: &strips, plan: &plan })
    }

    /// Describes the first rule that a schedule breaks.
    fn schedule_error(scene: &Scene, budget: Budget, schedule: &Schedule) -> Option<String> {
        let batches = || schedule.chunks.iter().flat_map(|chunk| &chunk.batches);
        let mut tiles: Vec<usize> =
            batches().flat_map(|batch| &batch.tiles).chain(&schedule.cpu_tiles).copied().collect();
        tiles.sort_unstable();
        if tiles != Vec::from_iter(0..scene.plan.tiles().len()) {
            return Some(format!("not every tile once: {tiles:?}"));
        }
        for chunk in &schedule.chunks {
            let needed = |tile: &usize| scene.plan.strips_of(*tile).iter().map(|strip_ref| strip_ref.strip);
            let needed: BTreeSet<u32> = chunk.batches.iter().flat_map(|batch| &batch.tiles).flat_map(needed).collect();
            let given = chunk.strips.clone().unwrap_or_else(|| (0..scene.strips.strips.len() as u32).collect());
            let vertices: usize = given.iter().map(|&strip| scene.strips.strips[strip as usize].len as usize).sum();
            let distinct = BTreeSet::from_iter(given.iter().copied());
            if distinct.len() < given.len() || !needed.is_subset(&distinct) {
                return Some("a strip is missing or given twice".to_owned());
            }
            if chunk.strips.is_some() && (vertices > budget.vertices || given.len() > budget.strips) {
                return Some(format!("{vertices} vertices, {} strips exceed {budget:?}", given.len()));
            }
        }
        for batch in batches() {
            let mut drawn = vec![0; batch.tiles.len()];
            batch.dispatches.iter().flatten().for_each(|range| drawn[range.slot as usize] += range.count as usize);
            let expected: Vec<usize> = batch.tiles.iter().map(|&tile| scene.plan.strips_of(tile).len()).collect();
            if drawn != expected || batch.tiles.len() > budget.tiles || batch.placed_strips > budget.placed_strips {
                return Some(format!("{drawn:?} strips drawn of {expected:?} within {budget:?}"));
            }
        }
        None
    }

    proptest! {
        #[test]
        fn tiles_are_scheduled_once_and_within_the_budget(
            tiles in 1usize..20, placed_strips in 1usize..2000, vertices in 1usize..8000, strips in 1usize..600,
        ) {
            let budget = Budget { tiles, slots: 1, placed_strips, vertices, strips };
            let error = on_scene(|scene| schedule_error(scene, budget, &schedule(scene, &all(), budget)));
            prop_assert_eq!(error, None);
        }
    }

    #[test]
    fn only_small_budgets_split_a_zoom_into_chunks() {
        on_scene(|scene| {
            let vertices = scene.strips.vertices.len();
            let budget = |vertices| Budget { tiles: 64, slots: 1, placed_strips: 1 << 20, vertices, strips: 1 << 20 };
            let [small, large] = [vertices / 3, vertices].map(|vertices| schedule(scene, &all(), budget(vertices)));
            assert!(small.chunks.len() > 2 && small.cpu_tiles.is_empty(), "{} chunks", small.chunks.len());
            assert!(small.chunks.iter().all(|chunk| chunk.strips.is_some()));
            assert!(large.chunks.len() == 1 && large.chunks[0].strips.is_none());
        });
    }

    #[test]
    fn check_detects_broken_schedules() {
        on_scene(|scene| {
            let budget = Budget { tiles: 4, slots: 1, placed_strips: 1 << 20, vertices: 2000, strips: 1 << 20 };
            let broken = |change: fn(&mut Schedule)| {
                let mut schedule = schedule(scene, &all(), budget);
                change(&mut schedule);
                schedule_error(scene, budget, &schedule)
            };
            assert_eq!(broken(|_| ()), None);
            assert!(broken(|schedule| schedule.chunks.truncate(1)).is_some());
            assert!(
                broken(|schedule| schedule.chunks[0].strips.as_mut().map_or((), |strips| strips.truncate(3))).is_some()
            );
            assert!(broken(|schedule| schedule.chunks[0].batches[0].dispatches[0][0].count -= 1).is_some());
        });
    }
}

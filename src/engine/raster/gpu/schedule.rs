//! Which tiles are drawn together, in which dispatches, and from which strips.

use rayon::prelude::*;
use wgpu::Limits;

use super::layout::{Job, Ref, Strip};
use super::tuning::Tuning;
use crate::engine::accumulation::PerActivity;
use crate::engine::geometry::mercator::CanvasPosition;
use crate::engine::geometry::strip::STRIP_EDGES;
use crate::engine::raster::Scene;
use crate::engine::tiling::plan::StripRef;

/// Edges that one invocation of the shader meets at most: Mesa's software adapter silently stops all loops of an
/// invocation after 65,535 iterations, and drivers end dispatches that take seconds.
const DISPATCH_EDGES: usize = 16_384;

/// Strips as tiles see them that a batch may hold: 64 MiB.
const BATCH_REFS: usize = 4 << 20;

/// What the device may be given at once.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Tiles in a batch.
    pub tiles: usize,
    /// Strips as tiles see them in a batch.
    pub refs: usize,
    /// Vertices in a chunk.
    pub vertices: usize,
    /// Strips in a chunk.
    pub strips: usize,
}

impl Budget {
    /// What a device with these limits takes, in tiles of so many pixels along the side.
    pub fn new(limits: &Limits, tuning: Tuning, tile_size: u32) -> Self {
        let bytes = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size) as usize;
        Self {
            tiles: (tuning.atlas_pixels / tile_size).pow(2) as usize,
            refs: BATCH_REFS.min(bytes / size_of::<Ref>()),
            vertices: bytes / size_of::<CanvasPosition>(),
            strips: bytes / size_of::<Strip>(),
        }
    }
}

/// A zoom cut into what a device can be given.
#[derive(Debug, Default)]
pub struct Schedule {
    /// One after the other.
    pub chunks: Vec<Chunk>,
    /// Tiles that no dispatch can draw: they hold an activity of more edges than a dispatch may have, or more than
    /// the budget.
    pub others: Vec<usize>,
}

/// Batches that are drawn from the same strips.
#[derive(Debug, Default, PartialEq)]
pub struct Chunk {
    /// Which of the scene's strips the device is given; all of them if nothing is said.
    pub strips: Option<Vec<u32>>,
    /// One after the other.
    pub batches: Vec<Batch>,
}

/// Tiles that are drawn into the atlas together.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// Indices into the plan; the place in this list is the slot in the atlas.
    pub tiles: Vec<usize>,
    /// Dispatches, one after the other: each adds some whole activities to some tiles.
    pub rounds: Vec<Vec<Job>>,
    /// Strips of all tiles.
    pub refs: usize,
}

/// Cuts a plan into chunks of batches that keep the budget.
pub fn schedule(scene: &Scene, budget: Budget) -> Schedule {
    let tiles = 0..scene.plan.tiles().len();
    let jobs: Vec<Option<Vec<Span>>> =
        tiles.into_par_iter().map(|tile| spans(scene, scene.plan.strips_of(tile))).collect();
    let mut packer = Packer::new(scene, budget);
    let mut others = Vec::new();
    for (tile, jobs) in jobs.into_iter().enumerate() {
        if !jobs.is_some_and(|jobs| packer.add(tile, jobs)) {
            others.push(tile);
        }
    }
    Schedule { chunks: packer.finish(), others }
}

/// First strip and number of strips of a dispatch, counted from the tile's first.
type Span = (usize, usize);

/// The dispatches of a tile, or nothing if an activity does not fit one.
fn spans(scene: &Scene, refs: &[StripRef]) -> Option<Vec<Span>> {
    if scene.layer.accumulation.per_activity == PerActivity::Integral || refs.len() * STRIP_EDGES <= DISPATCH_EDGES {
        return Some(vec![(0, refs.len())]);
    }
    let strip = |reference: &StripRef| &scene.strips.strips[reference.strip as usize];
    let (mut spans, mut first, mut end, mut edges) = (Vec::new(), 0, 0, 0);
    for activity in refs.chunk_by(|a, b| strip(a).activity == strip(b).activity) {
        let own: usize = activity.iter().map(|reference| strip(reference).len as usize).sum();
        if own > DISPATCH_EDGES {
            return None;
        }
        if edges + own > DISPATCH_EDGES {
            spans.push((first, end - first));
            (first, edges) = (end, 0);
        }
        end += activity.len();
        edges += own;
    }
    spans.push((first, end - first));
    Some(spans)
}

/// Fills batch after batch and chunk after chunk.
struct Packer<'a> {
    scene: &'a Scene<'a>,
    budget: Budget,
    chunks: Vec<Chunk>,
    chunk: Chunk,
    batch: Batch,
    /// For each strip the last chunk that it is in, by number from 1; nothing where all fit into one chunk.
    last_chunk: Option<Vec<u32>>,
    /// Of the chunk that is being filled.
    vertices: usize,
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
            vertices: 0,
        }
    }

    /// Takes in a tile, unless it exceeds the budget by itself.
    fn add(&mut self, tile: usize, spans: Vec<Span>) -> bool {
        let refs = self.scene.plan.strips_of(tile).len();
        if refs > self.budget.refs || !self.add_strips(tile) {
            return false;
        }
        if self.batch.tiles.len() == self.budget.tiles || self.batch.refs + refs > self.budget.refs {
            self.close_batch();
        }
        for (round, (first, count)) in spans.into_iter().enumerate() {
            if round == self.batch.rounds.len() {
                self.batch.rounds.push(Vec::new());
            }
            self.batch.rounds[round].push(Job {
                slot: self.batch.tiles.len() as u32,
                first: (self.batch.refs + first) as u32,
                count: count as u32,
                adds: u32::from(round > 0),
            });
        }
        self.batch.tiles.push(tile);
        self.batch.refs += refs;
        true
    }

    /// Makes sure that the strips of a tile are in the chunk, perhaps a new one.
    fn add_strips(&mut self, tile: usize) -> bool {
        let Some(mut last_chunk) = self.last_chunk.take() else { return true };
        let len = |strip: u32| self.scene.strips.strips[strip as usize].len as usize;
        let refs = self.scene.plan.strips_of(tile);
        // A tile may see a strip twice, from both sides of the world; here that counts twice.
        let alone: usize = refs.iter().map(|reference| len(reference.strip)).sum();
        let fits = alone <= self.budget.vertices && refs.len() <= self.budget.strips;
        if fits {
            let number = self.chunks.len() as u32 + 1;
            let new = refs.iter().filter(|reference| last_chunk[reference.strip as usize] != number);
            let (strips, vertices) = new.fold((0, 0), |(n, v), reference| (n + 1, v + len(reference.strip)));
            let members = self.chunk.strips.as_ref().map_or(0, Vec::len);
            if members + strips > self.budget.strips || self.vertices + vertices > self.budget.vertices {
                self.close_chunk();
            }
            let number = self.chunks.len() as u32 + 1;
            let members = self.chunk.strips.get_or_insert_default();
            for &StripRef { strip, .. } in refs {
                if last_chunk[strip as usize] != number {
                    last_chunk[strip as usize] = number;
                    members.push(strip);
                    self.vertices += len(strip);
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
        self.vertices = 0;
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
    use crate::engine::geometry::strip::{Polyline, Strips, Track};
    use crate::engine::layer::LAYERS;
    use crate::engine::raster::profile::Profile;
    use crate::engine::tiling::plan::Plan;

    /// Runs a check on the scene of some loops over a dozen tiles of zoom 14.
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
        check(&Scene { grid, layer: &LAYERS[0], profile, strips: &strips, plan: &plan })
    }

    /// What is wrong with a schedule, if anything.
    fn fault(scene: &Scene, budget: Budget, schedule: &Schedule) -> Option<String> {
        let batches = || schedule.chunks.iter().flat_map(|chunk| &chunk.batches);
        let mut tiles: Vec<usize> = batches().flat_map(|batch| &batch.tiles).chain(&schedule.others).copied().collect();
        tiles.sort_unstable();
        if tiles != Vec::from_iter(0..scene.plan.tiles().len()) {
            return Some(format!("not every tile once: {tiles:?}"));
        }
        for chunk in &schedule.chunks {
            let needed = |tile: &usize| scene.plan.strips_of(*tile).iter().map(|reference| reference.strip);
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
            batch.rounds.iter().flatten().for_each(|job| drawn[job.slot as usize] += job.count as usize);
            let refs: Vec<usize> = batch.tiles.iter().map(|&tile| scene.plan.strips_of(tile).len()).collect();
            if drawn != refs || batch.tiles.len() > budget.tiles || batch.refs > budget.refs {
                return Some(format!("{drawn:?} strips drawn of {refs:?} within {budget:?}"));
            }
        }
        None
    }

    proptest! {
        #[test]
        fn every_tile_is_drawn_once_and_the_budget_is_kept(
            tiles in 1usize..20, refs in 1usize..2000, vertices in 1usize..8000, strips in 1usize..600,
        ) {
            let budget = Budget { tiles, refs, vertices, strips };
            let fault = on_scene(|scene| fault(scene, budget, &schedule(scene, budget)));
            prop_assert_eq!(fault, None);
        }
    }

    #[test]
    fn small_budgets_make_chunks_and_large_ones_do_not() {
        on_scene(|scene| {
            let all = scene.strips.vertices.len();
            let budget = |vertices| Budget { tiles: 64, refs: 1 << 20, vertices, strips: 1 << 20 };
            let [small, large] = [all / 3, all].map(|vertices| schedule(scene, budget(vertices)));
            assert!(small.chunks.len() > 2 && small.others.is_empty(), "{} chunks", small.chunks.len());
            assert!(small.chunks.iter().all(|chunk| chunk.strips.is_some()));
            assert!(large.chunks.len() == 1 && large.chunks[0].strips.is_none());
        });
    }

    #[test]
    fn faults_are_found() {
        on_scene(|scene| {
            let budget = Budget { tiles: 4, refs: 1 << 20, vertices: 2000, strips: 1 << 20 };
            let broken = |change: fn(&mut Schedule)| {
                let mut schedule = schedule(scene, budget);
                change(&mut schedule);
                fault(scene, budget, &schedule)
            };
            assert_eq!(broken(|_| ()), None);
            assert!(broken(|schedule| schedule.chunks.truncate(1)).is_some());
            assert!(
                broken(|schedule| schedule.chunks[0].strips.as_mut().map_or((), |strips| strips.truncate(3))).is_some()
            );
            assert!(broken(|schedule| schedule.chunks[0].batches[0].rounds[0][0].count -= 1).is_some());
        });
    }
}

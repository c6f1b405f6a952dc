//! Selects the strips that are needed to draw the dirty tiles of a zoom.
//!
//! 1. A dirty tile that is in the record and lost no activity gets a clip mask: the 16-pixel cells that the new
//!    activities may reach. The levels of all other cells of the tile stay the same. Every other dirty tile has no clip
//!    mask and is drawn whole.
//! 2. The cells of all clip masks, and of all dirty tiles without one, are collected as the dirty cells of the zoom.
//! 3. Activities that may touch a dirty tile of the zoom are selected: old ones by the record, new ones always. Boxes
//!    of 64 vertices that cannot reach a dirty cell are left out; the rest is cut into strips. Old activities are
//!    needed, because the heat of a cell is summed anew. Omitted vertices add no heat to a dirty cell and the order of
//!    activities is kept, so the levels equal those of a full render.
//! 4. The plan assigns the strips to the dirty tiles. A tile with a clip mask drops strips that cannot reach the mask,
//!    except those of new activities: the next render record takes the tiles of new activities from this plan. A dirty
//!    tile without strips is in neither the plan nor the new output.

use std::collections::HashMap;

use super::{DirtyTiles, Reused};
use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::raster::profile::Profile;
use crate::engine::tiling::dirty_cells::DirtyCells;
use crate::engine::tiling::plan::Plan;
use crate::engine::{TrackSet, ZoomGeometry};

/// Reused tiles of layers that are drawn together. A tile that is dirty in one of them is drawn in all.
pub struct ReusedGroup<'a> {
    layers: Vec<&'a Reused>,
    dirty: DirtyTiles,
}

impl<'a> ReusedGroup<'a> {
    #[expect(missing_docs, reason = "the name says it")]
    pub fn new(layers: Vec<&'a Reused>) -> Self {
        let dirty = DirtyTiles::union(&layers.iter().map(|layer| &layer.dirty).collect::<Vec<_>>());
        Self { layers, dirty }
    }

    /// Reused tiles of the layer at `index`.
    pub fn layer(&self, index: usize) -> &'a Reused {
        self.layers[index]
    }

    /// Returns true if the previous pixels of a tile are valid outside of new activities, in every layer.
    fn has_previous_pixels(&self, tile: TileCoord) -> bool {
        self.layers.iter().all(|layer| !layer.dirty.contains(tile) || layer.previous_pixels(tile).is_some())
    }

    /// Returns the dirty tiles of a zoom that a line may still reach, and the strips to draw in them. If `clip_masks`
    /// is false, because the raster ignores clip masks, every tile is drawn whole.
    pub fn dirty_geometry(&self, tracks: &TrackSet, grid: Grid, clip_masks: bool) -> ZoomGeometry {
        let (dirty, profile) = (&self.dirty, Profile::new(grid));
        let reach = profile.reach();
        let clip_masks = if clip_masks {
            let new = tracks.strips(&tracks.select(|track| dirty.is_new(track)), grid);
            Plan::for_tiles(&new, grid, reach, |tile| self.has_previous_pixels(tile)).clip_masks(&new, (grid, reach))
        } else {
            HashMap::new()
        };
        let mut dirty_cells = DirtyCells::new(grid, reach);
        dirty.tiles_at(grid.zoom).for_each(|tile| dirty_cells.add(tile, clip_masks.get(&tile)));
        let needed = tracks.select(|track| dirty.needs_activity(track, grid.zoom));
        let strips = tracks.strips_overlapping(&needed, grid, |min, max| dirty_cells.meets(min, max));
        let is_new = |activity| dirty.is_new(activity as usize);
        let plan = Plan::for_tiles(&strips, grid, reach, |tile| dirty.contains(tile));
        let plan = plan.clipped(&strips, (grid, reach), &clip_masks, is_new);
        ZoomGeometry { grid, profile, strips, plan }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use proptest::prelude::*;

    use super::*;
    use crate::engine::drawing::Drawing;
    use crate::engine::geometry::index::BOX_VERTICES;
    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::path::Path;
    use crate::engine::geometry::polyline::{Polyline, Track};
    use crate::engine::geometry::simplify::Simplification;
    use crate::engine::geometry::strip::Strips;
    use crate::engine::layer::{LAYERS, Layer};
    use crate::engine::png::Compression;
    use crate::engine::raster::cpu::Cpu;
    use crate::engine::raster::{Levels, Raster, Scene};
    use crate::engine::tone::palette::Palette;
    use crate::engine::tone::palettes::PALETTES;
    use crate::pyramid::RenderOptions;
    use crate::pyramid::incremental::{LayerRecord, TileIds};
    use crate::tileset::Style;

    /// A polyline that starts within three tiles of a corner on the antimeridian. Some polylines stay within a small
    /// area for as many vertices as an index box holds, then jump to another.
    fn line(zoom: u8, layer: &'static Layer) -> impl Strategy<Value = Polyline> {
        let tile = (1u64 << (32 - zoom)) as f64;
        let start = prop::array::uniform2(-3.0..3.0f64);
        let steps = prop::collection::vec(prop::array::uniform2(-1.0..1.0f64), 0..400);
        let max_step = prop::sample::select(vec![0.001, 0.01, 0.1, 0.5]);
        (start, steps, max_step, any::<bool>()).prop_map(move |(mut at, steps, max_step, jumps)| {
            let canvas = |[x, y]: [f64; 2]| -> CanvasPosition {
                [(x * tile) as i64 as u32, ((y * tile) as i64 + (1 << 31)).clamp(0, u32::MAX.into()) as u32]
            };
            let mut line = vec![canvas(at)];
            for (i, step) in steps.into_iter().enumerate() {
                let max_step = if !jumps {
                    max_step
                } else if i % BOX_VERTICES == BOX_VERTICES - 1 {
                    4.0
                } else {
                    0.001
                };
                at = std::array::from_fn(|axis| at[axis] + step[axis] * max_step);
                line.push(canvas(at));
            }
            let times: Vec<u32> = (0..line.len() as u32).map(|i| i * 700 + i / 9 * 40_000).collect();
            let path = Path { positions: &line, times: &times, ..Path::default() };
            match (jumps, layer.simplify) {
                (true, Simplification::Shape) => Polyline::whole(&line),
                (true, Simplification::Motion) => Polyline::whole_path(path),
                (false, simplify) => Polyline::simplified(path, 24, simplify),
            }
        })
    }

    fn options(zoom: u8, layer: &'static Layer) -> RenderOptions {
        let compression = Compression::Fast;
        let styles = vec![Style::new(layer, Palette::from(&PALETTES[0]))];
        RenderOptions { zooms: zoom..=zoom, window: None, tile_size: 256, styles, compression }
    }

    /// The reusable tiles of a previous map that had the `removed` tracks, but not the last `new` of `tracks`.
    fn reused(tracks: &[Track], (removed, new): (&[Track], usize), options: &RenderOptions) -> Reused {
        let grid = Grid { zoom: *options.zooms.end(), tile_size: options.tile_size };
        let recorded_tiles = |track: &Track| -> TileIds {
            let strips = Strips::new(std::slice::from_ref(track), grid);
            let mut ids: Vec<u64> =
                Plan::new(&strips, grid, Profile::new(grid).reach()).tiles().iter().map(|tile| tile.id()).collect();
            ids.sort_unstable();
            ids.into_iter().collect()
        };
        let keys: Vec<u128> = (0..tracks.len() as u128).collect();
        let unchanged =
            tracks[..tracks.len() - new].iter().zip(&keys).map(|(track, key)| (*key, recorded_tiles(track)));
        let activities: Vec<(u128, TileIds)> =
            unchanged.chain(removed.iter().map(|track| (u128::MAX, recorded_tiles(track)))).collect();
        let tiles: Vec<TileCoord> =
            activities.iter().flat_map(|(_, ids)| ids.iter()).filter_map(TileCoord::from_id).collect();
        let record = LayerRecord { activities, ..LayerRecord::default() };
        let keys: Vec<Option<u128>> = keys.into_iter().map(Some).collect();
        let dirty = DirtyTiles::new(&record, &keys, &TrackSet::new(tracks.to_vec(), 24), options);
        let previous_pixels =
            tiles.into_iter().filter(|tile| !dirty.has_removed_activity(*tile)).map(|tile| (tile, 0)).collect();
        Reused { dirty, zooms: Vec::new(), previous_pixels }
    }

    fn draw(strips: &Strips, plan: &Plan, grid: Grid, layer: &'static Layer) -> BTreeMap<TileCoord, Vec<u8>> {
        let tiles = Mutex::new(BTreeMap::new());
        let emit = |index: usize, _, levels: &Levels| {
            let whole = match plan.clip_mask_of(index) {
                Some(clip_mask) => levels.clipped_over(clip_mask, &Levels::from_pixels(vec![0; levels.pixels.len()])),
                None => levels.clone(),
            };
            tiles.lock().expect("no panic").insert(plan.tiles()[index], whole.pixels);
            Ok(())
        };
        let drawings = [Drawing::of_all(layer)];
        let scene = Scene { grid, drawings: &drawings, profile: Profile::new(grid), strips, plan };
        Cpu.render(&scene, &emit).expect("the CPU draws");
        tiles.into_inner().expect("no panic")
    }

    /// The tiles that each new activity may touch.
    fn new_activity_tiles(strips: &Strips, plan: &Plan, dirty: &DirtyTiles) -> Vec<(TileCoord, u32)> {
        plan.activities(strips).filter(|&(_, activity)| dirty.is_new(activity as usize)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn strips_outside_the_dirty_cells_do_not_change_dirty_tiles(
            (zoom, layer, polylines) in (0u8..=18, (0..LAYERS.len()).prop_map(|layer| &LAYERS[layer])).prop_flat_map(
                |(zoom, layer)| (Just(zoom), Just(layer), prop::collection::vec(line(zoom, layer), 3..9)),
            ),
            removed in 0usize..2, clip_masks in any::<bool>(),
        ) {
            let (grid, new) = (Grid { zoom, tile_size: 256 }, 1);
            let reach = Profile::new(grid).reach();
            let track = |polyline| Track { polylines: vec![polyline] };
            let mut tracks: Vec<Track> = polylines.into_iter().map(track).collect();
            let removed: Vec<Track> = tracks.drain(..removed).collect();
            let reused = reused(&tracks, (&removed, new), &options(zoom, layer));
            let track_set = TrackSet::new(tracks.clone(), 24);
            let ZoomGeometry { strips, plan, .. } =
                ReusedGroup::new(vec![&reused]).dirty_geometry(&track_set, grid, clip_masks);

            // The reference uses all strips.
            let all = Strips::new(&tracks, grid);
            let expected_plan = Plan::for_tiles(&all, grid, reach, |tile| reused.dirty.contains(tile));
            let clip_mask = |(i, tile): (usize, &TileCoord)| Some((*tile, plan.clip_mask_of(i)?.clone()));
            let clip_masks = plan.tiles().iter().enumerate().filter_map(clip_mask).collect();
            let is_new = |activity| reused.dirty.is_new(activity as usize);
            let expected_plan = expected_plan.clipped(&all, (grid, reach), &clip_masks, is_new);
            let expected_tiles = new_activity_tiles(&all, &expected_plan, &reused.dirty);
            prop_assert_eq!(new_activity_tiles(&strips, &plan, &reused.dirty), expected_tiles);
            let (drawn, expected) = (draw(&strips, &plan, grid, layer), draw(&all, &expected_plan, grid, layer));
            let visible_tiles = |tiles: &BTreeMap<TileCoord, Vec<u8>>| -> Vec<TileCoord> {
                let visible = tiles.iter().filter(|(_, levels)| levels.iter().any(|level| *level > 0));
                visible.map(|(tile, _)| *tile).collect()
            };
            prop_assert_eq!(visible_tiles(&drawn), visible_tiles(&expected));
            prop_assert!(visible_tiles(&drawn).iter().all(|tile| drawn[tile] == expected[tile]));
            prop_assert!(strips.vertices.len() <= all.vertices.len() + all.strips.len());
        }
    }

    #[test]
    fn strips_outside_the_dirty_cells_are_skipped() {
        let grid = Grid { zoom: 14, tile_size: 256 };
        let along = |y: u32| -> Vec<CanvasPosition> {
            (0..20_000).map(|i| [(1 << 30) + i * 900, (1 << 30) + y + (i & 1) * 4000]).collect()
        };
        let mut tracks: Vec<Track> =
            [along(0), along(1 << 22)].iter().map(|line| Track { polylines: vec![Polyline::new(line, 24)] }).collect();
        tracks.push(Track { polylines: vec![Polyline::new(&along(0)[10_000..10_100], 24)] });
        let reused = reused(&tracks, (&[], 1), &options(14, &LAYERS[0]));
        let strips = ReusedGroup::new(vec![&reused]).dirty_geometry(&TrackSet::new(tracks, 24), grid, true).strips;
        let count = |activity: u32| strips.strips.iter().filter(|strip| strip.activity == activity).count();
        assert!((6..60).contains(&count(0)), "{}", count(0));
        assert_eq!((count(1), count(2)), (0, 7));
    }
}

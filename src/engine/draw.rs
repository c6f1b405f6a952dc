//! Drawing of tracks as tiles: tracks → strips → plan → levels.
//!
//! [`draw_tiles`] is the simple entry point. A caller that also needs the plan, such as the pyramid, builds a
//! [`ZoomGeometry`] and passes its scenes to a raster.

use std::ops::Range;

use anyhow::Result;

use super::drawing::Drawing;
use super::geometry::grid::Grid;
use super::geometry::strip::Strips;
use super::geometry::tile::TileCoord;
use super::raster::profile::Profile;
use super::raster::{Levels, Raster, Scene};
use super::tiling::dirty_cells::DirtyCells;
use super::tiling::plan::Plan;
use super::tiling::tile_span::TileSpan;
use super::tracks::{TrackSelection, TrackSet};

/// Filter of the tiles that the tracks touch.
#[derive(Clone, Copy)]
pub enum TileFilter<'a> {
    /// Touched tiles for which the predicate is true.
    Matching(&'a (dyn Fn(TileCoord) -> bool + Sync)),
    /// Touched tiles among these. For a few tiles faster than `Matching`, because only strips near them are built.
    Listed(&'a [TileCoord]),
    /// Touched tiles with ids in the range for which the predicate is true. Needs less memory than `Matching`, because
    /// only strips near tiles of the range are built.
    Within(&'a Range<u64>, &'a (dyn Fn(TileCoord) -> bool + Sync)),
}

impl TileFilter<'_> {
    /// All touched tiles.
    pub const ALL: Self = Self::Matching(&|_| true);
}

/// Strips of a zoom and the plan of its tiles: shared by all layers with the same simplification.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Debug)]
pub struct ZoomGeometry {
    pub grid: Grid,
    pub profile: Profile,
    pub strips: Strips,
    pub plan: Plan,
}

impl ZoomGeometry {
    /// Strips of the selected tracks at a zoom, and the plan of the filtered tiles.
    pub fn new(tracks: &TrackSet, selected: &TrackSelection, grid: Grid, tiles: TileFilter) -> Self {
        Self::with_profile((tracks, selected), (grid, Profile::new(grid)), tiles)
    }

    /// Like [`new`](Self::new), with an explicit line profile.
    pub fn with_profile(
        (tracks, selected): (&TrackSet, &TrackSelection),
        (grid, profile): (Grid, Profile),
        tiles: TileFilter,
    ) -> Self {
        let (strips, plan) = match tiles {
            TileFilter::Matching(is_wanted) => {
                let strips = tracks.strips(selected, grid);
                let plan = Plan::for_tiles(&strips, grid, profile.reach(), is_wanted);
                (strips, plan)
            }
            TileFilter::Listed(tiles) => {
                let mut region = DirtyCells::new(grid, profile.reach());
                tiles.iter().for_each(|&tile| region.add(tile, None));
                let strips = tracks.strips_overlapping(selected, grid, |min, max| region.meets(min, max));
                let plan = Plan::for_tiles(&strips, grid, profile.reach(), |tile| tiles.contains(&tile));
                (strips, plan)
            }
            TileFilter::Within(ids, is_wanted) => {
                let span = TileSpan::new(grid, ids, profile.reach());
                let strips = tracks.strips_overlapping(selected, grid, |min, max| span.meets(min, max));
                let is_wanted = |tile| span.contains(tile) && is_wanted(tile);
                let plan = Plan::for_tiles(&strips, grid, profile.reach(), is_wanted);
                (strips, plan)
            }
        };
        Self { grid, profile, strips, plan }
    }

    /// Input of a raster.
    pub fn scene<'a>(&'a self, drawings: &'a [Drawing]) -> Scene<'a> {
        let Self { grid, profile, strips, plan } = self;
        Scene { grid: *grid, drawings, profile: *profile, strips, plan }
    }
}

/// Draws tiles of the selected tracks in one layer. Calls `emit` with each tile and its levels, from any thread and in
/// any order. Tiles that no track touches are not emitted; emitted tiles may be empty.
///
/// # Errors
/// If the device fails, or with the first error of `emit`, which stops the drawing; some tiles may have been emitted.
pub fn draw_tiles(
    (tracks, selected): (&TrackSet, &TrackSelection),
    (grid, tiles): (Grid, TileFilter),
    drawing: &Drawing,
    raster: &dyn Raster,
    emit: &(dyn Fn(TileCoord, &Levels) -> Result<()> + Sync),
) -> Result<()> {
    let lines = ZoomGeometry::new(tracks, selected, grid, tiles);
    let drawings = std::slice::from_ref(drawing);
    raster.render(&lines.scene(drawings), &|tile, _, levels| emit(lines.plan.tiles()[tile], levels))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use proptest::prelude::*;

    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::polyline::{Polyline, Track};
    use crate::engine::layer::LAYERS;
    use crate::engine::raster::cpu::Cpu;

    type Drawn = BTreeMap<TileCoord, Vec<u8>>;

    fn drawn(tracks: &TrackSet, selected: &TrackSelection, tiles: (Grid, TileFilter), layer: usize) -> Drawn {
        let drawn = Mutex::new(Drawn::new());
        let emit = |tile: TileCoord, levels: &Levels| {
            if levels.max() > 0 {
                drawn.lock().expect("no panic").insert(tile, levels.pixels.clone());
            }
            Ok(())
        };
        draw_tiles((tracks, selected), tiles, &Drawing::of_all(&LAYERS[layer]), &Cpu, &emit).expect("the CPU draws");
        drawn.into_inner().expect("no panic")
    }

    fn tracks() -> impl Strategy<Value = Vec<Track>> {
        let step = prop::array::uniform2(-(1i64 << 15)..1 << 15);
        let line = prop::collection::vec(step, 1..200).prop_map(|steps| {
            let mut position = [1i64 << 31, 1 << 31];
            let line: Vec<CanvasPosition> = steps
                .into_iter()
                .map(|step| {
                    position = [position[0] + step[0], position[1] + step[1]];
                    position.map(|axis| axis as u32)
                })
                .collect();
            Track { polylines: vec![Polyline::new(&line, 24)] }
        });
        prop::collection::vec(line, 1..6)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn selections_and_tile_filters_change_no_pixel(
            tracks in tracks(), zoom in 10u8..17, layer in 0..LAYERS.len(), chosen in any::<u8>(), some in any::<u16>(),
        ) {
            let (set, grid) = (TrackSet::new(tracks.clone(), 24), Grid { zoom, tile_size: 256 });
            let selected = set.select(|track| chosen >> track & 1 == 1);
            let all = drawn(&set, &selected, (grid, TileFilter::ALL), layer);
            // A selection draws the same pixels as a set of only its tracks.
            let alone: Vec<Track> =
                tracks.into_iter().enumerate().filter(|&(track, _)| selected.contains(track)).map(|(_, track)| track).collect();
            let alone = TrackSet::new(alone, 24);
            prop_assert_eq!(&drawn(&alone, &alone.select_all(), (grid, TileFilter::ALL), layer), &all);
            // A filtered tile has the same pixels as in the whole zoom.
            let wanted: Vec<TileCoord> =
                all.keys().enumerate().filter(|(i, _)| some >> (i % 16) & 1 == 1).map(|(_, tile)| *tile).collect();
            let expected: Drawn = all.clone().into_iter().filter(|(tile, _)| wanted.contains(tile)).collect();
            prop_assert_eq!(&drawn(&set, &selected, (grid, TileFilter::Listed(&wanted)), layer), &expected);
            prop_assert_eq!(&drawn(&set, &selected, (grid, TileFilter::Matching(&|tile| wanted.contains(&tile))), layer), &expected);
            // Parts of a zoom have the tiles of the zoom.
            let ids: Vec<u64> = all.keys().map(|tile| tile.id()).collect();
            let middle = ids.get(usize::from(some) % ids.len().max(1)).copied().unwrap_or(0);
            let parts = [0..middle, middle..u64::MAX].map(|part| drawn(&set, &selected, (grid, TileFilter::Within(&part, &|_| true)), layer));
            prop_assert!(parts[0].keys().all(|tile| tile.id() < middle));
            let parts: Drawn = parts.into_iter().flatten().collect();
            prop_assert_eq!(&parts, &all);
        }
    }

    #[test]
    fn an_error_of_emit_stops_the_drawing() {
        let set = TrackSet::new(vec![Track { polylines: vec![Polyline::new(&[[1 << 31, 1 << 31]], 24)] }], 24);
        let refuse = |_, _: &Levels| Err(anyhow::anyhow!("enough"));
        let grid = Grid { zoom: 12, tile_size: 256 };
        let drawing = Drawing::of_all(&LAYERS[0]);
        let outcome = draw_tiles((&set, &set.select_all()), (grid, TileFilter::ALL), &drawing, &Cpu, &refuse);
        assert!(outcome.is_err_and(|error| error.to_string() == "enough"));
    }
}

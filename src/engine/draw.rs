//! Tracks → tiles: the one way from lines to levels.
//!
//! [`draw_tiles`] is for whoever wants tiles and no more. The pyramid, which also keeps what its tiles are made of, makes the
//! [`ZoomGeometry`] and has a raster draw their scene in each of its layers.

use anyhow::Result;

use super::geometry::grid::Grid;
use super::geometry::strip::Strips;
use super::geometry::tile::TileCoord;
use super::layer::Layer;
use super::raster::profile::Profile;
use super::raster::{Levels, Raster, Scene};
use super::tiling::dirty_cells::DirtyCells;
use super::tiling::plan::Plan;
use super::tracks::{TrackSelection, TrackSet};

/// Which tiles of a zoom are drawn.
#[derive(Clone, Copy)]
pub enum TileFilter<'a> {
    /// All that the tracks touch and that are wanted.
    Matching(&'a (dyn Fn(TileCoord) -> bool + Sync)),
    /// Those of these that the tracks touch: what does not come near them is passed over.
    Listed(&'a [TileCoord]),
}

impl TileFilter<'_> {
    /// All that the tracks touch.
    pub const ALL: Self = Self::Matching(&|_| true);
}

/// The lines of a zoom and the tiles that see them: what all layers of one simplification have in common.
#[derive(Debug)]
pub struct ZoomGeometry {
    /// The pixel grid.
    pub grid: Grid,
    /// The shape of a line.
    pub profile: Profile,
    /// The lines.
    pub strips: Strips,
    /// Which tiles see which strips.
    pub plan: Plan,
}

impl ZoomGeometry {
    /// The lines of the selected tracks that show in some tiles of a zoom.
    pub fn new(tracks: &TrackSet, selected: &TrackSelection, grid: Grid, tiles: TileFilter) -> Self {
        Self::with_profile((tracks, selected), (grid, Profile::new(grid)), tiles)
    }

    /// Like [`new`](Self::new), with lines of another shape than that of the grid's zoom.
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
        };
        Self { grid, profile, strips, plan }
    }

    /// What a raster draws of them for a layer.
    pub fn scene(&self, layer: &'static Layer) -> Scene<'_> {
        let Self { grid, profile, strips, plan } = self;
        Scene { grid: *grid, layer, profile: *profile, strips, plan }
    }
}

/// Draws tiles of the selected tracks in one layer, and gives each to `emit` with its levels, from any thread and in any order. Tiles
/// that no track touches are empty and not given; some that are given may be empty too.
///
/// # Errors
/// When the device fails, or with the first error of `emit`, which stops the work; some tiles may have been given by then.
pub fn draw_tiles(
    (tracks, selected): (&TrackSet, &TrackSelection),
    (grid, tiles): (Grid, TileFilter),
    layer: &'static Layer,
    raster: &dyn Raster,
    emit: &(dyn Fn(TileCoord, &Levels) -> Result<()> + Sync),
) -> Result<()> {
    let lines = ZoomGeometry::new(tracks, selected, grid, tiles);
    raster.render(&lines.scene(layer), &|index, levels| emit(lines.plan.tiles()[index], levels))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use proptest::prelude::*;

    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::strip::{Polyline, Track};
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
        draw_tiles((tracks, selected), tiles, &LAYERS[layer], &Cpu, &emit).expect("the CPU draws");
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
            // A selection draws what a set of its tracks alone would.
            let alone: Vec<Track> =
                tracks.into_iter().enumerate().filter(|&(track, _)| selected.contains(track)).map(|(_, track)| track).collect();
            let alone = TrackSet::new(alone, 24);
            prop_assert_eq!(&drawn(&alone, &alone.select_all(), (grid, TileFilter::ALL), layer), &all);
            // Some tiles are drawn as among all.
            let wanted: Vec<TileCoord> =
                all.keys().enumerate().filter(|(i, _)| some >> (i % 16) & 1 == 1).map(|(_, tile)| *tile).collect();
            let expected: Drawn = all.into_iter().filter(|(tile, _)| wanted.contains(tile)).collect();
            prop_assert_eq!(&drawn(&set, &selected, (grid, TileFilter::Listed(&wanted)), layer), &expected);
            prop_assert_eq!(&drawn(&set, &selected, (grid, TileFilter::Matching(&|tile| wanted.contains(&tile))), layer), &expected);
        }
    }

    #[test]
    fn an_error_of_emit_stops_the_drawing() {
        let set = TrackSet::new(vec![Track { polylines: vec![Polyline::new(&[[1 << 31, 1 << 31]], 24)] }], 24);
        let refuse = |_, _: &Levels| Err(anyhow::anyhow!("enough"));
        let grid = Grid { zoom: 12, tile_size: 256 };
        let outcome = draw_tiles((&set, &set.select_all()), (grid, TileFilter::ALL), &LAYERS[0], &Cpu, &refuse);
        assert!(outcome.is_err_and(|error| error.to_string() == "enough"));
    }
}

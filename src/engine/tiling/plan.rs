//! The plan of a zoom: the tiles to draw, and the strips that each tile sees.
//!
//! Every strip is paired with the tiles that its bounding box, grown by the overlap margin, touches. If these are more
//! than four, the box is mostly empty, so the edges are tested one by one. The pairs of tile id and strip are then
//! sorted, which groups the strips by tile, in activity order.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::mercator::step;
use crate::engine::geometry::strip::{Strip, Strips};
use crate::engine::geometry::tile::TileCoord;
use crate::engine::tiling::clip_mask::ClipMask;

/// A strip as seen from a tile: an index into [`Strips::strips`], and the turns around the cylinder from the tile to
/// the strip. In the strip's continuous coordinates, the tile has the column `x + wrap * tiles_across`.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StripRef {
    pub strip: u32,
    pub wrap: i32,
}

/// Tiles of a zoom along the Hilbert curve, each with its strips in activity order.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    tiles: Vec<TileCoord>,
    /// Index in `refs` of the first strip of each tile, followed by the length of `refs`.
    starts: Vec<usize>,
    refs: Vec<StripRef>,
    /// Clip mask of each tile; empty if all tiles are drawn whole.
    clip_masks: Vec<Option<ClipMask>>,
}

impl Plan {
    /// Plan of every tile within `reach` pixels of a strip. May list a few tiles more, but never misses one.
    pub fn new(strips: &Strips, grid: Grid, reach: f32) -> Self {
        Self::for_tiles(strips, grid, reach, |_| true)
    }

    /// Like [`new`](Self::new), restricted to the wanted tiles.
    pub fn for_tiles(strips: &Strips, grid: Grid, reach: f32, is_wanted: impl Fn(TileCoord) -> bool + Sync) -> Self {
        let is_wanted = &is_wanted;
        let overlap_margin = (f64::from(reach) * (1u64 << grid.pixel_shift()) as f64).ceil() as i64;
        let mut entries: Vec<(u64, StripRef)> = strips
            .strips
            .par_iter()
            .enumerate()
            .flat_map_iter(|(index, strip)| {
                let (strip_index, columns) = (index as u32, grid.tiles_across());
                tiles_touched(strips, strip, grid, overlap_margin).into_iter().filter_map(move |(x, y)| {
                    let (wrap, x) = (x.div_euclid(columns) as i32, x.rem_euclid(columns) as u32);
                    let tile = TileCoord::new(grid.zoom, x, y as u32).filter(|tile| is_wanted(*tile))?;
                    Some((tile.id(), StripRef { strip: strip_index, wrap }))
                })
            })
            .collect();
        entries.par_sort_unstable();
        let mut plan = Self { refs: Vec::with_capacity(entries.len()), ..Self::default() };
        for refs in entries.chunk_by(|(a, _), (b, _)| a == b) {
            plan.tiles.push(TileCoord::from_id(refs[0].0).expect("the id of a tile"));
            plan.starts.push(plan.refs.len());
            plan.refs.extend(refs.iter().map(|(_, strip)| *strip));
        }
        plan.starts.push(plan.refs.len());
        plan
    }

    /// Tiles, ascending along the Hilbert curve.
    pub fn tiles(&self) -> &[TileCoord] {
        &self.tiles
    }

    /// Strips seen by the tile at `index`.
    pub fn strips_of(&self, index: usize) -> &[StripRef] {
        &self.refs[self.starts[index]..self.starts[index + 1]]
    }

    /// Clip mask of a tile, `None` for all of it. Pixels outside are unspecified.
    pub fn clip_mask_of(&self, index: usize) -> Option<&ClipMask> {
        self.clip_masks.get(index)?.as_ref()
    }

    /// For each tile, the mask of the cells within reach of its strips.
    pub fn clip_masks(&self, strips: &Strips, (grid, reach): (Grid, f32)) -> HashMap<TileCoord, ClipMask> {
        let clip_mask = |(index, tile): (usize, &TileCoord)| {
            let mut clip_mask = ClipMask::default();
            for reference in self.strips_of(index) {
                let strip = &strips.strips[reference.strip as usize];
                clip_mask.add(strips, strip, grid, (*tile, reference.wrap), reach);
            }
            (*tile, clip_mask)
        };
        self.tiles.iter().enumerate().map(clip_mask).collect()
    }

    /// Restricts tiles with a clip mask to the mask, and drops strips outside the mask. Strips of activities for which
    /// `is_new` is true are kept, so that [`activities`](Self::activities) lists every tile of a new activity.
    pub fn clipped(
        self,
        strips: &Strips,
        (grid, reach): (Grid, f32),
        clip_masks: &HashMap<TileCoord, ClipMask>,
        is_new: impl Fn(u32) -> bool,
    ) -> Self {
        let mut clipped = Self::default();
        for (index, tile) in self.tiles.iter().enumerate() {
            let refs = self.strips_of(index);
            let strip = |reference: &StripRef| &strips.strips[reference.strip as usize];
            let clip_mask = clip_masks.get(tile);
            let is_needed = |reference: &&StripRef| {
                let corner = grid.units_from_corner(*tile, reference.wrap, [0; 2]);
                let Strip { min, max, .. } = strip(reference);
                let from = std::array::from_fn(|axis| grid.pixels(min[axis] + corner[axis]));
                let delta = std::array::from_fn(|axis| grid.pixels(max[axis] - min[axis]));
                clip_mask
                    .is_none_or(|clip_mask| clip_mask.meets(from, delta, reach) || is_new(strip(reference).activity))
            };
            clipped.starts.push(clipped.refs.len());
            clipped.refs.extend(refs.iter().filter(is_needed));
            clipped.clip_masks.push(clip_mask.cloned());
        }
        clipped.starts.push(clipped.refs.len());
        Self { tiles: self.tiles, ..clipped }
    }

    /// Pairs of a tile and an activity that it sees, tile by tile, each pair once.
    pub fn activities(&self, strips: &Strips) -> impl Iterator<Item = (TileCoord, u32)> {
        let activity = |reference: &StripRef| strips.strips[reference.strip as usize].activity;
        self.tiles.iter().enumerate().flat_map(move |(index, tile)| {
            let same = self.strips_of(index).chunk_by(move |a, b| activity(a) == activity(b));
            same.map(move |refs| (*tile, activity(&refs[0])))
        })
    }
}

/// Columns and rows of the tiles within the overlap margin (canvas units) of a strip. Columns may exceed the world.
fn tiles_touched(strips: &Strips, strip: &Strip, grid: Grid, overlap_margin: i64) -> Vec<(i64, i64)> {
    let (columns, rows) = tile_ranges(strip.min, strip.max, grid, overlap_margin);
    let product = |(columns, rows): (Range, Range)| rows.flat_map(move |y| columns.clone().map(move |x| (x, y)));
    let count = (columns.end - columns.start) * (rows.end - rows.start).max(0);
    if count <= 4 {
        return product((columns, rows)).collect();
    }
    let mut touched = Vec::new();
    let mut at = strips.vertices[strip.first as usize].map(i64::from);
    for pair in strips.vertices_of(strip).windows(2) {
        let delta = step(pair[0], pair[1]);
        let to = [at[0] + delta[0], at[1] + delta[1]];
        let (min, max) = ([at[0].min(to[0]), at[1].min(to[1])], [at[0].max(to[0]), at[1].max(to[1])]);
        let touches = |&(x, y): &(i64, i64)| may_touch(at, delta, [x, y], grid, overlap_margin);
        touched.extend(product(tile_ranges(min, max, grid, overlap_margin)).filter(touches));
        at = to;
    }
    if touched.is_empty() {
        touched.extend(product((columns, rows)));
    }
    touched.sort_unstable();
    touched.dedup();
    touched
}

type Range = std::ops::Range<i64>;

fn tile_ranges(min: [i64; 2], max: [i64; 2], grid: Grid, overlap_margin: i64) -> (Range, Range) {
    let shift = grid.tile_shift();
    let range = |axis: usize| (min[axis] - overlap_margin) >> shift..((max[axis] + overlap_margin) >> shift) + 1;
    let (columns, rows) = (range(0), range(1));
    (columns, rows.start.max(0)..rows.end.min(grid.tiles_across()))
}

/// False if the line through an edge passes a tile at more than the overlap margin. Computed in pixels, with one pixel
/// of tolerance for rounding.
fn may_touch(from: [i64; 2], delta: [i64; 2], tile: [i64; 2], grid: Grid, overlap_margin: i64) -> bool {
    let half = 1i64 << (grid.tile_shift() - 1);
    let pixel = (1u64 << grid.pixel_shift()) as f64;
    let centre = |axis: usize| ((tile[axis] << grid.tile_shift()) + half - from[axis]) as f64 / pixel;
    let (cx, cy) = (centre(0), centre(1));
    let (dx, dy) = (delta[0] as f64 / pixel, delta[1] as f64 / pixel);
    let length = dx.hypot(dy);
    let (half, margin) = (half as f64 / pixel, overlap_margin as f64 / pixel);
    // Distance of the tile centre from the line, against the half extent of the tile across the line; both multiplied
    // by the length of the edge.
    (cx * dy - cy * dx).abs() <= (half * (dx.abs() + dy.abs())) + (margin + 1.0) * length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::polyline::{Polyline, Track};
    use proptest::prelude::*;

    const REACH: f32 = 8.0;

    fn plan(points: &[CanvasPosition], grid: Grid) -> Plan {
        let tracks = [Track { polylines: vec![Polyline::new(points, 24)] }];
        Plan::new(&Strips::new(&tracks, grid), grid, REACH)
    }

    fn coordinates(plan: &Plan) -> Vec<(u32, u32)> {
        let mut coordinates: Vec<_> = plan.tiles().iter().map(|tile| (tile.x(), tile.y())).collect();
        coordinates.sort_unstable();
        coordinates
    }

    #[test]
    fn all_tiles_along_a_long_edge_are_planned() {
        let grid = Grid { zoom: 8, tile_size: 256 };
        let tile = |n: u32| (n << 24) + (1 << 23);
        let plan = plan(&[[tile(10), tile(20)], [tile(14), tile(20)]], grid);
        assert_eq!(coordinates(&plan), [(10, 20), (11, 20), (12, 20), (13, 20), (14, 20)]);
    }

    #[test]
    fn a_diagonal_does_not_touch_its_whole_box() {
        let grid = Grid { zoom: 12, tile_size: 256 };
        let plan = plan(&[[0, 0], [40 << 20, 40 << 20]], grid);
        assert!(plan.tiles().len() < 41 * 3, "{} tiles", plan.tiles().len());
    }

    #[test]
    fn reach_crosses_the_antimeridian() {
        let grid = Grid { zoom: 3, tile_size: 256 };
        let edge = 0u32.wrapping_sub(1 << 21);
        let plan = plan(&[[edge, 1 << 30], [edge, (1 << 30) + (1 << 22)]], grid);
        assert_eq!(coordinates(&plan), [(0, 1), (0, 2), (7, 1), (7, 2)]);
        let west = plan.tiles().iter().position(|tile| tile.x() == 0);
        assert_eq!(west.map(|index| plan.strips_of(index)[0].wrap), Some(1));
    }

    proptest! {
        #[test]
        fn no_tile_under_a_line_is_missing(
            a in any::<[u32; 2]>(), dx in -(1i64 << 28)..1 << 28, dy in -(1i64 << 28)..1 << 28, zoom in 0u8..11,
        ) {
            let grid = Grid { zoom, tile_size: 256 };
            let b = [(i64::from(a[0]) + dx) as u32, (i64::from(a[1]) + dy).clamp(0, i64::from(u32::MAX)) as u32];
            let coordinates = coordinates(&plan(&[a, b], grid));
            let [dx, dy] = step(a, b);
            for i in 0..=1000i64 {
                let x = (i64::from(a[0]) + dx * i / 1000) as u32;
                let y = (i64::from(a[1]) + dy * i / 1000) as u32;
                let tile = ((u64::from(x) >> grid.tile_shift()) as u32, (u64::from(y) >> grid.tile_shift()) as u32);
                prop_assert!(coordinates.binary_search(&tile).is_ok(), "{tile:?} of {coordinates:?}");
            }
        }
    }
}

//! The plan of a zoom: which tiles there are, and which strips each of them sees.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::strip::{Strip, Strips, step};
use crate::engine::geometry::tile::TileCoord;
use crate::engine::tiling::clip_mask::ClipMask;

/// A strip as one tile sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StripRef {
    /// Index into [`Strips::strips`].
    pub strip: u32,
    /// Turns round the cylinder from the tile to the strip: the tile's column is `x + wrap * tiles_across` in the
    /// strip's own continuous coordinates.
    pub wrap: i32,
}

/// All tiles of a zoom along the Hilbert curve, each with its strips in activity order.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    tiles: Vec<TileCoord>,
    /// Where in `refs` the strips of each tile begin; one more than there are tiles.
    starts: Vec<usize>,
    refs: Vec<StripRef>,
    /// What of each tile is drawn; empty if everything is.
    clip_masks: Vec<Option<ClipMask>>,
}

impl Plan {
    /// Every tile that a line, or its glow of `reach` pixels, touches. A few more may be named; none is missing.
    pub fn new(strips: &Strips, grid: Grid, reach: f32) -> Self {
        Self::for_tiles(strips, grid, reach, |_| true)
    }

    /// The same for some tiles: those that are wanted, each with all its strips.
    pub fn for_tiles(strips: &Strips, grid: Grid, reach: f32, is_wanted: impl Fn(TileCoord) -> bool + Sync) -> Self {
        let is_wanted = &is_wanted;
        let overlap_margin = (f64::from(reach) * (1u64 << grid.pixel_shift()) as f64).ceil() as i64;
        let mut entries: Vec<(u64, StripRef, TileCoord)> = strips
            .strips
            .par_iter()
            .enumerate()
            .flat_map_iter(|(index, strip)| {
                let (strip_index, columns) = (index as u32, grid.tiles_across());
                tiles_touched(strips, strip, grid, overlap_margin).into_iter().filter_map(move |(x, y)| {
                    let (wrap, x) = (x.div_euclid(columns) as i32, x.rem_euclid(columns) as u32);
                    let tile = TileCoord::new(grid.zoom, x, y as u32).filter(|tile| is_wanted(*tile))?;
                    Some((tile.hilbert(), StripRef { strip: strip_index, wrap }, tile))
                })
            })
            .collect();
        entries.par_sort_unstable_by_key(|&(hilbert, strip, _)| (hilbert, strip));
        let mut plan = Self { refs: Vec::with_capacity(entries.len()), ..Self::default() };
        for (_, strip, tile) in entries {
            if plan.tiles.last() != Some(&tile) {
                plan.tiles.push(tile);
                plan.starts.push(plan.refs.len());
            }
            plan.refs.push(strip);
        }
        plan.starts.push(plan.refs.len());
        plan
    }

    /// The tiles, ascending along the Hilbert curve.
    pub fn tiles(&self) -> &[TileCoord] {
        &self.tiles
    }

    /// The strips that the tile at `index` sees.
    pub fn strips_of(&self, index: usize) -> &[StripRef] {
        &self.refs[self.starts[index]..self.starts[index + 1]]
    }

    /// What of a tile is to be drawn; all of it if nothing is said. Outside, its pixels may come out anyhow.
    pub fn clip_mask_of(&self, index: usize) -> Option<&ClipMask> {
        self.clip_masks.get(index)?.as_ref()
    }

    /// Of each tile what its strips may reach.
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

    /// The same plan for tiles of which some are known but for what some activities reach: of these, no more than that
    /// is drawn, and strips that do not come near it are left out.
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

    /// The activities that each tile sees, tile by tile and each once.
    pub fn activities(&self, strips: &Strips) -> impl Iterator<Item = (TileCoord, u32)> {
        let activity = |reference: &StripRef| strips.strips[reference.strip as usize].activity;
        self.tiles.iter().enumerate().flat_map(move |(index, tile)| {
            let same = self.strips_of(index).chunk_by(move |a, b| activity(a) == activity(b));
            same.map(move |refs| (*tile, activity(&refs[0])))
        })
    }
}

/// Columns and rows of the tiles within `margin` units of a strip; columns may run over the edge of the world.
fn tiles_touched(strips: &Strips, strip: &Strip, grid: Grid, overlap_margin: i64) -> Vec<(i64, i64)> {
    let (columns, rows) = tile_ranges(strip.min, strip.max, grid, overlap_margin);
    let product = |(columns, rows): (Range, Range)| rows.flat_map(move |y| columns.clone().map(move |x| (x, y)));
    let count = (columns.end - columns.start) * (rows.end - rows.start).max(0);
    if count <= 4 {
        return product((columns, rows)).collect();
    }
    // A long strip: its box is mostly empty, so ask each edge.
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

/// Whether a tile's centre is so near to the edge's line that the tile may be touched. In pixels, with a pixel to
/// spare for rounding.
fn may_touch(from: [i64; 2], delta: [i64; 2], tile: [i64; 2], grid: Grid, overlap_margin: i64) -> bool {
    let half = 1i64 << (grid.tile_shift() - 1);
    let pixel = (1u64 << grid.pixel_shift()) as f64;
    let centre = |axis: usize| ((tile[axis] << grid.tile_shift()) + half - from[axis]) as f64 / pixel;
    let (cx, cy) = (centre(0), centre(1));
    let (dx, dy) = (delta[0] as f64 / pixel, delta[1] as f64 / pixel);
    let length = dx.hypot(dy);
    let (half, margin) = (half as f64 / pixel, overlap_margin as f64 / pixel);
    // Distance of the centre to the line, against the half extent of the square across that line.
    (cx * dy - cy * dx).abs() <= (half * (dx.abs() + dy.abs())) + (margin + 1.0) * length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::strip::{Polyline, Track};
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

//! Clip masks: the 16-pixel cells of a tile that are drawn.

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::mercator::step;
use crate::engine::geometry::strip::{Strip, Strips};
use crate::engine::geometry::tile::TileCoord;

/// Pixels along the side of a cell.
pub const CELL_PIXELS: usize = 16;

/// Pixels beyond the reach of a line that a raster may touch through rounding.
pub const ROUNDING_MARGIN: f32 = 2.0;

/// Set of cells of a tile: a bit mask of columns per row of cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClipMask([u32; 512 / CELL_PIXELS]);

impl ClipMask {
    /// Adds every cell of a tile within `reach` pixels of a strip. `wrap` moves the tile around the cylinder, see
    /// [`StripRef::wrap`](super::plan::StripRef::wrap).
    pub fn add(&mut self, strips: &Strips, strip: &Strip, grid: Grid, (tile, wrap): (TileCoord, i32), reach: f32) {
        let vertices = strips.vertices_of(strip);
        let mut position = grid.units_from_corner(tile, wrap, vertices[0]);
        let [dot, first] = [[0, 0], position].map(|units: [i64; 2]| units.map(|axis| grid.pixels(axis)));
        self.add_edge(first, dot, reach);
        for pair in vertices.windows(2) {
            let step = step(pair[0], pair[1]);
            self.add_edge(position.map(|axis| grid.pixels(axis)), step.map(|axis| grid.pixels(axis)), reach);
            position = [position[0] + step[0], position[1] + step[1]];
        }
    }

    fn add_edge(&mut self, from: [f32; 2], delta: [f32; 2], reach: f32) {
        let (rows, bits) = cells_within_reach(from, delta, reach);
        self.0[rows].iter_mut().for_each(|row| *row |= bits);
    }

    /// True if an edge from a pixel position, `delta` pixels long, may reach a cell of the mask.
    #[inline(always)]
    pub fn meets(&self, from: [f32; 2], delta: [f32; 2], reach: f32) -> bool {
        let (rows, bits) = cells_within_reach(from, delta, reach);
        self.0[rows].iter().any(|row| row & bits != 0)
    }

    /// Column bits of a row of cells, the westernmost lowest.
    pub fn row(&self, row: usize) -> u32 {
        self.0[row]
    }

    /// True if a pixel is in a cell of the mask.
    pub fn contains(&self, column: usize, row: usize) -> bool {
        self.0[row / CELL_PIXELS] >> (column / CELL_PIXELS) & 1 == 1
    }
}

/// Rows of cells and column bits of the bounding box of an edge, grown by the reach and [`ROUNDING_MARGIN`]; empty
/// outside the tile.
#[inline(always)]
fn cells_within_reach(from: [f32; 2], delta: [f32; 2], reach: f32) -> (std::ops::Range<usize>, u32) {
    let span = |axis: usize| {
        let (low, high) = (from[axis].min(from[axis] + delta[axis]), from[axis].max(from[axis] + delta[axis]));
        // Index plus one, so that `as`, which saturates at 0, maps negative positions to 0.
        let cell = |pixel: f32| ((pixel / CELL_PIXELS as f32).floor() + 1.0) as usize;
        let (first, last) = (cell(low - reach - ROUNDING_MARGIN).max(1) - 1, cell(high + reach + ROUNDING_MARGIN));
        first.min(32)..last.min(32)
    };
    let (columns, rows) = (span(0), span(1));
    let bits_below = |end: usize| if end >= 32 { u32::MAX } else { (1 << end) - 1 };
    (rows.start.min(rows.end)..rows.end, bits_below(columns.end) & !bits_below(columns.start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_mask_covers_every_pixel_within_reach(
            a in prop::array::uniform2(-600f32..1200.0), by in prop::array::uniform2(-300f32..300.0), reach in 1f32..20.0,
            share in 0f32..=1.0, off in prop::array::uniform2(-1f32..=1.0),
        ) {
            let mut clip_mask = ClipMask::default();
            clip_mask.add_edge(a, by, reach);
            let position: [f32; 2] = std::array::from_fn(|axis| a[axis] + share * by[axis] + off[axis] * reach);
            if position.iter().all(|axis| (0.0..512.0).contains(axis)) {
                prop_assert!(clip_mask.contains(position[0] as usize, position[1] as usize), "{position:?}");
                prop_assert!(clip_mask.meets(position, [0.0; 2], 1.0));
            }
        }
    }

    #[test]
    fn distant_edges_do_not_meet_the_mask() {
        let mut clip_mask = ClipMask::default();
        clip_mask.add_edge([40.0, 40.0], [20.0, 0.0], 5.0);
        assert!(clip_mask.meets([64.0, 45.0], [0.0, 1.0], 5.0));
        for (from, delta) in [([120.0, 40.0], [0.0, 9.0]), ([40.0, 90.0], [20.0, 0.0]), ([-90.0, 40.0], [9.0, 9.0])] {
            assert!(!clip_mask.meets(from, delta, 5.0), "{from:?}");
        }
        assert!(!clip_mask.contains(100, 40) && !clip_mask.contains(40, 100) && clip_mask.contains(50, 40));
        let empty = ClipMask::default();
        assert!(!empty.meets([0.0; 2], [500.0; 2], 10.0));
    }
}

//! Which parts of a tile are to be drawn where the rest is known already.

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::strip::{Strip, Strips, step};
use crate::engine::geometry::tile::TileCoord;

/// Pixels along the side of a cell.
pub const CELL_PIXELS: usize = 16;

/// Pixels beyond the reach of a line that a raster may look at, in the last rounding of its numbers.
pub const ROUNDING_MARGIN: f32 = 2.0;

/// Some cells of a tile: for each row of cells the bits of those that are drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClipMask([u32; 512 / CELL_PIXELS]);

impl ClipMask {
    /// Adds every cell that a strip may reach in a tile, as seen `wrap` turns round the cylinder.
    pub fn add(&mut self, strips: &Strips, strip: &Strip, grid: Grid, (tile, wrap): (TileCoord, i32), reach: f32) {
        let vertices = strips.vertices_of(strip);
        let mut at = grid.units_from_corner(tile, wrap, vertices[0]);
        let [dot, first] = [[0, 0], at].map(|units: [i64; 2]| units.map(|axis| grid.pixels(axis)));
        self.add_edge(first, dot, reach);
        for pair in vertices.windows(2) {
            let step = step(pair[0], pair[1]);
            self.add_edge(at.map(|axis| grid.pixels(axis)), step.map(|axis| grid.pixels(axis)), reach);
            at = [at[0] + step[0], at[1] + step[1]];
        }
    }

    fn add_edge(&mut self, from: [f32; 2], delta: [f32; 2], reach: f32) {
        let (rows, bits) = cells_within_reach(from, delta, reach);
        self.0[rows].iter_mut().for_each(|row| *row |= bits);
    }

    /// Whether an edge, from a pixel by some pixels, may reach one of the cells.
    #[inline(always)]
    pub fn meets(&self, from: [f32; 2], delta: [f32; 2], reach: f32) -> bool {
        let (rows, bits) = cells_within_reach(from, delta, reach);
        self.0[rows].iter().any(|row| row & bits != 0)
    }

    /// The bits of the cells of a row that are drawn, the westernmost lowest.
    pub fn row(&self, row: usize) -> u32 {
        self.0[row]
    }

    /// Whether a pixel is drawn.
    pub fn contains(&self, column: usize, row: usize) -> bool {
        self.0[row / CELL_PIXELS] >> (column / CELL_PIXELS) & 1 == 1
    }
}

/// Rows of cells and the bits of columns that an edge may reach; none where it passes the tile by.
#[inline(always)]
fn cells_within_reach(from: [f32; 2], delta: [f32; 2], reach: f32) -> (std::ops::Range<usize>, u32) {
    let span = |axis: usize| {
        let (low, high) = (from[axis].min(from[axis] + delta[axis]), from[axis].max(from[axis] + delta[axis]));
        // `as` saturates.
        let cell = |pixel: f32| ((pixel / CELL_PIXELS as f32).floor() + 1.0) as usize;
        // One more than the cell, so that nothing below 0 is a cell.
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
            // A place near the line.
            let at: [f32; 2] = std::array::from_fn(|axis| a[axis] + share * by[axis] + off[axis] * reach);
            if at.iter().all(|axis| (0.0..512.0).contains(axis)) {
                prop_assert!(clip_mask.contains(at[0] as usize, at[1] as usize), "{at:?}");
                prop_assert!(clip_mask.meets(at, [0.0; 2], 1.0));
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

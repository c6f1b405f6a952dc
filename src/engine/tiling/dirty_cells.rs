//! Dirty cells of a zoom: a fast, conservative test for bounding boxes of strips that can show in a redrawn part.
//!
//! Cells are the 16-pixel cells of clip masks. The set is stored as bits on a torus of 512 × 512 cells: cells a
//! multiple of 512 apart share a bit, so a test may yield a false positive, but never a false negative.

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::tiling::clip_mask::{CELL_PIXELS, ClipMask, ROUNDING_MARGIN};

/// Cells along either axis of the torus.
const PERIOD_CELLS: usize = 512;

/// Boxes that span more cells along either axis count as overlapping.
const MAX_QUERY_CELLS: i64 = 64;

/// Set of the cells of a zoom that are redrawn.
pub struct DirtyCells {
    /// log2 of the canvas units per cell.
    cell_shift: u32,
    /// Distance in canvas units at which a line can still show.
    overlap_margin: i64,
    /// log2 of the cells along the side of a tile.
    tile_side_shift: u32,
    /// One bit per cell of the torus, the westernmost lowest.
    rows: Vec<[u64; PERIOD_CELLS / 64]>,
}

impl DirtyCells {
    /// Empty set, for lines of `reach` pixels.
    pub fn new(grid: Grid, reach: f32) -> Self {
        // One more pixel than the rounding margin, so that no plan or clip mask rounds its way to a strip that this set
        // leaves out.
        let overlap_margin = f64::from(reach + ROUNDING_MARGIN + 1.0) * (1u64 << grid.pixel_shift()) as f64;
        Self {
            cell_shift: grid.pixel_shift() + CELL_PIXELS.ilog2(),
            overlap_margin: overlap_margin.ceil() as i64,
            tile_side_shift: (grid.tile_size as usize / CELL_PIXELS).ilog2(),
            rows: vec![[0; PERIOD_CELLS / 64]; PERIOD_CELLS],
        }
    }

    /// Adds a tile, or the cells of its clip mask.
    pub fn add(&mut self, tile: TileCoord, clip_mask: Option<&ClipMask>) {
        let side = 1usize << self.tile_side_shift;
        let [column, row] = [tile.x(), tile.y()].map(|axis| ((axis as usize) << self.tile_side_shift) % PERIOD_CELLS);
        // In a world narrower than the torus, the columns repeat.
        let world = PERIOD_CELLS.min(side << tile.z());
        for cells in 0..side {
            let bits =
                u64::from(clip_mask.map_or(u32::MAX, |clip_mask| clip_mask.row(cells)) & u32::MAX >> (32 - side));
            for column in (column..PERIOD_CELLS).step_by(world) {
                self.rows[(row + cells) % PERIOD_CELLS][column / 64] |= bits << (column % 64);
            }
        }
    }

    /// True if a line within the box from `min` to `max`, in canvas units, may show in a cell of the set. x may exceed
    /// the canvas.
    #[inline]
    pub fn meets(&self, min: [i64; 2], max: [i64; 2]) -> bool {
        let first = min.map(|axis| (axis - self.overlap_margin) >> self.cell_shift);
        let last = max.map(|axis| (axis + self.overlap_margin) >> self.cell_shift);
        let [columns, rows] = [0, 1].map(|axis| last[axis] - first[axis]);
        if columns >= MAX_QUERY_CELLS || rows >= MAX_QUERY_CELLS {
            return true;
        }
        let slot = |cell: i64| cell.rem_euclid(PERIOD_CELLS as i64) as usize;
        let (word, bit) = (slot(first[0]) / 64, slot(first[0]) % 64);
        let wanted = u64::MAX >> (MAX_QUERY_CELLS - 1 - columns);
        (first[1]..=last[1]).any(|row| {
            let row = &self.rows[slot(row)];
            // Two shifts, because a shift by all 64 bits overflows.
            let window = row[word] >> bit | row[(word + 1) % row.len()] << 1 << (63 - bit);
            window & wanted != 0
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::polyline::{Polyline, Track};
    use crate::engine::geometry::strip::Strips;

    const REACH: f32 = 6.0;

    proptest! {
        #[test]
        fn every_box_that_reaches_a_dirty_pixel_meets(
            (zoom, x, y) in (0u8..=20).prop_flat_map(|zoom| (Just(zoom), 0u32..1 << zoom, 0u32..1 << zoom)),
            half in any::<bool>(), at in prop::array::uniform2(0.0..1.0f64), off in prop::array::uniform2(-1.0..1.0f64),
            size in prop::array::uniform2(0.0..1500.0f64), wrap in -1i64..=1, clip_masks in any::<bool>(),
        ) {
            let grid = Grid { zoom, tile_size: if half { 256 } else { 512 } };
            let (tile, pixel) = (TileCoord::new(zoom, x, y).expect("a tile"), (1u64 << grid.pixel_shift()) as f64);
            let place: CanvasPosition = [x, y].map(|axis| ((u64::from(axis) << grid.tile_shift()) & 0xffff_ffff) as u32);
            let within: [f64; 2] = at.map(|axis| (axis * f64::from(grid.tile_size)).floor() + 0.5);
            let drawn: CanvasPosition = std::array::from_fn(|axis| place[axis] + (within[axis] * pixel) as u32);
            let tracks = [Track { polylines: vec![Polyline::new(&[drawn], 24)] }];
            let dot = Strips::new(&tracks, grid);
            let mut clip_mask = ClipMask::default();
            clip_mask.add(&dot, &dot.strips[0], grid, (tile, 0), 0.0);
            let mut dirty = DirtyCells::new(grid, REACH);
            dirty.add(tile, clip_masks.then_some(&clip_mask));
            let reaches: [i64; 2] =
                std::array::from_fn(|axis| i64::from(drawn[axis]) + (off[axis] * f64::from(REACH) * pixel) as i64);
            let min = std::array::from_fn(|axis| reaches[axis] - (size[axis] * at[axis] * pixel) as i64);
            let max = std::array::from_fn(|axis| reaches[axis] + (size[axis] * (1.0 - at[axis]) * pixel) as i64);
            let round = |[x, y]: [i64; 2]| [x + (wrap << 32), y];
            prop_assert!(dirty.meets(round(min), round(max)));
        }
    }

    #[test]
    fn distant_boxes_do_not_meet() {
        let grid = Grid { zoom: 12, tile_size: 256 };
        let mut dirty = DirtyCells::new(grid, REACH);
        let at = |x: i64, y: i64| [x, y].map(|pixel| (pixel + (1 << 14)) << grid.pixel_shift());
        assert!(!dirty.meets(at(0, 0), at(255, 255)), "nothing was added");
        dirty.add(TileCoord::new(12, 64, 64).expect("a tile"), None);
        assert!(dirty.meets(at(-200, 100), at(-3, 110)));
        for (min, max) in
            [((-300, 0), (-30, 200)), ((290, 0), (900, 20)), ((0, -90), (200, -30)), ((20, 290), (30, 300))]
        {
            assert!(!dirty.meets(at(min.0, min.1), at(max.0, max.1)), "{min:?}");
        }
        assert!(dirty.meets(at(300, 300), at(2000, 2000)), "what is large may be near anything");
    }
}

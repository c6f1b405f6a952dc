//! A set of square cells of the canvas, in blocks of 64 × 64 bits.

use std::collections::HashMap;

use crate::engine::geometry::mercator::CanvasPosition;

/// log2 of the canvas units along a cell: 4.8 m at the equator, 2.4 m at 60°.
const CELL_SHIFT: u32 = 9;

/// log2 of the cells along a block.
const BLOCK_SHIFT: u32 = 6;

/// Cells along a block.
const BLOCK: i64 = 1 << BLOCK_SHIFT;

/// Number of columns of blocks around the canvas.
const BLOCKS_AROUND: i64 = 1 << (32 - CELL_SHIFT - BLOCK_SHIFT);

/// Rows of bits.
type Block = [u64; BLOCK as usize];

/// Most blocks, 1 GiB of them: 500,000 km of roads. Further cells stay out of the set.
const MAX_BLOCKS: usize = 1 << 21;

/// Cells in which somebody was.
#[derive(Debug, Default)]
pub struct VisitedCells {
    blocks: Vec<Block>,
    /// Index of each block by its column and row.
    indices: HashMap<[u32; 2], usize>,
    /// Column, row and index of the block that was used last: a way stays in a block for a while.
    last: Option<([u32; 2], usize)>,
    disc: Disc,
}

/// Cells around a cell within a radius: half of the width of each row, from the middle row to the last.
#[derive(Debug)]
struct Disc {
    /// In cells.
    radius: f64,
    half_widths: Vec<i64>,
}

impl Default for Disc {
    fn default() -> Self {
        Self::new(0.0)
    }
}

impl Disc {
    fn new(radius: f64) -> Self {
        let half_width = |row: i64| (radius * radius - (row * row) as f64).sqrt() as i64;
        Self { radius, half_widths: (0..=radius as i64).map(half_width).collect() }
    }
}

impl VisitedCells {
    /// Returns true if the cell of a position is in the set.
    pub fn contains(&mut self, position: CanvasPosition) -> bool {
        let [x, y] = position.map(|axis| axis >> CELL_SHIFT);
        let place = [x >> BLOCK_SHIFT, y >> BLOCK_SHIFT];
        let index = match self.last {
            Some((last, index)) if last == place => Some(index),
            _ => self.indices.get(&place).copied(),
        };
        self.last = index.map(|index| (place, index)).or(self.last);
        let is_set = |rows: &Block| rows[(y & (BLOCK as u32 - 1)) as usize] >> (x & (BLOCK as u32 - 1)) & 1 == 1;
        index.is_some_and(|index| is_set(&self.blocks[index]))
    }

    /// The block at a column and row, empty if it is new; `None` if there are too many.
    fn block(&mut self, place: [u32; 2]) -> Option<&mut Block> {
        let index = match self.last {
            Some((last, index)) if last == place => index,
            _ => match self.indices.get(&place) {
                Some(index) => *index,
                None if self.blocks.len() == MAX_BLOCKS => return None,
                None => {
                    self.blocks.push([0; BLOCK as usize]);
                    self.indices.insert(place, self.blocks.len() - 1);
                    self.blocks.len() - 1
                }
            },
        };
        self.last = Some((place, index));
        self.blocks.get_mut(index)
    }

    /// Adds the cells whose middles are within a radius in canvas units of the middle of the cell of a position.
    pub fn add(&mut self, position: CanvasPosition, radius: f64) {
        let [x, y] = position.map(|axis| i64::from(axis >> CELL_SHIFT));
        let radius = radius / f64::from(1u32 << CELL_SHIFT);
        // The scale of the map hardly changes along a way.
        let disc = if self.disc.radius == radius { std::mem::take(&mut self.disc) } else { Disc::new(radius) };
        let rows = radius as i64;
        for block_y in (y - rows) >> BLOCK_SHIFT..=(y + rows) >> BLOCK_SHIFT {
            // The canvas ends in the north and south.
            let Some(row_of_blocks) = u32::try_from(block_y).ok().filter(|_| block_y < BLOCKS_AROUND) else { continue };
            for block_x in (x - rows) >> BLOCK_SHIFT..=(x + rows) >> BLOCK_SHIFT {
                let column = block_x.rem_euclid(BLOCKS_AROUND) as u32;
                let Some(block) = self.block([column, row_of_blocks]) else { continue };
                let top = block_y * BLOCK;
                for row in (y - rows).max(top)..(y + rows + 1).min(top + BLOCK) {
                    let half = disc.half_widths[(row - y).unsigned_abs() as usize];
                    let [west, east] = [x - half, x + half].map(|column| column - block_x * BLOCK);
                    if west < BLOCK && east >= 0 {
                        let (west, east) = (west.max(0) as u32, east.min(BLOCK - 1) as u32);
                        block[(row - top) as usize] |= u64::MAX << west & u64::MAX >> (BLOCK as u32 - 1 - east);
                    }
                }
            }
        }
        self.disc = disc;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cells_within_the_radius_are_added_and_no_others(
            x in prop_oneof![any::<u32>(), 0u32..1 << 16, Just(u32::MAX)], y in prop_oneof![any::<u32>(), 0u32..1 << 16, Just(u32::MAX)],
            radius in 0.0..9000.0f64, offsets in prop::collection::vec((-12_000i64..12_000, -12_000i64..12_000), 40),
        ) {
            let mut cells = VisitedCells::default();
            cells.add([x, y], radius);
            prop_assert!(cells.contains([x, y]));
            for (dx, dy) in offsets {
                let Ok(other_y) = u32::try_from(i64::from(y) + dy) else { continue };
                let other = [x.wrapping_add(dx as u32), other_y];
                // Cells apart, x the short way around.
                let apart = |a: u32, b: u32| ((a >> 9) as i32).wrapping_sub((b >> 9) as i32).wrapping_shl(9) >> 9;
                let distance = f64::from(apart(other[0], x)).hypot(f64::from((other[1] >> 9) as i32 - (y >> 9) as i32));
                let expected = distance <= radius / 512.0;
                // On the circle, rounding decides.
                prop_assume!((distance - radius / 512.0).abs() > 1e-9);
                prop_assert_eq!(cells.contains(other), expected, "{} of {}", distance, radius / 512.0);
            }
        }
    }
}

//! Exact sums of the pixels of a tile.

use super::blocks::{AlignedBuffer, BlockRow, LANES, clear_blocks, set_bits};
use crate::engine::quantum::Rounding;

/// Size and rounding of new planes.
#[derive(Clone, Copy)]
pub struct PlaneSize {
    size: usize,
    rounding: Rounding,
}

/// Exact sums of a tile.
pub struct SumPlane {
    /// Shifted sums.
    pub sums: AlignedBuffer<f64>,
    /// Rounding of the layer, which shifts the sums.
    pub rounding: Rounding,
    /// For each row one bit per block of [`LANES`] pixels, set where sums may not be empty, and [`LANES`] extra rows.
    pub blocks: Vec<u32>,
}

impl PlaneSize {
    /// Planes of `size` × `size` pixels.
    pub fn new(size: usize, rounding: Rounding) -> Self {
        Self { size, rounding }
    }

    /// Number of pixels.
    pub fn pixels(self) -> usize {
        self.size * self.size
    }
}

impl SumPlane {
    /// Empty sums.
    pub fn new(PlaneSize { size, rounding }: PlaneSize) -> Self {
        let sums = AlignedBuffer::new(rounding.empty(), size * size);
        Self { sums, rounding, blocks: vec![0; size + LANES] }
    }

    /// Adds the heat of an activity to some blocks of a row.
    #[inline(always)]
    pub fn add(&mut self, row: usize, blocks: u32, heat: &BlockRow) {
        self.blocks[row] |= blocks;
        let (size, rounding) = (self.blocks.len() - LANES, self.rounding);
        let sums = self.sums[row * size..][..size].as_chunks_mut::<LANES>().0;
        for block in set_bits(blocks) {
            // Addition in f64 has a loop of its own: in one loop, the heat would also be computed in vectors of as few
            // f32 as f64.
            for (sum, heat) in sums[block].iter_mut().zip(heat[block]) {
                *sum = rounding.add(*sum, heat);
            }
        }
    }

    /// Sums of the block of pixels at `offset`, in units. In one loop with both f32 and f64, all would be vectors of as
    /// few f32 as f64.
    #[inline(always)]
    pub fn values(&self, offset: usize) -> [f32; LANES] {
        let mut values = [0.0; LANES];
        for (value, sum) in values.iter_mut().zip(&self.sums[offset..][..LANES]) {
            *value = self.rounding.sum(*sum) as f32;
        }
        values
    }

    /// Empties the sums.
    pub fn clear(&mut self) {
        clear_blocks(&mut self.blocks, |offset| {
            self.sums[offset..][..LANES].fill(self.rounding.empty());
        });
    }
}

//! Maxima of the pixels of a tile, for step codes.

use super::blocks::{AlignedBuffer, BlockRow, LANES, clear_blocks, set_bits};
use super::whole_numbers::floor_to_u32;
use crate::engine::tone::step_code::{FIRM_PRESENCE, RANK_BITS, WHOLE_PRESENCE};

/// Maxima of a tile, see [`StepPixel`](crate::engine::tone::step_code::StepPixel).
pub struct MaximumPlane {
    /// 1 + largest firm rank.
    pub firm: AlignedBuffer<u32>,
    /// Largest presence and rank.
    pub best: AlignedBuffer<u32>,
    /// Like the blocks of [`SumPlane`](super::sum_store::SumPlane).
    pub blocks: Vec<u32>,
}

impl MaximumPlane {
    /// Empty pixels of a tile of `size` × `size` pixels.
    pub fn new(size: usize) -> Self {
        let [firm, best] = [(); 2].map(|()| AlignedBuffer::new(0, size * size));
        Self { firm, best, blocks: vec![0; size + LANES] }
    }

    /// Takes the maxima with the heat of an activity of this rank, in some blocks of a row.
    #[inline(always)]
    pub fn add(&mut self, rank: u32, row: usize, blocks: u32, heat: &BlockRow) {
        self.blocks[row] |= blocks;
        let size = self.blocks.len() - LANES;
        let firm = self.firm[row * size..][..size].as_chunks_mut::<LANES>().0;
        let best = self.best[row * size..][..size].as_chunks_mut::<LANES>().0;
        for block in set_bits(blocks) {
            let mut candidates = [0; LANES];
            // The heat of one activity is at most 1.
            for (candidate, heat) in candidates.iter_mut().zip(heat[block]) {
                *candidate = floor_to_u32(heat * WHOLE_PRESENCE as f32 + 0.5) << RANK_BITS | rank;
            }
            for (best, candidate) in best[block].iter_mut().zip(candidates) {
                *best = (*best).max(candidate);
            }
            for (firm, heat) in firm[block].iter_mut().zip(heat[block]) {
                *firm = (*firm).max(if heat >= FIRM_PRESENCE { rank + 1 } else { 0 });
            }
        }
    }

    /// Empties the pixels.
    pub fn clear(&mut self) {
        clear_blocks(&mut self.blocks, |offset| {
            self.firm[offset..][..LANES].fill(0);
            self.best[offset..][..LANES].fill(0);
        });
    }
}

//! Maxima of the pixels of a tile, for step codes.

use super::blocks::{AlignedBuffer, LANES, clear_blocks};
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

    /// Takes the maxima with the heat of an activity of this rank in the block of pixels at `offset`.
    #[inline(always)]
    pub fn add(&mut self, rank: u32, offset: usize, heat: &[f32; LANES]) {
        let (firm, best) = (&mut self.firm[offset..][..LANES], &mut self.best[offset..][..LANES]);
        for ((firm, best), heat) in firm.iter_mut().zip(best).zip(heat) {
            // At most 1, so the conversion is exact through i32, which has vector instructions everywhere.
            let presence = (heat * WHOLE_PRESENCE as f32 + 0.5) as i32 as u32;
            *best = (*best).max(presence << RANK_BITS | rank);
            *firm = (*firm).max(if *heat >= FIRM_PRESENCE { rank + 1 } else { 0 });
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

//! Encodes maxima as levels.

use super::blocks::LANES;
use super::step_store::MaximumPlane;
use crate::engine::tone::step_code::{StepCode, StepPixel};

/// Levels of the block of pixels at `offset`.
#[inline(always)]
pub fn step_levels(code: StepCode, plane: &MaximumPlane, offset: usize, out: &mut [u8]) {
    let (firm, best) = (&plane.firm[offset..][..LANES], &plane.best[offset..][..LANES]);
    for ((level, firm), best) in out.iter_mut().zip(firm).zip(best) {
        *level = code.encode(StepPixel { firm: *firm, best: *best });
    }
}

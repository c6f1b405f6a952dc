//! Encodes means as levels.

use super::blocks::LANES;
use super::sum_store::SumPlane;
use crate::engine::tone::value_code::{ValueCode, ValuePixel};

/// Levels of the block of pixels at `offset`.
#[inline(always)]
pub fn value_levels(
    (code, range): (ValueCode, [f32; 2]),
    (weights, values): (&SumPlane, &[SumPlane]),
    offset: usize,
    out: &mut [u8],
) {
    let weights = weights.values(offset);
    let of = |number: usize| values.get(number).map_or([0.0; LANES], |plane| plane.values(offset));
    let [first, second] = [of(0), of(1)];
    for (lane, level) in out.iter_mut().enumerate() {
        *level = code.encode(ValuePixel { weight: weights[lane], values: [first[lane], second[lane]] }, range);
    }
}

//! Encodes sums by class as levels.

use super::blocks::LANES;
use super::sum_store::SumPlane;
use crate::engine::tone::class_code::{CLASSES, ClassCode};

/// Levels of the block of pixels at `offset`.
#[inline(always)]
pub fn class_levels(code: ClassCode, planes: &[Option<SumPlane>], offset: usize, out: &mut [u8]) {
    let mut by_class = [[0.0; LANES]; CLASSES];
    for (values_of_class, plane) in by_class.iter_mut().zip(planes) {
        if let Some(plane) = plane {
            *values_of_class = plane.values(offset);
        }
    }
    for (lane, level) in out.iter_mut().enumerate() {
        *level = code.encode(std::array::from_fn(|class| by_class[class][lane]));
    }
}

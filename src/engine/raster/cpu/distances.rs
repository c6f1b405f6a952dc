//! Distances of the pixels of a tile to the activity being added.

use super::blocks::{AlignedBuffer, LANES, NO_ROWS};

/// Distances of all pixels to an activity, with bit masks of the written blocks: only marked blocks are read and reset.
pub struct Distances {
    /// Squared distance in pixels²; infinite if no edge has been measured.
    pub squared: AlignedBuffer<f32>,
    /// For each row one bit per block of [`LANES`] pixels, set where `squared` may be finite. [`LANES`] extra rows let
    /// writers mark [`LANES`] rows at once from any row on.
    pub blocks: Vec<u32>,
    /// First row and end row of all bits set in `blocks`.
    pub rows: [usize; 2],
}

/// Lowers squared distances to others.
///
/// Compares them as integers, which have the order of floats that are not negative: the compiler turns a minimum of floats
/// into a masked store, which is slower.
#[inline(always)]
pub fn lower(nearest: &mut f32, squared: f32) {
    *nearest = f32::from_bits(squared.to_bits().min(nearest.to_bits()));
}

impl Distances {
    /// No distances in a tile of `size` × `size` pixels.
    pub fn new(size: usize) -> Self {
        Self { squared: AlignedBuffer::new(f32::INFINITY, size * size), blocks: vec![0; size + LANES], rows: NO_ROWS }
    }
}

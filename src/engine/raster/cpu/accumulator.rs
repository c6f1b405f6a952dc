//! Buffers of the tile that a thread draws, with bit masks of the written blocks: only marked blocks are read and
//! cleared.

use std::ops::{Deref, DerefMut, Range};

use crate::engine::layer::Layer;
use crate::engine::quantum::Rounding;

/// Pixels processed together: one 512-bit vector of f32.
pub const LANES: usize = 16;

/// An empty range of rows; `min` and `max` with any row give a range of that row.
pub const NO_ROWS: [usize; 2] = [usize::MAX, 0];

/// Sums of a tile, and distances to the activity being added.
pub struct Accumulator {
    /// Pixels along a side: a multiple of [`LANES`], at most 512.
    pub size: usize,
    /// Shifted sums of the activities added so far.
    pub sum: AlignedBuffer<f64>,
    /// Rounding of the layer, which shifts the sums.
    pub rounding: Rounding,
    /// Squared distance to the current activity, in pixels²; infinite if no edge has been measured.
    pub distance2: AlignedBuffer<f32>,
    /// For each row one bit per block of [`LANES`] pixels, set where `distance2` may be finite. [`LANES`] extra rows
    /// let writers mark [`LANES`] rows at once from any row on.
    pub distance_blocks: Vec<u32>,
    /// First row and end row of all bits set in `distance_blocks`.
    pub distance_rows: [usize; 2],
    /// Like `distance_blocks`, set where `sum` may not be empty.
    pub sum_blocks: Vec<u32>,
}

impl Accumulator {
    /// An empty tile of a layer.
    ///
    /// # Panics
    /// If the tile size is not a multiple of [`LANES`] up to 512.
    pub fn new(tile_size: u32, layer: &Layer) -> Self {
        let size = tile_size as usize;
        assert!(
            size.is_multiple_of(LANES) && size / LANES <= 32,
            "tile size must be a multiple of 16, at most 512, but is {tile_size}"
        );
        let rounding = layer.quantum.rounding();
        Self {
            size,
            sum: AlignedBuffer::new(rounding.empty(), size * size),
            rounding,
            distance2: AlignedBuffer::new(f32::INFINITY, size * size),
            distance_blocks: vec![0; size + LANES],
            distance_rows: NO_ROWS,
            sum_blocks: vec![0; size + LANES],
        }
    }

    /// Empties the sums.
    pub fn clear(&mut self) {
        for (row, bits) in self.sum_blocks.iter_mut().enumerate() {
            for block in set_bits(*bits) {
                self.sum.as_chunks_mut::<LANES>().0[row * self.size / LANES + block] = [self.rounding.empty(); LANES];
            }
            *bits = 0;
        }
    }
}

/// Numbers that begin at a cache line: vectors at multiples of 64 bytes do not touch two lines.
pub struct AlignedBuffer<T> {
    numbers: Vec<T>,
    range: Range<usize>,
}

impl<T: Copy> AlignedBuffer<T> {
    const LINE_BYTES: usize = 64;

    /// `len` equal numbers.
    fn new(number: T, len: usize) -> Self {
        let numbers = vec![number; len + Self::LINE_BYTES / size_of::<T>()];
        // Where f64 is not at a multiple of its size, no place may be aligned: the last place is slower, but right.
        let start = numbers.as_ptr().align_offset(Self::LINE_BYTES).min(numbers.len() - len);
        Self { numbers, range: start..start + len }
    }
}

impl<T> Deref for AlignedBuffer<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.numbers[self.range.clone()]
    }
}

impl<T> DerefMut for AlignedBuffer<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.numbers[self.range.clone()]
    }
}

/// Positions of the set bits, ascending.
#[inline(always)]
pub fn set_bits(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let block = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(block)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::LAYERS;

    #[test]
    fn buffers_begin_at_cache_lines() {
        let Accumulator { sum, distance2, .. } = Accumulator::new(256, &LAYERS[0]);
        assert_eq!([sum.as_ptr().addr() % 64, distance2.as_ptr().addr() % 64], [0; 2]);
        assert_eq!([sum.len(), distance2.len()], [65_536; 2]);
    }

    #[test]
    fn set_bits_ascend() {
        assert_eq!(set_bits(0b1000_0000_0000_0101).collect::<Vec<_>>(), [0, 2, 15]);
        assert_eq!(set_bits(0).count(), 0);
        assert_eq!(set_bits(u32::MAX).count(), 32);
    }
}

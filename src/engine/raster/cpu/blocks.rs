//! Blocks of pixels: buffers of a tile, and bit masks of the blocks that are in use.

use std::ops::{Deref, DerefMut, Range};

/// Pixels processed together: one 512-bit vector of f32.
pub const LANES: usize = 16;

/// Maximum number of blocks in a row.
pub const MAX_BLOCKS: usize = 32;

/// An empty range of rows; `min` and `max` with any row give a range of that row.
pub const NO_ROWS: [usize; 2] = [usize::MAX, 0];

/// Numbers of the pixels of a row, block by block.
pub type BlockRow = [[f32; LANES]; MAX_BLOCKS];

/// Numbers that begin at a cache line: vectors at multiples of 64 bytes do not touch two lines.
pub struct AlignedBuffer<T> {
    numbers: Vec<T>,
    range: Range<usize>,
}

impl<T: Copy> AlignedBuffer<T> {
    const LINE_BYTES: usize = 64;

    /// `len` equal numbers.
    pub fn new(number: T, len: usize) -> Self {
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

/// Calls `clear` with the offset of every marked block, and removes the marks.
pub fn clear_blocks(blocks: &mut [u32], mut clear: impl FnMut(usize)) {
    let size = blocks.len() - LANES;
    for (row, bits) in blocks.iter_mut().enumerate() {
        set_bits(std::mem::take(bits)).for_each(|block| clear(row * size + block * LANES));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_begin_at_cache_lines() {
        let (sums, distances) = (AlignedBuffer::new(0f64, 65_536), AlignedBuffer::new(0f32, 65_536));
        assert_eq!([sums.as_ptr().addr() % 64, distances.as_ptr().addr() % 64], [0; 2]);
        assert_eq!([sums.len(), distances.len()], [65_536; 2]);
    }

    #[test]
    fn set_bits_ascend() {
        assert_eq!(set_bits(0b1000_0000_0000_0101).collect::<Vec<_>>(), [0, 2, 15]);
        assert_eq!(set_bits(0).count(), 0);
        assert_eq!(set_bits(u32::MAX).count(), 32);
    }
}

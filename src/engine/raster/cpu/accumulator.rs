//! The float textures of one tile, and which parts of them have been touched.

/// Pixels that are handled together: a vector of the widest machines.
pub const LANES: usize = 16;

/// No rows, from the first to before the last: any row makes them begin and end there.
pub const NO_ROWS: [usize; 2] = [usize::MAX, 0];

/// Heat of a tile, and the squared distances to the activity that is being added.
pub struct Accumulator {
    /// Pixels along a side, a multiple of [`LANES`], at most 512.
    pub size: usize,
    /// Sum over the activities so far.
    pub sum: Vec<f32>,
    /// Squared distance in pixels to the nearest point of the current activity; infinite where it does not reach.
    pub distance2: Vec<f32>,
    /// Per row a bit for each block of [`LANES`] pixels in which `distance2` was written; [`LANES`] rows more than there are, so
    /// that as many can be written from any row on.
    pub distance_blocks: Vec<u32>,
    /// The rows, from the first to before the last, outside of which none of these bits is set.
    pub distance_rows: [usize; 2],
    /// The same for `sum`.
    pub sum_blocks: Vec<u32>,
}

impl Accumulator {
    /// An empty tile of `tile_size` pixels.
    pub fn new(tile_size: u32) -> Self {
        let size = tile_size as usize;
        assert!(
            size.is_multiple_of(LANES) && size / LANES <= 32,
            "tile size must be a multiple of 16, at most 512, but is {tile_size}"
        );
        Self {
            size,
            sum: vec![0.0; size * size],
            distance2: vec![f32::INFINITY; size * size],
            distance_blocks: vec![0; size + LANES],
            distance_rows: NO_ROWS,
            sum_blocks: vec![0; size + LANES],
        }
    }

    /// Makes the heat zero again.
    pub fn clear(&mut self) {
        for (row, bits) in self.sum_blocks.iter_mut().enumerate() {
            for block in set_bits(*bits) {
                self.sum[row * self.size + block * LANES..][..LANES].fill(0.0);
            }
            *bits = 0;
        }
    }
}

/// The set bits, ascending.
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

    #[test]
    fn set_bits_ascend() {
        assert_eq!(set_bits(0b1000_0000_0000_0101).collect::<Vec<_>>(), [0, 2, 15]);
        assert_eq!(set_bits(0).count(), 0);
        assert_eq!(set_bits(u32::MAX).count(), 32);
    }
}

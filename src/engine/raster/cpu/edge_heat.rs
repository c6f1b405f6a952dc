//! Heat of an edge in some rows of a tile, before it is added to the sums of several drawings.

use super::blocks::{LANES, MAX_BLOCKS};
use super::distances::lower;
use super::sum_store::SumPlane;

/// Heat of up to [`LANES`] rows, vector by vector.
pub struct EdgeHeat {
    len: usize,
    /// Index of the first pixel of each vector in the tile.
    offsets: Box<[u32; Self::CAPACITY]>,
    heat: Box<[[f32; LANES]; Self::CAPACITY]>,
    /// Squared distance from the edge in pixels², for layers of means.
    squared_distances: Box<[[f32; LANES]; Self::CAPACITY]>,
}

impl EdgeHeat {
    const CAPACITY: usize = LANES * MAX_BLOCKS;
}

impl Default for EdgeHeat {
    fn default() -> Self {
        let vectors = || Box::new([[0.0; LANES]; Self::CAPACITY]);
        Self { len: 0, offsets: Box::new([0; Self::CAPACITY]), heat: vectors(), squared_distances: vectors() }
    }
}

impl EdgeHeat {
    /// Removes all vectors.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Appends a vector of the pixels from `offset` on, and returns its heat and its squared distances to be written.
    ///
    /// The caller writes: a closure passed to a function here would be compiled without the vector instructions of the
    /// caller.
    ///
    /// # Panics
    /// If there are more vectors than [`LANES`] rows have.
    #[inline(always)]
    pub fn push(&mut self, offset: usize) -> (&mut [f32; LANES], &mut [f32; LANES]) {
        let number = self.len;
        self.len += 1;
        self.offsets[number] = offset as u32;
        (&mut self.heat[number], &mut self.squared_distances[number])
    }

    /// Adds the heat times a weight to the exact sums of a tile.
    ///
    /// # Panics
    /// If a vector is not within the tile.
    #[inline(always)]
    pub fn add_to(&self, plane: &mut SumPlane, weight: f32) {
        let (sums, rounding) = (&mut *plane.sums, plane.rounding);
        for (offset, heat) in self.offsets[..self.len].iter().zip(&self.heat[..self.len]) {
            // Copied: the compiler must assume that references to heat and sums overlap, and adds pixel by pixel.
            let heat = *heat;
            for (sum, heat) in sums[*offset as usize..][..LANES].iter_mut().zip(heat) {
                *sum = rounding.add(*sum, heat * weight);
            }
        }
    }

    /// Adds the heat, where it is positive, times a value to the pixels of a tile.
    ///
    /// # Panics
    /// If a vector is not within the tile.
    #[inline(always)]
    pub fn add_positive_to(&self, plane: &mut [f32], value: f32) {
        for (offset, heat) in self.offsets[..self.len].iter().zip(&self.heat[..self.len]) {
            let heat = *heat;
            for (sum, heat) in plane[*offset as usize..][..LANES].iter_mut().zip(heat) {
                *sum += value * if heat > 0.0 { heat } else { 0.0 };
            }
        }
    }

    /// Lowers squared distances of the pixels of a tile to those from the edge.
    ///
    /// # Panics
    /// If a vector is not within the tile.
    #[inline(always)]
    pub fn lower_distances(&self, plane: &mut [f32]) {
        for (offset, squared) in self.offsets[..self.len].iter().zip(&self.squared_distances[..self.len]) {
            let squared = *squared;
            for (nearest, squared) in plane[*offset as usize..][..LANES].iter_mut().zip(squared) {
                lower(nearest, squared);
            }
        }
    }
}

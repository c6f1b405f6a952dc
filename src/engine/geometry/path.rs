//! A projected line with times and measurements.

use super::mercator::CanvasPosition;
use crate::engine::quantity::{Integrals, QuantitySet};

/// A line with what is known of the movement along it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path<'a> {
    /// Vertices of the line.
    pub positions: &'a [CanvasPosition],
    /// Time in ms at each position, not descending; or none: then nothing takes any time.
    pub times: &'a [u32],
    /// Integrals over the edge that ends at each position, those of the first position being 0; or none: then nothing is
    /// measured.
    pub integrals: &'a [Integrals],
    /// Quantities whose integrals a polyline keeps. All of them decide which vertices it keeps.
    pub quantities: QuantitySet,
}

impl<'a> From<&'a [CanvasPosition]> for Path<'a> {
    fn from(positions: &'a [CanvasPosition]) -> Self {
        Self { positions, ..Self::default() }
    }
}

impl<'a> From<&'a Vec<CanvasPosition>> for Path<'a> {
    fn from(positions: &'a Vec<CanvasPosition>) -> Self {
        positions.as_slice().into()
    }
}

impl<'a, const N: usize> From<&'a [CanvasPosition; N]> for Path<'a> {
    fn from(positions: &'a [CanvasPosition; N]) -> Self {
        positions.as_slice().into()
    }
}

impl Path<'_> {
    /// Returns true if times and integrals are as many as positions, or none, and times do not descend.
    pub fn is_sound(self) -> bool {
        let is_complete = |count: usize| count == 0 || count == self.positions.len();
        is_complete(self.times.len()) && is_complete(self.integrals.len()) && self.times.is_sorted()
    }

    /// Time at a position in ms.
    pub fn time(self, index: usize) -> u32 {
        self.times.get(index).copied().unwrap_or(0)
    }
}

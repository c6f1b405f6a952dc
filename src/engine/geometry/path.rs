//! A projected line with times.

use super::mercator::CanvasPosition;

/// A line with the time in ms at each position, not descending. Times are as many as positions, or none: then nothing
/// takes any time.
#[expect(missing_docs, reason = "the documentation of the type says it")]
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    pub positions: &'a [CanvasPosition],
    pub times: &'a [u32],
}

impl<'a> From<&'a [CanvasPosition]> for Path<'a> {
    fn from(positions: &'a [CanvasPosition]) -> Self {
        Self { positions, times: &[] }
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
    /// Returns true if times are as many as positions, or none, and do not descend.
    pub fn is_sound(self) -> bool {
        [0, self.positions.len()].contains(&self.times.len()) && self.times.is_sorted()
    }

    /// Time at a position in ms.
    pub fn time(self, index: usize) -> u32 {
        self.times.get(index).copied().unwrap_or(0)
    }
}

//! How many pixels of a zoom have each level.

use super::heat_code::LEVEL_COUNT;

/// Pixel counts by level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram(pub [u64; LEVEL_COUNT]);

impl Default for Histogram {
    fn default() -> Self {
        Self([0; LEVEL_COUNT])
    }
}

impl Histogram {
    /// Adds the counts of another.
    pub fn add(&mut self, other: &Self) {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a += b;
        }
    }

    /// Takes the counts of another out again; nothing where they are not in it.
    pub fn without(&self, other: &Self) -> Option<Self> {
        let mut rest = Self::default();
        for ((rest, all), part) in rest.0.iter_mut().zip(self.0).zip(other.0) {
            *rest = all.checked_sub(part)?;
        }
        Some(rest)
    }

    /// The highest level that occurs; 0 when nothing is lit.
    pub fn max(&self) -> u8 {
        self.0.iter().rposition(|&count| count > 0).unwrap_or(0) as u8
    }
}

//! Histogram of levels.

use super::heat_code::LEVEL_COUNT;

/// Number of pixels per level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram(pub [u64; LEVEL_COUNT]);

impl Default for Histogram {
    fn default() -> Self {
        Self([0; LEVEL_COUNT])
    }
}

impl Histogram {
    #[expect(missing_docs, reason = "the name says it")]
    pub fn add(&mut self, other: &Self) {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a += b;
        }
    }

    /// Subtracts the counts of another histogram; `None` if a count would become negative.
    pub fn without(&self, other: &Self) -> Option<Self> {
        let mut rest = Self::default();
        for ((rest, all), part) in rest.0.iter_mut().zip(self.0).zip(other.0) {
            *rest = all.checked_sub(part)?;
        }
        Some(rest)
    }

    /// Highest level with a pixel; 0 if there is none.
    pub fn max(&self) -> u8 {
        self.0.iter().rposition(|&count| count > 0).unwrap_or(0) as u8
    }
}

//! How many pixels of a zoom have each level.

/// Pixel counts by level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram(pub [u64; 256]);

impl Default for Histogram {
    fn default() -> Self {
        Self([0; 256])
    }
}

impl Histogram {
    /// Adds the counts of another.
    pub fn add(&mut self, other: &Self) {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a += b;
        }
    }

    /// The highest level that occurs; 0 when nothing is lit.
    pub fn max(&self) -> u8 {
        self.0.iter().rposition(|&count| count > 0).unwrap_or(0) as u8
    }
}

//! Sketch of an activity: a few hashes that copies share and other activities do not.
//!
//! Positions are rounded to five decimals of a degree, the coarsest rounding of services, and hashed. The sketch has
//! the 32 smallest distinct hashes (bottom-k sketch: A. Z. Broder, "On the resemblance and containment of documents",
//! 1997). Two sketches share hashes in proportion to shared positions: a copy nearly all, a copy thinned to every fifth
//! point a fifth, another ride on the same road about 1 %.

use twox_hash::XxHash3_64;

use crate::activity::Segment;

/// Hashes per sketch; a copy thinned to every tenth point still shares some.
const SKETCH_SIZE: usize = 32;

/// The smallest hashes of an activity's positions, ascending and distinct.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch(Vec<u32>);

impl Sketch {
    /// Computes the sketch of latitudes and longitudes in degrees.
    pub fn new(positions: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut least: Vec<u32> = Vec::with_capacity(8 * SKETCH_SIZE);
        let mut limit = u32::MAX;
        for (lat, lon) in positions {
            let cell = [lat, lon].map(|degrees| (degrees * 1e5).round() as i32);
            let bytes = ((cell[0] as u64) << 32 | u64::from(cell[1] as u32)).to_le_bytes();
            let hash = (XxHash3_64::oneshot(&bytes) >> 32) as u32;
            if hash < limit {
                least.push(hash);
                if least.len() == 8 * SKETCH_SIZE {
                    limit = keep_least(&mut least);
                }
            }
        }
        keep_least(&mut least);
        least.shrink_to_fit();
        Self(least)
    }

    /// Computes the sketch of all points.
    pub fn of_segments(segments: &[Segment]) -> Self {
        Self::new(segments.iter().flatten().map(|point| (point.lat, point.lon)))
    }

    /// Returns the hashes, ascending and distinct.
    pub fn hashes(&self) -> &[u32] {
        &self.0
    }

    /// Serializes the sketch, 4 bytes per hash.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|hash| hash.to_le_bytes()).collect()
    }

    /// Restores a serialized sketch.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.as_chunks().0.iter().take(SKETCH_SIZE).map(|hash| u32::from_le_bytes(*hash)).collect())
    }
}

/// Sorts, removes all but the smallest hashes, and returns the bound below which another hash would be kept.
fn keep_least(hashes: &mut Vec<u32>) -> u32 {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(SKETCH_SIZE);
    hashes.get(SKETCH_SIZE - 1).copied().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(points: impl Iterator<Item = (f64, f64)>) -> Sketch {
        Sketch::new(points)
    }

    fn shared(a: &Sketch, b: &Sketch) -> usize {
        a.hashes().iter().filter(|hash| b.hashes().contains(hash)).count()
    }

    /// A winding ride of 2,000 points, about 8 m apart.
    fn ride() -> impl Iterator<Item = (f64, f64)> {
        (0..2000).map(f64::from).map(|i| (47.0 + i * 7.1e-5, 8.0 + (i / 20.0).sin() * 1.3e-3))
    }

    #[test]
    fn copies_share_hashes_and_others_do_not() {
        let whole = sketch(ride());
        let twice = sketch(ride().chain(ride()));
        assert!(whole.hashes().len() == SKETCH_SIZE && whole.hashes().is_sorted() && whole == twice);
        let round = |degrees: f64| (degrees * 1e5).round() / 1e5;
        assert_eq!(shared(&whole, &sketch(ride().map(|(lat, lon)| (round(lat), round(lon))))), SKETCH_SIZE);
        assert!((2..SKETCH_SIZE / 2).contains(&shared(&whole, &sketch(ride().step_by(5)))));
        assert!((8..SKETCH_SIZE).contains(&shared(&whole, &sketch(ride().take(1000)))));
        assert!(shared(&whole, &sketch(ride().map(|(lat, lon)| (lat + 3e-5, lon - 2e-5)))) <= 1);
    }

    #[test]
    fn a_sketch_survives_serialization() {
        for points in [0, 1, 5, 2000] {
            let sketch = sketch(ride().take(points));
            assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), sketch);
            assert_eq!(sketch.hashes().len(), points.min(SKETCH_SIZE));
        }
    }
}

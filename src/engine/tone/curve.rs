//! The curve of a zoom: level → palette position.
//!
//! One unit of heat has position 0 at every zoom. Above one unit, the position is a weighted mean of two numbers from 0
//! to 1: the logarithm of the heat, divided by that of a robust maximum of the zoom, and the rank, the share of the
//! zoom's pixels above one unit that have at most this heat. Both increase with the heat, so the curve is monotonic.

use super::heat_code::{HeatCode, LEVEL_COUNT};
use crate::engine::tone::histogram::Histogram;

/// Weight of the rank; the rest is the weight of the logarithm. Chosen by eye: more rank merges the most used routes
/// into one colour, less leaves the middle of the palette to few pixels.
pub(crate) const RANK: f32 = 0.35;

/// Smallest heat used as the maximum of the logarithm, so that a map of two activities does not reach the top of the
/// palette.
pub(crate) const LEAST_TOP: f32 = 8.0;

/// One in this many pixels above one unit may exceed the maximum of the logarithm, so that a single hot spot does not
/// set the scale.
pub(crate) const TOP_ONE_IN: u64 = 200;

/// Level → palette position (0 to 1) for one zoom of one selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    positions: Vec<f32>,
    max: u8,
    code: HeatCode,
}

impl Curve {
    /// Curve of a zoom with this histogram.
    pub fn new(code: HeatCode, histogram: &Histogram) -> Self {
        let unit = usize::from(code.unit_level);
        let max = histogram.max();
        let above: u64 = histogram.0[unit + 1..].iter().sum();
        let top = code.decode(top_level(histogram, unit, above)).max(LEAST_TOP).ln();
        let mut cumulative = 0;
        let positions = (0..LEVEL_COUNT).map(|level| {
            if level <= unit {
                return 0.0;
            }
            cumulative += histogram.0[level];
            let rank = if above > 0 { cumulative as f32 / above as f32 } else { 1.0 };
            let log = (code.decode(level as u8).ln() / top).min(1.0);
            RANK * rank + (1.0 - RANK) * log
        });
        Self { positions: positions.collect(), max, code }
    }

    /// Curve with positions computed on a GPU.
    #[cfg(feature = "gpu")]
    pub(crate) fn from_positions(code: HeatCode, histogram: &Histogram, positions: &[f32; LEVEL_COUNT]) -> Self {
        Self { positions: positions.to_vec(), max: histogram.max(), code }
    }

    /// Palette position of a level, 0 to 1.
    pub fn position(&self, level: u8) -> f32 {
        self.positions[usize::from(level)]
    }

    /// Palette position of a heat, 0 to 1.
    pub fn position_of_heat(&self, heat: f32) -> f32 {
        self.position(self.code.encode(heat))
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn max_level(&self) -> u8 {
        self.max
    }

    /// Heat of the highest level of the zoom.
    pub fn max(&self) -> f32 {
        self.code.decode(self.max)
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn code(&self) -> HeatCode {
        self.code
    }
}

fn top_level(histogram: &Histogram, unit: usize, above: u64) -> u8 {
    let mut hotter = 0;
    let level = (unit + 1..LEVEL_COUNT).rev().find(|&level| {
        hotter += histogram.0[level];
        hotter * TOP_ONE_IN > above
    });
    level.unwrap_or(unit) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CODE: HeatCode = HeatCode { unit_level: 16, per_octave: 12 };

    proptest! {
        #[test]
        fn a_curve_is_monotonic_and_starts_at_one_visit(
            counts in prop::collection::vec(0u64..1_000_000, 256),
        ) {
            let curve = Curve::new(CODE, &Histogram(counts.try_into().expect("256 counts")));
            prop_assert_eq!(curve.position(16), 0.0);
            for level in 0..255 {
                prop_assert!(curve.position(level) <= curve.position(level + 1));
            }
            prop_assert!((curve.position(255) - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn two_visits_alone_stay_below_the_top() {
        let mut histogram = Histogram::default();
        (histogram.0[16], histogram.0[28]) = (900, 100);
        let curve = Curve::new(CODE, &histogram);
        assert!(curve.position_of_heat(2.0) < 0.7, "{}", curve.position_of_heat(2.0));
    }

    #[test]
    fn an_empty_histogram_gives_a_curve() {
        assert_eq!(Curve::new(CODE, &Histogram::default()).max_level(), 0);
    }
}

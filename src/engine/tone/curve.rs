//! The curve of a zoom: which place of the palette each level gets.

use super::heat_code::{HeatCode, LEVEL_COUNT};
use crate::engine::tone::histogram::Histogram;

/// Share of the rank in the blend; the rest is the logarithm. Found by looking: more rank flattens the trunk routes
/// into one colour, less leaves the middle of the palette to a few pixels.
pub(crate) const RANK: f32 = 0.35;

/// The least that is taken as the top of the logarithm: two activities alone must not look like a thousand.
pub(crate) const LEAST_TOP: f32 = 8.0;

/// The top of the logarithm is the level that only one in this many of the pixels above one unit exceeds: a single
/// crossroads must not set the scale.
pub(crate) const TOP_ONE_IN: u64 = 200;

/// Level → position in the palette, 0 to 1, for one zoom of one selection.
///
/// One unit of heat has position 0 at every zoom. Above it the position blends the logarithm of the heat with its
/// rank: the share of the zoom's pixels above one unit that are no hotter.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    positions: Vec<f32>,
    max: u8,
    code: HeatCode,
}

impl Curve {
    /// The curve of a zoom with these pixels.
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

    /// The same from positions that another device has found.
    #[cfg(feature = "gpu")]
    pub(crate) fn from_positions(code: HeatCode, histogram: &Histogram, positions: &[f32; LEVEL_COUNT]) -> Self {
        Self { positions: positions.to_vec(), max: histogram.max(), code }
    }

    /// Position of a level, 0 to 1.
    pub fn position(&self, level: u8) -> f32 {
        self.positions[usize::from(level)]
    }

    /// Position of a heat, 0 to 1.
    pub fn position_of_heat(&self, heat: f32) -> f32 {
        self.position(self.code.encode(heat))
    }

    /// The highest level of the zoom.
    pub fn max_level(&self) -> u8 {
        self.max
    }

    /// The greatest heat of the zoom, as far as levels tell.
    pub fn max(&self) -> f32 {
        self.code.decode(self.max)
    }

    /// The code of its levels.
    pub fn code(&self) -> HeatCode {
        self.code
    }
}

/// The level at the top of the logarithm, see [`TOP_ONE_IN`].
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

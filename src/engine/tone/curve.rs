//! The curve of a zoom: level → palette position.
//!
//! One unit of heat has position 0 at every zoom. Above one unit, the position is a power of the weighted mean of two
//! numbers from 0 to 1, which both increase with the heat:
//! - the rank, the share of the zoom's pixels above one unit that have at most this heat. It separates favourite roads
//!   from the rest. Each pixel counts by a power of its octaves above one unit, so that single trips far away do not
//!   take the colours that tell the roads at home apart;
//! - the logarithm of the heat, divided by that of a robust maximum of the zoom.
//!
//! A map with little heat has little to rank, and follows the logarithm. So do, in part, low zooms, where the rank of a
//! few pixels changes much from zoom to zoom, and high zooms, where a few hot roads are a large part of the pixels, and
//! the rank would give them all one colour.

use super::heat_code::{HeatCode, LEVEL_COUNT};
use crate::engine::geometry::grid::rows_around;
use crate::engine::tone::histogram::Histogram;

/// Smallest maximum of the logarithm in octaves above one unit, so that a map of two activities does not reach the top
/// of the palette.
pub(crate) const LEAST_TOP: f32 = 3.0;

/// One in this many pixels above one unit may exceed the maximum of the logarithm, so that a single hot spot does not
/// set the scale.
pub(crate) const TOP_ONE_IN: u64 = 200;

/// Zooms and shapes; in between linear. Chosen by eye, with the spread of the lightness of roads as a guide. Less rank
/// and a higher exponent leave the bright colours to fewer pixels. Fewer octaves of the rank spread the colours over the
/// hot roads of one town, which is a speck of the pixels of a low zoom.
const SHAPES: &[(u8, CurveShape)] = &[
    (4, CurveShape { rank: 0.6, exponent: 0.5, rank_octaves: 3.5 }),
    (8, CurveShape { rank: 1.0, exponent: 0.6, rank_octaves: 3.6 }),
    (9, CurveShape { rank: 1.0, exponent: 0.75, rank_octaves: 4.6 }),
    (10, CurveShape { rank: 0.95, exponent: 0.8, rank_octaves: 5.5 }),
    (12, CurveShape { rank: 0.85, exponent: 0.9, rank_octaves: 5.5 }),
    (16, CurveShape { rank: 0.45, exponent: 1.0, rank_octaves: 5.5 }),
    (20, CurveShape { rank: 0.3, exponent: 1.0, rank_octaves: 5.5 }),
];

/// Numbers by which the curves of zooms differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveShape {
    /// Weight of the rank, 0.3 to 1; falls in proportion if the robust maximum has less than 3 octaves. The rest is the
    /// weight of the logarithm.
    pub rank: f32,
    /// Exponent of the weighted mean, 0.5 to 1.
    pub exponent: f32,
    /// Robust maximum, in octaves above one unit, at which a pixel counts in the rank in proportion to its octaves. In
    /// general a pixel counts by a power of its octaves: the exponent is the robust maximum divided by this number. The
    /// wider the range of the heat, the less pixels with little heat count.
    pub rank_octaves: f32,
}

impl CurveShape {
    /// Shape of a zoom; constant below zoom 4 and above zoom 20.
    pub fn of_zoom(zoom: u8) -> Self {
        let (a, b, share) = rows_around(SHAPES, zoom);
        let between = |number: fn(Self) -> f32| number(a) + (number(b) - number(a)) * share;
        Self {
            rank: between(|shape| shape.rank),
            exponent: between(|shape| shape.exponent),
            rank_octaves: between(|shape| shape.rank_octaves),
        }
    }
}

/// Level → palette position (0 to 1) for one zoom of one selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    positions: Vec<f32>,
    max: u8,
    code: HeatCode,
}

impl Curve {
    /// Curve of a zoom with this histogram.
    pub fn new(code: HeatCode, zoom: u8, histogram: &Histogram) -> Self {
        let shape = CurveShape::of_zoom(zoom);
        let unit = usize::from(code.unit_level);
        let octaves = |level: usize| (level - unit) as f32 / f32::from(code.per_octave);
        let robust_top = octaves(top_level(histogram, unit));
        let top = robust_top.max(LEAST_TOP);
        let weight = |level: usize| histogram.0[level] as f32 * octaves(level).powf(top / shape.rank_octaves);
        let all: f32 = (unit + 1..LEVEL_COUNT).map(weight).sum();
        let share = shape.rank * (robust_top / LEAST_TOP).min(1.0);
        let mut cumulative = 0.0;
        let positions = (0..LEVEL_COUNT).map(|level| {
            if level <= unit {
                return 0.0;
            }
            cumulative += weight(level);
            let rank = if all > 0.0 { cumulative / all } else { 1.0 };
            let log = (octaves(level) / top).min(1.0);
            (share * rank + (1.0 - share) * log).powf(shape.exponent)
        });
        Self { positions: positions.collect(), max: histogram.max(), code }
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

/// Level of the robust maximum.
fn top_level(histogram: &Histogram, unit: usize) -> usize {
    let above: u64 = histogram.0[unit + 1..].iter().sum();
    let mut hotter = 0;
    let level = (unit + 1..LEVEL_COUNT).rev().find(|&level| {
        hotter += histogram.0[level];
        hotter * TOP_ONE_IN > above
    });
    level.unwrap_or(unit)
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
            filled in prop_oneof![Just(256), 0usize..100],
            gap in prop_oneof![Just(1), 2usize..40],
            zoom in 0u8..=22,
        ) {
            let is_filled = |level: usize| level < filled && level.is_multiple_of(gap);
            let histogram = Histogram(std::array::from_fn(|level| if is_filled(level) { counts[level] } else { 0 }));
            let curve = Curve::new(CODE, zoom, &histogram);
            prop_assert_eq!(curve.position(16), 0.0);
            for level in 0..255 {
                prop_assert!(curve.position(level) <= curve.position(level + 1));
            }
            prop_assert!((curve.position(255) - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn shapes_change_little_from_zoom_to_zoom() {
        assert_eq!(CurveShape::of_zoom(0), SHAPES[0].1);
        let shapes: Vec<CurveShape> = (0..=22).map(CurveShape::of_zoom).collect();
        for pair in shapes.windows(2) {
            assert!((pair[0].rank - pair[1].rank).abs() < 0.101, "{pair:?}");
            assert!((pair[0].exponent - pair[1].exponent).abs() < 0.151, "{pair:?}");
            assert!((pair[0].rank_octaves - pair[1].rank_octaves).abs() < 1.01, "{pair:?}");
        }
    }

    #[test]
    fn two_visits_alone_stay_below_the_top() {
        let mut histogram = Histogram::default();
        (histogram.0[16], histogram.0[28]) = (900, 100);
        let curve = Curve::new(CODE, 10, &histogram);
        assert!(curve.position_of_heat(2.0) < 0.7, "{}", curve.position_of_heat(2.0));
    }

    #[test]
    fn an_empty_histogram_gives_a_curve() {
        for zoom in [0, 10, 20] {
            let curve = Curve::new(CODE, zoom, &Histogram::default());
            assert_eq!((curve.max_level(), curve.position(16), curve.position(255)), (0, 0.0, 1.0));
            assert!((0..255).all(|level| curve.position(level) <= curve.position(level + 1)));
        }
    }
}

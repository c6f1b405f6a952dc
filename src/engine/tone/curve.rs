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
use super::level_code::{LevelCode, LevelParts};
use super::step_code::STEPS;
use super::value_code::apart_place;
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

/// Shape of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tone {
    /// Rank and logarithm of the heat, see the [module](self).
    Balanced,
    /// In proportion to the heat above one unit, up to the robust maximum.
    Linear,
    /// Only this share of the pixels above one unit, those with the most heat: logarithm of their heat. All others are
    /// transparent.
    Top(f32),
    /// For codes of steps: in proportion to the step.
    Even,
    /// For codes of steps: in proportion to the step, from one share of all steps to another; below and above, the colours
    /// are those of the ends. Steps below the least share are transparent.
    Within(Window),
    /// For means: only values of at least this, in the unit of the quantity. All others are transparent.
    AtLeast(f32),
}

/// Part of the steps of a code, as shares of all.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the documentation of Tone says it")]
pub struct Window {
    pub range: [f32; 2],
    pub least: f32,
}

impl Window {
    /// All steps.
    pub const ALL: Self = Self { range: [0.0, 1.0], least: 0.0 };

    /// Palette position of a share, 0 to 1.
    fn position(self, share: f32) -> f32 {
        let [from, to] = self.range;
        ((share - from) / (to - from).max(1e-3)).clamp(0.0, 1.0)
    }
}

impl Tone {
    /// The busiest tenth.
    pub const TOP: Self = Self::Top(0.1);

    /// Steepness of 2.5 % or more.
    pub const HILL: Self = Self::AtLeast(0.025);

    /// Name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Linear => "linear",
            Self::Top(_) => "top",
            Self::Even | Self::Within(_) | Self::AtLeast(_) => "even",
        }
    }
}

/// Level → palette position (0 to 1) for one zoom of one selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    positions: Vec<f32>,
    /// Lowest level that is not transparent.
    threshold: u8,
    max: u8,
    code: LevelCode,
    window: Window,
}

impl Curve {
    /// Curve of a zoom with this histogram.
    pub fn new(code: LevelCode, tone: Tone, zoom: u8, histogram: &Histogram) -> Self {
        let max = histogram.max();
        let Some(heat_code) = code.heat_code() else {
            let window = if let Tone::Within(window) = tone { window } else { Window::ALL };
            let positions = (0..=u8::MAX).map(|level| window.position(share_of_steps(code, level))).collect();
            return Self { positions, threshold: 1, max, code, window };
        };
        let histogram = heat_histogram(code, histogram);
        let (by_heat_level, threshold) = match tone {
            Tone::Balanced | Tone::Even | Tone::Within(_) | Tone::AtLeast(_) => {
                (balanced(heat_code, zoom, &histogram), 1)
            }
            Tone::Linear => (linear(heat_code, &histogram), 1),
            Tone::Top(share) => top(heat_code, share, &histogram),
        };
        let positions = (0..=u8::MAX).map(|level| by_heat_level[usize::from(heat_level(code, level))]).collect();
        Self { positions, threshold, max, code, window: Window::ALL }
    }

    /// Curve of a heat code with positions computed on a GPU.
    #[cfg(feature = "gpu")]
    pub(crate) fn from_positions(code: HeatCode, histogram: &Histogram, positions: &[f32; LEVEL_COUNT]) -> Self {
        Self {
            positions: positions.to_vec(),
            threshold: 1,
            max: histogram.max(),
            code: LevelCode::Heat(code),
            window: Window::ALL,
        }
    }

    /// Palette position of a level, 0 to 1.
    pub fn position(&self, level: u8) -> f32 {
        self.positions[usize::from(level)]
    }

    /// Palette position of a heat, 0 to 1; 0 for codes without heat.
    pub fn position_of_heat(&self, heat: f32) -> f32 {
        // In every code with heat, the first levels are those of heat alone.
        self.code.heat_code().map_or(0.0, |code| self.position(code.encode(heat)))
    }

    /// Palette positions of both values of a level of values apart, 0 to 1.
    pub fn positions_apart(&self, steps: [u8; 2]) -> [f32; 2] {
        steps.map(|step| self.window.position(apart_place(step)))
    }

    /// Opacity of a level, 0 to 1.
    pub fn opacity(&self, level: u8) -> f32 {
        let is_low = self.window.least > 0.0 && share_of_steps(self.code, level) < self.window.least;
        if level < self.threshold || is_low { 0.0 } else { self.code.opacity(level) }
    }

    /// Smallest heat that is shown, at least one unit; `None` for codes without heat.
    pub fn min_heat(&self) -> Option<f32> {
        self.code.heat_code().map(|code| code.decode(self.threshold).max(1.0))
    }

    /// Heat of the hottest level of the zoom, at least one unit; `None` for codes without heat. `max` is exact to a level.
    pub fn max_heat(&self) -> Option<f32> {
        self.code.heat_code().map(|code| code.decode(heat_level(self.code, self.max)).max(1.0))
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn max_level(&self) -> u8 {
        self.max
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn code(&self) -> LevelCode {
        self.code
    }
}

/// Place of the step of a level among all steps, 0 to 1; 0 for codes without steps.
fn share_of_steps(code: LevelCode, level: u8) -> f32 {
    match (code, code.parts(level)) {
        (LevelCode::Value(code), LevelParts::Value(step, _)) => code.place(step),
        (_, LevelParts::Step(step, _)) => f32::from(step) / f32::from(STEPS - 1),
        (_, LevelParts::Apart(steps, _)) => steps.map(apart_place).into_iter().fold(0.0, f32::max),
        (_, LevelParts::Heat(_) | LevelParts::Class(_) | LevelParts::Value(..)) => 0.0,
    }
}

/// Level of the heat of a level.
fn heat_level(code: LevelCode, level: u8) -> u8 {
    match code.parts(level) {
        _ if level == 0 => 0,
        LevelParts::Heat(heat) => heat,
        LevelParts::Class(parts) => parts.visits,
        LevelParts::Step(..) | LevelParts::Value(..) | LevelParts::Apart(..) => 0,
    }
}

/// Pixels of each level of the heat.
fn heat_histogram(code: LevelCode, histogram: &Histogram) -> Histogram {
    let mut by_heat = Histogram::default();
    for (level, count) in (0..=u8::MAX).zip(histogram.0) {
        by_heat.0[usize::from(heat_level(code, level))] += count;
    }
    by_heat
}

/// Octaves of a level above one unit.
fn octaves(code: HeatCode, level: usize) -> f32 {
    level.saturating_sub(usize::from(code.unit_level)) as f32 / code.per_octave
}

fn balanced(code: HeatCode, zoom: u8, histogram: &Histogram) -> Vec<f32> {
    let shape = CurveShape::of_zoom(zoom);
    let unit = usize::from(code.unit_level);
    let octaves = |level| octaves(code, level);
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
    positions.collect()
}

fn linear(code: HeatCode, histogram: &Histogram) -> Vec<f32> {
    let top = octaves(code, top_level(histogram, code.unit_level.into())).max(LEAST_TOP).exp2();
    let position = |level| ((octaves(code, level).exp2() - 1.0) / (top - 1.0)).min(1.0);
    (0..LEVEL_COUNT).map(position).collect()
}

/// Positions, and the lowest level that at most a share of the pixels above one unit reach; at most the highest level of
/// the zoom, so that something is shown.
fn top(code: HeatCode, share: f32, histogram: &Histogram) -> (Vec<f32>, u8) {
    let above: u64 = histogram.0[usize::from(code.unit_level) + 1..].iter().sum();
    let mut reaching = 0;
    let too_many = (usize::from(code.unit_level) + 1..LEVEL_COUNT).rev().find(|&level| {
        reaching += histogram.0[level];
        reaching as f64 > f64::from(share) * above as f64
    });
    let threshold = too_many.map_or(usize::from(code.unit_level) + 1, |level| level + 1);
    let threshold = threshold.min(histogram.max().max(code.unit_level + 1).into());
    let lowest = octaves(code, threshold);
    let span = (octaves(code, histogram.max().into()) - lowest).max(1.0);
    let position = |level| ((octaves(code, level) - lowest) / span).clamp(0.0, 1.0);
    ((0..LEVEL_COUNT).map(position).collect(), threshold as u8)
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
    use crate::engine::tone::class_code::ClassCode;
    use crate::engine::tone::step_code::{Preference, StepCode};
    use proptest::prelude::*;

    const CODE: LevelCode = LevelCode::Heat(HeatCode { unit_level: 16, per_octave: 12.0, max_level: 255 });

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
            let curve = Curve::new(CODE, Tone::Balanced, zoom, &histogram);
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
        let curve = Curve::new(CODE, Tone::Balanced, 10, &histogram);
        assert!(curve.position_of_heat(2.0) < 0.7, "{}", curve.position_of_heat(2.0));
    }

    #[test]
    fn an_empty_histogram_gives_a_curve() {
        for zoom in [0, 10, 20] {
            let curve = Curve::new(CODE, Tone::Balanced, zoom, &Histogram::default());
            assert_eq!((curve.max_level(), curve.position(16), curve.position(255)), (0, 0.0, 1.0));
            assert!((0..255).all(|level| curve.position(level) <= curve.position(level + 1)));
        }
    }

    #[test]
    fn linear_positions_are_in_proportion_to_the_heat() {
        let mut histogram = Histogram::default();
        histogram.0[16..=112].fill(100);
        let curve = Curve::new(CODE, Tone::Linear, 10, &histogram);
        let top = 2f32.powi(8);
        for heat in [1.0f32, 2.0, 16.0, 128.0] {
            assert!((curve.position_of_heat(heat) - (heat - 1.0) / (top - 1.0)).abs() < 1e-5, "{heat}");
        }
    }

    proptest! {
        #[test]
        fn the_top_is_at_most_its_share_and_never_empty(
            counts in prop::collection::vec(0u64..1000, 200), share in 0.001f32..1.0,
        ) {
            let histogram = Histogram(std::array::from_fn(|level| counts.get(level).copied().unwrap_or(0)));
            let above: u64 = counts[17..].iter().sum();
            prop_assume!(above > 0);
            let curve = Curve::new(CODE, Tone::Top(share), 10, &histogram);
            let shown = |level: u8| curve.opacity(level) > 0.0;
            let pixels: u64 = (17..200).filter(|level| shown(*level)).map(|level| counts[usize::from(level)]).sum();
            prop_assert!((0..=16).all(|level| !shown(level)));
            let only_the_highest = !shown(histogram.max() - 1);
            prop_assert!(pixels > 0 && (only_the_highest || pixels as f64 <= f64::from(share) * above as f64));
            // One level more would be too many.
            let more: u64 = (16..200).filter(|level| shown(level + 1)).map(|level| counts[usize::from(level)]).sum();
            prop_assert!(shown(17) || more as f64 > f64::from(share) * above as f64);
        }
    }

    #[test]
    fn classes_share_the_curve_of_their_visits() {
        let visits = HeatCode { unit_level: 4, per_octave: 0.75, max_level: 10 };
        let code = LevelCode::Class(ClassCode { classes: 8, visits });
        let mut histogram = Histogram::default();
        (1..=240).for_each(|level| histogram.0[level] = 10);
        let curve = Curve::new(code, Tone::Balanced, 10, &histogram);
        for level in 1..=10 {
            assert!((0..24).all(|other| curve.position(level + 10 * other) == curve.position(level)));
        }
        assert_eq!((curve.position(4), curve.position(10)), (0.0, 1.0));
        assert_eq!(curve.max_heat().map(f32::round), Some(256.0));
    }

    #[test]
    fn steps_are_even() {
        let code = LevelCode::Step(StepCode { preference: Preference::Largest });
        let curve = Curve::new(code, Tone::Even, 10, &Histogram::default());
        assert_eq!([1, 7, 8, 252].map(|level| curve.position(level)), [0.0, 0.0, 1.0 / 35.0, 1.0]);
        assert_eq!((curve.max_heat(), curve.opacity(7), curve.opacity(0)), (None, 1.0, 0.0));
    }
}

//! Codes between the values of pixels and 8-bit levels, and the colours and legend of the levels.

use super::curve::Curve;
use super::heat_code::HeatCode;
use super::histogram::Histogram;
use super::normalize::{ColourTable, normalize};
use super::palette::Palette;

/// Level code of a layer. Level 0 is an empty pixel in every code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LevelCode {
    /// Sums of visits or passes.
    Heat(HeatCode),
}

/// Legend tick: a round value in the unit of the layer, and its palette position, 0 to 1.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    pub value: f32,
    pub position: f32,
}

impl LevelCode {
    /// Level of a value.
    #[inline(always)]
    pub fn encode(self, value: f32) -> u8 {
        let Self::Heat(code) = self;
        code.encode(value)
    }

    /// Value at the centre of a level.
    pub fn decode(self, level: u8) -> f32 {
        let Self::Heat(code) = self;
        code.decode(level)
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub const fn unit_level(self) -> u8 {
        let Self::Heat(code) = self;
        code.unit_level
    }

    /// True if a pixel of this level is empty.
    pub fn is_empty(self, level: u8) -> bool {
        level == 0
    }

    /// Colour table of a zoom with this histogram.
    pub fn normalize(self, zoom: u8, histogram: &Histogram, palette: &Palette) -> ColourTable {
        let Self::Heat(code) = self;
        normalize(code, zoom, histogram, palette)
    }

    /// Legend ticks of a palette at a zoom: round values, ascending, at least 0.09 apart on the palette.
    pub fn ticks(self, palette: &Palette, curve: &Curve) -> Vec<Tick> {
        const MIN_DISTANCE: f32 = 0.09;
        let max = curve.max().max(1.0);
        let mut ticks: Vec<Tick> = Vec::new();
        let round_values = (0..8).flat_map(|power| [1.0, 2.0, 5.0].map(|digit: f32| digit * 10f32.powi(power)));
        for value in round_values.take_while(|value| *value <= max) {
            let position = palette.position(curve, self.encode(value));
            if ticks.last().is_none_or(|last| position - last.position >= MIN_DISTANCE) {
                ticks.push(Tick { value, position });
            }
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_ascending_and_spaced() {
        let code = LevelCode::Heat(HeatCode { unit_level: 16, per_octave: 12 });
        let mut histogram = Histogram::default();
        (16..=code.encode(3000.0)).for_each(|level| histogram.0[usize::from(level)] = 1000);
        for name in ["ember", "gray"] {
            let palette: Palette = name.parse().expect("a palette");
            let ticks = code.ticks(&palette, &code.normalize(10, &histogram, &palette).curve);
            assert_eq!((ticks[0].value, ticks[0].position), (1.0, 0.0));
            let is_apart = |pair: &[Tick]| pair[1].position - pair[0].position >= 0.09 && pair[1].value > pair[0].value;
            assert!(ticks.windows(2).all(is_apart));
            assert!(ticks.len() > 3 && ticks[ticks.len() - 1].value <= 3100.0, "{name}: {ticks:?}");
        }
    }

    #[test]
    fn ticks_of_gray_are_at_their_levels() {
        let code = LevelCode::Heat(HeatCode { unit_level: 16, per_octave: 12 });
        let mut histogram = Histogram::default();
        histogram.0[16..=200].fill(100);
        let gray: Palette = "gray".parse().expect("a palette");
        for Tick { value, position } in code.ticks(&gray, &code.normalize(10, &histogram, &gray).curve) {
            let level = 16.0 + 12.0 * value.log2();
            assert!((position - (level.round() - 16.0) / 239.0).abs() < 1e-6, "{value} visits");
        }
    }

    #[test]
    fn level_0_is_empty() {
        let code = LevelCode::Heat(HeatCode { unit_level: 16, per_octave: 12 });
        assert!(code.is_empty(0) && !code.is_empty(1));
    }
}

//! Heat ↔ 8-bit level, on the same scale for all libraries, selections and zooms.

/// Level code, linear up to one unit of heat (`unit_level`), then `per_octave` levels per doubling, up to `max_level`.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeatCode {
    pub unit_level: u8,
    pub per_octave: f32,
    pub max_level: u8,
}

/// Number of levels.
pub const LEVEL_COUNT: usize = u8::MAX as usize + 1;

impl HeatCode {
    /// Level of a heat, at most `max_level`. The heat is not negative.
    ///
    /// The logarithm of the mantissa is a polynomial with an error of at most 3e-6. The level differs from
    /// `round(unit_level + per_octave * log2(heat))` only where that value is within 1e-4 of a half.
    ///
    /// ```
    /// use trailglow::engine::tone::heat_code::HeatCode;
    /// let code = HeatCode { unit_level: 16, per_octave: 12.0, max_level: 255 };
    /// assert_eq!([0.0, 0.5, 1.0, 2.0, 4.0].map(|heat| code.encode(heat)), [0, 8, 16, 28, 40]);
    /// assert_eq!(code.encode(1e30), 255);
    /// ```
    #[inline(always)]
    pub fn encode(self, heat: f32) -> u8 {
        let (unit, per_octave, max) = (f32::from(self.unit_level), self.per_octave, f32::from(self.max_level));
        let position = if heat > 1.0 { unit + per_octave * log2(heat) } else { unit * heat };
        // Rounds by adding a half and truncating; the position is not negative. Truncation reads the mantissa of the
        // sum with 2^23, minus 1 where that sum was rounded up: a saturating cast would not vectorise.
        const TWO_TO_23: f32 = 8_388_608.0;
        let position = position + 0.5;
        let position = if position < max { position } else { max };
        let nearest = position + TWO_TO_23;
        let up = u32::from(nearest - TWO_TO_23 > position);
        (nearest.to_bits() - up) as u8
    }

    /// Heat at the centre of a level.
    pub fn decode(self, level: u8) -> f32 {
        let above = f32::from(level) - f32::from(self.unit_level);
        if above > 0.0 { (above / self.per_octave).exp2() } else { f32::from(level) / f32::from(self.unit_level) }
    }
}

/// Base-2 logarithm of a number of at least 1, from the exponent and a polynomial of the mantissa.
#[inline(always)]
fn log2(value: f32) -> f32 {
    let bits = value.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    // log2(m) = 2 / ln 2 * artanh(s) with s = (m - 1) / (m + 1), as its series up to s^11.
    let s = (m - 1.0) / (m + 1.0);
    let s2 = s * s;
    let series = ((((s2 / 11.0 + 1.0 / 9.0) * s2 + 1.0 / 7.0) * s2 + 1.0 / 5.0) * s2 + 1.0 / 3.0) * s2 + 1.0;
    exponent as f32 + std::f32::consts::LOG2_E * 2.0 * s * series
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CODE: HeatCode = HeatCode { unit_level: 16, per_octave: 12.0, max_level: 255 };

    proptest! {
        #[test]
        fn the_level_is_the_rounded_logarithm(heat in 0.0..1e6f32) {
            let exact = if heat > 1.0 { 16.0 + 12.0 * f64::from(heat).log2() } else { 16.0 * f64::from(heat) };
            let nearest = exact.min(255.0);
            prop_assert!((f64::from(CODE.encode(heat)) - nearest).abs() <= 0.5 + 1e-4);
        }

        #[test]
        fn more_heat_is_never_a_lower_level(a in 0.0..1e7f32, b in 0.0..1e7f32) {
            prop_assert!(CODE.encode(a.min(b)) <= CODE.encode(a.max(b)));
        }
    }

    #[test]
    fn levels_and_heat_are_inverse() {
        for level in 0..=255 {
            assert_eq!(CODE.encode(CODE.decode(level)), level);
        }
    }

    #[test]
    fn a_million_visits_differ_from_900_000() {
        assert!(CODE.encode(1e6) > CODE.encode(9e5));
    }
}

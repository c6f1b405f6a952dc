//! Colours of class layers: the hue of the class, as pure as the class leads clearly, as far from the map as the visits.

use super::class_code::CLARITIES;
use super::palettes::Background;
use super::rgb::{Rgb, oklab, within_gamut};

/// Share of the chroma of a class for each clarity.
const CHROMA: [f32; CLARITIES as usize] = [0.3, 0.65, 1.0];

/// OKLab lightness of one visit and of the most, for a background.
fn lightness_range(background: Background) -> [f32; 2] {
    match background {
        Background::Dark | Background::Any => [0.58, 0.88],
        Background::Light => [0.55, 0.28],
    }
}

/// Colour of a class at a palette position from 0 (one visit) to 1. Classes keep a quarter of the difference of their
/// base colours in lightness, which helps where hues look alike.
pub fn class_colour(base: Rgb, background: Background, position: f32, clarity: u8) -> Rgb {
    /// Mean lightness of the base colours.
    const MEAN: f32 = 0.65;
    let [base_lightness, a, b] = oklab(base);
    let [one, most] = lightness_range(background);
    let lightness = one + (most - one) * position + 0.25 * (base_lightness - MEAN) * (1.0 - position);
    let chroma = CHROMA[usize::from(clarity.min(CLARITIES - 1))];
    within_gamut([lightness, a * chroma, b * chroma])
}

/// Colour of a class in a legend: a few visits, where the class leads clearly.
pub fn legend_colour(base: Rgb, background: Background) -> Rgb {
    class_colour(base, background, 0.4, CLARITIES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tone::palettes::{PALETTES, PaletteKind};
    use crate::engine::tone::rgb::contrast;

    #[test]
    fn one_visit_of_every_class_is_visible_and_more_visits_gain_contrast() {
        for row in PALETTES.iter().filter(|row| !matches!(row.kind, PaletteKind::Sequential | PaletteKind::Diverging)) {
            let map = if row.background == Background::Dark { [0x12, 0x12, 0x14] } else { [0xf2, 0xef, 0xe9] };
            for (base, clarity) in row.colours().flat_map(|base| (0..CLARITIES).map(move |clarity| (base, clarity))) {
                let contrasts = [0.0, 0.25, 0.5, 0.75, 1.0]
                    .map(|position| contrast(class_colour(base, row.background, position, clarity), map));
                assert!(contrasts[0] >= 3.0 && contrasts.is_sorted(), "{} {base:?} {clarity}: {contrasts:?}", row.name);
            }
        }
    }

    #[test]
    fn a_clearer_lead_is_a_purer_colour() {
        let chroma = |clarity| {
            let [_, a, b] = oklab(class_colour([0x3f, 0x90, 0xda], Background::Dark, 0.2, clarity));
            a.hypot(b)
        };
        assert!(chroma(0) < 0.5 * chroma(1) && chroma(1) < 0.75 * chroma(2));
    }
}

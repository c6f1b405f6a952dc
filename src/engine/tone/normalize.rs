//! Normalization: the histogram of a zoom becomes the colour of each level, and levels become colours.

use super::color::Rgba;
use super::curve::Curve;
use super::heat_code::HeatCode;
use super::histogram::Histogram;
use super::palette::Palette;

/// A zoom in a palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Tone {
    /// Where on a palette each level lies, whatever the palette.
    pub curve: Curve,
    /// The colour of each level.
    pub entries: [Rgba; 256],
}

/// The tone of a zoom whose pixels are counted in `histogram`.
pub fn normalize(code: HeatCode, histogram: &Histogram, palette: &Palette) -> Tone {
    let curve = Curve::new(code, histogram);
    let entries = palette.entries(&curve);
    Tone { curve, entries }
}

/// The colours of some levels, for pictures that are not palette PNGs.
pub fn colour(levels: &[u8], tone: &Tone) -> Vec<Rgba> {
    levels.iter().map(|&level| tone.entries[usize::from(level)]).collect()
}

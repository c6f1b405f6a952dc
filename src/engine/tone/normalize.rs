//! Normalization: the histogram of a zoom becomes the colour of each level.

use super::curve::Curve;
use super::heat_code::{HeatCode, LEVEL_COUNT};
use super::histogram::Histogram;
use super::palette::Palette;
use super::rgb::Rgba;

/// A zoom in a palette.
#[derive(Clone, Debug, PartialEq)]
pub struct ColourTable {
    /// Where on a palette each level lies, whatever the palette.
    pub curve: Curve,
    /// The colour of each level.
    pub entries: [Rgba; LEVEL_COUNT],
}

/// The tone of a zoom whose pixels are counted in `histogram`.
pub fn normalize(code: HeatCode, histogram: &Histogram, palette: &Palette) -> ColourTable {
    let curve = Curve::new(code, histogram);
    let entries = palette.entries(&curve);
    ColourTable { curve, entries }
}

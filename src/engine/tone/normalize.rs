//! Colour table of a zoom: the histogram of the zoom and a palette become the colour of each level.

use super::curve::Curve;
use super::heat_code::{HeatCode, LEVEL_COUNT};
use super::histogram::Histogram;
use super::palette::Palette;
use super::rgb::Rgba;

/// Curve of a zoom and the colours of its levels.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug, PartialEq)]
pub struct ColourTable {
    pub curve: Curve,
    pub entries: [Rgba; LEVEL_COUNT],
}

/// Colour table of a zoom with this histogram.
pub fn normalize(code: HeatCode, zoom: u8, histogram: &Histogram, palette: &Palette) -> ColourTable {
    let curve = Curve::new(code, zoom, histogram);
    let entries = palette.entries(&curve);
    ColourTable { curve, entries }
}

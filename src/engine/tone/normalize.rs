//! Colour table of a zoom: the histogram of the zoom and a palette become the colour of each level.

use super::curve::{Curve, Tone};
use super::heat_code::LEVEL_COUNT;
use super::histogram::Histogram;
use super::level_code::LevelCode;
use super::palette::Palette;
use super::rgb::Rgba;

/// Input of the colour table of a zoom.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug)]
pub struct Normalization<'a> {
    pub code: LevelCode,
    pub tone: Tone,
    pub zoom: u8,
    pub histogram: &'a Histogram,
    pub palette: &'a Palette,
}

/// Curve of a zoom and the colours of its levels.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug, PartialEq)]
pub struct ColourTable {
    pub curve: Curve,
    pub entries: [Rgba; LEVEL_COUNT],
}

/// Curve and colours of a zoom.
pub fn normalize(Normalization { code, tone, zoom, histogram, palette }: Normalization) -> ColourTable {
    let curve = Curve::new(code, tone, zoom, histogram);
    let entries = palette.entries(&curve);
    ColourTable { curve, entries }
}

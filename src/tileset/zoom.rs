//! The zooms that a tileset consists of.

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::tone::curve::Curve;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::normalize::Tone;

/// A zoom, its pixels apart from its colours.
pub struct DrawnZoom {
    /// Its pixel grid.
    pub grid: Grid,
    /// The tiles that show something, along the Hilbert curve, and the number of their pixels in the spool.
    pub tiles: Vec<(TileCoord, u32)>,
    /// The levels of their pixels.
    pub histogram: Histogram,
    /// Its normalization in each of the palettes, which share the curve.
    pub tones: Vec<Tone>,
}

impl DrawnZoom {
    /// Where on a palette each level lies.
    pub fn curve(&self) -> &Curve {
        &self.tones[0].curve
    }
}

//! Rasters draw the strips of a zoom into tiles of 8-bit levels, on the CPU or on a GPU.

pub mod cpu;
pub mod fallback;
#[cfg(feature = "gpu")]
pub mod gpu;
mod length_unit;
pub mod profile;
pub mod sums;
pub mod time_unit;

use anyhow::Result;

use crate::engine::drawing::Drawing;
use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::strip::Strips;
use crate::engine::tiling::clip_mask::ClipMask;
use crate::engine::tiling::plan::Plan;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::normalize::{ColourTable, Normalization};
use crate::engine::tone::rgb::Rgba;
use profile::Profile;

/// Integral of the heat along known edges at which an activity counts half in a mean: where hardly anything is known,
/// the quotient is noise. A ride of 5 km, 0.03 pixels at zoom 0, still counts nine tenths.
pub const FAINT_HEAT: f32 = 1.0 / 1024.0;

/// Input of a raster: the lines of one zoom, the tiles to draw, and what to draw in them.
#[expect(missing_docs, reason = "the field names say it")]
pub struct Scene<'a> {
    pub grid: Grid,
    /// At least one.
    pub drawings: &'a [Drawing],
    pub profile: Profile,
    pub strips: &'a Strips,
    pub plan: &'a Plan,
}

/// Pixels of a tile as levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    /// `tile_size * tile_size` levels, row by row from the north-west.
    pub pixels: Vec<u8>,
    /// Number of pixels of each level.
    pub histogram: Histogram,
}

impl Levels {
    /// Counts the pixels of a tile.
    pub fn from_pixels(pixels: Vec<u8>) -> Self {
        let mut histogram = Histogram::default();
        pixels.iter().for_each(|&level| histogram.0[usize::from(level)] += 1);
        Self { pixels, histogram }
    }

    /// Levels of this tile inside the clip mask, of `background` outside.
    pub fn clipped_over(&self, clip_mask: &ClipMask, background: &Self) -> Self {
        let size = self.pixels.len().isqrt();
        let pixel = |(i, (&drawn, &background)): (usize, (&u8, &u8))| {
            if clip_mask.contains(i % size, i / size) { drawn } else { background }
        };
        Self::from_pixels(self.pixels.iter().zip(&background.pixels).enumerate().map(pixel).collect())
    }

    /// The highest level; 0 for an empty tile.
    pub fn max(&self) -> u8 {
        self.histogram.max()
    }
}

/// Receives each tile of each drawing once, as the index of the tile in the plan, that of the drawing in the scene, and
/// the levels, from any thread and in any order. An error stops the raster.
pub type Emit<'a> = &'a (dyn Fn(usize, usize, &Levels) -> Result<()> + Sync);

/// A device that draws all tiles of a zoom, in batches of its own choice, and normalizes and colours their levels.
///
/// The parts of levels of two rasters differ by at most 1, except where a pixel is within rounding of a threshold: the
/// leading class, or the presence from which a step counts.
pub trait Raster: Sync {
    /// Name for reports, for example `CPU, 8 threads`.
    fn describe(&self) -> String;

    /// Device and driver: equal identities draw equal levels from equal strips, regardless of other tiles in the same
    /// run. Returns `None` if the device cannot guarantee that.
    fn identity(&self) -> Option<String>;

    /// Returns true if the raster skips edges that cannot reach a clip mask, and draws the pixels inside the mask as in
    /// a full tile. Else plans for this raster have no clip masks.
    fn honours_clip_masks(&self) -> bool {
        false
    }

    /// Draws every tile of the plan in every drawing.
    ///
    /// # Errors
    /// If the device fails, or the first error of `emit`; some tiles may have been emitted by then.
    fn render(&self, scene: &Scene, emit: Emit) -> Result<()>;

    /// Derives curve and colours of all levels of a zoom. Curve positions of two rasters differ by
    /// at most 1e-4, colours by at most 1 in each channel.
    ///
    /// # Errors
    /// If the device fails.
    fn normalize(&self, normalization: Normalization) -> Result<ColourTable>;

    /// Colours levels one by one, for images other than palette PNGs.
    ///
    /// # Errors
    /// If the device fails.
    fn colour(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>>;
}

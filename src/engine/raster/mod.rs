//! Rasters: strips in, levels out. A raster is a device that draws a whole zoom.

pub mod cpu;
pub mod fallback;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod profile;

use anyhow::Result;

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::strip::Strips;
use crate::engine::layer::Layer;
use crate::engine::tiling::clip_mask::ClipMask;
use crate::engine::tiling::plan::Plan;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::normalize::ColourTable;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::rgb::Rgba;
use profile::Profile;

/// Everything that is to be drawn at one zoom.
pub struct Scene<'a> {
    /// The pixel grid.
    pub grid: Grid,
    /// What a pixel means.
    pub layer: &'static Layer,
    /// The shape of a line.
    pub profile: Profile,
    /// The lines.
    pub strips: &'a Strips,
    /// Which tiles see which strips.
    pub plan: &'a Plan,
}

/// A drawn tile: a level for every pixel, row by row from the north-west.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    /// `tile_size * tile_size` levels.
    pub pixels: Vec<u8>,
    /// How many of them there are of each.
    pub histogram: Histogram,
}

impl Levels {
    /// These levels, counted.
    pub fn from_pixels(pixels: Vec<u8>) -> Self {
        let mut histogram = Histogram::default();
        pixels.iter().for_each(|&level| histogram.0[usize::from(level)] += 1);
        Self { pixels, histogram }
    }

    /// The same tile with what is outside of the clip taken from another one.
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

/// Receives each tile of a scene once, by its index in the plan, from any thread and in any order. An error stops the
/// raster: so does whoever no longer wants the tiles.
pub type Emit<'a> = &'a (dyn Fn(usize, &Levels) -> Result<()> + Sync);

/// A device that draws.
///
/// It is handed a whole zoom, so that it may choose how many tiles to draw at once and may draw the next while the
/// last are being encoded by whoever `emit` passes them to. Every raster gives the same levels, at most one apart.
pub trait Raster: Sync {
    /// What the summary says has drawn: `CPU, 8 threads`.
    fn describe(&self) -> String;

    /// What the levels of a tile depend on besides its strips: where the same is said, they are the same to the last
    /// one, whatever else is drawn beside them. Nothing where that cannot be promised.
    fn identity(&self, layer: &Layer) -> Option<String>;

    /// Whether it draws no more than the clips of a plan, and these parts as if the whole tile were drawn.
    fn honours_clip_masks(&self) -> bool {
        false
    }

    /// Draws every tile of the plan.
    ///
    /// # Errors
    /// When the device fails, or with the first error of `emit`; some tiles may have been emitted by then.
    fn render(&self, scene: &Scene, emit: Emit) -> Result<()>;

    /// Normalizes a zoom: the histogram of its pixels becomes the colours of its levels. Every raster gives the same
    /// positions within 1e-4, and colours at most one apart in each channel.
    ///
    /// # Errors
    /// When the device fails.
    fn normalize(&self, code: LevelCode, histogram: &Histogram, palette: &Palette) -> Result<ColourTable>;

    /// Colours levels, for pictures that are not palette PNGs.
    ///
    /// # Errors
    /// When the device fails.
    fn colour(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>>;
}

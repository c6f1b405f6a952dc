//! What a device keeps for drawing, from batch to batch and from zoom to zoom.

use anyhow::Result;
use wgpu::{Buffer, BufferUsages, TextureUsages, TextureView};

use super::context::Context;
use super::pipeline::HEAT_FORMAT;
use super::timer::Timer;
use super::tuning::Tuning;
use crate::engine::tone::heat_code::LEVEL_COUNT;

/// Bytes of the counts of a tile's levels.
pub const HISTOGRAM_BYTES: u64 = 4 * LEVEL_COUNT as u64;

/// The least tile: as many counts are needed as there may be tiles.
const MIN_TILE_SIZE: u32 = 256;

/// The accumulation texture of a batch of tiles, and where its levels go.
pub struct Atlas {
    /// Pixels along the side of the texture.
    pub pixels: u32,
    /// Heat.
    pub heat: TextureView,
    /// Packed levels, tile after tile.
    pub levels: Buffer,
    /// Counts of levels, tile after tile.
    pub histograms: Buffer,
    /// Tells how long the device works.
    pub timer: Option<Timer>,
    /// Staging buffers that nobody reads.
    free_staging: Vec<Buffer>,
}

impl Atlas {
    /// # Errors
    /// When the device has too little memory.
    pub fn new(context: &Context, tuning: Tuning) -> Result<Self> {
        let side = tuning.atlas_pixels;
        let tiles = u64::from(side / MIN_TILE_SIZE).pow(2);
        let atlas = context.checked(|| -> Result<Self> {
            let texture = context.device.create_texture(&wgpu::TextureDescriptor {
                label: Some("heat"),
                size: wgpu::Extent3d { width: side, height: side, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: HEAT_FORMAT,
                usage: TextureUsages::STORAGE_BINDING | TextureUsages::RENDER_ATTACHMENT,
                view_formats: &[],
            });
            let results = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
            let mut atlas = Self {
                pixels: side,
                heat: texture.create_view(&Default::default()),
                levels: context.create_buffer("levels", u64::from(side).pow(2), results)?,
                histograms: context.create_buffer("histograms", tiles * HISTOGRAM_BYTES, results)?,
                timer: Timer::new(context)?,
                free_staging: Vec::new(),
            };
            // All that a run needs is taken at once: too little memory shows before anything is drawn.
            atlas.free_staging = (0..tuning.in_flight).map(|_| atlas.create_staging(context)).collect::<Result<_>>()?;
            Ok(atlas)
        });
        atlas?
    }

    fn create_staging(&self, context: &Context) -> Result<Buffer> {
        let size = self.levels.size() + self.histograms.size() + Timer::BYTES;
        context.create_buffer("staging", size, BufferUsages::MAP_READ | BufferUsages::COPY_DST)
    }

    /// A staging buffer for the levels and counts of a whole atlas and a reading of the clock.
    ///
    /// # Errors
    /// When one must be made and the device refuses.
    pub fn take_staging(&mut self, context: &Context) -> Result<Buffer> {
        // Those of batches that failed did not come back.
        self.free_staging.pop().map_or_else(|| self.create_staging(context), Ok)
    }

    /// Takes back a staging buffer that is mapped no more.
    pub fn return_staging(&mut self, staging: Buffer) {
        self.free_staging.push(staging);
    }
}

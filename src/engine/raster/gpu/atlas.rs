//! GPU resources that all batches and zooms share: textures, result buffers, staging buffers, timer.
//!
//! The atlas is a square of f32 textures, divided into slots of the tile size, row by row: two planes of sums and, for
//! `Integral` layers, the digits that are added to them. Tile `i` of a batch is drawn into slot `i`. Its levels and
//! histogram are then written to tile `i` of the result buffers, which are copied to a staging buffer for the CPU. A
//! staging buffer belongs to one batch in flight and is returned after reading.

use std::cell::OnceCell;

use anyhow::Result;
use wgpu::{BindingResource, Buffer, BufferUsages, Texture, TextureFormat, TextureUsages, TextureView};

use super::context::Context;
use super::pipeline::{DIGITS_FORMAT, PLANE_FORMAT};
use super::timer::Timer;
use super::tuning::Tuning;
use crate::engine::tone::heat_code::LEVEL_COUNT;

/// Bytes of the histogram of a tile.
pub const HISTOGRAM_BYTES: u64 = 4 * LEVEL_COUNT as u64;

/// Smallest tile size in pixels, which determines how many histograms the atlas may need.
const MIN_TILE_SIZE: u32 = 256;

/// A texture of the atlas and its only view.
pub struct Plane {
    pub texture: Texture,
    pub view: TextureView,
}

pub struct Atlas {
    /// Pixels along the side of the textures.
    pub pixels: u32,
    /// High and low parts of the sums.
    pub planes: [Plane; 2],
    /// Digits of passes, created with the first `Integral` layer.
    digits: OnceCell<TextureView>,
    /// One byte per pixel, tile after tile.
    pub levels: Buffer,
    /// One u32 per level, tile after tile.
    pub histograms: Buffer,
    /// `None` if the device has no timestamps.
    pub timer: Option<Timer>,
    free_staging: Vec<Buffer>,
}

impl Atlas {
    /// Allocates all resources whose size depends on the tuning alone, so that a lack of memory shows before the first
    /// tile. Buffers of chunks and batches are allocated later.
    ///
    /// # Errors
    /// If the device has too little memory, a buffer exceeds its limits, or it was lost.
    pub fn new(context: &Context, tuning: Tuning) -> Result<Self> {
        let side = tuning.atlas_pixels;
        let tiles = u64::from(side / MIN_TILE_SIZE).pow(2);
        let atlas = context.checked(|| -> Result<Self> {
            let plane_usage = TextureUsages::STORAGE_BINDING | TextureUsages::COPY_SRC;
            let results = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
            let mut atlas = Self {
                pixels: side,
                planes: ["high plane", "low plane"]
                    .map(|label| Plane::new(context, label, side, PLANE_FORMAT, plane_usage)),
                digits: OnceCell::new(),
                levels: context.create_buffer("levels", u64::from(side).pow(2), results)?,
                histograms: context.create_buffer("histograms", tiles * HISTOGRAM_BYTES, results)?,
                timer: Timer::new(context)?,
                free_staging: Vec::new(),
            };
            atlas.free_staging = (0..tuning.in_flight).map(|_| atlas.create_staging(context)).collect::<Result<_>>()?;
            Ok(atlas)
        });
        atlas?
    }

    /// North-west pixel of a slot.
    pub fn slot_origin(&self, slot: u32, tile_size: u32) -> [u32; 2] {
        let slots_across = self.pixels / tile_size;
        [slot % slots_across * tile_size, slot / slots_across * tile_size]
    }

    /// Bindings of both planes, high before low.
    pub fn plane_bindings(&self) -> [BindingResource<'_>; 2] {
        self.planes.each_ref().map(|plane| BindingResource::TextureView(&plane.view))
    }

    /// The texture of blended digits.
    pub fn digits(&self, context: &Context) -> &TextureView {
        self.digits.get_or_init(|| {
            let usage = TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING;
            Plane::new(context, "digits", self.pixels, DIGITS_FORMAT, usage).view
        })
    }

    fn create_staging(&self, context: &Context) -> Result<Buffer> {
        let size = self.levels.size() + self.histograms.size() + Timer::BYTES;
        context.create_buffer("staging", size, BufferUsages::MAP_READ | BufferUsages::COPY_DST)
    }

    /// Takes a staging buffer for the levels and histograms of a full atlas and the timestamps.
    ///
    /// # Errors
    /// If no staging buffer is free and a new one exceeds the limits of the device.
    pub fn take_staging(&mut self, context: &Context) -> Result<Buffer> {
        // Buffers of failed batches are never returned.
        self.free_staging.pop().map_or_else(|| self.create_staging(context), Ok)
    }

    /// Takes back a staging buffer, which the caller has unmapped.
    pub fn return_staging(&mut self, staging: Buffer) {
        self.free_staging.push(staging);
    }
}

impl Plane {
    fn new(context: &Context, label: &str, side: u32, format: TextureFormat, usage: TextureUsages) -> Self {
        let texture = context.device.create_texture(&wgpu::TextureDescriptor {
            label: Some(label),
            size: wgpu::Extent3d { width: side, height: side, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage,
            view_formats: &[],
        });
        let view = texture.create_view(&Default::default());
        Self { texture, view }
    }
}

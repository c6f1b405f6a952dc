//! Normalization and colour on the device: `normalize.wgsl` and `colour.wgsl`.

use anyhow::{Context as _, Result};
use wgpu::{Buffer, BufferUsages};

use super::Gpu;
use super::context::Context;
use super::layout::{Normalization, Stop};
use super::pipeline::Pipeline;
use crate::engine::layer::Scale;
use crate::engine::tone::color::Rgba;
use crate::engine::tone::curve::Curve;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::normalize::Tone;
use crate::engine::tone::palette::Palette;

/// Levels that are coloured at once: 16 MiB of colours.
const COLOUR_LEVELS: usize = 4 << 20;

/// `Tone` of `normalize.wgsl`: 256 positions and 256 colours.
const TONE_BYTES: u64 = 2 * 256 * 4;

impl Gpu {
    /// See [`Raster::normalize`](crate::engine::raster::Raster::normalize).
    pub(super) fn normalize_zoom(&self, scale: Scale, histogram: &Histogram, palette: &Palette) -> Result<Tone> {
        let stops: Vec<Stop> = palette.stops.iter().map(|&stop| Stop::new(scale, stop)).collect();
        let counts = histogram.0.map(|count| [count as u32, (count >> 32) as u32]);
        let context = &self.context;
        let words: Vec<u32> = context.run(TONE_BYTES, &self.pipelines.normalize, 1, || {
            Ok(vec![
                context.filled("normalization", &[Normalization::new(scale, palette)], BufferUsages::UNIFORM)?,
                context.filled("counts", &counts, BufferUsages::STORAGE)?,
                context.filled("stops", &stops, BufferUsages::STORAGE)?,
            ])
        })?;
        let positions = std::array::from_fn(|level| f32::from_bits(words[level]));
        let entries = std::array::from_fn(|level| words[256 + level].to_le_bytes());
        Ok(Tone { curve: Curve::from_positions(scale, histogram, &positions), entries })
    }

    /// See [`Raster::colour`](crate::engine::raster::Raster::colour).
    pub(super) fn colour_levels(&self, levels: &[u8], tone: &Tone) -> Result<Vec<Rgba>> {
        let context = &self.context;
        let mut colors = Vec::with_capacity(levels.len());
        for levels in levels.chunks(COLOUR_LEVELS) {
            let words: Vec<u32> = levels
                .chunks(4)
                .map(|four| four.iter().rev().fold(0, |word, &level| word << 8 | u32::from(level)))
                .collect();
            let groups = words.len().div_ceil(256) as u32;
            let four: Vec<u32> = context.run(16 * words.len() as u64, &self.pipelines.colour, groups, || {
                Ok(vec![
                    context.filled("entries", &tone.entries, BufferUsages::STORAGE)?,
                    context.filled("levels", &words, BufferUsages::STORAGE)?,
                ])
            })?;
            colors.extend(four[..levels.len()].iter().map(|color| color.to_le_bytes()));
        }
        Ok(colors)
    }
}

impl Context {
    /// Runs a shader once, in so many workgroups, and waits for what it writes into its last binding.
    fn run(
        &self,
        size: u64,
        pipeline: &Pipeline<wgpu::ComputePipeline>,
        groups: u32,
        inputs: impl FnOnce() -> Result<Vec<Buffer>>,
    ) -> Result<Vec<u32>> {
        self.check_lost()?;
        let submitted = self.checked(|| -> Result<_> {
            let output = self.buffer("output", size, BufferUsages::STORAGE | BufferUsages::COPY_SRC)?;
            let staging = self.buffer("staging", size, BufferUsages::MAP_READ | BufferUsages::COPY_DST)?;
            let mut buffers = inputs()?;
            buffers.push(output);
            let bindings = buffers.iter().map(Buffer::as_entire_binding).collect();
            let mut encoder = self.device.create_command_encoder(&Default::default());
            self.dispatch(&mut encoder.begin_compute_pass(&Default::default()), pipeline, bindings, [groups, 1, 1]);
            encoder.copy_buffer_to_buffer(&buffers[buffers.len() - 1], 0, &staging, 0, size);
            Ok(self.submit(encoder, staging, size))
        });
        let staging = self.wait(submitted??)?;
        let bytes = staging.get_mapped_range(..size).context("the result cannot be read back")?;
        Ok(bytemuck::pod_collect_to_vec(&bytes))
    }
}

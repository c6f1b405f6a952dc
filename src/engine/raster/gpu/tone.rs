//! Normalization and colours on the GPU, by `normalize.wgsl` and `colour.wgsl`.

use anyhow::{Context as _, Result};
use bytemuck::Pod;
use wgpu::{Buffer, BufferUsages};

use super::Gpu;
use super::context::Context;
use super::layout::{Entry, Normalization, Stop};
use super::pipeline::Pipeline;
use super::tuning::COLOUR_INVOCATIONS;
use crate::engine::tone::curve::Curve;
use crate::engine::tone::heat_code::HeatCode;
use crate::engine::tone::heat_code::LEVEL_COUNT;
use crate::engine::tone::normalize::{self, ColourTable};
use crate::engine::tone::rgb::Rgba;

/// Levels per dispatch: 16 MiB of colours.
const COLOUR_CHUNK: usize = 4 << 20;

impl Gpu {
    /// See [`Raster::normalize`](crate::engine::raster::Raster::normalize).
    pub(super) fn normalize_zoom(&self, code: HeatCode, input: normalize::Normalization) -> Result<ColourTable> {
        let normalize::Normalization { zoom, histogram, palette, .. } = input;
        let stops: Vec<Stop> = palette.stops.iter().map(|&stop| Stop::new(code, stop)).collect();
        let counts = histogram.0.map(|count| [count as u32, (count >> 32) as u32]);
        let context = &self.context;
        let entries: Vec<Entry> = context.compute(LEVEL_COUNT, &self.pipelines.normalize, 1, || {
            Ok(vec![
                context.create_buffer_init(
                    "normalization",
                    &[Normalization::new(code, zoom, palette)],
                    BufferUsages::UNIFORM,
                )?,
                context.create_buffer_init("counts", &counts, BufferUsages::STORAGE)?,
                context.create_buffer_init("stops", &stops, BufferUsages::STORAGE)?,
            ])
        })?;
        let positions = std::array::from_fn(|level| entries[level].position);
        let curve = Curve::from_positions(code, histogram, &positions);
        Ok(ColourTable { curve, entries: std::array::from_fn(|level| entries[level].colour) })
    }

    /// See [`Raster::colour`](crate::engine::raster::Raster::colour).
    pub(super) fn colour_levels(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>> {
        let context = &self.context;
        let mut colours = Vec::with_capacity(levels.len());
        for levels in levels.chunks(COLOUR_CHUNK) {
            let words: Vec<u32> = levels
                .chunks(4)
                .map(|four| four.iter().rev().fold(0, |word, &level| word << 8 | u32::from(level)))
                .collect();
            let groups = words.len().div_ceil(COLOUR_INVOCATIONS) as u32;
            let coloured: Vec<Rgba> = context.compute(4 * words.len(), &self.pipelines.colour, groups, || {
                Ok(vec![
                    context.create_buffer_init("entries", &colour_table.entries, BufferUsages::STORAGE)?,
                    context.create_buffer_init("levels", &words, BufferUsages::STORAGE)?,
                ])
            })?;
            colours.extend_from_slice(&coloured[..levels.len()]);
        }
        Ok(colours)
    }
}

impl Context {
    /// Runs a shader once in `groups` workgroups, waits, and returns its `count` output values. The bindings are the
    /// buffers of `inputs`, then the output buffer.
    fn compute<T: Pod>(
        &self,
        count: usize,
        pipeline: &Pipeline<wgpu::ComputePipeline>,
        groups: u32,
        inputs: impl FnOnce() -> Result<Vec<Buffer>>,
    ) -> Result<Vec<T>> {
        self.check_lost()?;
        let size = (count * size_of::<T>()) as u64;
        let submitted = self.checked(|| -> Result<_> {
            let output = self.create_buffer("output", size, BufferUsages::STORAGE | BufferUsages::COPY_SRC)?;
            let staging = self.create_buffer("staging", size, BufferUsages::MAP_READ | BufferUsages::COPY_DST)?;
            let mut buffers = inputs()?;
            buffers.push(output);
            let bindings = buffers.iter().map(Buffer::as_entire_binding).collect();
            let mut encoder = self.device.create_command_encoder(&Default::default());
            self.dispatch(&mut encoder.begin_compute_pass(&Default::default()), pipeline, bindings, [groups, 1, 1]);
            encoder.copy_buffer_to_buffer(&buffers[buffers.len() - 1], 0, &staging, 0, size);
            Ok(self.submit(encoder, staging, size))
        });
        let staging = self.wait(submitted??)?;
        let bytes = staging.get_mapped_range(..size).context("cannot read the result back from the GPU")?;
        Ok(bytemuck::pod_collect_to_vec(&bytes))
    }
}

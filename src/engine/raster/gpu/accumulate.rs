//! Records the passes that draw the exact sums of a batch into the planes of the atlas.

use anyhow::{Context as _, Result};
use wgpu::{BindingResource, Buffer, BufferUsages, CommandEncoder, RenderPipeline};

use super::Gpu;
use super::atlas::Atlas;
use super::clear::clear;
use super::digits::PendingDigits;
use super::draw::ChunkBuffers;
use super::geometry::Geometry;
use super::layout::PlacedStrip;
use super::pipeline::{PassPipelines, Pipeline};
use super::schedule::Batch;
use super::timer::Timer;
use crate::engine::accumulation::{Measure, PerActivity};
use crate::engine::geometry::strip::STRIP_EDGES;
use crate::engine::tone::level_code::LevelCode;

/// Input and target of the passes of a batch.
struct Passes<'a> {
    chunk: &'a ChunkBuffers<'a>,
    batch: &'a Batch,
    placed_strips: Buffer,
    atlas: &'a Atlas,
}

impl Gpu {
    /// Draws the sums of all tiles of a batch. The first pass writes the first timestamp.
    pub(super) fn accumulate(
        &self,
        chunk: &ChunkBuffers,
        batch: &Batch,
        placed_strips: &[PlacedStrip],
        atlas: &Atlas,
        encoder: &mut CommandEncoder,
    ) -> Result<()> {
        let placed_strips = self.context.create_buffer_init("placed strips", placed_strips, BufferUsages::STORAGE)?;
        let passes = Passes { chunk, batch, placed_strips, atlas };
        match chunk.drawing.layer.per_activity {
            PerActivity::Nearest | PerActivity::Mean(_) => self.visit(&passes, encoder),
            PerActivity::Integral(measure) => self.splat(&passes, measure, encoder),
        }
    }

    /// Draws with `visit.wgsl`. Dispatches of a pass run in order: the first overwrites the old sums of each slot, each
    /// later one adds a range of whole activities.
    fn visit(&self, passes: &Passes, encoder: &mut CommandEncoder) -> Result<()> {
        let Passes { chunk, batch, placed_strips, atlas } = passes;
        let buffers = batch
            .dispatches
            .iter()
            .map(|ranges| self.context.create_buffer_init("strip ranges", ranges, BufferUsages::STORAGE));
        let range_buffers = buffers.collect::<Result<Vec<_>>>()?;
        let [across, down] = self.tuning.block().map(|side| chunk.scene.grid.tile_size / side);
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("visit"),
            timestamp_writes: atlas.timer.as_ref().map(Timer::begin_compute),
        });
        for (ranges, dispatch) in range_buffers.iter().zip(&batch.dispatches) {
            let Geometry { vertices, strips, .. } = chunk.geometry;
            let buffers = [&chunk.frame, vertices, strips, placed_strips, ranges];
            let mut bindings: Vec<BindingResource> = buffers.map(Buffer::as_entire_binding).into();
            bindings.extend(atlas.plane_bindings());
            bindings.extend(chunk.numbers.as_ref().map(Buffer::as_entire_binding));
            let pipeline = match chunk.drawing.layer.code {
                LevelCode::Heat(_) | LevelCode::Class(_) => &self.pipelines.visit,
                LevelCode::Step(_) => &self.pipelines.step_visit,
                LevelCode::Value(code) => &self.pipelines.value_visits[code.values() - 1],
            };
            let groups = [across, down, dispatch.len() as u32];
            self.context.dispatch(&mut pass, pipeline, bindings, groups);
        }
        Ok(())
    }

    /// Draws with `splat.wgsl`: for each dispatch, clears the digits of its tiles, blends the edges of each range
    /// into its slot, and carries the digits of tiles with further ranges into the planes. The last digits of each
    /// tile stay pending. Each strip gets `STRIP_EDGES` quads, one instance each; the shader moves
    /// surplus quads out of view.
    fn splat(&self, passes: &Passes, measure: Measure, encoder: &mut CommandEncoder) -> Result<()> {
        let Passes { chunk, batch, placed_strips, atlas } = passes;
        let PassPipelines { clear: clear_pipeline, splat, time_splat } =
            self.pipelines.passes.as_ref().context("the GPU cannot blend 32-bit floats")?;
        let Geometry { vertices, strips, times, .. } = chunk.geometry;
        let (splat, times) = match measure {
            Measure::Length => (splat, None),
            Measure::Time => (time_splat, Some(times)),
        };
        let group_of = |pipeline: &Pipeline<RenderPipeline>, buffers: &[&Buffer]| {
            let bindings = buffers.iter().map(|buffer| buffer.as_entire_binding()).collect();
            self.context.create_bind_group(&pipeline.layout, bindings)
        };
        let frame = group_of(clear_pipeline, &[&chunk.frame]);
        let buffers: Vec<&Buffer> = [&chunk.frame, vertices, strips, placed_strips].into_iter().chain(times).collect();
        let group = group_of(splat, &buffers);
        let (digits, tile_size) = (atlas.digits(&self.context), chunk.scene.grid.tile_size);
        for (number, ranges) in batch.dispatches.iter().enumerate() {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("splat"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: digits,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations { load: wgpu::LoadOp::Load, store: wgpu::StoreOp::Store },
                })],
                timestamp_writes: atlas.timer.as_ref().filter(|_| number == 0).map(Timer::begin_render),
                ..Default::default()
            });
            clear(&clear_pipeline.pipeline, &frame, ranges, &mut pass);
            pass.set_pipeline(&splat.pipeline);
            pass.set_bind_group(0, &group, &[]);
            for range in ranges {
                let [x, y] = atlas.slot_origin(range.slot, tile_size);
                pass.set_scissor_rect(x, y, tile_size, tile_size);
                let edges = [range.first, range.first + range.count].map(|strip| strip * STRIP_EDGES as u32);
                pass.draw(0..4, edges[0]..edges[1]);
            }
            drop(pass);
            if let Some(digits) = PendingDigits::before_next(&self.context, batch, number)? {
                self.carry(chunk, &digits, atlas, encoder);
            }
        }
        Ok(())
    }
}

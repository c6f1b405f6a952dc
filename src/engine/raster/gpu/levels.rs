//! Records the pass that encodes the sums of a batch as levels and counts the levels.

use anyhow::Result;
use wgpu::{BindingResource, Buffer, CommandEncoder, ComputePass};

use super::Gpu;
use super::atlas::Atlas;
use super::draw::ChunkBuffers;
use super::pipeline::Pipeline;
use super::schedule::Batch;
use super::timer::Timer;
use crate::engine::accumulation::PerActivity;
use crate::engine::tone::heat_code::LEVEL_COUNT;
use crate::engine::tone::level_code::LevelCode;

impl Gpu {
    /// Encodes the sums of all tiles of a batch, with the shader of the level code or, for passes, `pass_levels.wgsl`. The pass writes
    /// the last timestamp.
    pub(super) fn levels(
        &self,
        chunk: &ChunkBuffers,
        batch: &Batch,
        atlas: &Atlas,
        encoder: &mut CommandEncoder,
    ) -> Result<()> {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("levels"),
            timestamp_writes: atlas.timer.as_ref().map(Timer::end_compute),
        });
        let layer = chunk.drawing.layer;
        let pipeline = match (layer.per_activity, layer.code) {
            (PerActivity::Integral(_), _) => return self.pass_levels(chunk, batch, atlas, &mut pass),
            (_, LevelCode::Value(_)) => &self.pipelines.value_levels,
            (PerActivity::Nearest | PerActivity::Mean(_), LevelCode::Heat(_)) => &self.pipelines.levels,
            (PerActivity::Nearest | PerActivity::Mean(_), LevelCode::Class(_)) => &self.pipelines.class_levels,
            (PerActivity::Nearest | PerActivity::Mean(_), LevelCode::Step(_)) => &self.pipelines.step_levels,
        };
        let [high, low] = atlas.plane_bindings();
        let planes = vec![chunk.frame.as_entire_binding(), high, low];
        self.encode(&mut pass, pipeline, planes, (chunk, batch, atlas));
        Ok(())
    }

    /// Dispatches a shader that encodes `sums` into the levels and histograms of the atlas.
    pub(super) fn encode<'a>(
        &self,
        pass: &mut ComputePass,
        pipeline: &Pipeline<wgpu::ComputePipeline>,
        mut sums: Vec<BindingResource<'a>>,
        (chunk, batch, atlas): (&ChunkBuffers, &Batch, &'a Atlas),
    ) {
        sums.extend([&atlas.levels, &atlas.histograms].map(Buffer::as_entire_binding));
        // An invocation encodes 4 pixels. A workgroup has `LEVEL_COUNT` invocations, because each also owns one counter
        // of the histogram.
        let words = chunk.scene.grid.tile_size.pow(2) / 4;
        let groups = [words / LEVEL_COUNT as u32, batch.tiles.len() as u32, 1];
        self.context.dispatch(pass, pipeline, sums, groups);
    }
}

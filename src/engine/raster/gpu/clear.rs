//! Clears the digits of passes.

use wgpu::{BindingResource, RenderPass};

use super::Gpu;
use super::draw::ChunkBuffers;
use super::layout::StripRange;

impl Gpu {
    /// Sets the digits of the tiles of some ranges to 0, with `clear.wgsl`.
    pub(super) fn clear(&self, chunk: &ChunkBuffers, ranges: &[StripRange], pass: &mut RenderPass) {
        let frame: Vec<BindingResource> = vec![chunk.frame.as_entire_binding()];
        pass.set_pipeline(&self.pipelines.clear.pipeline);
        pass.set_bind_group(0, &self.context.create_bind_group(&self.pipelines.clear.layout, frame), &[]);
        for run in ranges.chunk_by(|a, b| a.slot + 1 == b.slot) {
            pass.draw(0..4, run[0].slot..run[run.len() - 1].slot + 1);
        }
    }
}

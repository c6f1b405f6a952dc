//! Records the draw that sets digits of passes to 0 before edges are blended into them.

use wgpu::{BindGroup, RenderPass, RenderPipeline};

use super::layout::StripRange;

/// Clears the digits of the tiles of some ranges, with `clear.wgsl`.
pub fn clear(pipeline: &RenderPipeline, frame: &BindGroup, ranges: &[StripRange], pass: &mut RenderPass) {
    pass.set_pipeline(pipeline);
    pass.set_bind_group(0, frame, &[]);
    for run in ranges.chunk_by(|a, b| a.slot + 1 == b.slot) {
        pass.draw(0..4, run[0].slot..run[run.len() - 1].slot + 1);
    }
}

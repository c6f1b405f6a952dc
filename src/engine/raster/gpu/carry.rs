//! Records the pass that adds blended digits to the exact sums.

use wgpu::CommandEncoder;

use super::Gpu;
use super::atlas::Atlas;
use super::digits::PendingDigits;
use super::draw::ChunkBuffers;
use super::tuning::CARRY_INVOCATIONS;

impl Gpu {
    /// Adds digits to the sums of their tiles, with `carry.wgsl`.
    pub(super) fn carry(
        &self,
        chunk: &ChunkBuffers,
        digits: &PendingDigits,
        atlas: &Atlas,
        encoder: &mut CommandEncoder,
    ) {
        let pixels = chunk.scene.grid.tile_size.pow(2);
        let groups = [pixels / (4 * CARRY_INVOCATIONS as u32), digits.tiles, 1];
        let mut pass = encoder.begin_compute_pass(&Default::default());
        let bindings = digits.bindings(&self.context, chunk, atlas);
        self.context.dispatch(&mut pass, &self.pipelines.carry, bindings, groups);
    }
}

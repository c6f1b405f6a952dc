//! Records the pass that adds blended digits to the exact sums.

use anyhow::Result;
use wgpu::{BindingResource, BufferUsages, CommandEncoder};

use super::Gpu;
use super::atlas::Atlas;
use super::draw::ChunkBuffers;
use super::layout::{Carry, StripRange};
use super::tuning::CARRY_INVOCATIONS;

impl Gpu {
    /// Adds the digits of the tiles of some ranges to their sums, with `carry.wgsl`.
    pub(super) fn carry(
        &self,
        chunk: &ChunkBuffers,
        ranges: &[StripRange],
        atlas: &Atlas,
        encoder: &mut CommandEncoder,
    ) -> Result<()> {
        let carry = |range: &StripRange| Carry { slot: range.slot, accumulate: range.accumulate };
        let carries: Vec<Carry> = ranges.iter().map(carry).collect();
        let carries = self.context.create_buffer_init("carries", &carries, BufferUsages::STORAGE)?;
        let mut bindings = vec![
            chunk.frame.as_entire_binding(),
            carries.as_entire_binding(),
            BindingResource::TextureView(atlas.digits(&self.context)),
        ];
        bindings.extend(atlas.plane_bindings());
        let pixels = chunk.scene.grid.tile_size.pow(2);
        let groups = [pixels / (4 * CARRY_INVOCATIONS as u32), ranges.len() as u32, 1];
        let mut pass = encoder.begin_compute_pass(&Default::default());
        self.context.dispatch(&mut pass, &self.pipelines.carry, bindings, groups);
        Ok(())
    }
}

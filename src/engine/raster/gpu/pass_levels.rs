//! Encodes the sums of passes with their last digits.

use anyhow::Result;
use wgpu::ComputePass;

use super::Gpu;
use super::atlas::Atlas;
use super::digits::PendingDigits;
use super::draw::ChunkBuffers;
use super::schedule::Batch;

impl Gpu {
    /// Encodes the sums of all tiles of a batch with the digits that are pending, with `pass_levels.wgsl`.
    pub(super) fn pass_levels(
        &self,
        chunk: &ChunkBuffers,
        batch: &Batch,
        atlas: &Atlas,
        pass: &mut ComputePass,
    ) -> Result<()> {
        let digits = PendingDigits::last(&self.context, batch)?;
        let sums = digits.bindings(&self.context, chunk, atlas);
        self.encode(pass, &self.pipelines.pass_levels, sums, (chunk, batch, atlas));
        Ok(())
    }
}

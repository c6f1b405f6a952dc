//! Measures the GPU time of a batch by timestamp queries.

use anyhow::Result;
use std::time::Duration;
use wgpu::{Buffer, BufferUsages, CommandEncoder, Features, QuerySet};

use super::context::Context;

/// Two timestamps: start of the first pass and end of the last pass of a batch. All batches use the same two queries,
/// because the queue runs batches in order and each batch copies its timestamps out.
pub struct Timer {
    queries: QuerySet,
    resolved: Buffer,
    nanoseconds_per_tick: f32,
}

impl Timer {
    /// Size of the two resolved timestamps.
    pub const BYTES: u64 = 16;

    /// Returns `None` if the device has no timestamps.
    ///
    /// # Errors
    /// If the device has too little memory.
    pub fn new(context: &Context) -> Result<Option<Self>> {
        if !context.device.features().contains(Features::TIMESTAMP_QUERY) {
            return Ok(None);
        }
        let queries = context.device.create_query_set(&wgpu::QuerySetDescriptor {
            label: Some("timestamps"),
            ty: wgpu::QueryType::Timestamp,
            count: 2,
        });
        let usage = BufferUsages::QUERY_RESOLVE | BufferUsages::COPY_SRC;
        let resolved = context.create_buffer("timestamps", Self::BYTES, usage)?;
        Ok(Some(Self { queries, resolved, nanoseconds_per_tick: context.queue.get_timestamp_period() }))
    }

    /// Timestamp at the start of the first pass of a batch, a compute pass.
    pub fn begin_compute(&self) -> wgpu::ComputePassTimestampWrites<'_> {
        wgpu::ComputePassTimestampWrites {
            query_set: &self.queries,
            beginning_of_pass_write_index: Some(0),
            end_of_pass_write_index: None,
        }
    }

    /// Timestamp at the start of the first pass of a batch, a render pass.
    pub fn begin_render(&self) -> wgpu::RenderPassTimestampWrites<'_> {
        wgpu::RenderPassTimestampWrites {
            query_set: &self.queries,
            beginning_of_pass_write_index: Some(0),
            end_of_pass_write_index: None,
        }
    }

    /// Timestamp at the end of the last pass of a batch.
    pub fn end_compute(&self) -> wgpu::ComputePassTimestampWrites<'_> {
        wgpu::ComputePassTimestampWrites {
            query_set: &self.queries,
            beginning_of_pass_write_index: None,
            end_of_pass_write_index: Some(1),
        }
    }

    /// Copies both timestamps into a buffer.
    pub fn copy_ticks(&self, encoder: &mut CommandEncoder, target: &Buffer, offset: u64) {
        encoder.resolve_query_set(&self.queries, 0..2, &self.resolved, 0);
        encoder.copy_buffer_to_buffer(&self.resolved, 0, target, offset, Self::BYTES);
    }

    /// Time between the copied timestamps; 0 if they are unreadable or not ascending.
    pub fn elapsed(&self, reading: &[u8]) -> Duration {
        let tick = |offset: usize| {
            reading.get(offset..offset + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes)
        };
        let ticks = tick(8).zip(tick(0)).map_or(0, |(end, begin)| end.saturating_sub(begin));
        Duration::from_nanos((ticks as f64 * f64::from(self.nanoseconds_per_tick)) as u64)
    }
}

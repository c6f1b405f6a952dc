//! How long the device itself works, where it can tell.

use anyhow::Result;
use std::time::Duration;
use wgpu::{Buffer, BufferUsages, CommandEncoder, Features, QuerySet};

use super::context::Context;

/// Takes the time at the beginning and the end of a batch.
pub struct Clock {
    times: QuerySet,
    resolved: Buffer,
    /// Nanoseconds of a tick.
    period: f32,
}

impl Clock {
    /// Bytes of a reading.
    pub const BYTES: u64 = 16;

    /// The clock of a device that has one.
    ///
    /// # Errors
    /// When the device has too little memory.
    pub fn new(context: &Context) -> Result<Option<Self>> {
        if !context.device.features().contains(Features::TIMESTAMP_QUERY) {
            return Ok(None);
        }
        let times = context.device.create_query_set(&wgpu::QuerySetDescriptor {
            label: Some("clock"),
            ty: wgpu::QueryType::Timestamp,
            count: 2,
        });
        let usage = BufferUsages::QUERY_RESOLVE | BufferUsages::COPY_SRC;
        let resolved = context.buffer("clock", Self::BYTES, usage)?;
        Ok(Some(Self { times, resolved, period: context.queue.get_timestamp_period() }))
    }

    /// For the first pass of a batch, if it computes.
    pub fn start(&self) -> wgpu::ComputePassTimestampWrites<'_> {
        wgpu::ComputePassTimestampWrites {
            query_set: &self.times,
            beginning_of_pass_write_index: Some(0),
            end_of_pass_write_index: None,
        }
    }

    /// For the first pass of a batch, if it renders.
    pub fn start_render(&self) -> wgpu::RenderPassTimestampWrites<'_> {
        wgpu::RenderPassTimestampWrites {
            query_set: &self.times,
            beginning_of_pass_write_index: Some(0),
            end_of_pass_write_index: None,
        }
    }

    /// For the last pass of a batch.
    pub fn stop(&self) -> wgpu::ComputePassTimestampWrites<'_> {
        wgpu::ComputePassTimestampWrites {
            query_set: &self.times,
            beginning_of_pass_write_index: None,
            end_of_pass_write_index: Some(1),
        }
    }

    /// Copies the reading of the batch into a buffer.
    pub fn read(&self, encoder: &mut CommandEncoder, into: &Buffer, at: u64) {
        encoder.resolve_query_set(&self.times, 0..2, &self.resolved, 0);
        encoder.copy_buffer_to_buffer(&self.resolved, 0, into, at, Self::BYTES);
    }

    /// What a reading says.
    pub fn elapsed(&self, reading: &[u8]) -> Duration {
        let tick = |at: usize| reading.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        let ticks = tick(8).zip(tick(0)).map_or(0, |(end, start)| end.saturating_sub(start));
        Duration::from_nanos((ticks as f64 * f64::from(self.period)) as u64)
    }
}

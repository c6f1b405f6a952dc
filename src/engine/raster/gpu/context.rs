//! An open GPU device: buffers within its limits, dispatches, readback, and errors as `Result`.
//!
//! wgpu reports invalid calls and insufficient memory through error scopes, and a lost device through a callback.
//! `checked` returns errors of the scopes, or the loss that caused them; `check_lost` and `wait` return a loss.

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use wgpu::{
    BindGroup, BindGroupLayout, BindingResource, Buffer, BufferAsyncError, BufferUsages, CommandEncoder, ComputePass,
    Device, Queue, SubmissionIndex,
};

use super::device::Candidate;
use super::pipeline::Pipeline;

/// A submission whose result is copied to a staging buffer.
pub struct Readback {
    staging: Buffer,
    mapped: Receiver<Result<(), BufferAsyncError>>,
    submission: SubmissionIndex,
}

/// Longest wait for the callback of a lost device.
const LOSS_CALLBACK_TIMEOUT: Duration = Duration::from_secs(2);

pub struct Context {
    /// Name, backend and kind of the adapter.
    pub description: String,
    /// Description with driver and version.
    pub identity: String,
    pub device: Device,
    pub queue: Queue,
    /// Reason of the loss; empty while the device works.
    lost: Arc<OnceLock<String>>,
}

impl Context {
    /// Opens an adapter.
    ///
    /// # Errors
    /// If the driver refuses.
    pub fn new(candidate: &Candidate) -> Result<Self> {
        let (device, queue) = candidate.open()?;
        let lost = Arc::new(OnceLock::new());
        let reason_cell = lost.clone();
        device.set_device_lost_callback(move |reason, message| {
            // The first reason is the cause of all later ones.
            let _ = reason_cell.set(single_line(&format!("{reason:?}: {message}")));
        });
        let (description, info) = (candidate.describe(), &candidate.info);
        let identity = format!("{description}, {} {}", info.driver, info.driver_info);
        Ok(Self { description, identity, device, queue, lost })
    }

    /// Allocates a zeroed buffer of at least 16 bytes, because empty buffers cannot be bound.
    ///
    /// # Errors
    /// If the size exceeds the limits of the device. Insufficient memory shows in [`checked`](Self::checked).
    pub fn create_buffer(&self, label: &str, size: u64, usage: BufferUsages) -> Result<Buffer> {
        let size = size.max(16);
        let limits = self.device.limits();
        let limit = if usage.contains(BufferUsages::STORAGE) {
            limits.max_storage_buffer_binding_size.min(limits.max_buffer_size)
        } else {
            limits.max_buffer_size
        };
        if size > limit {
            bail!("{}: the {label} buffer needs {size} bytes, but the device allows at most {limit}", self.description);
        }
        let descriptor = wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false };
        Ok(self.device.create_buffer(&descriptor))
    }

    /// Allocates a buffer and uploads data to it.
    ///
    /// # Errors
    /// See [`create_buffer`](Self::create_buffer).
    pub fn create_buffer_init<T: bytemuck::Pod>(&self, label: &str, data: &[T], usage: BufferUsages) -> Result<Buffer> {
        let bytes: &[u8] = bytemuck::cast_slice(data);
        let buffer = self.create_buffer(label, bytes.len() as u64, usage | BufferUsages::COPY_DST)?;
        self.queue.write_buffer(&buffer, 0, bytes);
        Ok(buffer)
    }

    /// Binds resources to the bindings 0, 1, 2 ...
    pub fn create_bind_group(&self, layout: &BindGroupLayout, bindings: Vec<BindingResource>) -> BindGroup {
        let entries: Vec<wgpu::BindGroupEntry> =
            (0..).zip(bindings).map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
        self.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
    }

    /// Adds a dispatch of `x * y * z` workgroups to a pass.
    pub fn dispatch(
        &self,
        pass: &mut ComputePass,
        pipeline: &Pipeline<wgpu::ComputePipeline>,
        bindings: Vec<BindingResource>,
        [x, y, z]: [u32; 3],
    ) {
        let group = self.create_bind_group(&pipeline.layout, bindings);
        pass.set_pipeline(&pipeline.pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.dispatch_workgroups(x, y, z);
    }

    /// Runs GPU calls inside error scopes.
    ///
    /// # Errors
    /// If a call is invalid or memory is insufficient; if the device was lost, the error names the loss instead.
    pub fn checked<T>(&self, calls: impl FnOnce() -> T) -> Result<T> {
        use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
        let scopes = [Validation, OutOfMemory, Internal].map(|filter| self.device.push_error_scope(filter));
        let value = calls();
        // Scopes nest: close the last one first.
        let errors: Vec<wgpu::Error> =
            scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop())).collect();
        let Some(error) = errors.into_iter().next() else { return Ok(value) };
        // Calls after a loss are invalid too; the loss, reported once the queue is empty, is the error worth showing.
        let _ = self.device.poll(wgpu::PollType::Wait { submission_index: None, timeout: Some(LOSS_CALLBACK_TIMEOUT) });
        self.check_lost()?;
        Err(anyhow!(single_line(&error.to_string())))
    }

    /// Submits commands, without waiting, and maps the first `size` bytes of `staging` once the commands are done.
    pub fn submit(&self, encoder: CommandEncoder, staging: Buffer, size: u64) -> Readback {
        let (sender, mapped) = mpsc::channel();
        encoder.map_buffer_on_submit(&staging, wgpu::MapMode::Read, ..size, move |outcome| {
            // Fails if the `Readback` was dropped because of another error.
            let _ = sender.send(outcome);
        });
        let submission = self.queue.submit([encoder.finish()]);
        Readback { staging, mapped, submission }
    }

    /// Waits without a time limit for a submission and returns its staging buffer, mapped.
    ///
    /// # Errors
    /// If the device is lost, waiting fails, or the buffer cannot be mapped.
    pub fn wait(&self, readback: Readback) -> Result<Buffer> {
        let Readback { staging, mapped, submission } = readback;
        let polled = self.device.poll(wgpu::PollType::Wait { submission_index: Some(submission), timeout: None });
        self.check_lost()?;
        polled.with_context(|| format!("{} does not respond", self.description))?;
        mapped.recv().context("the GPU returned no result")?.context("cannot read the result back from the GPU")?;
        Ok(staging)
    }

    /// # Errors
    /// If the device was lost.
    pub fn check_lost(&self) -> Result<()> {
        match self.lost.get() {
            Some(reason) => bail!("{} was lost ({reason})", self.description),
            None => Ok(()),
        }
    }
}

/// Joins lines: wgpu formats errors in several lines.
fn single_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

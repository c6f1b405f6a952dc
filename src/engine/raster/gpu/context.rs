//! An open device, and what everything that uses it needs: buffers within its limits, bindings, errors as errors.

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

/// Work that the device does, and the buffer in which its result comes back.
pub struct Readback {
    staging: Buffer,
    mapped: Receiver<Result<(), BufferAsyncError>>,
    submission: SubmissionIndex,
}

/// How long a device may take to say that it was lost.
const LOSS_CALLBACK_TIMEOUT: Duration = Duration::from_secs(2);

/// An open device.
pub struct Context {
    /// What the adapter says of itself.
    pub description: String,
    /// What draws, to the version of its driver.
    pub identity: String,
    /// The device.
    pub device: Device,
    /// Its queue.
    pub queue: Queue,
    /// Why the device was lost, once it is.
    lost: Arc<OnceLock<String>>,
}

impl Context {
    /// Opens an adapter.
    ///
    /// # Errors
    /// When the driver refuses.
    pub fn new(candidate: &Candidate) -> Result<Self> {
        let (device, queue) = candidate.open()?;
        let lost = Arc::new(OnceLock::new());
        let reason_cell = lost.clone();
        device.set_device_lost_callback(move |reason, message| {
            // Only the first reason counts.
            let _ = reason_cell.set(single_line(&format!("{reason:?}: {message}")));
        });
        let (description, info) = (candidate.describe(), &candidate.info);
        let identity = format!("{description}, {} {}", info.driver, info.driver_info);
        Ok(Self { description, identity, device, queue, lost })
    }

    /// An empty buffer, at least 16 bytes long: those of no length cannot be bound.
    ///
    /// # Errors
    /// When it exceeds the limits of the device.
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

    /// A buffer that holds some data.
    ///
    /// # Errors
    /// See [`create_buffer`](Self::create_buffer).
    pub fn create_buffer_init<T: bytemuck::Pod>(&self, label: &str, data: &[T], usage: BufferUsages) -> Result<Buffer> {
        let bytes: &[u8] = bytemuck::cast_slice(data);
        let buffer = self.create_buffer(label, bytes.len() as u64, usage | BufferUsages::COPY_DST)?;
        self.queue.write_buffer(&buffer, 0, bytes);
        Ok(buffer)
    }

    /// A bind group whose bindings are numbered from 0.
    pub fn create_bind_group(&self, layout: &BindGroupLayout, bindings: Vec<BindingResource>) -> BindGroup {
        let entries: Vec<wgpu::BindGroupEntry> =
            (0..).zip(bindings).map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
        self.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
    }

    /// Adds a dispatch of so many workgroups to a pass.
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

    /// Runs calls that may break the rules or the memory of the device.
    ///
    /// # Errors
    /// What they broke, or that the device was lost.
    pub fn checked<T>(&self, calls: impl FnOnce() -> T) -> Result<T> {
        use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
        let scopes = [Validation, OutOfMemory, Internal].map(|filter| self.device.push_error_scope(filter));
        let value = calls();
        // Scopes nest: the last one opened is closed first.
        let errors: Vec<wgpu::Error> =
            scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop())).collect();
        let Some(error) = errors.into_iter().next() else { return Ok(value) };
        // What breaks after a loss breaks because of it, of which the device tells once what it still did is done.
        let _ = self.device.poll(wgpu::PollType::Wait { submission_index: None, timeout: Some(LOSS_CALLBACK_TIMEOUT) });
        self.check_lost()?;
        Err(anyhow!(single_line(&error.to_string())))
    }

    /// Sets the device to work; so many bytes of `staging` can be read when it is done.
    pub fn submit(&self, encoder: CommandEncoder, staging: Buffer, size: u64) -> Readback {
        let (sender, mapped) = mpsc::channel();
        encoder.map_buffer_on_submit(&staging, wgpu::MapMode::Read, ..size, move |outcome| {
            // Whoever has stopped listening has another error to report.
            let _ = sender.send(outcome);
        });
        let submission = self.queue.submit([encoder.finish()]);
        Readback { staging, mapped, submission }
    }

    /// Waits until some work is done, and returns its staging buffer, mapped.
    ///
    /// # Errors
    /// When the device is lost meanwhile, or does not answer.
    pub fn wait(&self, readback: Readback) -> Result<Buffer> {
        let Readback { staging, mapped, submission } = readback;
        let polled = self.device.poll(wgpu::PollType::Wait { submission_index: Some(submission), timeout: None });
        self.check_lost()?;
        polled.with_context(|| format!("{} does not respond", self.description))?;
        mapped.recv().context("the GPU returned no result")?.context("cannot read the result back from the GPU")?;
        Ok(staging)
    }

    /// # Errors
    /// When the device was lost.
    pub fn check_lost(&self) -> Result<()> {
        match self.lost.get() {
            Some(reason) => bail!("{} was lost ({reason})", self.description),
            None => Ok(()),
        }
    }
}

/// wgpu tells errors over several lines, which would tear a summary apart.
fn single_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! The GPU raster: batches of tiles in an atlas, computed while the last batch is encoded.

pub mod device;
pub mod layout;
pub mod pipeline;
pub mod schedule;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, mpsc};

use anyhow::{Context, Result, anyhow, bail};
use rayon::prelude::*;
use wgpu::{Buffer, BufferUsages, Device, ErrorFilter, Queue, TextureView};

use super::cpu::canvas::Canvas;
use super::{Emit, Levels, Raster, Scene, cpu};
use crate::geometry::strip::STRIP_SEGMENTS;
use crate::interrupt;
use crate::layer::Accumulate;
use crate::tone::histogram::Histogram;
use device::Candidate;
use layout::{Frame, Ref, Strip};
use pipeline::{HEAT_FORMAT, Pipeline, Pipelines};
use schedule::{Batch, schedule};

/// Draws on a GPU, or on a program that pretends to be one.
pub struct Gpu {
    name: String,
    device: Device,
    queue: Queue,
    pipelines: Pipelines,
    /// Why the device was lost, once it is.
    lost: Arc<OnceLock<String>>,
    /// Batches that are still drawn before the device is lost on purpose.
    left: Option<AtomicU32>,
}

/// Pixels along the side of the atlas: within WebGPU's defaults, 64 tiles of 256 pixels, 16 MiB.
const ATLAS_PIXELS: u32 = 2048;

/// Bytes of the counts of a tile.
const HISTOGRAM_BYTES: u64 = 256 * 4;

impl Gpu {
    /// Opens an adapter and compiles the shaders.
    ///
    /// # Errors
    /// When the driver refuses.
    pub fn new(candidate: &Candidate) -> Result<Self> {
        let (device, queue) = candidate.open()?;
        let lost = Arc::new(OnceLock::new());
        let told = lost.clone();
        device.set_device_lost_callback(move |reason, message| {
            // Only the first reason counts.
            let _ = told.set(format!("{reason:?}: {message}"));
        });
        let pipelines = checked(&device, || Pipelines::new(&device)).context("cannot compile the shaders")?;
        Ok(Self { name: candidate.describe(), device, queue, pipelines, lost, left: None })
    }

    /// For tests: after so many batches the device is lost, as by a driver that crashes.
    pub fn lose_after(&mut self, batches: Option<u32>) {
        self.left = batches.map(AtomicU32::new);
    }

    fn buffer(&self, label: &str, size: u64, usage: BufferUsages) -> Result<Buffer> {
        // Empty buffers cannot be bound.
        let size = size.max(16);
        let limits = self.device.limits();
        let most = if usage.contains(BufferUsages::STORAGE) {
            limits.max_storage_buffer_binding_size.min(limits.max_buffer_size)
        } else {
            limits.max_buffer_size
        };
        if size > most {
            bail!("{label} need {size} bytes of {}, which takes at most {most}", self.name);
        }
        let descriptor = wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false };
        Ok(self.device.create_buffer(&descriptor))
    }

    fn filled<T: bytemuck::Pod>(&self, label: &str, data: &[T], usage: BufferUsages) -> Result<Buffer> {
        let bytes: &[u8] = bytemuck::cast_slice(data);
        let buffer = self.buffer(label, bytes.len() as u64, usage | BufferUsages::COPY_DST)?;
        self.queue.write_buffer(&buffer, 0, bytes);
        Ok(buffer)
    }

    fn check_lost(&self) -> Result<()> {
        match self.lost.get() {
            Some(why) => bail!("{} was lost ({why})", self.name),
            None => Ok(()),
        }
    }
}

/// Runs calls that may break the rules or the memory of a device, and returns that as an error.
fn checked<T>(device: &Device, calls: impl FnOnce() -> T) -> Result<T> {
    let scopes = [ErrorFilter::Validation, ErrorFilter::OutOfMemory, ErrorFilter::Internal];
    let scopes = scopes.map(|filter| device.push_error_scope(filter));
    let value = calls();
    // Scopes nest: the last one opened is closed first.
    let errors: Vec<wgpu::Error> =
        scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop())).collect();
    errors.into_iter().next().map_or(Ok(value), |error| Err(anyhow!(error)))
}

/// What stays the same for all batches of a zoom.
struct Stage<'a> {
    scene: &'a Scene<'a>,
    frame: Buffer,
    vertices: Buffer,
    strips: Buffer,
    heat: TextureView,
    levels: Buffer,
    histograms: Buffer,
    slots: usize,
}

/// A batch whose levels are on their way back.
struct Pending {
    tiles: Vec<usize>,
    staging: Buffer,
    arrived: mpsc::Receiver<Result<(), wgpu::BufferAsyncError>>,
    submission: wgpu::SubmissionIndex,
}

impl Raster for Gpu {
    fn describe(&self) -> String {
        self.name.clone()
    }

    fn render(&self, scene: &Scene, emit: Emit) -> Result<()> {
        self.check_lost()?;
        if scene.layer.accumulate == Accumulate::Passes && self.pipelines.splat.is_none() {
            return cpu::Cpu.render(scene, emit);
        }
        let stage = self.stage(scene)?;
        let (batches, others) = schedule(scene, stage.slots);
        let mut pending: Option<Pending> = None;
        for batch in &batches {
            interrupt::check()?;
            if self.left.as_ref().is_some_and(|left| left.fetch_sub(1, Ordering::Relaxed) == 0) {
                self.device.destroy();
            }
            let next = self.submit(&stage, batch)?;
            if let Some(last) = pending.replace(next) {
                self.receive(scene, last, emit)?;
            }
        }
        if let Some(last) = pending {
            self.receive(scene, last, emit)?;
        }
        others.into_par_iter().try_for_each_init(
            || Canvas::new(scene.grid.tile_size),
            |canvas, index| emit(index, &cpu::draw(scene, index, canvas)),
        )
    }
}

impl Gpu {
    fn stage<'a>(&self, scene: &'a Scene<'a>) -> Result<Stage<'a>> {
        let atlas_tiles = ATLAS_PIXELS / scene.grid.tile_size;
        let slots = (atlas_tiles * atlas_tiles) as usize;
        let pixels = u64::from(ATLAS_PIXELS) * u64::from(ATLAS_PIXELS);
        let strips: Vec<Strip> =
            scene.strips.strips.par_iter().map(|strip| Strip::new(scene.strips, strip, scene.grid)).collect();
        let stage = checked(&self.device, || -> Result<Stage> {
            let texture = self.device.create_texture(&wgpu::TextureDescriptor {
                label: Some("heat"),
                size: wgpu::Extent3d { width: ATLAS_PIXELS, height: ATLAS_PIXELS, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: HEAT_FORMAT,
                usage: wgpu::TextureUsages::STORAGE_BINDING | wgpu::TextureUsages::RENDER_ATTACHMENT,
                view_formats: &[],
            });
            let results = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
            Ok(Stage {
                scene,
                frame: self.filled("frame", &[Frame::new(scene, atlas_tiles)], BufferUsages::UNIFORM)?,
                vertices: self.filled(
                    "vertices",
                    &scene.strips.vertices,
                    BufferUsages::VERTEX | BufferUsages::STORAGE,
                )?,
                strips: self.filled("strips", &strips, BufferUsages::STORAGE)?,
                heat: texture.create_view(&Default::default()),
                levels: self.buffer("levels", pixels, results)?,
                histograms: self.buffer("histograms", slots as u64 * HISTOGRAM_BYTES, results)?,
                slots,
            })
        });
        stage?
    }

    fn submit(&self, stage: &Stage, batch: &Batch) -> Result<Pending> {
        let scene = stage.scene;
        let refs: Vec<Ref> = batch
            .tiles
            .par_iter()
            .enumerate()
            .flat_map_iter(|(slot, &index)| {
                let tile = scene.plan.tiles()[index];
                scene.plan.strips_of(index).iter().map(move |&reference| Ref::new(scene, tile, slot, reference))
            })
            .collect();
        checked(&self.device, || self.encode(stage, batch, &refs))?
    }

    fn encode(&self, stage: &Stage, batch: &Batch, refs: &[Ref]) -> Result<Pending> {
        let (tile_size, tiles) = (stage.scene.grid.tile_size, batch.tiles.len() as u32);
        let instances = refs.len() as u32 * STRIP_SEGMENTS as u32;
        let refs = self.filled("refs", refs, BufferUsages::STORAGE)?;
        let mut encoder = self.device.create_command_encoder(&Default::default());
        match stage.scene.layer.accumulate {
            Accumulate::Visits => self.visit(stage, batch, &refs, &mut encoder)?,
            Accumulate::Passes => self.splat(stage, instances, &refs, &mut encoder)?,
        }
        encoder.clear_buffer(&stage.histograms, 0, None);
        let mut pass = encoder.begin_compute_pass(&Default::default());
        let bindings = vec![
            stage.frame.as_entire_binding(),
            wgpu::BindingResource::TextureView(&stage.heat),
            stage.levels.as_entire_binding(),
            stage.histograms.as_entire_binding(),
        ];
        // A workgroup packs 256 words of 4 pixels.
        self.dispatch(&mut pass, &self.pipelines.levels, bindings, [tile_size * tile_size / 1024, tiles, 1]);
        drop(pass);

        let (pixels, counts) = (u64::from(tile_size * tile_size * tiles), u64::from(tiles) * HISTOGRAM_BYTES);
        let staging = self.buffer("staging", pixels + counts, BufferUsages::MAP_READ | BufferUsages::COPY_DST)?;
        encoder.copy_buffer_to_buffer(&stage.levels, 0, &staging, 0, pixels);
        encoder.copy_buffer_to_buffer(&stage.histograms, 0, &staging, pixels, counts);
        let (sender, arrived) = mpsc::channel();
        encoder.map_buffer_on_submit(&staging, wgpu::MapMode::Read, .., move |outcome| {
            // Whoever has stopped listening has another error to report.
            let _ = sender.send(outcome);
        });
        let submission = self.queue.submit([encoder.finish()]);
        Ok(Pending { tiles: batch.tiles.clone(), staging, arrived, submission })
    }

    /// Dispatch after dispatch, each adding some activities to some tiles.
    fn visit(&self, stage: &Stage, batch: &Batch, refs: &Buffer, encoder: &mut wgpu::CommandEncoder) -> Result<()> {
        let jobs = batch.rounds.iter().map(|jobs| self.filled("jobs", jobs, BufferUsages::STORAGE));
        let jobs = jobs.collect::<Result<Vec<_>>>()?;
        let mut pass = encoder.begin_compute_pass(&Default::default());
        for (jobs, round) in jobs.iter().zip(&batch.rounds) {
            let buffers = [&stage.frame, &stage.vertices, &stage.strips, refs, jobs];
            let mut bindings: Vec<wgpu::BindingResource> = buffers.map(Buffer::as_entire_binding).into();
            bindings.push(wgpu::BindingResource::TextureView(&stage.heat));
            let blocks = stage.scene.grid.tile_size / 16;
            self.dispatch(&mut pass, &self.pipelines.visit, bindings, [blocks, blocks, round.len() as u32]);
        }
        Ok(())
    }

    /// One draw call: a quad for every segment that a strip may have.
    fn splat(&self, stage: &Stage, instances: u32, refs: &Buffer, encoder: &mut wgpu::CommandEncoder) -> Result<()> {
        let pipeline = self.pipelines.splat.as_ref().context("this device cannot blend f32")?;
        let buffers = [&stage.frame, &stage.vertices, &stage.strips, refs];
        let group = self.bind(&pipeline.layout, buffers.map(Buffer::as_entire_binding).into());
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("splat"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &stage.heat,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        pass.set_pipeline(&pipeline.pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.draw(0..4, 0..instances);
        Ok(())
    }

    fn bind(&self, layout: &wgpu::BindGroupLayout, bindings: Vec<wgpu::BindingResource>) -> wgpu::BindGroup {
        let entries: Vec<wgpu::BindGroupEntry> =
            (0..).zip(bindings).map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
        self.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
    }

    fn dispatch(
        &self,
        pass: &mut wgpu::ComputePass,
        pipeline: &Pipeline<wgpu::ComputePipeline>,
        bindings: Vec<wgpu::BindingResource>,
        [x, y, z]: [u32; 3],
    ) {
        let group = self.bind(&pipeline.layout, bindings);
        pass.set_pipeline(&pipeline.pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.dispatch_workgroups(x, y, z);
    }

    /// Waits for a batch and hands its tiles on, all threads at once.
    fn receive(&self, scene: &Scene, pending: Pending, emit: Emit) -> Result<()> {
        let wait = wgpu::PollType::Wait { submission_index: Some(pending.submission), timeout: None };
        let polled = self.device.poll(wait);
        self.check_lost()?;
        polled.with_context(|| format!("{} does not answer", self.name))?;
        pending.arrived.recv().context("the levels never arrived")?.context("the levels cannot be read back")?;
        let bytes = pending.staging.get_mapped_range(..).context("the levels cannot be read back")?;
        let tile_bytes = (scene.grid.tile_size * scene.grid.tile_size) as usize;
        let (pixels, counts) = bytes.split_at(pending.tiles.len() * tile_bytes);
        let tiles = pending.tiles.par_iter().zip(pixels.par_chunks_exact(tile_bytes));
        tiles.zip(counts.par_chunks_exact(HISTOGRAM_BYTES as usize)).try_for_each(|((&index, pixels), counts)| {
            let counts: &[u32] = bytemuck::cast_slice(counts);
            let histogram = Histogram(std::array::from_fn(|level| u64::from(counts[level])));
            emit(index, &Levels { pixels: pixels.to_vec(), histogram })
        })
    }
}

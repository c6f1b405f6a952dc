//! A batch on its way: strips up, dispatches, levels back.

use anyhow::{Context as _, Result};
use rayon::prelude::*;
use wgpu::{BindingResource, Buffer, BufferUsages, CommandEncoder};

use super::Gpu;
use super::atlas::{Atlas, HISTOGRAM_BYTES};
use super::clock::Clock;
use super::context::Mapping;
use super::frame::Frame;
use super::layout::{Ref, Strip};
use super::schedule::{Batch, Chunk};
use crate::engine::accumulation::PerActivity;
use crate::engine::geometry::mercator::CanvasPosition;
use crate::engine::geometry::strip::STRIP_EDGES;
use crate::engine::raster::{Emit, Levels, Scene};
use crate::engine::tone::heat_code::LEVEL_COUNT;
use crate::engine::tone::histogram::Histogram;

/// What stays the same for all batches of a chunk.
pub struct Stage<'a> {
    scene: &'a Scene<'a>,
    /// Number on the device of each of the scene's strips, where that is not the same.
    numbers: Option<Vec<u32>>,
    frame: Buffer,
    vertices: Buffer,
    strips: Buffer,
}

/// A batch whose levels are on their way back.
pub struct Pending {
    tiles: Vec<usize>,
    levels: Mapping,
}

impl Gpu {
    /// Uploads the strips of a chunk.
    pub(super) fn stage<'a>(&self, scene: &'a Scene<'a>, chunk: &Chunk, atlas: &Atlas) -> Result<Stage<'a>> {
        let all = scene.strips;
        let (mut numbers, mut gathered) = (None, Vec::new());
        let strips: Vec<Strip> = match &chunk.strips {
            None => all.strips.par_iter().map(|strip| Strip::new(all, strip, strip.first, scene.grid)).collect(),
            Some(members) => {
                let mut number_of = vec![0; all.strips.len()];
                let mut gather = |(number, &member): (usize, &u32)| {
                    let (strip, at) = (&all.strips[member as usize], gathered.len() as u32);
                    number_of[member as usize] = number as u32;
                    gathered.extend_from_slice(all.vertices_of(strip));
                    Strip::new(all, strip, at, scene.grid)
                };
                let strips = members.iter().enumerate().map(&mut gather).collect();
                numbers = Some(number_of);
                strips
            }
        };
        let vertices: &[CanvasPosition] = if numbers.is_some() { &gathered } else { &all.vertices };
        let usage = BufferUsages::VERTEX | BufferUsages::STORAGE;
        let frame = Frame::new(scene, atlas.pixels / scene.grid.tile_size);
        let stage = self.context.checked(|| -> Result<Stage> {
            Ok(Stage {
                scene,
                numbers,
                frame: self.context.filled("frame", &[frame], BufferUsages::UNIFORM)?,
                vertices: self.context.filled("vertices", vertices, usage)?,
                strips: self.context.filled("strips", &strips, BufferUsages::STORAGE)?,
            })
        });
        stage?
    }

    /// Sets the device to work on a batch.
    pub(super) fn submit(&self, stage: &Stage, batch: &Batch, atlas: &mut Atlas) -> Result<Pending> {
        let scene = stage.scene;
        let number = |strip: u32| stage.numbers.as_ref().map_or(strip, |numbers| numbers[strip as usize]);
        let refs_of = |(slot, &index): (usize, &usize)| {
            let (tile, refs) = (scene.plan.tiles()[index], scene.plan.strips_of(index));
            refs.iter().map(move |&reference| Ref::new(scene, tile, slot, reference, number(reference.strip)))
        };
        let refs: Vec<Ref> = batch.tiles.par_iter().enumerate().flat_map_iter(refs_of).collect();
        self.context.checked(|| self.encode(stage, batch, &refs, atlas))?
    }

    fn encode(&self, stage: &Stage, batch: &Batch, refs: &[Ref], atlas: &mut Atlas) -> Result<Pending> {
        let (tile_size, tiles) = (stage.scene.grid.tile_size, batch.tiles.len() as u32);
        let staging = atlas.take_staging(&self.context)?;
        let instances = refs.len() as u32 * STRIP_EDGES as u32;
        let refs = self.context.filled("refs", refs, BufferUsages::STORAGE)?;
        let mut encoder = self.context.device.create_command_encoder(&Default::default());
        encoder.clear_buffer(&atlas.histograms, 0, None);
        match stage.scene.layer.accumulation.per_activity {
            PerActivity::Nearest => self.visit(stage, batch, &refs, atlas, &mut encoder)?,
            PerActivity::Integral => self.splat(stage, instances, &refs, atlas, &mut encoder)?,
        }
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("levels"),
            timestamp_writes: atlas.clock.as_ref().map(Clock::stop),
        });
        let bindings = vec![
            stage.frame.as_entire_binding(),
            BindingResource::TextureView(&atlas.heat),
            atlas.levels.as_entire_binding(),
            atlas.histograms.as_entire_binding(),
        ];
        // An invocation packs 4 pixels, and a workgroup has one for each level.
        let groups = [tile_size * tile_size / (4 * LEVEL_COUNT as u32), tiles, 1];
        self.context.dispatch(&mut pass, &self.pipelines.levels, bindings, groups);
        drop(pass);

        let (pixels, counts) = (u64::from(tile_size * tile_size * tiles), u64::from(tiles) * HISTOGRAM_BYTES);
        encoder.copy_buffer_to_buffer(&atlas.levels, 0, &staging, 0, pixels);
        encoder.copy_buffer_to_buffer(&atlas.histograms, 0, &staging, pixels, counts);
        if let Some(clock) = &atlas.clock {
            clock.read(&mut encoder, &staging, pixels + counts);
        }
        let levels = self.context.submit(encoder, staging, pixels + counts + Clock::BYTES);
        Ok(Pending { tiles: batch.tiles.clone(), levels })
    }

    /// Dispatch after dispatch, each adding some activities to some tiles.
    fn visit(
        &self,
        stage: &Stage,
        batch: &Batch,
        refs: &Buffer,
        atlas: &Atlas,
        encoder: &mut CommandEncoder,
    ) -> Result<()> {
        let jobs = batch.rounds.iter().map(|jobs| self.context.filled("jobs", jobs, BufferUsages::STORAGE));
        let jobs = jobs.collect::<Result<Vec<_>>>()?;
        let [across, down] = self.tuning.block().map(|side| stage.scene.grid.tile_size / side);
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("visit"),
            timestamp_writes: atlas.clock.as_ref().map(Clock::start),
        });
        for (jobs, round) in jobs.iter().zip(&batch.rounds) {
            let buffers = [&stage.frame, &stage.vertices, &stage.strips, refs, jobs];
            let mut bindings: Vec<BindingResource> = buffers.map(Buffer::as_entire_binding).into();
            bindings.push(BindingResource::TextureView(&atlas.heat));
            let groups = [across, down, round.len() as u32];
            self.context.dispatch(&mut pass, &self.pipelines.visit, bindings, groups);
        }
        Ok(())
    }

    /// One draw call: a quad for every edge that a strip may have.
    fn splat(
        &self,
        stage: &Stage,
        instances: u32,
        refs: &Buffer,
        atlas: &Atlas,
        encoder: &mut CommandEncoder,
    ) -> Result<()> {
        let pipeline = self.pipelines.splat.as_ref().context("this device cannot blend f32")?;
        let buffers = [&stage.frame, &stage.vertices, &stage.strips, refs];
        let group = self.context.bind(&pipeline.layout, buffers.map(Buffer::as_entire_binding).into());
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("splat"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &atlas.heat,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                    store: wgpu::StoreOp::Store,
                },
            })],
            timestamp_writes: atlas.clock.as_ref().map(Clock::start_render),
            ..Default::default()
        });
        pass.set_pipeline(&pipeline.pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.draw(0..4, 0..instances);
        Ok(())
    }

    /// Waits for a batch and hands its tiles on, all threads at once.
    pub(super) fn receive(&self, scene: &Scene, pending: Pending, atlas: &mut Atlas, emit: Emit) -> Result<()> {
        let Pending { tiles, levels } = pending;
        let staging = self.context.wait(levels)?;
        let tile_bytes = (scene.grid.tile_size * scene.grid.tile_size) as usize;
        let (pixels, counts) = (tiles.len() * tile_bytes, tiles.len() * HISTOGRAM_BYTES as usize);
        let end = (pixels + counts) as u64 + Clock::BYTES;
        let bytes = staging.get_mapped_range(..end).context("the levels cannot be read back")?;
        if let Some(clock) = &atlas.clock {
            self.add_busy(clock.elapsed(&bytes[pixels + counts..]));
        }
        let pixels_of = bytes[..pixels].par_chunks_exact(tile_bytes);
        let counts_of = bytes[pixels..pixels + counts].par_chunks_exact(HISTOGRAM_BYTES as usize);
        tiles.par_iter().zip(pixels_of).zip(counts_of).try_for_each(|((&index, pixels), counts)| {
            let counts: &[u32] = bytemuck::cast_slice(counts);
            let histogram = Histogram(std::array::from_fn(|level| u64::from(counts[level])));
            emit(index, &Levels { pixels: pixels.to_vec(), histogram })
        })?;
        drop(bytes);
        staging.unmap();
        atlas.give_back(staging);
        Ok(())
    }
}

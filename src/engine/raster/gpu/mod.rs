//! The GPU raster: draws batches of tiles into an atlas while earlier batches are read back and encoded.
//!
//! ```text
//! plan ─▶ schedule: chunks of strips, batches of tiles ─▶ draw: upload, dispatches, readback ─▶ emit
//! ```
//!
//! The CPU draws tiles that exceed the limits of the device, and `Integral` layers if the device cannot blend f32.

mod accumulate;
mod atlas;
mod carry;
mod clear;
mod context;
pub mod device;
mod digits;
mod draw;
pub mod frame;
mod geometry;
pub mod layout;
mod levels;
mod pass_levels;
pub mod pipeline;
mod ranges;
pub mod schedule;
pub mod shaders;
mod sums;
mod timer;
mod tone;
pub mod tuning;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rayon::prelude::*;
use wgpu::Limits;

use super::{Emit, Raster, Scene, cpu};
use crate::engine::accumulation::PerActivity;
use crate::engine::layer::Layer;
use crate::engine::tone::curve::Tone;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::normalize::{ColourTable, Normalization};
use crate::engine::tone::rgb::Rgba;
use atlas::Atlas;
use context::Context;
use device::Candidate;
use geometry::Geometry;
use pipeline::Pipelines;
use schedule::{Budget, Schedule, schedule};
use tuning::Tuning;

/// The raster of a GPU or a software renderer.
pub struct Gpu {
    context: Context,
    tuning: Tuning,
    limits: Limits,
    pipelines: Pipelines,
    atlas: Mutex<Atlas>,
    busy_nanos: AtomicU64,
    /// Batches to draw before a simulated loss of the device.
    batches_until_loss: Option<AtomicU32>,
}

impl Gpu {
    /// Opens an adapter, compiles the shaders and allocates the atlas.
    ///
    /// # Errors
    /// If the driver refuses the adapter or a shader, or the adapter has too little memory.
    pub fn new(candidate: &Candidate) -> Result<Self> {
        Self::with_tuning(candidate, Tuning::for_device_type(candidate.info.device_type))
    }

    /// Like [`new`](Self::new), with explicit tuning.
    ///
    /// # Errors
    /// See [`new`](Self::new).
    pub fn with_tuning(candidate: &Candidate, tuning: Tuning) -> Result<Self> {
        let context = Context::new(candidate)?;
        let pipelines =
            context.checked(|| Pipelines::new(&context.device, tuning)).context("cannot compile the shaders")?;
        let atlas = Atlas::new(&context, tuning).context("the GPU has too little memory")?;
        let limits = context.device.limits();
        let (atlas, busy_nanos) = (Mutex::new(atlas), AtomicU64::new(0));
        Ok(Self { context, tuning, limits, pipelines, atlas, busy_nanos, batches_until_loss: None })
    }

    /// For tests: simulates a crash of the driver after `batches` batches, never if `None`.
    pub fn lose_after(&mut self, batches: Option<u32>) {
        self.batches_until_loss = batches.map(AtomicU32::new);
    }

    /// For tests: lowers the size limit of bindings, which makes chunks smaller.
    pub fn limit_bindings(&mut self, bytes: u64) {
        self.limits.max_storage_buffer_binding_size = bytes;
    }

    /// Time in which the device drew: the sum over all batches from the start of the first pass to the end of the last.
    /// 0 if the device has no timestamps.
    pub fn busy_time(&self) -> Duration {
        Duration::from_nanos(self.busy_nanos.load(Ordering::Relaxed))
    }

    /// Returns false for layers that the CPU draws.
    fn can_draw(&self, layer: &Layer) -> bool {
        match (layer.per_activity, layer.code) {
            (PerActivity::Nearest, LevelCode::Heat(_) | LevelCode::Class(_) | LevelCode::Step(_)) => true,
            (PerActivity::Integral(_), LevelCode::Heat(_)) => self.pipelines.passes.is_some(),
            // Blending can only sum, and digits have one slot for each tile.
            (PerActivity::Integral(_), LevelCode::Class(_) | LevelCode::Step(_) | LevelCode::Value(_)) => false,
            (PerActivity::Mean(_), LevelCode::Value(_)) => true,
            (PerActivity::Nearest, LevelCode::Value(_)) | (PerActivity::Mean(_), _) => false,
        }
    }

    /// Draws all tiles in one drawing. `all_strips` keeps the uploaded strips of the scene for the next drawing, unless
    /// they need several chunks.
    fn render_drawing(
        &self,
        (scene, number): (&Scene, usize),
        all_strips: &mut Option<Geometry>,
        emit: Emit,
    ) -> Result<()> {
        let drawing = &scene.drawings[number];
        let budget = Budget::new(&self.limits, self.tuning, scene.grid.tile_size, drawing.layer.code.channels());
        let Schedule { chunks, cpu_tiles } = schedule(scene, drawing, budget);
        let atlas = &mut *self.lock_atlas();
        for chunk in &chunks {
            let geometry = match all_strips.take() {
                Some(geometry) => geometry,
                None => self.upload_geometry(scene, chunk)?,
            };
            let buffers = self.upload_drawing((scene, drawing), &geometry, atlas)?;
            let mut in_flight = VecDeque::new();
            for batch in &chunk.batches {
                if in_flight.len() == self.tuning.in_flight
                    && let Some(oldest) = in_flight.pop_front()
                {
                    self.receive_batch((scene, number), oldest, atlas, emit)?;
                }
                self.simulate_loss();
                in_flight.push_back(self.submit_batch(&buffers, batch, atlas)?);
            }
            for remaining in in_flight {
                self.receive_batch((scene, number), remaining, atlas, emit)?;
            }
            *all_strips = chunk.strips.is_none().then_some(geometry);
        }
        let alone = Scene { drawings: std::slice::from_ref(drawing), ..*scene };
        cpu::render_tiles(&alone, cpu_tiles.into_par_iter(), &|tile, _, levels| emit(tile, number, levels))
    }

    fn lock_atlas(&self) -> MutexGuard<'_, Atlas> {
        // A panicking thread leaves no invalid state, only unused memory.
        self.atlas.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn add_busy_time(&self, time: Duration) {
        self.busy_nanos.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }

    fn simulate_loss(&self) {
        if self.batches_until_loss.as_ref().is_some_and(|batches| batches.fetch_sub(1, Ordering::Relaxed) == 0) {
            self.context.device.destroy();
        }
    }
}

impl Raster for Gpu {
    fn describe(&self) -> String {
        self.context.description.clone()
    }

    fn identity(&self) -> Option<String> {
        Some(self.context.identity.clone())
    }

    fn render(&self, scene: &Scene, emit: Emit) -> Result<()> {
        self.context.check_lost()?;
        let mut all_strips = None;
        for (number, drawing) in scene.drawings.iter().enumerate() {
            if self.can_draw(drawing.layer) {
                self.render_drawing((scene, number), &mut all_strips, emit)?;
            } else {
                let alone = Scene { drawings: std::slice::from_ref(drawing), ..*scene };
                cpu::Cpu.render(&alone, &|tile, _, levels| emit(tile, number, levels))?;
            }
        }
        Ok(())
    }

    fn normalize(&self, normalization: Normalization) -> Result<ColourTable> {
        match (normalization.code, normalization.tone) {
            (LevelCode::Heat(code), Tone::Balanced) => self.normalize_zoom(code, normalization),
            _ => cpu::Cpu.normalize(normalization),
        }
    }

    fn colour(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>> {
        self.colour_levels(levels, colour_table)
    }
}

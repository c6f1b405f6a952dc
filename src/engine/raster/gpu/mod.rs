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

use super::cpu::accumulator::Accumulator;
use super::{Emit, Raster, Scene, cpu};
use crate::engine::accumulation::{Accumulation, Combine, Finish, PerActivity};
use crate::engine::layer::Layer;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::normalize::ColourTable;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::rgb::Rgba;
use atlas::Atlas;
use context::Context;
use device::Candidate;
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
        // The pattern fails to compile once a layer needs more than a sum: shaders and blending can only sum.
        let Accumulation { per_activity, combine: Combine::Sum, finish: Finish::Identity } = layer.accumulation;
        per_activity == PerActivity::Nearest || self.pipelines.passes.is_some()
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
        if !self.can_draw(scene.layer) {
            return cpu::Cpu.render(scene, emit);
        }
        let budget = Budget::new(&self.limits, self.tuning, scene.grid.tile_size);
        let Schedule { chunks, cpu_tiles } = schedule(scene, budget);
        let atlas = &mut *self.lock_atlas();
        for chunk in &chunks {
            let buffers = self.upload_chunk(scene, chunk, atlas)?;
            let mut in_flight = VecDeque::new();
            for batch in &chunk.batches {
                if in_flight.len() == self.tuning.in_flight
                    && let Some(oldest) = in_flight.pop_front()
                {
                    self.receive_batch(scene, oldest, atlas, emit)?;
                }
                self.simulate_loss();
                in_flight.push_back(self.submit_batch(&buffers, batch, atlas)?);
            }
            for remaining in in_flight {
                self.receive_batch(scene, remaining, atlas, emit)?;
            }
        }
        cpu_tiles.into_par_iter().try_for_each_init(
            || Accumulator::new(scene.grid.tile_size, scene.layer),
            |accumulator, index| emit(index, &cpu::draw(scene, index, accumulator)),
        )
    }

    fn normalize(&self, code: LevelCode, zoom: u8, histogram: &Histogram, palette: &Palette) -> Result<ColourTable> {
        let LevelCode::Heat(code) = code;
        self.normalize_zoom(code, zoom, histogram, palette)
    }

    fn colour(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>> {
        self.colour_levels(levels, colour_table)
    }
}

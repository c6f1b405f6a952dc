//! A raster that replaces a failed GPU by the CPU, so that no tile is missing.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use rayon::prelude::*;

use super::cpu::accumulator::Accumulator;
use super::cpu::{self, Cpu};
use super::{Emit, Levels, Raster, Scene};
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::normalize::ColourTable;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::rgb::Rgba;

/// Draws with a device until its first error, then with the CPU.
pub struct Fallback<R> {
    device: R,
    failed: OnceLock<String>,
}

impl<R: Raster> Fallback<R> {
    /// Wraps a device.
    pub fn new(device: R) -> Self {
        Self { device, failed: OnceLock::new() }
    }

    /// Runs `work` on the device; repeats all of it on the CPU if the device fails.
    fn with_fallback<T>(&self, work: impl Fn(&dyn Raster) -> Result<T>) -> Result<T> {
        if self.failed.get().is_none() {
            match work(&self.device) {
                Ok(value) => return Ok(value),
                // The first error is the cause of all later ones.
                Err(error) => drop(self.failed.set(format!("{error:#}"))),
            }
        }
        work(&Cpu)
    }
}

impl<R: Raster> Raster for Fallback<R> {
    fn describe(&self) -> String {
        match self.failed.get() {
            None => self.device.describe(),
            Some(reason) => format!("{}, until it failed ({reason}), then {}", self.device.describe(), Cpu.describe()),
        }
    }

    fn identity(&self) -> Option<String> {
        // Which tiles the device drew before it failed is not deterministic.
        if self.failed.get().is_some() { None } else { self.device.identity() }
    }

    fn render(&self, scene: &Scene, emit: Emit) -> Result<()> {
        if self.failed.get().is_some() {
            return Cpu.render(scene, emit);
        }
        let emitted: Vec<AtomicBool> = scene.plan.tiles().iter().map(|_| AtomicBool::new(false)).collect();
        let emit_failed = AtomicBool::new(false);
        let tracked_emit = |index: usize, levels: &Levels| {
            let outcome = emit(index, levels);
            let flag = if outcome.is_ok() { &emitted[index] } else { &emit_failed };
            flag.store(true, Ordering::Relaxed);
            outcome
        };
        match self.device.render(scene, &tracked_emit) {
            // An error of `emit` is not an error of the device.
            Err(error) if !emit_failed.load(Ordering::Relaxed) => {
                let _ = self.failed.set(format!("{error:#}"));
                let missing =
                    (0..emitted.len()).into_par_iter().filter(|&index| !emitted[index].load(Ordering::Relaxed));
                missing.try_for_each_init(
                    || Accumulator::new(scene.grid.tile_size, scene.layer),
                    |accumulator, index| emit(index, &cpu::draw(scene, index, accumulator)),
                )
            }
            outcome => outcome,
        }
    }

    fn normalize(&self, code: LevelCode, zoom: u8, histogram: &Histogram, palette: &Palette) -> Result<ColourTable> {
        self.with_fallback(|raster| raster.normalize(code, zoom, histogram, palette))
    }

    fn colour(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>> {
        self.with_fallback(|raster| raster.colour(levels, colour_table))
    }
}

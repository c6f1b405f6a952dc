//! A raster that replaces a failed GPU by the CPU, so that no tile is missing.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use rayon::prelude::*;

use super::cpu::{self, Cpu};
use super::{Emit, Levels, Raster, Scene};
use crate::engine::tone::normalize::{ColourTable, Normalization};
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
        let (tiles, drawings) = (scene.plan.tiles().len(), scene.drawings.len());
        let emitted: Vec<AtomicBool> = (0..tiles * drawings).map(|_| AtomicBool::new(false)).collect();
        let is_emitted = |tile: usize, drawing: usize| emitted[tile * drawings + drawing].load(Ordering::Relaxed);
        let emit_failed = AtomicBool::new(false);
        let tracked_emit = |tile: usize, drawing: usize, levels: &Levels| {
            let outcome = emit(tile, drawing, levels);
            let flag = if outcome.is_ok() { &emitted[tile * drawings + drawing] } else { &emit_failed };
            flag.store(true, Ordering::Relaxed);
            outcome
        };
        match self.device.render(scene, &tracked_emit) {
            // An error of `emit` is not an error of the device.
            Err(error) if !emit_failed.load(Ordering::Relaxed) => {
                let _ = self.failed.set(format!("{error:#}"));
                let is_missing = |tile: &usize| (0..drawings).any(|drawing| !is_emitted(*tile, drawing));
                let missing: Vec<usize> = (0..tiles).filter(is_missing).collect();
                cpu::render_tiles(scene, missing.into_par_iter(), &|tile, drawing, levels| {
                    if is_emitted(tile, drawing) { Ok(()) } else { emit(tile, drawing, levels) }
                })
            }
            outcome => outcome,
        }
    }

    fn normalize(&self, normalization: Normalization) -> Result<ColourTable> {
        self.with_fallback(|raster| raster.normalize(normalization))
    }

    fn colour(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>> {
        self.with_fallback(|raster| raster.colour(levels, colour_table))
    }
}

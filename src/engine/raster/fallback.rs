//! A GPU that may fail: then the CPU draws the rest, and no tile is missing.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use rayon::prelude::*;

use super::cpu::accumulator::Accumulator;
use super::cpu::{self, Cpu};
use super::{Emit, Levels, Raster, Scene};
use crate::engine::layer::Layer;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::normalize::ColourTable;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::rgb::Rgba;

/// Draws with a device as long as it works.
pub struct Fallback<R> {
    device: R,
    failed: OnceLock<String>,
}

impl<R: Raster> Fallback<R> {
    /// Trusts a device.
    pub fn new(device: R) -> Self {
        Self { device, failed: OnceLock::new() }
    }

    /// Work that nobody has seen in part: by the device, or, if it fails, again by the CPU.
    fn either<T>(&self, work: impl Fn(&dyn Raster) -> Result<T>) -> Result<T> {
        if self.failed.get().is_none() {
            match work(&self.device) {
                Ok(value) => return Ok(value),
                // The first reason stands.
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
            Some(why) => format!("{}, until it failed ({why}), then {}", self.device.describe(), Cpu.describe()),
        }
    }

    fn identity(&self, layer: &Layer) -> Option<String> {
        // Who has drawn which tile is chance.
        if self.failed.get().is_some() { None } else { self.device.identity(layer) }
    }

    fn render(&self, scene: &Scene, emit: Emit) -> Result<()> {
        if self.failed.get().is_some() {
            return Cpu.render(scene, emit);
        }
        let done: Vec<AtomicBool> = scene.plan.tiles().iter().map(|_| AtomicBool::new(false)).collect();
        let refused = AtomicBool::new(false);
        let watched = |index: usize, levels: &Levels| {
            let outcome = emit(index, levels);
            let flag = if outcome.is_ok() { &done[index] } else { &refused };
            flag.store(true, Ordering::Relaxed);
            outcome
        };
        match self.device.render(scene, &watched) {
            // What the receiver refuses is no fault of the device.
            Err(error) if !refused.load(Ordering::Relaxed) => {
                // The first reason stands.
                let _ = self.failed.set(format!("{error:#}"));
                let rest = (0..done.len()).into_par_iter().filter(|&index| !done[index].load(Ordering::Relaxed));
                rest.try_for_each_init(
                    || Accumulator::new(scene.grid.tile_size),
                    |accumulator, index| emit(index, &cpu::draw(scene, index, accumulator)),
                )
            }
            outcome => outcome,
        }
    }

    fn normalize(&self, code: LevelCode, histogram: &Histogram, palette: &Palette) -> Result<ColourTable> {
        self.either(|raster| raster.normalize(code, histogram, palette))
    }

    fn colour(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>> {
        self.either(|raster| raster.colour(levels, colour_table))
    }
}

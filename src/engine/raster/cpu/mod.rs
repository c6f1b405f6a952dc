//! The CPU raster: one tile per task, on all threads of the current rayon pool.

pub mod accumulator;
pub mod levels;
mod oriented_rect;
pub mod splat;
pub mod visit;

use anyhow::Result;
use rayon::prelude::*;

use super::sums::{EmitSums, Sums};
use super::{Emit, Levels, Raster, Scene};
use crate::engine::accumulation::PerActivity;
use crate::engine::tone::colour;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::normalize::ColourTable;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::rgb::Rgba;
use accumulator::Accumulator;

/// Draws on the CPU.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu;

impl Raster for Cpu {
    fn describe(&self) -> String {
        match rayon::current_num_threads() {
            1 => "CPU, 1 thread".to_owned(),
            threads => format!("CPU, {threads} threads"),
        }
    }

    fn identity(&self) -> Option<String> {
        Some("CPU".to_owned())
    }

    fn honours_clip_masks(&self) -> bool {
        true
    }

    fn render(&self, scene: &Scene, emit: Emit) -> Result<()> {
        (0..scene.plan.tiles().len()).into_par_iter().try_for_each_init(
            || Accumulator::new(scene.grid.tile_size, scene.layer),
            |accumulator, index| emit(index, &draw(scene, index, accumulator)),
        )
    }

    fn normalize(&self, code: LevelCode, zoom: u8, histogram: &Histogram, palette: &Palette) -> Result<ColourTable> {
        Ok(code.normalize(zoom, histogram, palette))
    }

    fn colour(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>> {
        Ok(colour::colour(levels, colour_table))
    }
}

impl Cpu {
    /// Draws every tile of the plan as sums.
    ///
    /// # Errors
    /// With the first error of `emit`; some tiles may have been emitted by then.
    pub fn sums(&self, scene: &Scene, emit: EmitSums) -> Result<()> {
        (0..scene.plan.tiles().len()).into_par_iter().try_for_each_init(
            || Accumulator::new(scene.grid.tile_size, scene.layer),
            |accumulator, index| emit(index, sums(scene, index, accumulator)),
        )
    }
}

/// Draws one tile as levels; the accumulator must be empty and is empty again afterwards.
pub fn draw(scene: &Scene, index: usize, accumulator: &mut Accumulator) -> Levels {
    accumulate(scene, index, accumulator);
    let drawn = levels::levels(accumulator, scene.layer);
    accumulator.clear();
    drawn
}

/// Draws one tile as sums; the accumulator must be empty and is empty again afterwards.
pub fn sums(scene: &Scene, index: usize, accumulator: &mut Accumulator) -> Sums {
    accumulate(scene, index, accumulator);
    let per_unit = f64::from(scene.layer.quantum.per_unit());
    let quanta = accumulator.sum.iter().map(|sum| (accumulator.rounding.sum(*sum) * per_unit) as u64).collect();
    accumulator.clear();
    Sums { quanta }
}

fn accumulate(scene: &Scene, index: usize, accumulator: &mut Accumulator) {
    let accumulate = match scene.layer.accumulation.per_activity {
        PerActivity::Nearest => visit::visit,
        PerActivity::Integral => splat::splat,
    };
    accumulate(scene, index, accumulator);
}

//! The CPU raster: one tile per task, on all threads of the current rayon pool.

pub mod accumulator;
pub mod blocks;
mod class_levels;
pub mod distances;
pub mod edge_heat;
pub mod levels;
pub mod means;
mod oriented_rect;
pub mod splat;
mod step_levels;
pub mod step_store;
pub mod store;
pub mod sum_store;
mod value_levels;
pub mod visit;
mod whole_numbers;

use anyhow::Result;
use rayon::prelude::*;

use super::sums::{EmitSums, Sums};
use super::{Emit, Levels, Raster, Scene};
use crate::engine::accumulation::PerActivity;
use crate::engine::drawing::Drawing;
use crate::engine::tone::colour;
use crate::engine::tone::normalize::{ColourTable, Normalization, normalize};
use crate::engine::tone::rgb::Rgba;
use accumulator::{Accumulator, AccumulatorPool};
use store::Store;
use sum_store::SumPlane;

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
        render_tiles(scene, (0..scene.plan.tiles().len()).into_par_iter(), emit)
    }

    fn normalize(&self, normalization: Normalization) -> Result<ColourTable> {
        Ok(normalize(normalization))
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
        sum_tiles(scene, (0..scene.plan.tiles().len()).into_par_iter(), emit)
    }
}

/// Draws some tiles of the plan as sums.
///
/// # Errors
/// With the first error of `emit`; some tiles may have been emitted by then.
pub fn sum_tiles(scene: &Scene, tiles: impl ParallelIterator<Item = usize>, emit: EmitSums) -> Result<()> {
    let pool = AccumulatorPool::default();
    tiles.try_for_each(|tile| {
        pool.with((scene.grid.tile_size, scene.drawings), |accumulator| {
            accumulate(scene, tile, accumulator);
            accumulator.stores.iter().zip(scene.drawings).enumerate().try_for_each(|(drawing, (store, row))| {
                emit(tile, drawing, sums(store, row.layer.quantum.per_unit().into()))
            })
        })
    })
}

/// Draws some tiles of the plan in all drawings.
///
/// # Errors
/// With the first error of `emit`; some tiles may have been emitted by then.
pub fn render_tiles(scene: &Scene, tiles: impl ParallelIterator<Item = usize>, emit: Emit) -> Result<()> {
    let pool = AccumulatorPool::default();
    tiles.try_for_each(|tile| {
        pool.with((scene.grid.tile_size, scene.drawings), |accumulator| draw(scene, tile, accumulator, emit))
    })
}

/// Draws one tile in all drawings. The accumulator must be empty; the caller empties it.
///
/// # Errors
/// With the first error of `emit`.
pub fn draw(scene: &Scene, tile: usize, accumulator: &mut Accumulator, emit: Emit) -> Result<()> {
    accumulate(scene, tile, accumulator);
    let drawn = |store: &Store| -> Levels { levels::levels(store, accumulator.size) };
    accumulator.stores.iter().enumerate().try_for_each(|(drawing, store)| emit(tile, drawing, &drawn(store)))
}

fn accumulate(scene: &Scene, tile: usize, accumulator: &mut Accumulator) {
    let is_nearest = |drawing: &Drawing| drawing.layer.per_activity == PerActivity::Nearest;
    if scene.drawings.iter().any(is_nearest) {
        visit::visit(scene, tile, accumulator);
    }
    if !scene.drawings.iter().all(is_nearest) {
        splat::splat(scene, tile, accumulator);
    }
}

/// Pixels of a store.
fn sums(store: &Store, per_unit: f64) -> Sums {
    let quanta = |plane: &SumPlane| plane.sums.iter().map(|sum| (plane.rounding.sum(*sum) * per_unit) as u64).collect();
    let planes = match store {
        Store::Heat(_, plane) => vec![quanta(plane)],
        Store::Class(_, planes, plane_size) => {
            planes.iter().map(|plane| plane.as_ref().map_or_else(|| vec![0; plane_size.pixels()], quanta)).collect()
        }
        Store::Step(_, plane) => {
            [&plane.firm, &plane.best].map(|plane| plane.iter().map(|&n| n.into()).collect()).into()
        }
        Store::Value { weights, values, .. } => std::iter::once(weights).chain(values).map(quanta).collect(),
    };
    Sums { planes }
}

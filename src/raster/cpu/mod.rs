//! The CPU raster: a tile per task, on all threads of the current rayon pool.

pub mod canvas;
pub mod visit;

use anyhow::Result;
use rayon::prelude::*;

use super::{Emit, Raster, Scene};
use crate::layer::Accumulate;
use crate::tone::histogram::Histogram;
use crate::tone::scale;
use canvas::Canvas;

/// Draws on the processor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu;

impl Raster for Cpu {
    fn describe(&self) -> String {
        match rayon::current_num_threads() {
            1 => "CPU, 1 thread".to_owned(),
            threads => format!("CPU, {threads} threads"),
        }
    }

    fn render(&self, scene: &Scene, emit: Emit) -> Result<Histogram> {
        let accumulate = match scene.layer.accumulate {
            Accumulate::Visits => visit::accumulate,
        };
        (0..scene.plan.tiles().len())
            .into_par_iter()
            .map_init(
                || Canvas::new(scene.grid.tile_size),
                |canvas, index| {
                    accumulate(scene, index, canvas);
                    let (levels, histogram) = scale::levels(canvas, scene.layer.scale);
                    canvas.clear();
                    emit(index, &levels).map(|()| histogram)
                },
            )
            .try_reduce(Histogram::default, |a, b| Ok(a + b))
    }
}

//! A tiny scene that every device must draw right before it is trusted.

use std::sync::Mutex;

use anyhow::{Result, bail};

use super::cpu::Cpu;
use super::profile::Profile;
use super::{Levels, Raster, Scene};
use crate::geometry::grid::Grid;
use crate::geometry::strip::{Run, Strips, Track};
use crate::layer::Layer;
use crate::plan::Plan;

/// Draws the scene with a device and with the CPU.
///
/// # Errors
/// When the device fails, or any level is more than one apart: a driver that draws wrongly.
pub fn probe(raster: &dyn Raster, layer: &'static Layer) -> Result<()> {
    let grid = Grid { zoom: 14, tile_size: 256 };
    let (expected, found) = (draw(&Cpu, layer, grid)?, draw(raster, layer, grid)?);
    for (expected, found) in expected.iter().zip(&found) {
        let apart = expected.pixels.iter().zip(&found.pixels).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
        if apart > 1 {
            bail!("{} draws a known picture wrongly, by up to {apart} levels", raster.describe());
        }
    }
    Ok(())
}

/// A zigzag over a corner of four tiles, laps, a dot, and many visits.
fn tracks() -> Vec<Track> {
    const TILE: u32 = 1 << 18;
    const PIXEL: u32 = 1 << 10;
    let corner = [9000 * TILE, 6000 * TILE];
    let at = |x: u32, y: u32| [corner[0] - 60 * PIXEL + x * PIXEL, corner[1] - 60 * PIXEL + y * PIXEL];
    let zigzag: Vec<_> = (0..60).map(|i| at(2 * i + 3 * (i % 2), 10 + (i * 37) % 90)).collect();
    let street: Vec<_> = (0..20).map(|i| at(6 * i, 60)).collect();
    let laps: Vec<_> = (0..90).map(|i| at(30 + [0, 20, 20, 0][i % 4], 30 + [0, 0, 20, 20][i % 4])).collect();
    let lines = [zigzag, laps, vec![at(100, 100)]].into_iter().chain((0..30).map(|_| street.clone()));
    lines.map(|line| Track { runs: vec![Run::new(&line, 24)] }).collect()
}

fn draw(raster: &dyn Raster, layer: &'static Layer, grid: Grid) -> Result<Vec<Levels>> {
    let (strips, profile) = (Strips::new(&tracks(), grid), Profile::new(grid));
    let plan = Plan::new(&strips, grid, profile.reach());
    let drawn = Mutex::new(Vec::new());
    let emit = |index: usize, levels: &Levels| {
        drawn.lock().expect("no thread panics while it pushes").push((index, levels.clone()));
        Ok(())
    };
    raster.render(&Scene { grid, layer, profile, strips: &strips, plan: &plan }, &emit)?;
    let mut drawn = drawn.into_inner().expect("no thread panics while it pushes");
    drawn.sort_by_key(|(index, _)| *index);
    if drawn.len() != plan.tiles().len() {
        bail!("{} draws {} of {} tiles", raster.describe(), drawn.len(), plan.tiles().len());
    }
    Ok(drawn.into_iter().map(|(_, levels)| levels).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::LAYERS;
    use crate::raster::Emit;

    /// Draws like the CPU, but one pixel of the second tile too hot.
    struct Wrong(u8);

    impl Raster for Wrong {
        fn describe(&self) -> String {
            "a wrong device".to_owned()
        }

        fn render(&self, scene: &Scene, emit: Emit) -> Result<()> {
            Cpu.render(scene, &|index, levels| {
                let mut levels = levels.clone();
                levels.pixels[7] += if index == 1 { self.0 } else { 0 };
                emit(index, &levels)
            })
        }
    }

    #[test]
    fn a_device_that_draws_wrongly_is_found_out() {
        assert!(probe(&Cpu, &LAYERS[0]).is_ok());
        assert!(probe(&Wrong(1), &LAYERS[0]).is_ok());
        let error = probe(&Wrong(2), &LAYERS[0]).expect_err("two levels");
        assert!(error.to_string().contains("wrongly, by up to 2 levels"), "{error}");
    }
}

//! Self-test of a device: draws and colours a small scene and compares the result with the CPU.

use std::sync::Mutex;

use anyhow::{Result, bail};

use super::accumulation::Value;
use super::draw::{TileFilter, ZoomGeometry};
use super::drawing::Drawing;
use super::geometry::grid::Grid;
use super::geometry::mercator::CanvasPosition;
use super::geometry::path::Path;
use super::geometry::polyline::{Polyline, Track};
use super::layer::Layer;
use super::quantity::{Integrals, QUANTITIES, QuantitySet};
use super::raster::cpu::Cpu;
use super::raster::{Levels, Raster};
use super::tone::histogram::Histogram;
use super::tone::normalize::Normalization;
use super::tone::palette::Palette;
use super::tone::palettes::{PALETTES, PaletteRow};
use super::tracks::TrackSet;

/// Compares a device with the CPU on a small scene of one layer.
///
/// # Errors
/// If the device fails or leaves out a tile, or if a level or colour channel differs by more than 1.
pub fn probe(raster: &dyn Raster, layer: &'static Layer) -> Result<()> {
    let grid = Grid { zoom: 14, tile_size: 256 };
    let (expected, found) = (draw(&Cpu, layer, grid)?, draw(raster, layer, grid)?);
    let levels = |tiles: &[Levels]| tiles.iter().flat_map(|tile| tile.pixels.clone()).collect::<Vec<u8>>();
    let (expected_levels, found_levels) = (levels(&expected), levels(&found));
    let differences = || expected_levels.iter().zip(&found_levels).map(|(a, b)| layer.code.difference(*a, *b));
    let difference = differences().flatten().max().unwrap_or(0);
    let others = differences().filter(Option::is_none).count();
    if difference > 1 {
        bail!(
            "{} failed the self-test: levels differ by up to {difference} from the CPU; update the graphics driver",
            raster.describe()
        );
    }
    // At the threshold between two classes or steps, a pixel may show either.
    if others * 1000 > expected_levels.len() {
        bail!(
            "{} failed the self-test: {others} of {} pixels show another class or date than on the CPU; update the \
            graphics driver",
            raster.describe(),
            expected_levels.len()
        );
    }
    let mut histogram = Histogram::default();
    expected.iter().for_each(|levels| histogram.add(&levels.histogram));
    let is_default = |row: &&PaletteRow| row.name == layer.palettes[0];
    let palette = Palette::from(PALETTES.iter().find(is_default).unwrap_or(&PALETTES[0]));
    let normalization =
        Normalization { code: layer.code, tone: layer.tone, zoom: 10, histogram: &histogram, palette: &palette };
    let paint = |raster: &dyn Raster| {
        let colour_table = raster.normalize(normalization)?;
        expected.iter().map(|levels| raster.colour(&levels.pixels, &colour_table)).collect::<Result<Vec<_>>>()
    };
    let (expected, found) = (paint(&Cpu)?.concat(), paint(raster)?.concat());
    let channels = expected.as_flattened().iter().zip(found.as_flattened());
    let difference = channels.map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
    if difference > 1 || expected.len() != found.len() {
        bail!(
            "{} failed the self-test: colours differ by up to {difference} of 255 from the CPU; update the graphics driver",
            raster.describe()
        );
    }
    Ok(())
}

/// A zigzag over a corner of four tiles, laps, a dot, a stay, and 30 visits of one street, with rests.
fn tracks(layer: &Layer) -> Vec<Track> {
    const TILE: u32 = 1 << 18;
    const PIXEL: u32 = 1 << 10;
    let corner = [9000 * TILE, 6000 * TILE];
    let position = |x: u32, y: u32| [corner[0] - 60 * PIXEL + x * PIXEL, corner[1] - 60 * PIXEL + y * PIXEL];
    let zigzag: Vec<_> = (0..60).map(|i| position(2 * i + 3 * (i % 2), 10 + (i * 37) % 90)).collect();
    let street: Vec<_> = (0..20).map(|i| position(6 * i, 60)).collect();
    let laps: Vec<_> = (0..90).map(|i| position(30 + [0, 20, 20, 0][i % 4], 30 + [0, 0, 20, 20][i % 4])).collect();
    let lines = [zigzag, laps, vec![position(100, 100)], vec![position(80, 90); 12]]
        .into_iter()
        .chain((0..30).map(|_| street.clone()));
    let polyline = |positions: &[CanvasPosition]| {
        let times: Vec<u32> = (0..positions.len() as u32).map(|i| 900 * i + i / 5 * 20_000).collect();
        // Values between a fifth and four fifths, unknown on every seventh edge.
        let row = |edge: usize| -> Integrals {
            let length = if edge % 7 == 3 { 0.0 } else { 20.0 * PIXEL as f32 };
            let value = |column: usize| 0.2 + ((edge + 3 * column) % 10) as f32 / 15.0;
            let mut row: Integrals = std::array::from_fn(|column| length * value(column));
            QUANTITIES.iter().for_each(|quantity| row[quantity.first_column()] = length);
            row
        };
        let integrals: Vec<Integrals> = (0..positions.len()).map(row).collect();
        let path = Path { positions, times: &times, integrals: &integrals, quantities: QuantitySet::ALL };
        Polyline::simplified(path, 24, layer.simplify)
    };
    lines.map(|line| Track { polylines: vec![polyline(&line)] }).collect()
}

fn draw(raster: &dyn Raster, layer: &'static Layer, grid: Grid) -> Result<Vec<Levels>> {
    let tracks = TrackSet::new(tracks(layer), 24);
    let lines = ZoomGeometry::new(&tracks, &tracks.select_all(), grid, TileFilter::ALL);
    let drawn = Mutex::new(Vec::new());
    // Values of all classes and steps.
    let values = (layer.value != Value::One).then(|| (0..tracks.len()).map(|track| (track % 4) as u8).collect());
    let drawing = Drawing { values, ..Drawing::of_all(layer) };
    let emit = |index: usize, _, levels: &Levels| {
        drawn.lock().expect("no thread panics while it pushes").push((index, levels.clone()));
        Ok(())
    };
    raster.render(&lines.scene(&[drawing]), &emit)?;
    let mut drawn = drawn.into_inner().expect("no thread panics while it pushes");
    drawn.sort_by_key(|(index, _)| *index);
    if drawn.len() != lines.plan.tiles().len() {
        bail!(
            "{} failed the self-test: it drew {} of {} tiles; update the graphics driver",
            raster.describe(),
            drawn.len(),
            lines.plan.tiles().len()
        );
    }
    Ok(drawn.into_iter().map(|(_, levels)| levels).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::LAYERS;
    use crate::engine::raster::{Emit, Scene};
    use crate::engine::tone::normalize::ColourTable;
    use crate::engine::tone::rgb::Rgba;

    /// Draws like the CPU, but adds `.0` to a level of the second tile and flips the bits `.1` in the
    /// green of the first pixel.
    struct Faulty(u8, u8);

    impl Raster for Faulty {
        fn describe(&self) -> String {
            "a faulty device".to_owned()
        }

        fn identity(&self) -> Option<String> {
            None
        }

        fn render(&self, scene: &Scene, emit: Emit) -> Result<()> {
            Cpu.render(scene, &|tile, drawing, levels| {
                let mut levels = levels.clone();
                levels.pixels[7] += if tile == 1 { self.0 } else { 0 };
                emit(tile, drawing, &levels)
            })
        }

        fn normalize(&self, normalization: Normalization) -> Result<ColourTable> {
            Cpu.normalize(normalization)
        }

        fn colour(&self, levels: &[u8], colour_table: &ColourTable) -> Result<Vec<Rgba>> {
            let mut colours = Cpu.colour(levels, colour_table)?;
            colours[0][1] ^= self.1;
            Ok(colours)
        }
    }

    #[test]
    fn a_device_that_draws_wrongly_is_rejected() {
        assert!(probe(&Cpu, &LAYERS[0]).is_ok());
        assert!(probe(&Faulty(1, 1), &LAYERS[0]).is_ok());
        let error = probe(&Faulty(2, 0), &LAYERS[0]).expect_err("two levels");
        assert!(error.to_string().contains("levels differ by up to 2 from"), "{error}");
        let error = probe(&Faulty(0, 2), &LAYERS[0]).expect_err("two of 255");
        assert!(error.to_string().contains("colours differ by up to 2 of"), "{error}");
    }
}

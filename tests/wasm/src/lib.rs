//! Draws one tile with the engine alone, to compare WebAssembly with the native build.

use std::sync::Mutex;

use trailglow::engine::accumulation::Value;
use trailglow::engine::drawing::Drawing;
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::mercator::{CanvasPosition, canvas_from_degrees, step};
use trailglow::engine::geometry::path::Path;
use trailglow::engine::geometry::polyline::{Polyline, Track};
use trailglow::engine::geometry::tile::TileCoord;
use trailglow::engine::layer::{LAYERS, Layer};
use trailglow::engine::png::{self, Compression};
use trailglow::engine::quantity::{Integrals, QuantitySet};
use trailglow::engine::raster::cpu::Cpu;
use trailglow::engine::raster::{Levels, Raster};
use trailglow::engine::tone::normalize::Normalization;
use trailglow::engine::tone::palette::Palette;
use trailglow::engine::tone::palettes::PALETTES;
use trailglow::engine::{TileFilter, TrackSet, draw_tiles};

#[cfg(target_arch = "wasm32")]
mod exports;

/// Columns of integrals that are lengths.
const LENGTH_COLUMNS: [usize; 4] = [0, 2, 4, 6];

const GRID: Grid = Grid { zoom: 13, tile_size: 256 };

/// Draws a line, given as longitude and latitude of each point in degrees, in a layer of [`LAYERS`]. Returns the tile
/// of the first point.
pub fn draw(degrees: &[f64], layer: usize) -> Levels {
    let points: Vec<CanvasPosition> =
        degrees.chunks_exact(2).map(|point| canvas_from_degrees(point[0], point[1])).collect();
    let [x, y] = points[0].map(|axis| axis >> GRID.tile_shift());
    let tile = TileCoord::new(GRID.zoom, x, y).expect("a position has a tile");
    let layer = &LAYERS[layer];
    // 400 seconds from vertex to vertex.
    let times: Vec<u32> = (0..points.len() as u32).map(|number| number * 400_000).collect();
    // Half of the scale of every quantity, all along the line.
    let row = |number: usize| -> Integrals {
        let step = number.checked_sub(1).map_or([0, 0], |before| step(points[before], points[number]));
        let length = (step[0] as f64).hypot(step[1] as f64) as f32;
        std::array::from_fn(|column| if LENGTH_COLUMNS.contains(&column) { length } else { 0.5 * length })
    };
    let integrals: Vec<Integrals> = (0..points.len()).map(row).collect();
    let path = Path { positions: &points, times: &times, integrals: &integrals, quantities: QuantitySet::ALL };
    let polyline = Polyline::simplified(path, GRID.pixel_zoom(), layer.simplify);
    let tracks = TrackSet::new(vec![Track { polylines: vec![polyline] }], GRID.pixel_zoom());
    let drawn = Mutex::new(None);
    let emit = |_, levels: &Levels| {
        *drawn.lock().expect("no thread panics") = Some(levels.clone());
        Ok(())
    };
    let values = (layer.value != Value::One).then(|| vec![1]);
    let drawing = Drawing { values, ..Drawing::of_all(layer) };
    let tiles = (GRID, TileFilter::Listed(&[tile]));
    let outcome = draw_tiles((&tracks, &tracks.select_all()), tiles, &drawing, &Cpu, &emit);
    outcome.expect("the CPU raster does not fail");
    drawn.into_inner().expect("no thread panics").expect("the line touches its first tile")
}

/// Encodes a tile as PNG, whose palette indices are the levels.
pub fn png(levels: &Levels, layer: usize) -> Vec<u8> {
    let Layer { code, tone, palettes: [name, _], .. } = LAYERS[layer];
    let row = PALETTES.iter().find(|row| row.name == name).expect("the palette of the layer is in the table");
    let (histogram, palette) = (&levels.histogram, &Palette::from(row));
    let normalization = Normalization { code, tone, zoom: GRID.zoom, histogram, palette };
    let colour_table = Cpu.normalize(normalization).expect("the CPU raster does not fail");
    png::png(&png::compress(levels, GRID.tile_size, Compression::Default), GRID.tile_size, &colour_table.entries)
}

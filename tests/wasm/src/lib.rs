//! A tile drawn by the engine alone, for a test that compares WebAssembly with this machine.

use std::sync::Mutex;

use trailglow::encode::{self, Compression};
use trailglow::geometry::grid::Grid;
use trailglow::geometry::mercator::{World, world_from_degrees};
use trailglow::geometry::strip::{Strips, Track};
use trailglow::layer::LAYERS;
use trailglow::plan::Plan;
use trailglow::raster::cpu::Cpu;
use trailglow::raster::profile::Profile;
use trailglow::raster::{Levels, Raster, Scene};
use trailglow::tile::TileCoord;
use trailglow::tone::palette::Palette;
use trailglow::tone::palettes::PALETTES;

#[cfg(target_arch = "wasm32")]
mod exports;

/// The pixels of the tile.
const GRID: Grid = Grid { zoom: 13, tile_size: 256 };

/// Draws a line, given as longitude and latitude of each of its points in turn: the tile of its first point. The layer is
/// a row of [`LAYERS`].
pub fn draw(degrees: &[f64], layer: usize) -> Levels {
    let points: Vec<World> = degrees.chunks_exact(2).map(|point| world_from_degrees(point[0], point[1])).collect();
    let [x, y] = points[0].map(|axis| axis >> GRID.tile_shift());
    let tile = TileCoord::new(GRID.zoom, x, y).expect("a position has a tile");
    let (layer, profile) = (&LAYERS[layer], Profile::new(GRID));
    let tracks = [Track { runs: vec![layer.accumulate.run(&points, GRID.pixel_zoom())] }];
    let strips = Strips::new(&tracks, GRID);
    let plan = Plan::of(&strips, GRID, profile.reach(), |other| other == tile);
    let drawn = Mutex::new(None);
    let emit = |_, levels: &Levels| {
        *drawn.lock().expect("nobody panics") = Some(levels.clone());
        Ok(())
    };
    let scene = Scene { grid: GRID, layer, profile, strips: &strips, plan: &plan };
    Cpu.render(&scene, &emit).expect("the CPU draws whatever it is given");
    drawn.into_inner().expect("nobody panics").expect("the line lies in the tile")
}

/// The tile as a picture: a PNG whose palette indices are the levels.
pub fn png(levels: &Levels, layer: usize) -> Vec<u8> {
    let palette = Palette::from(&PALETTES[0]);
    let tone = Cpu.normalize(LAYERS[layer].scale, &levels.histogram, &palette).expect("the CPU always can");
    encode::png(&encode::compress(levels, GRID.tile_size, Compression::Default), GRID.tile_size, &tone.entries)
}

//! Draws test scenes on the CPU and compares the pictures.

use std::collections::BTreeMap;
use std::sync::Mutex;

use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::mercator::CanvasPosition;
use trailglow::engine::geometry::polyline::Track;
use trailglow::engine::layer::{LAYERS, Layer};
use trailglow::engine::raster::cpu::Cpu;
use trailglow::engine::raster::profile::Profile;
use trailglow::engine::raster::{Levels, Raster};
use trailglow::engine::tone::histogram::Histogram;
use trailglow::engine::{TileFilter, TrackSet, ZoomGeometry};

use crate::scenes::{Movement, Scene, integrals, numbered, polyline, times, varied};

pub fn grid(zoom: u8) -> Grid {
    Grid { zoom, tile_size: 256 }
}

/// Levels of every non-empty tile, by column and row.
pub type Picture = BTreeMap<(u32, u32), Vec<u8>>;

fn tracks(scene: &Scene, layer: &Layer, movement_of: MovementOf) -> Vec<Track> {
    let polyline = |line: &Vec<CanvasPosition>| polyline(line, &movement_of(line), layer);
    let track = |lines: &Vec<Vec<CanvasPosition>>| Track { polylines: lines.iter().map(polyline).collect() };
    scene.activities.iter().map(track).collect()
}

/// Movement along a line.
pub type MovementOf = fn(&[CanvasPosition]) -> Movement;

pub fn draw_with(
    scene: &Scene,
    grid: Grid,
    profile: Profile,
    layer: &'static Layer,
    movement_of: MovementOf,
) -> (Picture, Histogram) {
    let tracks = TrackSet::new(tracks(scene, layer, movement_of), 24);
    let lines = ZoomGeometry::with_profile((&tracks, &tracks.select_all()), (grid, profile), TileFilter::ALL);
    let (picture, histogram) = (Mutex::new(Picture::new()), Mutex::new(Histogram::default()));
    let emit = |index: usize, _, levels: &Levels| {
        histogram.lock().expect("no panic").add(&levels.histogram);
        if levels.max() > 0 {
            let tile = lines.plan.tiles()[index];
            picture.lock().expect("no panic").insert((tile.x(), tile.y()), levels.pixels.clone());
        }
        Ok(())
    };
    Cpu.render(&lines.scene(&[numbered(scene.activities.len(), layer)]), &emit).expect("the CPU does not fail");
    (picture.into_inner().expect("no panic"), histogram.into_inner().expect("no panic"))
}

/// Movement at a steady speed with steady values, all known.
fn steady(line: &[CanvasPosition]) -> Movement {
    Movement {
        times: times(line, |_| (1.0, 0.0)),
        integrals: integrals(line, |_| [1.0, 0.3, 1.0, 0.6, 1.0, 0.7, 1.0, 0.4, 0.2]),
    }
}

pub fn draw_layer(scene: &Scene, grid: Grid, layer: &'static Layer) -> Picture {
    draw_with(scene, grid, Profile::new(grid), layer, varied).0
}

/// Draws a layer of activities that move steadily.
pub fn draw_steady(scene: &Scene, grid: Grid, layer: &'static Layer) -> Picture {
    draw_with(scene, grid, Profile::new(grid), layer, steady).0
}

/// Draws the layer of visits.
pub fn draw(scene: &Scene, grid: Grid) -> Picture {
    draw_layer(scene, grid, &LAYERS[0])
}

/// Largest difference in levels; a missing tile equals an empty one.
pub fn difference(a: &Picture, b: &Picture) -> u8 {
    let tiles = a.keys().chain(b.keys());
    let pixels = |picture: &Picture, tile| picture.get(tile).cloned().unwrap_or_default();
    let differences = tiles.map(|tile| {
        let (a, b) = (pixels(a, tile), pixels(b, tile));
        let level_at = |pixels: &Vec<u8>, i: usize| pixels.get(i).copied().unwrap_or(0);
        (0..a.len().max(b.len())).map(|i| level_at(&a, i).abs_diff(level_at(&b, i))).max().unwrap_or(0)
    });
    differences.max().unwrap_or(0)
}

#[test]
fn a_single_level_and_a_missing_tile_are_differences() {
    let tile = |level: u8| Picture::from([((3, 4), [vec![0; 65535], vec![level]].concat())]);
    assert_eq!(difference(&tile(7), &tile(8)), 1);
    assert_eq!(difference(&tile(7), &Picture::new()), 7);
    assert_eq!(difference(&tile(7), &tile(7)), 0);
}

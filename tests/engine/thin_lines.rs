//! A single thin line is visible along its whole length, at every zoom, direction and pixel offset.

use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::mercator::CanvasPosition;
use trailglow::engine::layer::Layer;
use trailglow::engine::raster::profile::Profile;
use trailglow::engine::tone::level_code::LevelCode;

use crate::drawing::{Picture, draw_steady};
use crate::scenes::{Scene, distinct_layers};

/// Layers whose levels are heat.
fn counting_layers() -> impl Iterator<Item = &'static Layer> {
    distinct_layers().filter(|layer| matches!(layer.code, LevelCode::Heat(_)))
}

/// Smallest peak heat along a line, in visits or passes. A line may run half a pixel from the pixel centres; at zoom 0,
/// where lines are thinnest, the profile is 0.68 at this distance: 11 of the 16 levels of one visit.
const MIN_PEAK_HEAT: f32 = 11.0 / 16.0;

/// Centre of the canvas, a corner of four tiles from zoom 1 on.
const MIDDLE: f64 = 2_147_483_648.0;

/// Directions: east, south.
const DIRECTIONS: [[f64; 2]; 8] =
    [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [3.0, 1.0], [1.0, -2.0], [16.0, 1.0], [-1.0, 40.0], [-7.0, 5.0]];

/// Offsets of the line within a pixel.
const OFFSETS: [[f64; 2]; 4] = [[0.0, 0.0], [0.5, 0.5], [0.25, 0.0], [0.125, 0.625]];

/// Straight line through the centre of the canvas, in pixels from the centre.
#[derive(Clone, Copy, Debug)]
struct Line {
    from: [f64; 2],
    to: [f64; 2],
}

impl Line {
    /// Line long enough for a dozen pixels outside the reach of its ends.
    fn new(direction: [f64; 2], offset: [f64; 2], grid: Grid) -> Self {
        let half = (f64::from(Profile::new(grid).reach()) * 1.5 + 12.0) / direction[0].hypot(direction[1]);
        let end = |sign: f64| std::array::from_fn(|axis| offset[axis] + (sign * half * direction[axis]).round());
        Self { from: end(-1.0), to: end(1.0) }
    }

    fn scene(self, grid: Grid) -> Scene {
        let unit = f64::from(1u32 << grid.pixel_shift());
        let place = |at: [f64; 2]| -> CanvasPosition { at.map(|axis| (MIDDLE + axis * unit) as u32) };
        Scene { activities: vec![vec![vec![place(self.from), place(self.to)]]] }
    }

    /// Highest level across the line for every pixel along it, except within reach of its ends.
    fn peak_levels(self, picture: &Picture, grid: Grid) -> Vec<u8> {
        let delta = [0, 1].map(|axis| self.to[axis] - self.from[axis]);
        let (main, side) = if delta[0].abs() >= delta[1].abs() { (0, 1) } else { (1, 0) };
        let margin = f64::from(Profile::new(grid).reach());
        let (first, last) = (self.from[main].min(self.to[main]) + margin, self.from[main].max(self.to[main]) - margin);
        let size = f64::from(grid.tile_size);
        let level = |pixel: [f64; 2]| {
            let pixel = pixel.map(|axis| MIDDLE / f64::from(1u32 << grid.pixel_shift()) + axis);
            let tile = pixel.map(|axis| (axis / size).floor());
            let [x, y] = [0, 1].map(|axis| (pixel[axis] - tile[axis] * size) as usize);
            let tile = picture.get(&(tile[0] as u32, tile[1] as u32));
            tile.map_or(0, |pixels| pixels[y * grid.tile_size as usize + x])
        };
        let across = |step: f64| {
            let share = (step + 0.5 - self.from[main]) / delta[main];
            let middle = (self.from[side] + share * delta[side]).floor();
            let pixel = |off: i32| {
                let mut pixel = [step; 2];
                pixel[side] = middle + f64::from(off);
                pixel
            };
            (-2..=2).map(|off| level(pixel(off))).max().unwrap_or(0)
        };
        let steps = first.ceil() as i32..last.floor() as i32;
        steps.map(|step| across(f64::from(step))).collect()
    }
}

/// Smallest peak heat along a line in a drawn scene.
fn min_peak_heat(line: Line, drawn: &Scene, grid: Grid, layer: &'static Layer) -> f32 {
    let peak_levels = line.peak_levels(&draw_steady(drawn, grid, layer), grid);
    assert!(peak_levels.len() >= 8, "only {} positions along {line:?}", peak_levels.len());
    let code = layer.code.heat_code().expect("a layer that counts");
    code.decode(peak_levels.into_iter().min().unwrap_or(0))
}

#[test]
fn a_thin_line_has_no_gap_at_any_zoom() {
    let (mut faults, mut least) = (Vec::new(), f32::INFINITY);
    for (layer, tile_size) in counting_layers().flat_map(|layer| [256, 512].map(|size| (layer, size))) {
        for grid in (0..=20).map(|zoom| Grid { zoom, tile_size }) {
            for (direction, offset) in DIRECTIONS.iter().flat_map(|way| OFFSETS.map(|offset| (*way, offset))) {
                let line = Line::new(direction, offset, grid);
                let found = min_peak_heat(line, &line.scene(grid), grid, layer);
                least = least.min(found);
                if found < MIN_PEAK_HEAT {
                    faults.push(format!("{}, {grid:?}, {direction:?} from {offset:?}: {found}", layer.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(least, MIN_PEAK_HEAT, "MIN_PEAK_HEAT is the exact minimum");
}

#[test]
fn a_gap_of_two_pixels_is_detected() {
    for layer in counting_layers() {
        for zoom in [0, 10] {
            let grid = Grid { zoom, tile_size: 256 };
            let line = Line::new([3.0, 1.0], [0.25, 0.0], grid);
            let [near, far] = [line.from, line.to];
            let part = |shares: [f64; 2]| {
                let [from, to] =
                    shares.map(|share| std::array::from_fn(|axis| near[axis] + share * (far[axis] - near[axis])));
                Line { from, to }.scene(grid).activities.remove(0)
            };
            let gap = Scene { activities: vec![[part([0.0, 0.46]), part([0.54, 1.0])].concat()] };
            let whole = min_peak_heat(line, &line.scene(grid), grid, layer);
            assert!(
                whole >= MIN_PEAK_HEAT && min_peak_heat(line, &gap, grid, layer) < MIN_PEAK_HEAT,
                "{}, zoom {zoom}",
                layer.name
            );
        }
    }
}

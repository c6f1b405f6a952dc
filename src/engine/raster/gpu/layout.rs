//! The structs that Rust and the shaders share, and how a scene becomes them.

use bytemuck::{Pod, Zeroable};

use crate::engine::geometry::grid::{Grid, LATTICE_STEPS};
use crate::engine::geometry::strip::{self, Strips};
use crate::engine::geometry::tile::TileCoord;
use crate::engine::raster::Scene;
use crate::engine::tiling::plan::StripRef;
use crate::engine::tone::heat_code::{HeatCode, LEVEL_COUNT};
use crate::engine::tone::palette::{self, Palette, StopPosition};
use crate::engine::tone::rgb::Rgba;

/// `Strip` of `strip.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Strip {
    /// Index of the first vertex.
    pub first: u32,
    /// Vertices.
    pub len: u32,
    /// Number of the activity.
    pub activity: u32,
    /// Makes the size a multiple of 16 bytes.
    pub padding: u32,
    /// Least x and y in pixels, seen from the first vertex.
    pub min: [f32; 2],
    /// Greatest x and y, likewise.
    pub max: [f32; 2],
}

impl Strip {
    /// A strip as the shader sees it, if its vertices are those from `start` on.
    pub fn new(strips: &Strips, strip: &strip::Strip, first_vertex: u32, grid: Grid) -> Self {
        let origin = strips.vertices[strip.first as usize].map(i64::from);
        let from_origin = |corner: [i64; 2]| std::array::from_fn(|axis| grid.pixels(corner[axis] - origin[axis]));
        Self {
            first: first_vertex,
            len: strip.len,
            activity: strip.activity,
            padding: 0,
            min: from_origin(strip.min),
            max: from_origin(strip.max),
        }
    }
}

/// `StripRef` of `strip.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct PlacedStrip {
    /// Index of the strip.
    pub strip: u32,
    /// Place of the tile in the atlas.
    pub slot: u32,
    /// First vertex in lattice steps from the tile's corner.
    pub start: [i32; 2],
}

impl PlacedStrip {
    /// A strip, the device's `device_index`th, as the tile in a slot of the atlas sees it. Strips begin within 16 edges of
    /// 16,384 pixels of the tile: 26 bits of lattice steps.
    pub fn new(scene: &Scene, tile: TileCoord, slot: usize, strip_ref: StripRef, device_index: u32) -> Self {
        let strip = &scene.strips.strips[strip_ref.strip as usize];
        let vertex = scene.strips.vertices[strip.first as usize];
        let units = scene.grid.units_from_corner(tile, strip_ref.wrap, vertex);
        let shift = scene.grid.pixel_shift();
        let to_lattice = |units: i64| ((units * i64::from(LATTICE_STEPS)) >> shift) as i32;
        Self { strip: device_index, slot: slot as u32, start: units.map(to_lattice) }
    }
}

/// `StripRange` of `visit.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable, PartialEq)]
pub struct StripRange {
    /// Place of the tile in the atlas.
    pub slot: u32,
    /// Index of the first strip in the batch.
    pub first: u32,
    /// Strips.
    pub count: u32,
    /// Whether the atlas holds heat of the same tile.
    pub accumulate: u32,
}

/// `Normalization` of `normalize.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Normalization {
    /// Level of one unit of heat.
    pub unit_level: u32,
    /// Levels per doubling.
    pub per_octave: f32,
    /// Stops of the palette.
    pub stop_count: u32,
    /// 1 if positions come from the curve.
    pub follows_curve: u32,
}

impl Normalization {
    /// What the shader needs to know of a code and a palette.
    pub fn new(code: HeatCode, palette: &Palette) -> Self {
        Self {
            unit_level: code.unit_level.into(),
            per_octave: code.per_octave.into(),
            stop_count: palette.stops.len() as u32,
            follows_curve: palette.follows_curve.into(),
        }
    }
}

/// `Stop` of `normalize.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Stop {
    /// Channels from 0 to 1.
    pub colour: [f32; 3],
    /// Position on the palette.
    pub position: f32,
    /// Level at whose position it lies instead; `LEVEL_COUNT` if none.
    pub level: u32,
    /// Makes the size a multiple of 16 bytes.
    pub padding: [u32; 3],
}

impl Stop {
    /// A stop of a palette.
    pub fn new(code: HeatCode, palette::Stop { position, colour }: palette::Stop) -> Self {
        let (position, level) = match position {
            StopPosition::Share(share) => (share, LEVEL_COUNT as u32),
            StopPosition::Heat(heat) => (0.0, code.encode(heat).into()),
        };
        Self { colour: colour.map(|channel| f32::from(channel) / 255.0), position, level, padding: [0; 3] }
    }
}

/// `Entry` of `normalize.wgsl`: what a level becomes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Entry {
    /// Position on the curve.
    pub position: f32,
    /// Colour, the lowest byte first.
    pub colour: Rgba,
}

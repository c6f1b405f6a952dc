//! Structs that Rust and the shaders share, built from a scene. The WGSL files document the fields.

use bytemuck::{Pod, Zeroable};

use crate::engine::geometry::grid::{Grid, LATTICE_STEPS};
use crate::engine::geometry::strip::{self, Strips};
use crate::engine::geometry::tile::TileCoord;
use crate::engine::raster::Scene;
use crate::engine::tiling::plan::StripRef;
use crate::engine::tone::curve::CurveShape;
use crate::engine::tone::heat_code::{HeatCode, LEVEL_COUNT};
use crate::engine::tone::palette::{self, Palette, StopPosition};
use crate::engine::tone::rgb::Rgba;

/// `Strip` of `strip.wgsl`: vertices, activity, and bounding box in pixels from the first vertex.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[expect(missing_docs, reason = "strip.wgsl documents the fields")]
pub struct Strip {
    pub first: u32,
    pub len: u32,
    pub activity: u32,
    pub padding: u32,
    pub min: [f32; 2],
    pub max: [f32; 2],
}

impl Strip {
    /// Converts a strip whose vertices begin at `first_vertex` of the vertex buffer.
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

/// `PlacedStrip` of `strip.wgsl`: a strip in the slot of a tile. The first vertex of the strip is at `start`, in
/// lattice steps from the north-west corner of the tile.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[expect(missing_docs, reason = "strip.wgsl documents the fields")]
pub struct PlacedStrip {
    pub strip: u32,
    pub slot: u32,
    pub start: [i32; 2],
}

impl PlacedStrip {
    /// Places the strip at `device_index` of the strip buffer into a tile. A strip begins within about 16 edges of
    /// 16,384 pixels of the tile: 2^26 lattice steps, which fit i32.
    pub fn new(scene: &Scene, tile: TileCoord, slot: usize, strip_ref: StripRef, device_index: u32) -> Self {
        let strip = &scene.strips.strips[strip_ref.strip as usize];
        let vertex = scene.strips.vertices[strip.first as usize];
        let units = scene.grid.units_from_corner(tile, strip_ref.wrap, vertex);
        let shift = scene.grid.pixel_shift();
        let to_lattice = |units: i64| ((units * i64::from(LATTICE_STEPS)) >> shift) as i32;
        Self { strip: device_index, slot: slot as u32, start: units.map(to_lattice) }
    }
}

/// `StripRange` of `visit.wgsl`: the part of a tile that one dispatch or, with `splat.wgsl`, one draw call draws.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable, PartialEq)]
#[expect(missing_docs, reason = "visit.wgsl documents the fields")]
pub struct StripRange {
    pub slot: u32,
    pub first: u32,
    pub count: u32,
    pub accumulate: u32,
}

/// `Carry` of `carry.wgsl`: a tile whose blended digits are added to its sums.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable, PartialEq)]
#[expect(missing_docs, reason = "carry.wgsl documents the fields")]
pub struct Carry {
    pub slot: u32,
    pub accumulate: u32,
}

/// `Normalization` of `normalize.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[expect(missing_docs, reason = "normalize.wgsl documents the fields")]
pub struct Normalization {
    pub unit_level: u32,
    pub per_octave: f32,
    pub stop_count: u32,
    pub follows_curve: u32,
    pub rank: f32,
    pub exponent: f32,
    pub rank_octaves: f32,
}

impl Normalization {
    /// Uniforms for a level code, a zoom and a palette.
    pub fn new(code: HeatCode, zoom: u8, palette: &Palette) -> Self {
        let CurveShape { rank, exponent, rank_octaves } = CurveShape::of_zoom(zoom);
        Self {
            unit_level: code.unit_level.into(),
            per_octave: code.per_octave,
            stop_count: palette.stops.len() as u32,
            follows_curve: palette.follows_curve.into(),
            rank,
            exponent,
            rank_octaves,
        }
    }
}

/// `Stop` of `normalize.wgsl`, padded to a multiple of 16 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[expect(missing_docs, reason = "normalize.wgsl documents the fields")]
pub struct Stop {
    pub colour: [f32; 3],
    pub position: f32,
    pub level: u32,
    pub padding: [u32; 3],
}

impl Stop {
    /// Converts a stop. A stop at a share keeps its position and gets the level `LEVEL_COUNT`, which marks no level; a
    /// stop at a heat gets the level of that heat.
    pub fn new(code: HeatCode, palette::Stop { position, colour }: palette::Stop) -> Self {
        let (position, level) = match position {
            StopPosition::Share(share) => (share, LEVEL_COUNT as u32),
            StopPosition::Heat(heat) => (0.0, code.encode(heat).into()),
        };
        Self { colour: colour.map(|channel| f32::from(channel) / 255.0), position, level, padding: [0; 3] }
    }
}

/// `Entry` of `normalize.wgsl`: position and colour of a level.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[expect(missing_docs, reason = "normalize.wgsl documents the fields")]
pub struct Entry {
    pub position: f32,
    pub colour: Rgba,
}

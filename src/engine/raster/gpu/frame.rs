//! Uniforms of the drawing shaders.

use bytemuck::{Pod, Zeroable};

use crate::engine::drawing::Drawing;
use crate::engine::geometry::grid::LATTICE_STEPS;
use crate::engine::raster::Scene;
use crate::engine::raster::time_unit::TimeUnit;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::value_code::ValueCode;

/// `Frame` of `frame.wgsl`, which documents the fields.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[expect(missing_docs, reason = "frame.wgsl documents the fields")]
pub struct Frame {
    pub tile_size: u32,
    pub atlas_tiles: u32,
    pub shift_right: u32,
    pub shift_left: u32,
    pub half_width: f32,
    pub falloff: f32,
    pub reach: f32,
    pub falloffs_per_pixel: f32,
    pub along_per_pixel: f32,
    pub unit_level: f32,
    pub per_octave: f32,
    pub max_level: f32,
    pub quanta_per_unit: f32,
    pub largest: f32,
    pub channels: u32,
    pub rank_mask: u32,
    pub per_line: f32,
    pub per_stay: f32,
    pub range_start: f32,
    pub range_end: f32,
    pub value_kind: u32,
}

impl Frame {
    /// Uniforms of a drawing of a scene in an atlas with `atlas_tiles` slots along its side.
    pub fn new(scene: &Scene, &Drawing { layer, range, .. }: &Drawing, atlas_tiles: u32) -> Self {
        let shift = scene.grid.pixel_shift();
        let heat_code = layer.code.heat_code();
        let rank_mask = if let LevelCode::Step(code) = layer.code { code.rank_mask() } else { 0 };
        let time_unit = TimeUnit::new(scene.grid, scene.profile);
        Self {
            tile_size: scene.grid.tile_size,
            atlas_tiles,
            shift_right: shift.saturating_sub(LATTICE_STEPS.ilog2()),
            shift_left: LATTICE_STEPS.ilog2().saturating_sub(shift),
            half_width: scene.profile.half_width,
            falloff: scene.profile.falloff,
            reach: scene.profile.reach(),
            falloffs_per_pixel: 1.0 / scene.profile.falloff,
            along_per_pixel: 1.0 / scene.profile.falloff_along(),
            unit_level: heat_code.map_or(0.0, |code| code.unit_level.into()),
            per_octave: heat_code.map_or(0.0, |code| code.per_octave),
            max_level: heat_code.map_or(0.0, |code| code.max_level.into()),
            quanta_per_unit: layer.quantum.per_unit(),
            largest: layer.quantum.largest,
            channels: layer.code.channels() as u32,
            rank_mask,
            per_line: time_unit.per_line,
            per_stay: time_unit.per_stay,
            range_start: range[0],
            range_end: range[1],
            value_kind: match layer.code {
                LevelCode::Value(ValueCode::Sum) => 1,
                LevelCode::Value(ValueCode::Apart) => 2,
                _ => 0,
            },
        }
    }
}

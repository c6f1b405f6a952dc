//! What every shader that draws knows of a zoom and of the atlas.

use bytemuck::{Pod, Zeroable};

use crate::engine::geometry::grid::LATTICE_STEPS;
use crate::engine::raster::Scene;
use crate::engine::tone::level_code::LevelCode;

/// `Frame` of `frame.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Frame {
    /// Pixels along the side of a tile.
    pub tile_size: u32,
    /// Tiles along the side of the atlas.
    pub atlas_tiles: u32,
    /// Canvas units become lattice steps by a shift to the right, ...
    pub shift_right: u32,
    /// ... or, where the canvas is coarser than that, to the left.
    pub shift_left: u32,
    /// Half width of a line in pixels.
    pub half_width: f32,
    /// Pixels in which the heat falls from there.
    pub falloff: f32,
    /// Pixels from the middle of a line to where the heat ends.
    pub reach: f32,
    /// Level of one unit of heat.
    pub unit_level: f32,
    /// Levels per doubling.
    pub per_octave: f32,
}

impl Frame {
    /// What the shaders need to know of a scene, drawn into an atlas of so many tiles along its side.
    pub fn new(scene: &Scene, atlas_tiles: u32) -> Self {
        let shift = scene.grid.pixel_shift();
        let LevelCode::Heat(code) = scene.layer.code;
        Self {
            tile_size: scene.grid.tile_size,
            atlas_tiles,
            shift_right: shift.saturating_sub(LATTICE_STEPS.ilog2()),
            shift_left: LATTICE_STEPS.ilog2().saturating_sub(shift),
            half_width: scene.profile.half_width,
            falloff: scene.profile.falloff,
            reach: scene.profile.reach(),
            unit_level: code.unit_level.into(),
            per_octave: code.per_octave.into(),
        }
    }
}

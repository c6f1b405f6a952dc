//! Passes: every edge adds the exact line integral of the blurred line profile, so that laps and both directions count.
//!
//! The heat of an edge at a pixel is the profile of the distance across the edge, times a share along it: the
//! difference of [`blur_integral`] at the two ends. On a straight line the terms of a shared vertex cancel, so the sum
//! does not depend on how densely a device recorded. A dot has length 0 and adds nothing.

use super::accumulator::{Accumulator, LANES};
use super::oriented_rect::OrientedRect;
use crate::engine::geometry::strip::step;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::layer::Layer;
use crate::engine::raster::Scene;
use crate::engine::raster::profile::{Profile, blur_integral};
use crate::engine::tiling::clip_mask::ClipMask;
use crate::engine::tiling::plan::StripRef;

/// Adds all passes of the tile at `index` of the plan.
pub fn splat(scene: &Scene, index: usize, accumulator: &mut Accumulator) {
    let (tile, clip_mask) = (scene.plan.tiles()[index], scene.plan.clip_mask_of(index));
    splat_tile(scene, tile, scene.plan.strips_of(index), clip_mask, accumulator);
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2", "x86_64+sse4.1"))]
fn splat_tile(
    scene: &Scene,
    tile: TileCoord,
    refs: &[StripRef],
    clip_mask: Option<&ClipMask>,
    accumulator: &mut Accumulator,
) {
    let grid = scene.grid;
    for strip_ref in refs {
        let vertices = scene.strips.vertices_of(&scene.strips.strips[strip_ref.strip as usize]);
        let mut start_units = grid.units_from_corner(tile, strip_ref.wrap, vertices[0]);
        for pair in vertices.windows(2) {
            let step = step(pair[0], pair[1]);
            let [start, delta] = [start_units, step].map(|units| units.map(|axis| grid.pixels(axis)));
            if clip_mask.is_none_or(|clip_mask| clip_mask.meets(start, delta, scene.profile.reach())) {
                add_edge(accumulator, start, delta, (scene.profile, scene.layer));
            }
            start_units = [start_units[0] + step[0], start_units[1] + step[1]];
        }
    }
}

/// Adds an edge from `start` by `delta` pixels.
#[inline(always)]
fn add_edge(accumulator: &mut Accumulator, start: [f32; 2], delta: [f32; 2], (profile, layer): (Profile, &Layer)) {
    let [dx, dy] = delta;
    let length = (dx * dx + dy * dy).sqrt();
    let (size, falloff_along) = (accumulator.size as f32, profile.falloff_along());
    let rect = OrientedRect::new(start, delta, [-falloff_along, length + falloff_along], profile.reach(), size);
    let Some(rect) = rect.filter(|_| length > 0.0) else { return };
    let along = [dx / length, dy / length];
    for top in rect.rows().step_by(LANES) {
        let spans = rect.spans(top, size);
        spans.mark_blocks(&mut accumulator.sum_blocks[top..]);
        let rows = accumulator.sum[top * accumulator.size..].chunks_exact_mut(accumulator.size);
        for (row, row_pixels) in rows.take((rect.rows().end - top).min(LANES)).enumerate() {
            add_edge_row(
                &mut row_pixels[spans.columns(row)],
                [spans.ex[row], spans.ey[row]],
                (along, length),
                (profile, layer),
            );
        }
    }
}

/// Adds an edge of unit direction `[ux, uy]` to a span of a row, whose first pixel begins `ex` pixels east and whose
/// centres are `ey` pixels south of the first vertex.
#[inline(always)]
fn add_edge_row(
    pixels: &mut [f64],
    [mut ex, ey]: [f32; 2],
    ([ux, uy], length): ([f32; 2], f32),
    (profile, layer): (Profile, &Layer),
) {
    // Units of the falloff along and across the edge.
    let [per_along, per_across] = [1.0 / profile.falloff_along(), 1.0 / profile.falloff];
    let [length, half_width] = [length * per_along, profile.half_width * per_across];
    let [ux_along, uy_along, ux_across, uy_across] = [ux * per_along, uy * per_along, ux * per_across, uy * per_across];
    let (combine, rounding) = (layer.accumulation.combine, layer.quantum.rounding());
    for lanes in pixels.as_chunks_mut::<LANES>().0 {
        // Two loops: one with both f32 and f64 would be compiled to vectors of as few f32 as f64.
        let mut heat = [0.0; LANES];
        for (lane, heat) in heat.iter_mut().enumerate() {
            let ex = ex + (lane as f32 + 0.5);
            let (along, across) = (ex * ux_along + ey * uy_along, ex * uy_across - ey * ux_across);
            let share = blur_integral(along) - blur_integral(along - length);
            *heat = Profile::heat_in_falloff(across.abs() - half_width) * share;
        }
        for (sum, heat) in lanes.iter_mut().zip(heat) {
            *sum = combine.apply(*sum, heat, rounding);
        }
        ex += LANES as f32;
    }
}

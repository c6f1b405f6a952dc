//! Passes: every edge adds the exact line integral of the blurred profile, so that laps and both directions count.
//!
//! The profile is separable along and across an edge. Along it, the integral telescopes: where one edge ends and
//! the next goes straight on, what one stops short of the other adds, however densely a device recorded.

use super::accumulator::{Accumulator, LANES};
use super::slab::Slab;
use crate::engine::accumulation::Combine;
use crate::engine::geometry::strip::step;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::raster::Scene;
use crate::engine::raster::profile::{Profile, blur_integral};
use crate::engine::tiling::clip_mask::ClipMask;
use crate::engine::tiling::plan::StripRef;

/// Adds all passes of the tile at `index` of the scene's plan to the canvas.
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
    let (grid, combine) = (scene.grid, scene.layer.accumulation.combine);
    for reference in refs {
        let vertices = scene.strips.vertices_of(&scene.strips.strips[reference.strip as usize]);
        let mut from = grid.units_from_corner(tile, reference.turns, vertices[0]);
        for pair in vertices.windows(2) {
            let step = step(pair[0], pair[1]);
            let [place, delta] = [from, step].map(|units| units.map(|axis| grid.pixels(axis)));
            if clip_mask.is_none_or(|clip_mask| clip_mask.meets(place, delta, scene.profile.reach())) {
                add_edge(accumulator, place, delta, (scene.profile, combine));
            }
            from = [from[0] + step[0], from[1] + step[1]];
        }
    }
}

/// Adds one edge.
#[inline(always)]
fn add_edge(accumulator: &mut Accumulator, from: [f32; 2], delta: [f32; 2], (profile, combine): (Profile, Combine)) {
    let [dx, dy] = delta;
    let length = (dx * dx + dy * dy).sqrt();
    let (size, falloff_along) = (accumulator.size as f32, profile.falloff_along());
    let slab = Slab::new(from, delta, [-falloff_along, length + falloff_along], profile.reach(), size);
    let Some(slab) = slab.filter(|_| length > 0.0) else { return };
    let along = [dx / length, dy / length];
    for top in slab.rows().step_by(LANES) {
        let runs = slab.runs(top, size);
        runs.mark(&mut accumulator.sum_blocks[top..]);
        let lines = accumulator.sum[top * accumulator.size..].chunks_exact_mut(accumulator.size);
        for (row, line) in lines.take((slab.rows().end - top).min(LANES)).enumerate() {
            add_edge_row(&mut line[runs.of(row)], [runs.ex[row], runs.ey[row]], (along, length), (profile, combine));
        }
    }
}

/// Adds one edge, given by its direction and length, to the runs of a row. The first pixel begins `ex` east of the first
/// vertex, all centres lie `ey` south of it.
#[inline(always)]
fn add_edge_row(
    runs: &mut [f32],
    [mut ex, ey]: [f32; 2],
    ([ux, uy], length): ([f32; 2], f32),
    (profile, combine): (Profile, Combine),
) {
    let per_falloff = 1.0 / profile.falloff_along();
    for lanes in runs.as_chunks_mut::<LANES>().0 {
        for (lane, sum) in lanes.iter_mut().enumerate() {
            let ex = ex + (lane as f32 + 0.5);
            let (along, across) = (ex * ux + ey * uy, ex * uy - ey * ux);
            let share = blur_integral(along * per_falloff) - blur_integral((along - length) * per_falloff);
            *sum = combine.with(*sum, profile.heat(across * across) * share);
        }
        ex += LANES as f32;
    }
}

//! Passes and time: every edge adds the exact line integral of the blurred line profile, so that laps and both directions
//! count.
//!
//! The heat of an edge at a pixel is the profile of the distance across the edge, times a share along it: the
//! difference of [`blur_integral`] at the two ends. On a straight line the terms of a shared vertex cancel, so the sum
//! does not depend on how densely a device recorded. For passes, a dot has length 0 and adds nothing. For time, the heat
//! has a [weight](TimeUnit::weight), and a stay adds the profile of the distance.

use super::accumulator::Accumulator;
use super::blocks::LANES;
use super::oriented_rect::OrientedRect;
use super::store::Store;
use super::sum_store::SumPlane;
use crate::engine::accumulation::{Measure, PerActivity};
use crate::engine::drawing::Drawing;
use crate::engine::geometry::mercator::step;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::quantum::Rounding;
use crate::engine::raster::Scene;
use crate::engine::raster::length_unit;
use crate::engine::raster::profile::{Profile, blur_integral};
use crate::engine::raster::time_unit::TimeUnit;
use crate::engine::tiling::clip_mask::ClipMask;
use crate::engine::tiling::plan::StripRef;

/// Adds all edges of the tile at `index` of the plan to the store of a drawing.
pub fn splat(scene: &Scene, index: usize, drawing: usize, accumulator: &mut Accumulator) {
    let (size, store) = (accumulator.size, &mut accumulator.stores[drawing]);
    let (tile, clip_mask) = (scene.plan.tiles()[index], scene.plan.clip_mask_of(index));
    splat_tile((scene, &scene.drawings[drawing]), tile, scene.plan.strips_of(index), clip_mask, (size, store));
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2", "x86_64+sse4.1"))]
fn splat_tile(
    (scene, drawing): (&Scene, &Drawing),
    tile: TileCoord,
    refs: &[StripRef],
    clip_mask: Option<&ClipMask>,
    (size, store): (usize, &mut Store),
) {
    let grid = scene.grid;
    let time_unit = match drawing.layer.per_activity {
        PerActivity::Integral(Measure::Time) => Some(TimeUnit::new(grid, scene.profile)),
        PerActivity::Integral(Measure::Length) | PerActivity::Nearest => None,
    };
    for strip_ref in refs {
        let strip = &scene.strips.strips[strip_ref.strip as usize];
        let sums = drawing.value_of(strip.activity).and_then(|value| store.sums_of(value));
        let Some(sums) = sums else { continue };
        let (vertices, times) = (scene.strips.vertices_of(strip), scene.strips.times_of(strip));
        let mut start_units = grid.units_from_corner(tile, strip_ref.wrap, vertices[0]);
        for (edge, pair) in vertices.windows(2).enumerate() {
            let step = step(pair[0], pair[1]);
            let [start, delta] = [start_units, step].map(|units| units.map(|axis| grid.pixels(axis)));
            let length = length(delta);
            let weight = match time_unit {
                None => length_unit::weight(length),
                Some(unit) => times.get(edge..edge + 2).map_or(0.0, |times| unit.weight(times[1] - times[0], length)),
            };
            let is_seen = || clip_mask.is_none_or(|clip_mask| clip_mask.meets(start, delta, scene.profile.reach()));
            if weight > 0.0 && is_seen() {
                add_edge((size, sums), start, delta, scene.profile, weight);
            }
            start_units = [start_units[0] + step[0], start_units[1] + step[1]];
        }
    }
}

#[inline(always)]
fn length([dx, dy]: [f32; 2]) -> f32 {
    (dx * dx + dy * dy).sqrt()
}

/// Adds an edge from `start` by `delta` pixels; an edge of length 0 is a stay.
#[inline(always)]
fn add_edge((side, plane): (usize, &mut SumPlane), start: [f32; 2], delta: [f32; 2], profile: Profile, weight: f32) {
    let [dx, dy] = delta;
    let (size, length) = (side as f32, length(delta));
    let reach_along = if length > 0.0 { profile.reach_along() } else { profile.reach() };
    let rect = OrientedRect::new(start, delta, [-reach_along, length + reach_along], profile.reach(), size);
    let Some(rect) = rect else { return };
    let edge = ScaledEdge::new([dx / length, dy / length], length, profile, weight);
    for top in rect.rows().step_by(LANES) {
        let spans = rect.spans(top, size);
        spans.mark_blocks(&mut plane.blocks[top..]);
        let rows = plane.sums[top * side..].chunks_exact_mut(side);
        for (row, row_pixels) in rows.take((rect.rows().end - top).min(LANES)).enumerate() {
            let (pixels, offset) = (&mut row_pixels[spans.columns(row)], [spans.ex[row], spans.ey[row]]);
            if length > 0.0 {
                add_edge_row(pixels, offset, &edge, plane.rounding);
            } else {
                add_stay_row(pixels, offset, (profile, weight), plane.rounding);
            }
        }
    }
}

/// An edge and its profile, with lengths along and across the edge in units of the falloff in that direction.
struct ScaledEdge {
    /// Position along the edge per pixel eastward and southward.
    along: [f32; 2],
    /// Distance from the line of the edge per pixel eastward and southward; one side is negative.
    across: [f32; 2],
    length: f32,
    half_width: f32,
    weight: f32,
}

impl ScaledEdge {
    /// An edge of a unit direction and a length in pixels.
    #[inline(always)]
    fn new([ux, uy]: [f32; 2], length: f32, profile: Profile, weight: f32) -> Self {
        let (per_along, per_across) = (1.0 / profile.falloff_along(), 1.0 / profile.falloff);
        Self {
            along: [ux * per_along, uy * per_along],
            across: [uy * per_across, -ux * per_across],
            length: length * per_along,
            half_width: profile.half_width * per_across,
            weight,
        }
    }
}

/// Adds an edge to a span of a row, whose first pixel begins `ex` pixels east and whose centres are `ey` pixels south of
/// the first vertex.
#[inline(always)]
fn add_edge_row(pixels: &mut [f64], [mut ex, ey]: [f32; 2], edge: &ScaledEdge, rounding: Rounding) {
    let ScaledEdge { along: [x_along, y_along], across: [x_across, y_across], length, half_width, weight } = *edge;
    for lanes in pixels.as_chunks_mut::<LANES>().0 {
        // The addition in f64 has a loop of its own: in one loop, the heat would also be computed in vectors of as few
        // f32 as f64.
        let mut heat = [0.0; LANES];
        for (lane, heat) in heat.iter_mut().enumerate() {
            let ex = ex + (lane as f32 + 0.5);
            let (along, across) = (ex * x_along + ey * y_along, ex * x_across + ey * y_across);
            let share = blur_integral(along) - blur_integral(along - length);
            // Where rounding makes the share negative and the heat is below 0, too, their product is below 1e-13, or 1e-6
            // with the largest weight: less than half a quantum.
            *heat = Profile::heat_beyond_half_width(across.abs() - half_width) * share * weight;
        }
        for (sum, heat) in lanes.iter_mut().zip(heat) {
            *sum = rounding.add(*sum, heat);
        }
        ex += LANES as f32;
    }
}

/// Adds a stay to a span of a row, see [`add_edge_row`].
#[inline(always)]
fn add_stay_row(pixels: &mut [f64], [ex, ey]: [f32; 2], (profile, weight): (Profile, f32), rounding: Rounding) {
    for (column, sum) in pixels.iter_mut().enumerate() {
        let ex = ex + (column as f32 + 0.5);
        *sum = rounding.add(*sum, profile.heat((ex * ex + ey * ey).sqrt()) * weight);
    }
}

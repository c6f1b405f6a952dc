//! Passes, time and means: every edge adds the exact line integral of the blurred line profile, so that laps and both
//! directions count.
//!
//! The heat of an edge at a pixel is the profile of the distance across the edge, times a share along it: the
//! difference of [`blur_integral`] at the two ends. On a straight line the terms of a shared vertex cancel, so the sum
//! does not depend on how densely a device recorded. For passes, a dot has length 0 and adds nothing. For time, the heat
//! has a [weight](TimeUnit::weight), and a stay adds the profile of the distance. Means add up the heat of the edges of an
//! activity, weighted with the values there, and take a quotient at its end.

use super::accumulator::Accumulator;
use super::blocks::LANES;
use super::oriented_rect::OrientedRect;
use crate::engine::accumulation::{Measure, PerActivity};
use crate::engine::geometry::edge_values::EdgeValues;
use crate::engine::geometry::mercator::step;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::quantity::{Quantity, QuantitySet};
use crate::engine::raster::Scene;
use crate::engine::raster::length_unit;
use crate::engine::raster::profile::{Profile, blur_integral};
use crate::engine::raster::time_unit::TimeUnit;
use crate::engine::tiling::clip_mask::ClipMask;
use crate::engine::tiling::plan::StripRef;

/// Adds all edges of the tile at `index` of the plan to the stores of the drawings of integrals.
pub fn splat(scene: &Scene, index: usize, accumulator: &mut Accumulator) {
    let (tile, clip_mask) = (scene.plan.tiles()[index], scene.plan.clip_mask_of(index));
    splat_tile(scene, tile, scene.plan.strips_of(index), clip_mask, accumulator);
}

/// A drawing that shows the current activity.
struct Target {
    /// Number of the drawing.
    drawing: usize,
    /// Value of the activity.
    value: u8,
    measure: Measure,
    /// Weight of the current edge.
    weight: f32,
}

/// Drawings that show the current activity.
#[derive(Default)]
struct Targets {
    sums: Vec<Target>,
    /// Numbers and quantities of the drawings of means.
    means: Vec<(usize, Quantity)>,
    /// Quantities of these drawings.
    quantities: QuantitySet,
}

impl Targets {
    fn of(scene: &Scene, activity: u32) -> Self {
        let mut targets = Self::default();
        for (drawing, row) in scene.drawings.iter().enumerate() {
            match (row.layer.per_activity, row.value_of(activity)) {
                (PerActivity::Integral(measure), Some(value)) => {
                    targets.sums.push(Target { drawing, value, measure, weight: 0.0 });
                }
                (PerActivity::Mean(quantity), Some(_)) => {
                    targets.means.push((drawing, quantity));
                    targets.quantities.insert(quantity);
                }
                (PerActivity::Nearest, _) | (_, None) => {}
            }
        }
        targets
    }

    fn is_empty(&self) -> bool {
        self.sums.is_empty() && self.means.is_empty()
    }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2", "x86_64+sse4.1"))]
fn splat_tile(
    scene: &Scene,
    tile: TileCoord,
    refs: &[StripRef],
    clip_mask: Option<&ClipMask>,
    accumulator: &mut Accumulator,
) {
    let (grid, time_unit) = (scene.grid, TimeUnit::new(scene.grid, scene.profile));
    let (mut activity, mut targets) = (None, Targets::default());
    for strip_ref in refs {
        let strip = &scene.strips.strips[strip_ref.strip as usize];
        if activity != Some(strip.activity) {
            activity = Some(strip.activity);
            accumulator.means.add_activity(&mut accumulator.stores, &targets.means, scene.profile);
            targets = Targets::of(scene, strip.activity);
        }
        if targets.is_empty() {
            continue;
        }
        let (vertices, times) = (scene.strips.vertices_of(strip), scene.strips.times_of(strip));
        let mut start_units = grid.units_from_corner(tile, strip_ref.wrap, vertices[0]);
        for (edge, pair) in vertices.windows(2).enumerate() {
            let step = step(pair[0], pair[1]);
            let [start, delta] = [start_units, step].map(|units| units.map(|axis| grid.pixels(axis)));
            let length = length(delta);
            let end_vertex = strip.first as usize + edge + 1;
            let mut is_heavy = length > 0.0 && !targets.means.is_empty();
            for target in &mut targets.sums {
                target.weight = match target.measure {
                    Measure::Length => length_unit::weight(length),
                    Measure::Time => {
                        times.get(edge..edge + 2).map_or(0.0, |times| time_unit.weight(times[1] - times[0], length))
                    }
                };
                is_heavy |= target.weight > 0.0;
            }
            let is_seen = || clip_mask.is_none_or(|clip_mask| clip_mask.meets(start, delta, scene.profile.reach()));
            if is_heavy && is_seen() {
                add_edge(accumulator, (start, delta), scene.profile, &targets, (&scene.strips.values, end_vertex));
            }
            start_units = [start_units[0] + step[0], start_units[1] + step[1]];
        }
    }
    accumulator.means.add_activity(&mut accumulator.stores, &targets.means, scene.profile);
}

#[inline(always)]
fn length([dx, dy]: [f32; 2]) -> f32 {
    (dx * dx + dy * dy).sqrt()
}

/// Adds an edge from `start` by `delta` pixels, which ends at `end_vertex`; an edge of length 0 is a stay, which counts in
/// no mean.
#[inline(always)]
fn add_edge(
    Accumulator { size: side, stores, edge_heat, means, .. }: &mut Accumulator,
    (start, delta): ([f32; 2], [f32; 2]),
    profile: Profile,
    targets: &Targets,
    (values, end_vertex): (&EdgeValues, usize),
) {
    let [dx, dy] = delta;
    let (size, length) = (*side as f32, length(delta));
    let reach_along = if length > 0.0 { profile.reach_along() } else { profile.reach() };
    let rect = OrientedRect::new(start, delta, [-reach_along, length + reach_along], profile.reach(), size);
    let Some(rect) = rect else { return };
    let edge = ScaledEdge::new([dx / length, dy / length], length, profile);
    let has_means = length > 0.0 && !targets.means.is_empty();
    for top in rect.rows().step_by(LANES) {
        let spans = rect.spans(top, size);
        let rows = (rect.rows().end - top).min(LANES);
        edge_heat.clear();
        for row in 0..rows {
            for (column, corner) in spans.vectors(row) {
                let (heat, squared) = edge_heat.push((top + row) * *side + column);
                if length > 0.0 {
                    edge.heat(corner, heat);
                    if has_means {
                        edge.squared_distances(corner, squared);
                    }
                } else {
                    heat_of_stay(corner, profile, heat);
                }
            }
        }
        if has_means {
            means.add_distances(edge_heat, &spans, (top, top + rows));
            for quantity in targets.quantities.iter() {
                let values = values.of_edge(quantity, end_vertex);
                if values.first().is_some_and(|known| *known > 0.0) {
                    means.add_values(edge_heat, quantity, values);
                }
            }
        }
        for target in &targets.sums {
            if target.weight > 0.0
                && let Some(plane) = stores[target.drawing].sums_of(target.value)
            {
                spans.mark_blocks(&mut plane.blocks[top..]);
                edge_heat.add_to(plane, target.weight);
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
    /// Pixels in a falloff along and across the edge, squared.
    squared_pixels: [f32; 2],
}

impl ScaledEdge {
    /// An edge of a unit direction and a length in pixels.
    #[inline(always)]
    fn new([ux, uy]: [f32; 2], length: f32, profile: Profile) -> Self {
        let (per_along, per_across) = (1.0 / profile.falloff_along(), 1.0 / profile.falloff);
        Self {
            along: [ux * per_along, uy * per_along],
            across: [uy * per_across, -ux * per_across],
            length: length * per_along,
            half_width: profile.half_width * per_across,
            squared_pixels: [profile.falloff_along(), profile.falloff].map(|pixels| pixels * pixels),
        }
    }

    /// Heat of the pixels of a vector, which begins `ex` pixels east and whose centres are `ey` pixels south of the first
    /// vertex.
    #[inline(always)]
    fn heat(&self, [ex, ey]: [f32; 2], heat: &mut [f32; LANES]) {
        let Self { along: [x_along, y_along], across: [x_across, y_across], length, half_width, .. } = *self;
        for (lane, heat) in heat.iter_mut().enumerate() {
            let ex = ex + (lane as f32 + 0.5);
            let (along, across) = (ex * x_along + ey * y_along, ex * x_across + ey * y_across);
            let share = blur_integral(along) - blur_integral(along - length);
            // Where rounding makes the share negative and the heat is below 0, too, their product is below 1e-13, or 1e-6
            // with the largest weight: less than half a quantum.
            *heat = Profile::heat_beyond_half_width(across.abs() - half_width) * share;
        }
    }

    /// Squared distances of the pixels of a vector from the edge in pixels², see [`heat`](Self::heat).
    #[inline(always)]
    fn squared_distances(&self, [ex, ey]: [f32; 2], squared: &mut [f32; LANES]) {
        let Self { along: [x_along, y_along], across: [x_across, y_across], length, squared_pixels, .. } = *self;
        for (lane, squared) in squared.iter_mut().enumerate() {
            let ex = ex + (lane as f32 + 0.5);
            let (along, across) = (ex * x_along + ey * y_along, ex * x_across + ey * y_across);
            let nearest = if along > 0.0 { along } else { 0.0 };
            let nearest = if nearest < length { nearest } else { length };
            let beyond = along - nearest;
            *squared = beyond * beyond * squared_pixels[0] + across * across * squared_pixels[1];
        }
    }
}

/// Heat of a stay in the pixels of a vector, see [`ScaledEdge::heat`].
#[inline(always)]
fn heat_of_stay([ex, ey]: [f32; 2], profile: Profile, heat: &mut [f32; LANES]) {
    for (lane, heat) in heat.iter_mut().enumerate() {
        let ex = ex + (lane as f32 + 0.5);
        *heat = profile.heat((ex * ex + ey * ey).sqrt());
    }
}

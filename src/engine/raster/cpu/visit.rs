//! Visits: each activity adds its line profile once to every pixel, at its smallest distance from the pixel.
//!
//! Strips are sorted by activity. For the current activity every pixel keeps the smallest squared distance to an edge;
//! when the activity changes, the profile of that distance is added to the store of every drawing that shows the
//! activity. The value of a pixel depends only on
//! differences between its centre and vertices, exact in f32, and on operations in a fixed order: the value is
//! bit-identical with every clip mask and on every processor.

use super::accumulator::Accumulator;
use super::blocks::{BlockRow, LANES, MAX_BLOCKS, NO_ROWS, set_bits};
use super::distances::lower;
use super::oriented_rect::OrientedRect;
use crate::engine::accumulation::PerActivity;
use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::mercator::CanvasPosition;
use crate::engine::geometry::mercator::step;
use crate::engine::geometry::strip::Strip;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::raster::Scene;
use crate::engine::raster::profile::Profile;
use crate::engine::tiling::clip_mask::ClipMask;
use crate::engine::tiling::plan::StripRef;

/// Adds all visits of the tile at `index` of the plan.
pub fn visit(scene: &Scene, index: usize, accumulator: &mut Accumulator) {
    let (tile, clip_mask) = (scene.plan.tiles()[index], scene.plan.clip_mask_of(index));
    visit_tile(scene, tile, scene.plan.strips_of(index), clip_mask, accumulator);
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq", "x86_64+avx2", "x86_64+sse4.1"))]
fn visit_tile(
    scene: &Scene,
    tile: TileCoord,
    refs: &[StripRef],
    clip_mask: Option<&ClipMask>,
    accumulator: &mut Accumulator,
) {
    let (mut activity, reach) = (None, scene.profile.reach());
    // Value of the current activity in each drawing that shows it, with the number of the drawing.
    let mut values: Vec<(usize, u8)> = Vec::with_capacity(scene.drawings.len());
    // Heat of an activity in a row, empty but once: emptying it for each activity would take a tenth of all time.
    let mut heat = [[0.0; LANES]; MAX_BLOCKS];
    for strip_ref in refs {
        let strip = &scene.strips.strips[strip_ref.strip as usize];
        if activity != Some(strip.activity) {
            add_activity(accumulator, scene.profile, &values, &mut heat);
            activity = Some(strip.activity);
            values.clear();
            for (number, drawing) in scene.drawings.iter().enumerate() {
                if drawing.layer.per_activity == PerActivity::Nearest
                    && let Some(value) = drawing.value_of(strip.activity)
                {
                    values.push((number, value));
                }
            }
        }
        if values.is_empty() {
            continue;
        }
        let view = StripView::new(scene, strip);
        let mut start_units = scene.grid.units_from_corner(tile, strip_ref.wrap, view.vertices[0]);
        let mut previous_delta = view.incoming_delta(scene.grid);
        for i in 0..view.edge_count() {
            let edge = view.edge(i, previous_delta, scene.grid, reach);
            previous_delta = Some(edge.delta);
            let start = [scene.grid.pixels(start_units[0]), scene.grid.pixels(start_units[1])];
            if clip_mask.is_none_or(|clip_mask| clip_mask.meets(start, edge.delta, reach)) {
                lower_distances(accumulator, start, &edge, reach);
            }
            start_units = [start_units[0] + edge.step[0], start_units[1] + edge.step[1]];
        }
    }
    add_activity(accumulator, scene.profile, &values, &mut heat);
}

/// An edge relative to its start, and the range of pixels that must measure their distance to this edge.
struct Edge {
    /// Canvas units from start to end.
    step: [i64; 2],
    /// Pixels from start to end.
    delta: [f32; 2],
    /// 1 / length² in pixels; 0 for a dot.
    inverse_length2: f32,
    /// Range along the edge, in pixels from its start. Pixels before the range are left to the previous edge, pixels
    /// after the range to the next one. A pixel may measure its distance to an edge without need: the distance to the
    /// shared vertex has the same bits for both edges.
    extent_along: [f32; 2],
}

/// Vertices of a strip and its neighbours on the polyline.
struct StripView<'a> {
    vertex_before: Option<CanvasPosition>,
    vertices: &'a [CanvasPosition],
    continues_after: bool,
}

impl<'a> StripView<'a> {
    #[inline(always)]
    fn new(scene: &'a Scene, strip: &Strip) -> Self {
        let vertex_before = strip.continues_before.then(|| scene.strips.vertices[strip.first as usize - 1]);
        Self { vertex_before, vertices: scene.strips.vertices_of(strip), continues_after: strip.continues_after }
    }

    /// Number of edges; a dot has one, of length 0.
    #[inline(always)]
    fn edge_count(&self) -> usize {
        (self.vertices.len() - 1).max(1)
    }

    /// Edge that ends at the first vertex, in pixels.
    #[inline(always)]
    fn incoming_delta(&self, grid: Grid) -> Option<[f32; 2]> {
        self.vertex_before.map(|before| step(before, self.vertices[0]).map(|units| grid.pixels(units)))
    }

    /// The edge at `i`, after an edge of `previous_delta` pixels.
    ///
    /// Not an iterator: its closure would be compiled without the vector instructions of the caller.
    #[inline(always)]
    fn edge(&self, i: usize, previous_delta: Option<[f32; 2]>, grid: Grid, reach: f32) -> Edge {
        let Some(&to) = self.vertices.get(i + 1) else {
            return Edge { step: [0; 2], delta: [0.0; 2], inverse_length2: 0.0, extent_along: [-reach, reach] };
        };
        let step = step(self.vertices[i], to);
        let delta = [grid.pixels(step[0]), grid.pixels(step[1])];
        let length2 = delta[0] * delta[0] + delta[1] * delta[1];
        let length = length2.sqrt();
        // Beyond a shared vertex both edges measure the distance to that vertex, so one of them suffices: the next
        // edge. It extends backwards over the wedge on the outer side of the bend, by at most `reach * sin(bend)`. On
        // nearly straight lines this halves the work. A quarter of a pixel allows for rounding.
        let overlap_behind = match previous_delta {
            Some(previous) => sine_of_bend(previous, delta) * reach + 0.25,
            None => f32::INFINITY,
        };
        let is_last = i + 1 == self.edge_count() && !self.continues_after;
        let overlap_ahead = if is_last { f32::INFINITY } else { 0.25 };
        Edge { step, delta, inverse_length2: 1.0 / length2, extent_along: [-overlap_behind, length + overlap_ahead] }
    }
}

/// Sine of the angle between two directions; 1 beyond a right angle.
#[inline(always)]
fn sine_of_bend(a: [f32; 2], b: [f32; 2]) -> f32 {
    let dot = a[0] * b[0] + a[1] * b[1];
    let lengths = ((a[0] * a[0] + a[1] * a[1]) * (b[0] * b[0] + b[1] * b[1])).sqrt();
    if dot > 0.0 { (a[0] * b[1] - a[1] * b[0]).abs() / lengths } else { 1.0 }
}

/// Lowers the distances of the pixels to which an edge from `start` (pixels of the tile) is nearer than the previous
/// edges of the activity.
#[inline(always)]
fn lower_distances(accumulator: &mut Accumulator, start: [f32; 2], edge: &Edge, reach: f32) {
    let size = accumulator.size as f32;
    let Some(rect) = OrientedRect::new(start, edge.delta, edge.extent_along, reach, size) else { return };
    let distances = &mut accumulator.distances;
    let [first, end] = distances.rows;
    distances.rows = [first.min(rect.rows().start), end.max(rect.rows().end)];
    for top in rect.rows().step_by(LANES) {
        let spans = rect.spans(top, size);
        spans.mark_blocks(&mut distances.blocks[top..]);
        let rows = (rect.rows().end - top).min(LANES);
        for row in 0..rows {
            for (column, corner) in spans.vectors(row) {
                let pixels = &mut distances.squared[(top + row) * accumulator.size + column..][..LANES];
                lower_distances_in_vector(pixels, corner, edge);
            }
        }
    }
}

/// Lowers the distances of the pixels of a vector, which begins `ex` pixels east and whose centres are `ey` pixels south
/// of the first vertex.
#[inline(always)]
fn lower_distances_in_vector(pixels: &mut [f32], [ex, ey]: [f32; 2], edge: &Edge) {
    let [dx, dy] = edge.delta;
    for (lane, nearest) in pixels.iter_mut().enumerate() {
        let ex = ex + (lane as f32 + 0.5);
        let t = (ex * dx + ey * dy) * edge.inverse_length2;
        let clamped = if t > 0.0 { t } else { 0.0 };
        let clamped = if clamped < 1.0 { clamped } else { 1.0 };
        let (fx, fy) = (ex - clamped * dx, ey - clamped * dy);
        let distance2 = fx * fx + fy * fy;
        lower(nearest, distance2);
    }
}

/// Adds the profile of the current activity to the stores of the drawings that show it, and resets its distances.
#[inline(always)]
fn add_activity(
    Accumulator { size, distances, stores, .. }: &mut Accumulator,
    profile: Profile,
    values: &[(usize, u8)],
    heat: &mut BlockRow,
) {
    let [first, end] = std::mem::replace(&mut distances.rows, NO_ROWS);
    for row in first..end {
        let bits = std::mem::take(&mut distances.blocks[row]);
        let squared = distances.squared[row * *size..][..*size].as_chunks_mut::<LANES>().0;
        for block in set_bits(bits) {
            for (heat, distance2) in heat[block].iter_mut().zip(&mut squared[block]) {
                *heat = profile.heat(distance2.sqrt());
                *distance2 = f32::INFINITY;
            }
        }
        for &(number, value) in values {
            stores[number].add(value, row, bits, heat);
        }
    }
}

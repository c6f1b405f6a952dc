//! Cuts segments at circles: removes exactly the parts of edges inside, and ends the visible parts at the circle.

use super::circle::Circle;
use crate::activity::{Point, Segment};
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::step;
use crate::engine::geometry::mercator::{CanvasPosition, canvas_from_degrees, degrees_from_canvas};

/// Removes the parts of edges inside the circles. The points must be outside already, see [`Privacy::hide`]; so are all
/// points of the result.
///
/// [`Privacy::hide`]: super::Privacy::hide
pub fn cut(segments: Vec<Segment>, circles: &[Circle]) -> Vec<Segment> {
    if circles.is_empty() {
        return segments;
    }
    let mut visible = Vec::with_capacity(segments.len());
    for segment in segments {
        let positions: Vec<CanvasPosition> =
            segment.iter().map(|point| canvas_from_degrees(point.lon, point.lat)).collect();
        let mut extent = Extent::EMPTY;
        positions.iter().for_each(|world| extent.add(*world));
        let circles: Vec<&Circle> = circles.iter().filter(|circle| circle.touches(extent)).collect();
        if circles.is_empty() {
            visible.push(segment);
        } else {
            cut_segment(&segment, &positions, &circles, &mut visible);
        }
    }
    visible
}

fn cut_segment(segment: &[Point], positions: &[CanvasPosition], circles: &[&Circle], visible: &mut Vec<Segment>) {
    let mut builder = SegmentBuilder::default();
    for (i, (point, world)) in segment.iter().zip(positions).enumerate() {
        if let Some(before) = i.checked_sub(1).map(|before| positions[before]) {
            for [entry, exit] in hidden_intervals(before, *world, circles) {
                builder.add_cut(nearest_visible(before, *world, entry, circles));
                builder.finish(visible);
                builder.add_cut(nearest_visible(before, *world, exit, circles));
            }
        }
        builder.add(*point, *world);
    }
    builder.finish(visible);
}

/// Visible segment under construction.
#[derive(Default)]
struct SegmentBuilder {
    points: Segment,
    /// Canvas position of the last point.
    last: Option<CanvasPosition>,
    /// Number of points that were added by cutting.
    cut_points: usize,
}

impl SegmentBuilder {
    fn add(&mut self, point: Point, world: CanvasPosition) {
        // A cut at the position of a recorded point adds no point.
        if self.cut_points == self.points.len() && self.last == Some(world) {
            *self = Self::default();
        }
        self.points.push(point);
        self.last = Some(world);
    }

    /// Appends the position of a cut unless it repeats the last point.
    fn add_cut(&mut self, at: Option<CanvasPosition>) {
        if let Some(at) = at.filter(|at| self.last != Some(*at)) {
            let (lon, lat) = degrees_from_canvas(at);
            self.points.push(Point::at(lat, lon));
            self.last = Some(at);
            self.cut_points += 1;
        }
    }

    /// Emits the segment and starts the next. A single cut is no segment.
    fn finish(&mut self, visible: &mut Vec<Segment>) {
        let Self { points, cut_points, .. } = std::mem::take(self);
        if points.len() > cut_points.min(1) {
            visible.push(points);
        }
    }
}

/// Returns the intervals of an edge inside the circles, sorted and disjoint.
fn hidden_intervals(a: CanvasPosition, b: CanvasPosition, circles: &[&Circle]) -> Vec<[f64; 2]> {
    let mut all: Vec<[f64; 2]> = circles.iter().filter_map(|circle| circle.inside_interval(a, step(a, b))).collect();
    all.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut merged: Vec<[f64; 2]> = Vec::with_capacity(all.len());
    for [entry, exit] in all {
        match merged.last_mut() {
            Some(last) if entry <= last[1] => last[1] = last[1].max(exit),
            _ => merged.push([entry, exit]),
        }
    }
    merged
}

/// Returns the canvas position nearest to a fraction of an edge that is in no circle. Circles are convex, so at least
/// one of the four positions around an outside point is outside of a circle; where two circles touch, there may be
/// none.
fn nearest_visible(a: CanvasPosition, b: CanvasPosition, fraction: f64, circles: &[&Circle]) -> Option<CanvasPosition> {
    let step = step(a, b);
    let exact = [0, 1].map(|axis| f64::from(a[axis]) + fraction * step[axis] as f64);
    let corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
        .map(|corner| [0, 1].map(|axis| exact[axis].floor() + corner[axis]));
    let distance = |corner: &[f64; 2]| (corner[0] - exact[0]).hypot(corner[1] - exact[1]);
    let mut corners = corners.to_vec();
    corners.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    // Columns wrap; rows stay on the canvas, because circles keep clear of its edges.
    let candidates = corners.iter().map(|&[x, y]| [x as i64 as u32, y as u32]);
    candidates.into_iter().find(|position| !circles.iter().any(|circle| circle.contains(*position)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAT: f64 = 52.5;

    fn line(lons: &[f64]) -> Segment {
        lons.iter().map(|lon| Point { time_ms: Some(7), ..Point::at(LAT, *lon) }).collect()
    }

    fn lens(segments: &[Segment]) -> Vec<usize> {
        segments.iter().map(Vec::len).collect()
    }

    #[test]
    fn a_line_through_two_zones_becomes_three_segments() {
        let circles = [Circle::new(LAT, 13.4, 400.0), Circle::new(LAT, 13.45, 400.0)];
        let visible = cut(vec![line(&[13.0, 13.3, 13.5])], &circles);
        assert_eq!(lens(&visible), [3, 2, 2]);
        let times: Vec<Option<i64>> = visible.iter().flatten().map(|point| point.time_ms).collect();
        assert_eq!(times, [Some(7), Some(7), None, None, None, None, Some(7)], "cuts have no time");
        let overlapping = [circles[0].clone(), Circle::new(LAT, 13.405, 400.0)];
        assert_eq!(lens(&cut(vec![line(&[13.3, 13.5])], &overlapping)), [2, 2]);
        assert_eq!(lens(&cut(vec![line(&[13.3, 13.35]), line(&[13.41])], &circles[1..])), [2, 1]);
    }

    #[test]
    fn a_cut_survives_conversion_to_degrees() {
        let circles = [Circle::new(LAT, 13.4, 400.0)];
        for segment in cut(vec![line(&[13.3, 13.5])], &circles) {
            for point in segment {
                let world = canvas_from_degrees(point.lon, point.lat);
                assert!(!circles[0].contains(world));
                let (lon, lat) = degrees_from_canvas(world);
                assert_eq!(canvas_from_degrees(lon, lat), world);
            }
        }
    }

    #[test]
    fn a_cut_on_a_recorded_point_adds_none() {
        let circle = Circle::new(LAT, 13.4, 400.0);
        let visible = cut(vec![line(&[13.3, 13.5])], std::slice::from_ref(&circle));
        let (entry, exit) = (visible[0][1], visible[1][0]);
        let again = cut(vec![vec![visible[0][0], entry, exit, visible[1][1]]], std::slice::from_ref(&circle));
        assert_eq!(lens(&again), [2, 2]);
        assert_eq!(again, visible);
    }
}

//! Cutting lines at circles: exactly what is inside disappears.

use super::circle::Circle;
use crate::activity::{Point, Segment};
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::{CanvasPosition, canvas_from_degrees, degrees_from_canvas};
use crate::engine::geometry::strip::step;

/// The lines without their parts inside the circles. No point of theirs is inside.
pub fn cut(segments: Vec<Segment>, circles: &[Circle]) -> Vec<Segment> {
    if circles.is_empty() {
        return segments;
    }
    let mut pieces = Vec::with_capacity(segments.len());
    for segment in segments {
        let worlds: Vec<CanvasPosition> =
            segment.iter().map(|point| canvas_from_degrees(point.lon, point.lat)).collect();
        let mut extent = Extent::EMPTY;
        worlds.iter().for_each(|world| extent.add(*world));
        let circles: Vec<&Circle> = circles.iter().filter(|circle| circle.touches(extent)).collect();
        if circles.is_empty() {
            pieces.push(segment);
        } else {
            cut_line(&segment, &worlds, &circles, &mut pieces);
        }
    }
    pieces
}

fn cut_line(segment: &[Point], worlds: &[CanvasPosition], circles: &[&Circle], pieces: &mut Vec<Segment>) {
    let mut piece = Piece::default();
    for (i, (point, world)) in segment.iter().zip(worlds).enumerate() {
        if let Some(before) = i.checked_sub(1).map(|before| worlds[before]) {
            for [entry, exit] in inside(before, *world, circles) {
                piece.add_cut(outside(before, *world, entry, circles));
                piece.finish(pieces);
                piece.add_cut(outside(before, *world, exit, circles));
            }
        }
        piece.add(*point, *world);
    }
    piece.finish(pieces);
}

/// A line in the making.
#[derive(Default)]
struct Piece {
    points: Segment,
    /// Where its last point lies.
    last: Option<CanvasPosition>,
    /// How many of its points were made by cutting.
    made_up: usize,
}

impl Piece {
    fn add(&mut self, point: Point, world: CanvasPosition) {
        // A cut that falls on the recorded point is no point of its own.
        if self.made_up == self.points.len() && self.last == Some(world) {
            *self = Self::default();
        }
        self.points.push(point);
        self.last = Some(world);
    }

    /// Adds the position of a cut, if there is one that is not the last already.
    fn add_cut(&mut self, at: Option<CanvasPosition>) {
        if let Some(at) = at.filter(|at| self.last != Some(*at)) {
            let (lon, lat) = degrees_from_canvas(at);
            self.points.push(Point::at(lat, lon));
            self.last = Some(at);
            self.made_up += 1;
        }
    }

    /// Keeps the line and begins the next. One cut alone is no line.
    fn finish(&mut self, pieces: &mut Vec<Segment>) {
        let Self { points, made_up, .. } = std::mem::take(self);
        if points.len() > made_up.min(1) {
            pieces.push(points);
        }
    }
}

/// The shares of a line that are inside, in order and apart.
fn inside(a: CanvasPosition, b: CanvasPosition, circles: &[&Circle]) -> Vec<[f64; 2]> {
    let mut all: Vec<[f64; 2]> = circles.iter().filter_map(|circle| circle.within(a, step(a, b))).collect();
    all.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut apart: Vec<[f64; 2]> = Vec::with_capacity(all.len());
    for [entry, exit] in all {
        match apart.last_mut() {
            Some(last) if entry <= last[1] => last[1] = last[1].max(exit),
            _ => apart.push([entry, exit]),
        }
    }
    apart
}

/// The position on the canvas nearest to a share of a line that is in no circle. Of the four round a point that is in
/// no circle, at least one is outside of each, as circles are convex here; where two touch, there may be none.
fn outside(a: CanvasPosition, b: CanvasPosition, share: f64, circles: &[&Circle]) -> Option<CanvasPosition> {
    let step = step(a, b);
    let exact = [0, 1].map(|axis| f64::from(a[axis]) + share * step[axis] as f64);
    let corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
        .map(|corner| [0, 1].map(|axis| exact[axis].floor() + corner[axis]));
    let off = |corner: &[f64; 2]| (corner[0] - exact[0]).hypot(corner[1] - exact[1]);
    let mut corners = corners.to_vec();
    corners.sort_by(|a, b| off(a).total_cmp(&off(b)));
    // Columns go round; rows stay on the canvas, since no circle comes near its edges.
    let places = corners.iter().map(|&[x, y]| [x as i64 as u32, y as u32]);
    places.into_iter().find(|place| !circles.iter().any(|circle| circle.contains(*place)))
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
    fn a_line_through_two_zones_becomes_three() {
        let circles = [Circle::new(LAT, 13.4, 400.0), Circle::new(LAT, 13.45, 400.0)];
        let pieces = cut(vec![line(&[13.0, 13.3, 13.5])], &circles);
        assert_eq!(lens(&pieces), [3, 2, 2]);
        let times: Vec<Option<i64>> = pieces.iter().flatten().map(|point| point.time_ms).collect();
        assert_eq!(times, [Some(7), Some(7), None, None, None, None, Some(7)], "a cut knows a place and nothing else");
        let overlapping = [circles[0].clone(), Circle::new(LAT, 13.405, 400.0)];
        assert_eq!(lens(&cut(vec![line(&[13.3, 13.5])], &overlapping)), [2, 2]);
        assert_eq!(lens(&cut(vec![line(&[13.3, 13.35]), line(&[13.41])], &circles[1..])), [2, 1]);
    }

    #[test]
    fn a_cut_survives_the_way_over_degrees() {
        let circles = [Circle::new(LAT, 13.4, 400.0)];
        for piece in cut(vec![line(&[13.3, 13.5])], &circles) {
            for point in piece {
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
        let pieces = cut(vec![line(&[13.3, 13.5])], std::slice::from_ref(&circle));
        let (entry, exit) = (pieces[0][1], pieces[1][0]);
        let again = cut(vec![vec![pieces[0][0], entry, exit, pieces[1][1]]], std::slice::from_ref(&circle));
        assert_eq!(lens(&again), [2, 2]);
        assert_eq!(again, pieces);
    }
}

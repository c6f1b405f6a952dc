//! Strips: the vertices of one zoom in one buffer, cut into pieces of at most 16 edges with a bounding box each.

use super::edge_values::EdgeValues;
use super::grid::Grid;
use super::line::Line;
use super::mercator::{CanvasPosition, step};
use super::polyline::Track;

/// Maximum edges per strip.
pub const STRIP_EDGES: usize = 16;

/// Half of the width of the canvas. A strip of several edges is narrower, so that the difference of two of its vertices
/// has one meaning.
const HALF_CANVAS: i64 = 1 << 31;

/// At most [`STRIP_EDGES`] consecutive edges of a polyline: `len` vertices from index `first` of [`Strips::vertices`]
/// (one vertex is a dot), the index of the activity in the rendered list, flags for further vertices of the polyline
/// before and after the strip, and the bounding box in canvas units. x of the box is continuous from the first vertex:
/// x may be negative or exceed the canvas.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strip {
    pub first: u32,
    pub len: u32,
    pub activity: u32,
    pub continues_before: bool,
    pub continues_after: bool,
    pub min: [i64; 2],
    pub max: [i64; 2],
}

/// All strips of a zoom, grouped by activity, activities ascending, and their vertex buffer: the polylines one after
/// another. `times` has the time of each vertex, or is empty; `values` has what is measured on the edge that ends at each
/// vertex.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Debug, Default)]
pub struct Strips {
    pub vertices: Vec<CanvasPosition>,
    pub times: Vec<u32>,
    pub values: EdgeValues,
    pub strips: Vec<Strip>,
}

impl Strips {
    /// Strips of all tracks at a zoom.
    pub fn new(tracks: &[Track], grid: Grid) -> Self {
        Self::of_selected(tracks, grid, |_| true)
    }

    /// Strips of the tracks whose index satisfies the predicate.
    pub fn of_selected(tracks: &[Track], grid: Grid, is_wanted: impl Fn(usize) -> bool) -> Self {
        let (mut all, mut line) = (Self::default(), Line::default());
        for (activity, track) in tracks.iter().enumerate().filter(|&(activity, _)| is_wanted(activity)) {
            for polyline in &track.polylines {
                line.clear(polyline.integrals().quantities());
                polyline.append_at_zoom(0..polyline.vertices().len(), grid, &mut line);
                all.append(&line, activity as u32);
            }
        }
        all
    }

    /// Cuts a line of at least one vertex into strips.
    pub(super) fn append(&mut self, line: &Line, activity: u32) {
        let base = self.vertices.len();
        self.times.extend_from_slice(line.times());
        self.values.append(line);
        let line = line.positions();
        self.vertices.extend_from_slice(line);
        debug_assert!([0, self.vertices.len()].contains(&self.times.len()), "lines with and without times are mixed");
        debug_assert!(self.values.is_sound(self.vertices.len()), "lines with and without measurements are mixed");
        let mut start = 0;
        loop {
            let mut end = (start + STRIP_EDGES).min(line.len() - 1);
            let (mut min, mut max) = bounds(&line[start..=end]);
            while max[0] - min[0] >= HALF_CANVAS && end > start + 1 {
                end -= 1;
                (min, max) = bounds(&line[start..=end]);
            }
            self.strips.push(Strip {
                first: (base + start) as u32,
                len: (end - start + 1) as u32,
                activity,
                continues_before: start > 0,
                continues_after: end + 1 < line.len(),
                min,
                max,
            });
            start = end;
            if end + 1 >= line.len() {
                break;
            }
        }
    }

    /// Vertices of a strip.
    pub fn vertices_of(&self, strip: &Strip) -> &[CanvasPosition] {
        &self.vertices[strip.first as usize..][..strip.len as usize]
    }

    /// Times of the vertices of a strip; empty if the strips have none.
    pub fn times_of(&self, strip: &Strip) -> &[u32] {
        self.times.get(strip.first as usize..(strip.first + strip.len) as usize).unwrap_or(&[])
    }
}

/// Bounding box of a line, x continuous from the first vertex.
pub(super) fn bounds(line: &[CanvasPosition]) -> ([i64; 2], [i64; 2]) {
    let mut position = line[0].map(i64::from);
    let (mut min, mut max) = (position, position);
    for pair in line.windows(2) {
        let step = step(pair[0], pair[1]);
        for axis in 0..2 {
            position[axis] += step[axis];
            min[axis] = min[axis].min(position[axis]);
            max[axis] = max[axis].max(position[axis]);
        }
    }
    (min, max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::polyline::Polyline;

    const GRID: Grid = Grid { zoom: 10, tile_size: 256 };

    fn strips(line: &[CanvasPosition]) -> Strips {
        Strips::new(&[Track { polylines: vec![Polyline::new(line, 24)] }], GRID)
    }

    #[test]
    fn a_long_line_becomes_strips_that_share_their_ends() {
        let zigzag: Vec<CanvasPosition> =
            (0..40).map(|i| [(1 << 31) + (i << 16), (1 << 31) + if i % 2 == 0 { 0 } else { 1 << 16 }]).collect();
        let all = strips(&zigzag);
        let lens: Vec<u32> = all.strips.iter().map(|strip| strip.len).collect();
        assert_eq!(lens, [17, 17, 8]);
        assert_eq!(all.vertices_of(&all.strips[0]).last(), all.vertices_of(&all.strips[1]).first());
        let joined: Vec<_> = all.strips.iter().map(|s| (s.continues_before, s.continues_after)).collect();
        assert_eq!(joined, [(false, true), (true, true), (true, false)]);
    }

    #[test]
    fn strips_of_several_edges_are_narrower_than_half_of_the_canvas() {
        let world = Grid { zoom: 0, tile_size: 256 };
        let around: Vec<CanvasPosition> = (0..9u32).map(|i| [i.wrapping_mul(3 << 29), i << 24]).collect();
        let there_and_back: Vec<CanvasPosition> = (0..9).map(|i| [(i % 2) * (3 << 29), i << 24]).collect();
        let lens = |line: &[CanvasPosition]| -> Vec<u32> {
            let tracks = [Track { polylines: vec![Polyline::new(line, 24)] }];
            let all = Strips::new(&tracks, world);
            assert!(all.strips.windows(2).all(|pair| pair[1].first == pair[0].first + pair[0].len - 1));
            assert_eq!(all.vertices_of(&all.strips[all.strips.len() - 1]).last(), line.last());
            all.strips.iter().map(|strip| strip.len).collect()
        };
        // Simplification drops vertices of the straight line, but leaves no edge of half of the world.
        assert!(lens(&around).iter().all(|len| *len == 2));
        assert_eq!(lens(&there_and_back), [9]);
    }

    #[test]
    fn a_single_point_is_a_dot() {
        let all = strips(&[[77 << 6, 99 << 6]]);
        assert_eq!((all.strips.len(), all.strips[0].len), (1, 1));
    }

    #[test]
    fn no_edge_is_longer_than_f32_can_hold() {
        let fine = Grid { zoom: 20, tile_size: 256 };
        let all = Strips::new(&[Track { polylines: vec![Polyline::new(&[[0, 0], [1 << 30, 1 << 29]], 24)] }], fine);
        let longest = all.vertices.windows(2).map(|pair| step(pair[0], pair[1])[0]).max();
        assert!(longest.is_some_and(|units| units <= 16_384 << fine.pixel_shift()));
        assert_eq!(all.vertices.last(), Some(&[1 << 30, 1 << 29]));
    }

    #[test]
    fn boxes_are_continuous_over_the_antimeridian() {
        let all = strips(&[[u32::MAX - (1 << 20) + 1, 1 << 31], [1 << 20, 1 << 31]]);
        assert_eq!(all.strips[0].max[0] - all.strips[0].min[0], 2 << 20);
    }
}

//! Strips: the vertices of one zoom in one buffer, cut into pieces of at most 16 edges with a bounding box each.

use std::ops::Range;

use twox_hash::xxhash3_128::Hasher;

use super::grid::Grid;
use super::mercator::CanvasPosition;
use super::simplify::{REDUNDANT, Simplification, vertex_min_zooms};

/// Maximum edges per strip.
pub const STRIP_EDGES: usize = 16;

/// Maximum extent of an edge along x or y in pixels, a power of two. Longer edges are split, so that f32 stays exact.
const EDGE_PIXELS: i64 = 16_384;

/// Projected line of a segment, with the lowest pixel zoom that needs each vertex.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polyline {
    vertices: Vec<CanvasPosition>,
    min_zooms: Vec<u8>,
}

impl Polyline {
    /// Simplifies a line to its shape, see [`simplified`](Self::simplified).
    pub fn new(line: &[CanvasPosition], max_pixel_zoom: u8) -> Self {
        Self::simplified(line, max_pixel_zoom, Simplification::SHAPE)
    }

    /// Simplifies a line and drops the vertices that no pixel zoom up to `max_pixel_zoom` needs.
    pub fn simplified(line: &[CanvasPosition], max_pixel_zoom: u8, simplification: Simplification) -> Self {
        let min_zooms = vertex_min_zooms(line, simplification);
        let kept = line.iter().zip(&min_zooms).filter(|&(_, &zoom)| zoom != REDUNDANT && zoom <= max_pixel_zoom);
        let (vertices, min_zooms) = kept.unzip();
        Self { vertices, min_zooms }
    }

    /// Builds a polyline from vertices and their known minimum zooms. `count` is the number of vertices, used as
    /// capacity.
    pub fn from_vertices(count: usize, pairs: impl IntoIterator<Item = (CanvasPosition, u8)>) -> Self {
        // Growing on demand would copy the vectors several times.
        let (mut vertices, mut min_zooms) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (vertex, min_zoom) in pairs {
            vertices.push(vertex);
            min_zooms.push(min_zoom);
        }
        Self { vertices, min_zooms }
    }

    /// Hashes all vertices and minimum zooms.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        hasher.write(&(self.vertices.len() as u64).to_le_bytes());
        hasher.write(bytemuck::cast_slice(&self.vertices));
        hasher.write(&self.min_zooms);
    }

    /// All vertices.
    pub fn vertices(&self) -> &[CanvasPosition] {
        &self.vertices
    }

    /// Copy with only the vertices for pixel zooms up to `max_pixel_zoom`.
    pub fn up_to_zoom(&self, max_pixel_zoom: u8) -> Self {
        let pairs = self.vertices.iter().copied().zip(self.min_zooms.iter().copied());
        let count = self.min_zooms.iter().filter(|zoom| **zoom <= max_pixel_zoom).count();
        Self::from_vertices(count, pairs.filter(|&(_, zoom)| zoom <= max_pixel_zoom))
    }

    /// First and last vertex within an index range that a zoom needs, on its lattice; `None` if the zoom needs none.
    pub(super) fn first_and_last(&self, range: Range<usize>, grid: Grid) -> Option<[CanvasPosition; 2]> {
        let (vertices, min_zooms) = (&self.vertices[range.clone()], &self.min_zooms[range]);
        let matters = |zoom: &u8| *zoom <= grid.pixel_zoom();
        let ends = [min_zooms.iter().position(matters)?, min_zooms.iter().rposition(matters)?];
        Some(ends.map(|end| grid.round(vertices[end])))
    }

    /// Appends to `line` the vertices within an index range that a zoom needs, on its lattice.
    pub(super) fn append_at_zoom(&self, range: Range<usize>, grid: Grid, line: &mut Vec<CanvasPosition>) {
        let (pixel_zoom, min_zooms) = (grid.pixel_zoom(), &self.min_zooms[range.clone()]);
        for (vertex, _) in self.vertices[range].iter().zip(min_zooms).filter(|&(_, &zoom)| zoom <= pixel_zoom) {
            push_vertex(line, grid.round(*vertex), grid);
        }
    }
}

/// Appends a vertex unless it repeats the last; splits long edges.
pub(super) fn push_vertex(line: &mut Vec<CanvasPosition>, to: CanvasPosition, grid: Grid) {
    match line.last() {
        None => line.push(to),
        Some(&last) if last != to => push_split(grid, last, to, line),
        Some(_) => {}
    }
}

/// Appends `to`, preceded by the intermediate vertices that keep every edge within [`EDGE_PIXELS`].
fn push_split(grid: Grid, from: CanvasPosition, to: CanvasPosition, out: &mut Vec<CanvasPosition>) {
    let [dx, dy] = step(from, to);
    // A shift, because a division would take as long as all other work of this function.
    let pieces = (dx.abs().max(dy.abs()) >> (EDGE_PIXELS.ilog2() + grid.pixel_shift())) + 1;
    for piece in 1..pieces {
        let along = |start: u32, delta: i64| (i64::from(start) + delta * piece / pieces) as u32;
        out.push(grid.round([along(from[0], dx), along(from[1], dy)]));
    }
    out.push(to);
}

/// Difference of two positions in canvas units, the short way around the cylinder.
pub fn step(from: CanvasPosition, to: CanvasPosition) -> [i64; 2] {
    [i64::from(to[0].wrapping_sub(from[0]) as i32), i64::from(to[1]) - i64::from(from[1])]
}

/// All polylines of an activity; every polyline has at least one vertex.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    pub polylines: Vec<Polyline>,
}

impl Track {
    /// Copy with only the vertices for pixel zooms up to `max_pixel_zoom`.
    pub fn up_to_zoom(&self, max_pixel_zoom: u8) -> Self {
        Self { polylines: self.polylines.iter().map(|polyline| polyline.up_to_zoom(max_pixel_zoom)).collect() }
    }
}

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
/// another.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Debug, Default)]
pub struct Strips {
    pub vertices: Vec<CanvasPosition>,
    pub strips: Vec<Strip>,
}

impl Strips {
    /// Strips of all tracks at a zoom.
    pub fn new(tracks: &[Track], grid: Grid) -> Self {
        Self::of_selected(tracks, grid, |_| true)
    }

    /// Strips of the tracks whose index satisfies the predicate.
    pub fn of_selected(tracks: &[Track], grid: Grid, is_wanted: impl Fn(usize) -> bool) -> Self {
        let (mut all, mut line) = (Self::default(), Vec::new());
        for (activity, track) in tracks.iter().enumerate().filter(|&(activity, _)| is_wanted(activity)) {
            for polyline in &track.polylines {
                line.clear();
                polyline.append_at_zoom(0..polyline.vertices.len(), grid, &mut line);
                all.append(&line, activity as u32);
            }
        }
        all
    }

    /// Cuts a line of at least one vertex into strips.
    pub(super) fn append(&mut self, line: &[CanvasPosition], activity: u32) {
        let base = self.vertices.len();
        self.vertices.extend_from_slice(line);
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
        assert!(longest.is_some_and(|units| units <= EDGE_PIXELS << fine.pixel_shift()));
        assert_eq!(all.vertices.last(), Some(&[1 << 30, 1 << 29]));
    }

    #[test]
    fn boxes_are_continuous_over_the_antimeridian() {
        let all = strips(&[[u32::MAX - (1 << 20) + 1, 1 << 31], [1 << 20, 1 << 31]]);
        assert_eq!(all.strips[0].max[0] - all.strips[0].min[0], 2 << 20);
    }
}

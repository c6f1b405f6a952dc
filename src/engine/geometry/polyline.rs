//! Polylines: projected and simplified lines of an activity, for all zooms.

use std::ops::Range;

use twox_hash::xxhash3_128::Hasher;

use super::grid::Grid;
use super::line::{Line, Vertex};
use super::mercator::CanvasPosition;
use super::path::Path;
use super::simplify::{REDUNDANT, Simplification, vertex_min_zooms};

/// Projected line of a segment, with the lowest pixel zoom that needs each vertex, and the times of the vertices if the
/// simplification keeps them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polyline {
    vertices: Vec<CanvasPosition>,
    min_zooms: Vec<u8>,
    /// Milliseconds since the start of the polyline, of each vertex or of none.
    times: Vec<u32>,
}

impl Polyline {
    /// Simplifies a line to its shape, see [`simplified`](Self::simplified).
    pub fn new(line: &[CanvasPosition], max_pixel_zoom: u8) -> Self {
        Self::simplified(line, max_pixel_zoom, Simplification::Shape)
    }

    /// Simplifies a line and drops the vertices that no pixel zoom up to `max_pixel_zoom` needs.
    pub fn simplified<'a>(line: impl Into<Path<'a>>, max_pixel_zoom: u8, simplification: Simplification) -> Self {
        let line = line.into();
        let min_zooms = vertex_min_zooms(line, simplification);
        let kept = || (0..min_zooms.len()).filter(|&i| min_zooms[i] != REDUNDANT && min_zooms[i] <= max_pixel_zoom);
        let count = kept().count();
        let mut times = Vec::new();
        if simplification == Simplification::Motion {
            times.reserve_exact(count);
            times.extend(kept().map(|i| line.time(i)));
        }
        Self { times, ..Self::from_vertices(count, kept().map(|i| (line.positions[i], min_zooms[i]))) }
    }

    /// Keeps every vertex.
    pub fn whole(line: &[CanvasPosition]) -> Self {
        Self { vertices: line.to_vec(), min_zooms: vec![0; line.len()], times: Vec::new() }
    }

    /// Keeps every vertex and its time.
    #[cfg(test)]
    pub fn whole_with_times(Path { positions, times }: Path) -> Self {
        Self { times: times.to_vec(), ..Self::whole(positions) }
    }

    /// Builds a polyline without times from vertices and their known minimum zooms. `count` is the number of vertices,
    /// used as capacity.
    pub fn from_vertices(count: usize, pairs: impl IntoIterator<Item = (CanvasPosition, u8)>) -> Self {
        // Growing on demand would copy the vectors several times.
        let (mut vertices, mut min_zooms) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (vertex, min_zoom) in pairs {
            vertices.push(vertex);
            min_zooms.push(min_zoom);
        }
        Self { vertices, min_zooms, times: Vec::new() }
    }

    /// Hashes all vertices, minimum zooms and times.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        hasher.write(&(self.vertices.len() as u64).to_le_bytes());
        hasher.write(bytemuck::cast_slice(&self.vertices));
        hasher.write(&self.min_zooms);
        hasher.write(bytemuck::cast_slice(&self.times));
    }

    /// All vertices.
    pub fn vertices(&self) -> &[CanvasPosition] {
        &self.vertices
    }

    /// Copy with only the vertices for pixel zooms up to `max_pixel_zoom`.
    pub fn up_to_zoom(&self, max_pixel_zoom: u8) -> Self {
        let pairs = self.vertices.iter().copied().zip(self.min_zooms.iter().copied());
        let count = self.min_zooms.iter().filter(|zoom| **zoom <= max_pixel_zoom).count();
        let is_needed = |&(_, zoom): &(u32, &u8)| *zoom <= max_pixel_zoom;
        let times = self.times.iter().copied().zip(&self.min_zooms).filter(is_needed).map(|(time, _)| time).collect();
        Self { times, ..Self::from_vertices(count, pairs.filter(|&(_, zoom)| zoom <= max_pixel_zoom)) }
    }

    /// First and last vertex within an index range that a zoom needs, on its lattice; `None` if the zoom needs none.
    pub(super) fn first_and_last(&self, range: Range<usize>, grid: Grid) -> Option<[Vertex; 2]> {
        let min_zooms = &self.min_zooms[range.clone()];
        let matters = |zoom: &u8| *zoom <= grid.pixel_zoom();
        let ends = [min_zooms.iter().position(matters)?, min_zooms.iter().rposition(matters)?];
        Some(ends.map(|end| self.vertex(range.start + end, grid)))
    }

    /// Appends to `line` the vertices within an index range that a zoom needs, on its lattice.
    pub(super) fn append_at_zoom(&self, range: Range<usize>, grid: Grid, line: &mut Line) {
        let pixel_zoom = grid.pixel_zoom();
        for index in range.filter(|&index| self.min_zooms[index] <= pixel_zoom) {
            line.push(self.vertex(index, grid), grid);
        }
    }

    /// A vertex on the lattice of a zoom.
    fn vertex(&self, index: usize, grid: Grid) -> Vertex {
        Vertex { position: grid.round(self.vertices[index]), time: self.times.get(index).copied() }
    }
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

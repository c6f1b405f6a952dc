//! Polylines: projected and simplified lines of an activity, for all zooms.

use std::ops::Range;

use twox_hash::xxhash3_128::Hasher;

use super::grid::Grid;
use super::integral_table::IntegralTable;
use super::line::{Line, Vertex};
use super::mercator::CanvasPosition;
use super::path::Path;
use super::simplify::{REDUNDANT, Simplification, vertex_min_zooms};
use crate::engine::quantity::QuantitySet;

/// Projected line of a segment, with the lowest pixel zoom that needs each vertex, and the times and measurements of the
/// vertices if the simplification keeps them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polyline {
    vertices: Vec<CanvasPosition>,
    min_zooms: Vec<u8>,
    /// Milliseconds since the start of the polyline, of each vertex or of none.
    times: Vec<u32>,
    /// Integrals over the edge that ends at each vertex.
    integrals: IntegralTable,
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
        let is_kept = |&i: &usize| min_zooms[i] != REDUNDANT && min_zooms[i] <= max_pixel_zoom;
        let kept: Vec<usize> = (0..min_zooms.len()).filter(is_kept).collect();
        let vertices = Self::from_vertices(kept.len(), kept.iter().map(|&i| (line.positions[i], min_zooms[i])));
        if simplification == Simplification::Shape {
            return vertices;
        }
        let integrals = IntegralTable::of_kept(line.quantities, kept.iter().copied(), |table, rows| {
            table.push_sum(line.integrals.get(rows).unwrap_or(&[]));
        });
        Self { times: kept.iter().map(|&i| line.time(i)).collect(), integrals, ..vertices }
    }

    /// Keeps every vertex.
    pub fn whole(line: &[CanvasPosition]) -> Self {
        Self { vertices: line.to_vec(), min_zooms: vec![0; line.len()], ..Self::default() }
    }

    /// Keeps every vertex, its time and the measurements.
    #[cfg(test)]
    pub fn whole_path(path: Path) -> Self {
        let mut integrals = IntegralTable::new(path.quantities);
        path.integrals.iter().for_each(|row| integrals.push_sum(std::slice::from_ref(row)));
        Self { times: path.times.to_vec(), integrals, ..Self::whole(path.positions) }
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
        Self { vertices, min_zooms, ..Self::default() }
    }

    /// Hashes all vertices, minimum zooms, times and measurements.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        hasher.write(&(self.vertices.len() as u64).to_le_bytes());
        hasher.write(bytemuck::cast_slice(&self.vertices));
        hasher.write(&self.min_zooms);
        hasher.write(bytemuck::cast_slice(&self.times));
        hasher.write(bytemuck::cast_slice(self.integrals.numbers()));
    }

    /// All vertices.
    pub fn vertices(&self) -> &[CanvasPosition] {
        &self.vertices
    }

    /// Integrals over the edge that ends at each vertex, of some quantities or none.
    pub fn integrals(&self) -> &IntegralTable {
        &self.integrals
    }

    /// Copy with only the vertices for pixel zooms up to `max_pixel_zoom`.
    pub fn up_to_zoom(&self, max_pixel_zoom: u8) -> Self {
        let is_kept = |&vertex: &usize| self.min_zooms[vertex] <= max_pixel_zoom;
        let kept: Vec<usize> = (0..self.min_zooms.len()).filter(is_kept).collect();
        let columns = self.integrals.quantities().columns();
        let integrals = IntegralTable::of_kept(self.integrals.quantities(), kept.iter().copied(), |table, rows| {
            table.push(&self.integrals.sum(rows)[..columns], 1);
        });
        let times =
            if self.times.is_empty() { Vec::new() } else { kept.iter().map(|&vertex| self.times[vertex]).collect() };
        let pairs = kept.iter().map(|&vertex| (self.vertices[vertex], self.min_zooms[vertex]));
        Self { times, integrals, ..Self::from_vertices(kept.len(), pairs) }
    }

    /// Indices of the first and the last vertex within an index range that a zoom needs; `None` if the zoom needs none.
    pub(super) fn first_and_last(&self, range: Range<usize>, grid: Grid) -> Option<[usize; 2]> {
        let min_zooms = &self.min_zooms[range.clone()];
        let matters = |zoom: &u8| *zoom <= grid.pixel_zoom();
        let ends = [min_zooms.iter().position(matters)?, min_zooms.iter().rposition(matters)?];
        Some(ends.map(|end| range.start + end))
    }

    /// Appends to `line` the vertices within an index range that a zoom needs, on its lattice.
    pub(super) fn append_at_zoom(&self, range: Range<usize>, grid: Grid, line: &mut Line) {
        let pixel_zoom = grid.pixel_zoom();
        for index in range.filter(|&index| self.min_zooms[index] <= pixel_zoom) {
            self.append(index, grid, line);
        }
    }

    /// Appends to `line` a vertex on the lattice of a zoom.
    pub(super) fn append(&self, index: usize, grid: Grid, line: &mut Line) {
        line.push(index, self.vertex(index, grid), &self.integrals, grid);
    }

    /// A vertex on the lattice of a zoom.
    pub(super) fn vertex(&self, index: usize, grid: Grid) -> Vertex {
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
    /// Quantities that are known on some edge.
    pub fn known_quantities(&self) -> QuantitySet {
        let mut known = QuantitySet::default();
        for table in self.polylines.iter().map(Polyline::integrals) {
            let columns = table.quantities().columns().max(1);
            for quantity in table.quantities().iter().filter(|quantity| !known.contains(*quantity)).collect::<Vec<_>>()
            {
                let first = table.quantities().first_column(quantity).unwrap_or(0);
                if table.numbers().iter().skip(first).step_by(columns).any(|length| *length > 0.0) {
                    known.insert(quantity);
                }
            }
        }
        known
    }

    /// Copy with only the vertices for pixel zooms up to `max_pixel_zoom`.
    pub fn up_to_zoom(&self, max_pixel_zoom: u8) -> Self {
        Self { polylines: self.polylines.iter().map(|polyline| polyline.up_to_zoom(max_pixel_zoom)).collect() }
    }
}

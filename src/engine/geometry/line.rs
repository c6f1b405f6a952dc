//! Line of one zoom: vertices on the lattice of the zoom, with edges that are neither too long nor too slow for the
//! rasters.

use super::grid::Grid;
use super::integral_table::IntegralTable;
use super::mercator::{CanvasPosition, step};
use crate::engine::quantity::{COLUMNS, Integrals, QuantitySet};

/// Maximum extent of an edge along x or y in pixels, a power of two. Longer edges are split, so that f32 stays exact.
const EDGE_PIXELS: i64 = 16_384;

/// log2 of the maximum duration of an edge at pixel zoom 0 in ms; half of it at each zoom after. Slower edges are split,
/// so that no edge adds more than [`Quantum::largest`](crate::engine::quantum::Quantum::largest) to a pixel.
pub const EDGE_MS_BITS: u32 = 39;

/// A vertex: its position, and the time in ms since the start of its polyline, in lines with times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the documentation of the type says it")]
pub struct Vertex {
    pub position: CanvasPosition,
    pub time: Option<u32>,
}

/// Vertices of a line, all with times or all without, and integrals over its edges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    positions: Vec<CanvasPosition>,
    times: Vec<u32>,
    integrals: IntegralTable,
    /// Index of the last vertex in the polyline.
    last: usize,
}

impl Line {
    #[expect(missing_docs, reason = "the name says it")]
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// Removes all vertices, and keeps integrals of some quantities from now on.
    pub fn clear(&mut self, quantities: QuantitySet) {
        self.positions.clear();
        self.times.clear();
        self.integrals.clear(quantities);
        self.last = 0;
    }

    /// Positions of all vertices.
    pub fn positions(&self) -> &[CanvasPosition] {
        &self.positions
    }

    /// Times of all vertices; empty in lines without times.
    pub fn times(&self) -> &[u32] {
        &self.times
    }

    /// Integrals over the edge that ends at each vertex.
    pub fn integrals(&self) -> &IntegralTable {
        &self.integrals
    }

    /// Appends the vertex at an index of a polyline unless it repeats the last; splits long edges. A stay is an edge of
    /// length 0: it repeats the position, but not the time. `table` has the integrals over the edges of the polyline.
    pub fn push(&mut self, index: usize, to: Vertex, table: &IntegralTable, grid: Grid) {
        match self.positions.last() {
            None => self.append(to, &table.sum(0..0), 1),
            Some(&position) => {
                let from = Vertex { position, time: self.times.last().copied() };
                if from == to {
                    // The next edge takes the integrals up to here: `last` stays.
                    return;
                }
                let integrals = match table.quantities().is_empty() {
                    true => [0.0; COLUMNS],
                    false => table.sum(self.last + 1..index + 1),
                };
                self.push_split((from, to), &integrals, grid);
            }
        }
        self.last = index;
    }

    /// Appends `to`, preceded by the intermediate vertices that keep every edge within [`EDGE_PIXELS`] and
    /// [`EDGE_MS_BITS`].
    fn push_split(&mut self, (from, to): (Vertex, Vertex), integrals: &Integrals, grid: Grid) {
        let [dx, dy] = step(from.position, to.position);
        let ms = i64::from(to.time.unwrap_or(0)) - i64::from(from.time.unwrap_or(0));
        // Shifts, because divisions would take as long as all other work of this function.
        let pieces_by_length = dx.abs().max(dy.abs()) >> (EDGE_PIXELS.ilog2() + grid.pixel_shift());
        let pieces = pieces_by_length.max(ms >> (EDGE_MS_BITS - u32::from(grid.pixel_zoom()))) + 1;
        for piece in 1..pieces {
            let along = |start: u32, delta: i64| (i64::from(start) + delta * piece / pieces) as u32;
            let position = grid.round([along(from.position[0], dx), along(from.position[1], dy)]);
            self.append(Vertex { position, time: from.time.map(|time| along(time, ms)) }, integrals, pieces);
        }
        self.append(to, integrals, pieces);
    }

    /// Appends a vertex, and one of `pieces` equal parts of the integrals over an edge.
    fn append(&mut self, vertex: Vertex, integrals: &Integrals, pieces: i64) {
        self.positions.push(vertex.position);
        self.times.extend(vertex.time);
        self.integrals.push(&integrals[..self.integrals.quantities().columns()], pieces);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_edges_are_split_and_stays_are_kept() {
        let grid = Grid { zoom: 18, tile_size: 256 };
        let vertex = |time| Vertex { position: [1 << 30, 1 << 30], time: Some(time) };
        let mut line = Line::default();
        // The longest duration at zoom 18 is 2^21 ms.
        for (index, time) in [0, 0, 1 << 20, (1 << 20) + (3 << 21)].into_iter().enumerate() {
            line.push(index, vertex(time), &IntegralTable::default(), grid);
        }
        assert_eq!(line.times().len(), 6, "the second vertex repeats the first: {:?}", line.times());
        assert!(line.times().windows(2).all(|pair| pair[1] - pair[0] <= 1 << 21));
        assert_eq!(line.positions().len(), 6);
        let mut untimed = Line::default();
        (0..3).for_each(|i| untimed.push(i, Vertex { time: None, ..vertex(0) }, &IntegralTable::default(), grid));
        assert_eq!((untimed.positions().len(), untimed.times().len()), (1, 0));
    }
}

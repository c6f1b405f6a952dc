//! Values along the edges of the strips of a zoom, as rasters use them.

use super::line::Line;
use super::mercator::step;
use crate::engine::quantity::{Quantity, QuantitySet};

/// For each vertex, the values of the edge that ends there, in the columns of some quantities: the share of the edge on
/// which a quantity is known, 0 to 1, and each of its values, a share of its scale, times this share. All 0 at the first
/// vertex of a line and on edges of length 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EdgeValues {
    quantities: QuantitySet,
    numbers: Vec<f32>,
}

impl EdgeValues {
    /// Appends the edges of a line.
    pub(super) fn append(&mut self, line: &Line) {
        let table = line.integrals();
        if self.numbers.is_empty() {
            self.quantities = table.quantities();
        }
        if self.quantities.is_empty() {
            return;
        }
        for (vertex, position) in line.positions().iter().enumerate() {
            let length = match vertex.checked_sub(1) {
                Some(before) => {
                    let [dx, dy] = step(line.positions()[before], *position).map(|units| units as f32);
                    (dx * dx + dy * dy).sqrt()
                }
                None => 0.0,
            };
            let mut row = table.row(vertex);
            for quantity in self.quantities.iter() {
                let (columns, rest) = row.split_at(quantity.columns());
                row = rest;
                // A line that winds within the tolerance is longer than its chord.
                let [known, per_unit] = match columns[0] > 0.0 && length > 0.0 {
                    true => [(columns[0] / length).min(1.0), 1.0 / columns[0]],
                    false => [0.0; 2],
                };
                self.numbers.push(known);
                self.numbers.extend(columns[1..].iter().map(|integral| integral * per_unit * known));
            }
        }
    }

    /// Returns true if there are values for this number of vertices, or none.
    pub(super) fn is_sound(&self, vertices: usize) -> bool {
        self.numbers.len() == vertices * self.quantities.columns()
    }

    /// All values, vertex by vertex.
    #[cfg(test)]
    pub fn numbers(&self) -> &[f32] {
        &self.numbers
    }

    /// Columns of a quantity on the edge that ends at a vertex; empty if there are none.
    #[inline]
    pub fn of_edge(&self, quantity: Quantity, vertex: usize) -> &[f32] {
        let columns = self.quantities.columns();
        match self.quantities.first_column(quantity) {
            Some(first) => &self.numbers[vertex * columns + first..][..quantity.columns()],
            None => &[],
        }
    }
}

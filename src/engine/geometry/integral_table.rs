//! Integrals over the edges of a line, of some quantities.

use std::ops::Range;

use crate::engine::quantity::{COLUMNS, Integrals, QuantitySet};

/// For each vertex of a line, the integrals over the edge that ends there, in the columns of some quantities.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IntegralTable {
    quantities: QuantitySet,
    numbers: Vec<f32>,
}

impl IntegralTable {
    /// A table without rows.
    pub fn new(quantities: QuantitySet) -> Self {
        Self { quantities, numbers: Vec::new() }
    }

    /// Quantities with columns.
    pub fn quantities(&self) -> QuantitySet {
        self.quantities
    }

    /// All rows, one after another.
    pub fn numbers(&self) -> &[f32] {
        &self.numbers
    }

    /// A table with a row for each of some ascending vertices: `push_sum` appends that of the rows of a range, from the
    /// vertex after the one before to the vertex.
    pub fn of_kept(
        quantities: QuantitySet,
        kept: impl ExactSizeIterator<Item = usize>,
        push_sum: impl Fn(&mut Self, Range<usize>),
    ) -> Self {
        let mut table = Self::new(quantities);
        if quantities.is_empty() {
            return table;
        }
        table.numbers.reserve_exact(kept.len() * quantities.columns());
        let mut next = 0;
        for vertex in kept {
            push_sum(&mut table, next..vertex + 1);
            next = vertex + 1;
        }
        table
    }

    /// Removes all rows, and replaces the quantities.
    pub fn clear(&mut self, quantities: QuantitySet) {
        self.numbers.clear();
        self.quantities = quantities;
    }

    /// Appends the sum of some rows of integrals of all quantities.
    pub fn push_sum(&mut self, rows: &[Integrals]) {
        for quantity in self.quantities.iter() {
            self.numbers.extend(quantity.column_range().map(|column| rows.iter().map(|row| row[column]).sum::<f32>()));
        }
    }

    /// Appends a row with the columns of this table, divided by `pieces`.
    pub fn push(&mut self, row: &[f32], pieces: i64) {
        self.numbers.extend(row.iter().map(|number| number / pieces as f32));
    }

    /// Sum of some rows, in the first columns.
    pub fn sum(&self, rows: Range<usize>) -> Integrals {
        let (columns, mut sum) = (self.quantities.columns(), [0.0; COLUMNS]);
        for row in rows {
            for (sum, number) in sum.iter_mut().zip(&self.numbers[row * columns..][..columns]) {
                *sum += number;
            }
        }
        sum
    }

    /// The row at an index.
    pub fn row(&self, index: usize) -> &[f32] {
        let columns = self.quantities.columns();
        &self.numbers[index * columns..][..columns]
    }
}

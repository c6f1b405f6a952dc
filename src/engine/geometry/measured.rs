//! Search for the split vertex of Douglas-Peucker along the measurements of a line: the vertex up to which more or less
//! was measured than a steady value along the chord gives.

use super::path::Path;
use crate::engine::quantity::{COLUMNS, Integrals, QUANTITIES, Quantity};

/// Distance in pixels that counts as much as a visible difference of a value along one pixel. The blur along a line spreads
/// a difference over several pixels.
const DISTANCE_PER_DIFFERENCE: f64 = 1.0 / 16.0;

/// Running sums of the integrals of a line that vary along it.
pub struct RunningSums {
    /// For each column that varies, the sums at all vertices, in canvas units of distance.
    columns: Vec<Vec<f64>>,
    /// Length of the way at each vertex in canvas units.
    way: Vec<f64>,
}

impl RunningSums {
    /// Sums of a line; `way` has the length of the way at each vertex.
    pub fn new(path: Path, way: Vec<f64>) -> Self {
        let columns = QUANTITIES.into_iter().flat_map(|quantity| {
            let weights = weights(quantity);
            let is_known = path.integrals.iter().any(|row| row[quantity.first_column()] > 0.0);
            let range = if is_known { quantity.column_range() } else { 0..0 };
            range.zip(weights).map(|(column, weight)| running(path.integrals, column, weight)).collect::<Vec<_>>()
        });
        Self { columns: columns.collect(), way }
    }

    /// Index of the vertex strictly between `first` and `last` that is farthest off (the first of equals), and its
    /// squared distance in canvas units.
    pub fn farthest(&self, first: usize, last: usize) -> (usize, f64) {
        let (mut farthest, mut most) = (first + 1, -1.0);
        let way = &self.way[first..=last];
        let length = way[last - first] - way[0];
        let per_length = if length > 0.0 { 1.0 / length } else { 0.0 };
        for column in &self.columns {
            let sums = &column[first..=last];
            let slope = (sums[last - first] - sums[0]) * per_length;
            let (mut index, mut off, start) = (0, most, way[0]);
            for (i, (sum, way)) in sums.iter().zip(way).enumerate().take(last - first).skip(1) {
                let distance = (sum - sums[0] - slope * (way - start)).abs();
                if distance > off {
                    (index, off) = (i, distance);
                }
            }
            if index > 0 {
                (farthest, most) = (first + index, off);
            }
        }
        (farthest, most * most.abs())
    }
}

/// Distance of a unit of each column of a quantity: of its length, and of its values.
fn weights(quantity: Quantity) -> impl Iterator<Item = f64> {
    let scale = quantity.scale();
    let value = DISTANCE_PER_DIFFERENCE * f64::from(scale.most - scale.least) / f64::from(scale.visible);
    std::iter::once(2.0 * DISTANCE_PER_DIFFERENCE).chain(std::iter::repeat(value))
}

fn running(rows: &[Integrals], column: usize, weight: f64) -> Vec<f64> {
    debug_assert!(column < COLUMNS);
    let mut sum = 0.0;
    let mut add = |row: &Integrals| {
        sum += weight * f64::from(row[column]);
        sum
    };
    rows.iter().map(&mut add).collect()
}

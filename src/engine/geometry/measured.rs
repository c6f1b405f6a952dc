//! Search for the split vertex of Douglas-Peucker along the measurements of a line: the vertex up to which more or less
//! was measured than a steady value along the chord gives.

use super::path::Path;
use crate::engine::quantity::{Integrals, QUANTITIES, Quantity};

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
        let (mut farthest, mut most) = (first + 1, 0.0);
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
        (farthest, most * most)
    }
}

/// Distance of a unit of each column of a quantity: of its length, and of its values.
fn weights(quantity: Quantity) -> impl Iterator<Item = f64> {
    let scale = quantity.scale();
    let value = DISTANCE_PER_DIFFERENCE * f64::from(scale.most - scale.least) / f64::from(scale.visible);
    std::iter::once(2.0 * DISTANCE_PER_DIFFERENCE).chain(std::iter::repeat(value))
}

fn running(rows: &[Integrals], column: usize, weight: f64) -> Vec<f64> {
    let mut sum = 0.0;
    let mut add = |row: &Integrals| {
        sum += weight * f64::from(row[column]);
        sum
    };
    rows.iter().map(&mut add).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::path::Path;
    use crate::engine::geometry::simplify::{Simplification, vertex_min_zooms};
    use crate::engine::quantity::{COLUMNS, Integrals, QuantitySet};

    /// Steps of 10 m eastward at known heart rates, as shares.
    fn line(shares: &[f32]) -> (Vec<CanvasPosition>, Vec<Integrals>) {
        const STEP: u32 = 1000;
        let positions = (0..=shares.len() as u32).map(|i| [(1 << 30) + STEP * i, 1 << 31]).collect();
        let row = |share: &f32| {
            let mut row = [0.0; COLUMNS];
            [row[2], row[3]] = [STEP as f32, STEP as f32 * share];
            row
        };
        (positions, std::iter::once([0.0; COLUMNS]).chain(shares.iter().map(row)).collect())
    }

    fn kept_at(zoom: u8, shares: &[f32]) -> Vec<usize> {
        let (positions, integrals) = line(shares);
        let path =
            Path { positions: &positions, integrals: &integrals, quantities: QuantitySet::ALL, ..Path::default() };
        let zooms = vertex_min_zooms(path, Simplification::Motion);
        (0..zooms.len()).filter(|&i| zooms[i] <= zoom).collect()
    }

    proptest! {
        #[test]
        fn integrals_differ_from_steady_values_by_less_than_two_visible_pixels(
            shares in prop::collection::vec(0.3f32..0.7, 2..150), zoom in 12u8..19,
        ) {
            let kept = kept_at(zoom, &shares);
            // Of 256 beats per minute, 2.5 are visible.
            let limit = 2.0 * (24.0 - f64::from(zoom)).exp2() * 2.5 / 256.0 * 1.001 + 0.01;
            let sums: Vec<f64> = (0..=shares.len()).map(|i| shares[..i].iter().map(|s| 1000.0 * f64::from(*s)).sum()).collect();
            for pair in kept.windows(2) {
                for vertex in pair[0]..pair[1] {
                    let along = (vertex - pair[0]) as f64 / (pair[1] - pair[0]) as f64;
                    let steady = sums[pair[0]] + along * (sums[pair[1]] - sums[pair[0]]);
                    prop_assert!((sums[vertex] - steady).abs() <= limit, "{} at {vertex} of {pair:?}", sums[vertex] - steady);
                }
            }
        }
    }

    #[test]
    fn steady_values_need_no_vertex_and_a_change_needs_one() {
        assert_eq!(kept_at(18, &[0.5; 40]), [0, 40]);
        let change: Vec<f32> = (0..40).map(|i| if i < 20 { 0.4 } else { 0.6 }).collect();
        assert_eq!(kept_at(18, &change), [0, 20, 40]);
    }
}

//! Means of quantities along one activity: what its edges add up to in the pixels of a tile, before the activity is
//! added to the stores.

use super::blocks::{AlignedBuffer, BlockRow, LANES, MAX_BLOCKS, NO_ROWS, set_bits};
use super::distances::Distances;
use super::edge_heat::EdgeHeat;
use super::oriented_rect::RowSpans;
use super::store::Store;
use crate::engine::quantity::{QUANTITIES, Quantity, QuantitySet};
use crate::engine::raster::FAINT_HEAT;
use crate::engine::raster::profile::Profile;

/// Sums over the edges of an activity, and distances to it.
pub struct ActivityMeans {
    size: usize,
    distances: Distances,
    /// For each quantity that is drawn, the integral of the heat along the edges where the quantity is known, and those
    /// of the heat times each value.
    integrals: [Vec<AlignedBuffer<f32>>; QUANTITIES.len()],
    /// Quantities that are known on some edge.
    known: QuantitySet,
    /// Heat, factor and contribution of a row.
    scratch: Box<[BlockRow; 3]>,
}

impl ActivityMeans {
    /// Empty sums of a tile of `size` × `size` pixels for some quantities.
    pub fn new(size: usize, quantities: QuantitySet) -> Self {
        // No buffers without quantities: they are as large as a tile.
        let size = if quantities.is_empty() { 0 } else { size };
        let zeros = |_| AlignedBuffer::new(0.0, size * size);
        let of = |quantity: Quantity| if quantities.contains(quantity) { quantity.columns() } else { 0 };
        Self {
            size,
            distances: Distances::new(size),
            integrals: QUANTITIES.map(|quantity| (0..of(quantity)).map(zeros).collect()),
            known: QuantitySet::default(),
            scratch: Box::new([[[0.0; LANES]; MAX_BLOCKS]; 3]),
        }
    }

    /// Lowers the distances of the pixels of an edge, and marks their blocks, from row `top` on.
    #[inline(always)]
    pub fn add_distances(&mut self, edge: &EdgeHeat, spans: &RowSpans, (top, end): (usize, usize)) {
        let Distances { squared, blocks, rows } = &mut self.distances;
        spans.mark_blocks(&mut blocks[top..]);
        *rows = [rows[0].min(top), rows[1].max(end)];
        edge.lower_distances(squared);
    }

    /// Adds the heat of an edge, weighted with the values of a quantity there: its known share first.
    #[inline(always)]
    pub fn add_values(&mut self, edge: &EdgeHeat, quantity: Quantity, values: &[f32]) {
        self.known.insert(quantity);
        for (plane, value) in self.integrals[quantity as usize].iter_mut().zip(values) {
            edge.add_positive_to(plane, *value);
        }
    }

    /// Adds the activity to the stores of the drawings of its quantities, and empties the sums.
    #[inline(always)]
    pub fn add_activity(&mut self, stores: &mut [Store], targets: &[(usize, Quantity)], profile: Profile) {
        let [first, end] = std::mem::replace(&mut self.distances.rows, NO_ROWS);
        let [heat, factor, contribution] = &mut *self.scratch;
        for row in first..end {
            let bits = std::mem::take(&mut self.distances.blocks[row]);
            let squared = self.distances.squared[row * self.size..][..self.size].as_chunks_mut::<LANES>().0;
            for block in set_bits(bits) {
                for (heat, squared) in heat[block].iter_mut().zip(&mut squared[block]) {
                    *heat = profile.heat(squared.sqrt());
                    *squared = f32::INFINITY;
                }
            }
            for &(number, quantity) in targets {
                let Store::Value { weights, values, .. } = &mut stores[number] else { continue };
                if !self.known.contains(quantity) {
                    continue;
                }
                let mut integrals = self.integrals[quantity as usize]
                    .iter()
                    .map(|plane| plane[row * self.size..][..self.size].as_chunks::<LANES>().0);
                let Some(known) = integrals.next() else { continue };
                for block in set_bits(bits) {
                    for lane in 0..LANES {
                        let known = known[block][lane];
                        factor[block][lane] = heat[block][lane] / (known + FAINT_HEAT);
                        contribution[block][lane] = factor[block][lane] * known;
                    }
                }
                weights.add(row, bits, contribution);
                for (sums, integral) in values.iter_mut().zip(integrals) {
                    for block in set_bits(bits) {
                        for lane in 0..LANES {
                            contribution[block][lane] = factor[block][lane] * integral[block][lane];
                        }
                    }
                    sums.add(row, bits, contribution);
                }
            }
            for quantity in self.known.iter() {
                for plane in &mut self.integrals[quantity as usize] {
                    let plane = plane[row * self.size..][..self.size].as_chunks_mut::<LANES>().0;
                    set_bits(bits).for_each(|block| plane[block] = [0.0; LANES]);
                }
            }
        }
        self.known = QuantitySet::default();
    }
}

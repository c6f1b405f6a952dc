//! Exact heat of a tile: the sums before they are encoded as levels.

use anyhow::Result;

use super::Levels;
use crate::engine::layer::Layer;

/// Sums of the pixels of a tile. For any split of the activities, the sums of the parts add up to the sums of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// `tile_size * tile_size` sums, row by row from the north-west, in quanta of the layer.
    pub quanta: Vec<u64>,
}

/// Receives each tile once, as its index in the plan and its sums, from any thread and in any order. An error stops the
/// raster.
pub type EmitSums<'a> = &'a (dyn Fn(usize, Sums) -> Result<()> + Sync);

impl Sums {
    /// Adds the sums of the same tile, drawn from other activities in the same layer.
    pub fn add(&mut self, other: &Self) {
        self.quanta.iter_mut().zip(&other.quanta).for_each(|(sum, more)| *sum += more);
    }

    /// Encodes the sums as levels, like the CPU.
    pub fn levels(&self, layer: &Layer) -> Levels {
        let unit = f64::from(layer.quantum.per_unit());
        let level = |&quanta: &u64| {
            let sum = (quanta as f64 / unit) as f32;
            layer.code.encode(layer.accumulation.finish.value([sum]))
        };
        Levels::from_pixels(self.quanta.iter().map(level).collect())
    }
}

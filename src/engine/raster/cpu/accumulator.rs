//! Buffers of a thread for one tile: distances to the current activity, and a store for each drawing.

use std::sync::Mutex;

use anyhow::Result;

use super::blocks::{LANES, MAX_BLOCKS};
use super::distances::Distances;
use super::edge_heat::EdgeHeat;
use super::means::ActivityMeans;
use super::store::Store;
use crate::engine::drawing::Drawing;
use crate::engine::quantity::QuantitySet;

/// Distances to the activity being added, and what the activities before add up to.
pub struct Accumulator {
    /// Pixels along a side: a multiple of [`LANES`], at most 512.
    pub size: usize,
    /// Distances to the activity being added.
    pub distances: Distances,
    /// One store for each drawing.
    pub stores: Vec<Store>,
    /// Heat of the edge being added.
    pub edge_heat: EdgeHeat,
    /// Means of the activity being added.
    pub means: ActivityMeans,
}

impl Accumulator {
    /// An empty tile.
    ///
    /// # Panics
    /// If the tile size is not a multiple of [`LANES`] up to 512.
    pub fn new(tile_size: u32, drawings: &[Drawing]) -> Self {
        let size = tile_size as usize;
        assert!(
            size.is_multiple_of(LANES) && size / LANES <= MAX_BLOCKS,
            "tile size must be a multiple of 16, at most 512, but is {tile_size}"
        );
        let distances = Distances::new(size);
        let stores = drawings.iter().map(|drawing| Store::new(size, drawing)).collect();
        let means = ActivityMeans::new(size, quantities(drawings));
        Self { size, distances, stores, edge_heat: EdgeHeat::default(), means }
    }

    /// Empties the stores.
    pub fn clear(&mut self) {
        self.stores.iter_mut().for_each(Store::clear);
    }
}

/// Quantities of the layers of means.
fn quantities(drawings: &[Drawing]) -> QuantitySet {
    drawings.iter().filter_map(|drawing| drawing.layer.quantity()).collect()
}

/// Accumulators of the threads that draw a scene: a new one costs as much as a tile.
#[derive(Default)]
pub struct AccumulatorPool(Mutex<Vec<Accumulator>>);

impl AccumulatorPool {
    /// Runs `work` with an empty accumulator and empties it. An accumulator is not used again after an error.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn with(
        &self,
        (tile_size, drawings): (u32, &[Drawing]),
        work: impl FnOnce(&mut Accumulator) -> Result<()>,
    ) -> Result<()> {
        let free = self.0.lock().expect("no thread panics while it holds the lock").pop();
        let mut accumulator = free.unwrap_or_else(|| Accumulator::new(tile_size, drawings));
        work(&mut accumulator)?;
        accumulator.clear();
        self.0.lock().expect("no thread panics while it holds the lock").push(accumulator);
        Ok(())
    }
}

//! The regions of the demo: one home and three remote ones.
//!
//! All are in the open ocean, hundreds of kilometres from any coast, because synthetic data must not point at a real
//! person's home.

use super::network::Network;
use super::region_spec::REGIONS;
use super::terrain::Terrain;
use super::ways;

/// A region with its roads.
pub struct Region {
    pub terrain: Terrain,
    pub network: Network,
}

impl Region {
    /// Builds region `number` of [`REGIONS`].
    pub fn new(number: usize, seed: u64) -> Self {
        let seed = seed.wrapping_mul(REGIONS.len() as u64).wrapping_add(number as u64);
        let terrain = Terrain::new(REGIONS[number], seed);
        let network = Network::new(ways::all(&terrain, seed), &terrain, seed);
        Self { terrain, network }
    }
}

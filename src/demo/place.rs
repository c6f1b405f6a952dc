//! The places of the made-up life: one home and three far ones.
//!
//! All of them lie in the open ocean, hundreds of kilometres from any coast, because synthetic data must not point at
//! a real person's home.

use super::land::{Land, Spec};
use super::network::Network;
use super::ways;

/// The places, home first.
pub const PLACES: [Spec; 4] = [
    // A city on a river, in the middle of the North Atlantic.
    Spec {
        lat: 47.2,
        lon: -33.6,
        town: 6200.0,
        old_town: 650.0,
        quarters: 13,
        river: Some(105.0),
        lake: true,
        parks: 7,
        forests: 4,
        villages: 46,
        reach: 25_000.0,
        relief: 420.0,
        winding: 1.5,
        hairpin: 800.0,
        island: false,
    },
    // High mountains 560 km east of it.
    Spec {
        lat: 46.4,
        lon: -26.2,
        town: 1000.0,
        old_town: 300.0,
        quarters: 2,
        river: Some(28.0),
        lake: true,
        parks: 1,
        forests: 4,
        villages: 12,
        reach: 19_000.0,
        relief: 1900.0,
        winding: 1.95,
        hairpin: 1150.0,
        island: false,
    },
    // An island with a coast road, 700 km north-west of the Azores.
    Spec {
        lat: 43.1,
        lon: -39.4,
        town: 1100.0,
        old_town: 280.0,
        quarters: 2,
        river: None,
        lake: false,
        parks: 1,
        forests: 1,
        villages: 9,
        reach: 9_000.0,
        relief: 650.0,
        winding: 1.7,
        hairpin: 800.0,
        island: true,
    },
    // A city of grids in the southern Indian Ocean.
    Spec {
        lat: -36.3,
        lon: 90.2,
        town: 3400.0,
        old_town: 240.0,
        quarters: 4,
        river: Some(160.0),
        lake: true,
        parks: 5,
        forests: 1,
        villages: 8,
        reach: 13_000.0,
        relief: 260.0,
        winding: 1.4,
        hairpin: 900.0,
        island: false,
    },
];

/// A place with its streets.
pub struct Place {
    /// Ground and water.
    pub land: Land,
    /// Streets, roads and trails.
    pub network: Network,
}

impl Place {
    /// Builds the place with this number in [`PLACES`].
    pub fn new(number: usize, seed: u64) -> Self {
        let seed = seed.wrapping_mul(PLACES.len() as u64).wrapping_add(number as u64);
        let land = Land::new(PLACES[number], seed);
        let network = Network::new(ways::all(&land, seed), &land, seed);
        Self { land, network }
    }
}

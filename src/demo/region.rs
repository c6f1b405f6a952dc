//! The places of the made-up life: one home and three far ones.
//!
//! All of them lie in the open ocean, hundreds of kilometres from any coast, because synthetic data must not point at
//! a real person's home.

use super::network::Network;
use super::terrain::Terrain;
use super::ways;

/// What kind of place to make up. Lengths in metres.
#[derive(Clone, Copy, Debug)]
pub struct RegionSpec {
    /// Latitude of the centre in degrees.
    pub lat: f64,
    /// Longitude of the centre in degrees.
    pub lon: f64,
    /// How far the dense streets reach.
    pub town: f64,
    /// Size of the old town with its narrow streets.
    pub old_town: f64,
    /// Number of quarters with a street grid of their own.
    pub quarters: usize,
    /// Width of the river, if there is one.
    pub river: Option<f64>,
    /// Whether a lake lies in the town.
    pub lake: bool,
    /// Number of parks.
    pub parks: usize,
    /// Number of forests with trails.
    pub forests: usize,
    /// Number of villages.
    pub villages: usize,
    /// How far from the centre the farthest villages are; for an island, its radius.
    pub reach: f64,
    /// Height of the hills above the valley.
    pub relief: f64,
    /// How far country roads turn away from the straight line where it is steep, in radians.
    pub winding: f64,
    /// Length of a hairpin's two bends along the road.
    pub hairpin: f64,
    /// Whether the sea surrounds it and a road follows the coast.
    pub island: bool,
}

/// The places, home first.
pub const REGIONS: [RegionSpec; 4] = [
    // A city on a river, in the middle of the North Atlantic.
    RegionSpec {
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
    RegionSpec {
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
    RegionSpec {
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
    RegionSpec {
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
pub struct Region {
    /// Ground and water.
    pub terrain: Terrain,
    /// Streets, roads and trails.
    pub network: Network,
}

impl Region {
    /// Builds the place with this number in [`REGIONS`].
    pub fn new(number: usize, seed: u64) -> Self {
        let seed = seed.wrapping_mul(REGIONS.len() as u64).wrapping_add(number as u64);
        let terrain = Terrain::new(REGIONS[number], seed);
        let network = Network::new(ways::all(&terrain, seed), &terrain, seed);
        Self { terrain, network }
    }
}

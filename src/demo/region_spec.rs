//! Parameters of the four regions of the demo.

/// Parameters of a region, lengths in metres.
#[derive(Clone, Copy, Debug)]
pub struct RegionSpec {
    /// Centre in degrees.
    pub lat: f64,
    pub lon: f64,
    /// Radius of the dense streets.
    pub town: f64,
    /// Radius of the narrow streets.
    pub old_town: f64,
    /// Parts of town with their own street grid.
    pub quarters: usize,
    /// Width of the river; `None` without a river.
    pub river: Option<f64>,
    pub lake: bool,
    pub parks: usize,
    /// Forests with trails.
    pub forests: usize,
    pub villages: usize,
    /// Distance of the farthest villages from the centre, or the radius of an island.
    pub reach: f64,
    /// Height of the hills above the valley.
    pub relief: f64,
    /// Largest angle between a steep country road and the straight line between its ends, in radians.
    pub winding: f64,
    /// Road length of a hairpin's two bends.
    pub hairpin: f64,
    /// True if the sea surrounds the region and a road follows the coast.
    pub island: bool,
}

/// All regions, home first.
pub const REGIONS: [RegionSpec; 4] = [
    // City on a river in the North Atlantic.
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
    // High mountains, 560 km east of home.
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
    // Island with a coast road, 700 km north-west of the Azores.
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
    // City of street grids in the southern Indian Ocean.
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

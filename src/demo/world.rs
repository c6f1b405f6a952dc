//! World of the demo: regions and favourite routes, from which the samples of a schedule entry are recorded.

use super::kind::{KINDS, Kind};
use super::plane::{Vec2, length};
use super::random::Random;
use super::recording::{Sample, record, record_indoors};
use super::region::Region;
use super::region_spec::REGIONS;
use super::route;
use super::schedule::Entry;
use rayon::prelude::*;
use std::sync::OnceLock;

pub struct World {
    seed: u64,
    regions: Vec<Region>,
    /// Favourite routes by kind and rank, computed on first use.
    favourites: Vec<Vec<OnceLock<Vec<Vec2>>>>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let regions = (0..REGIONS.len()).into_par_iter().map(|number| Region::new(number, seed)).collect();
        let favourites = KINDS.iter().map(|kind| (0..kind.favourites).map(|_| OnceLock::new()).collect()).collect();
        Self { seed, regions, favourites }
    }

    /// Recording of an entry; equal entries give equal samples.
    pub fn samples(&self, entry: &Entry) -> Vec<Sample> {
        let kind = &KINDS[entry.kind];
        let mut random = Random::new(self.seed, 2_000_000 + entry.number as u64);
        let Some(number) = kind.region else {
            let seconds = random.between(1800.0, 4500.0) as usize;
            return record_indoors(&kind.gait, seconds, entry.start_ms, &mut random);
        };
        let region = &self.regions[number];
        let route_line = match entry.favourite {
            Some(rank) => self.favourites[entry.kind][rank].get_or_init(|| {
                let stream = 3_000_000 + 1000 * entry.kind as u64 + rank as u64;
                route_line(region, kind, &mut Random::new(self.seed, stream))
            }),
            None => &route_line(region, kind, &mut random),
        };
        // Some loops are taken in reverse.
        if matches!(kind.shape, route::Shape::ToWork | route::Shape::ToHome) || random.random_bool(0.7) {
            record(&region.terrain, route_line, &kind.gait, entry.start_ms, &mut random)
        } else {
            let reversed: Vec<Vec2> = route_line.iter().rev().copied().collect();
            record(&region.terrain, &reversed, &kind.gait, entry.start_ms, &mut random)
        }
    }
}

/// Route of a kind; four laps of a block if the network offers none.
fn route_line(region: &Region, kind: &Kind, random: &mut Random) -> Vec<Vec2> {
    let [short, long] = kind.kilometres;
    let mut fallback = Vec::new();
    for _ in 0..6 {
        let metres = 1000.0 * (short + (long - short) * random.uniform().powf(1.6));
        let route_line = route::find(region, kind.shape, &kind.class_costs, metres, random);
        let actual = length(&route_line);
        if actual > 400.0 * short.min(4.0) && actual < 1300.0 * long {
            return route_line;
        }
        if actual > 1000.0 {
            fallback = route_line;
        }
    }
    if !fallback.is_empty() {
        return fallback;
    }
    let block = [(0.0, 0.0), (300.0, 0.0), (300.0, 250.0), (0.0, 250.0), (0.0, 0.0)].map(|(x, y)| Vec2::new(x, y));
    [block, block, block, block].concat()
}

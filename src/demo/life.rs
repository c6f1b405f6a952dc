//! From an entry of the plan to what was recorded.

use super::place::{PLACES, Place};
use super::plan::{Entry, KINDS, Kind};
use super::plane::{Vec2, length};
use super::random::Random;
use super::recording::{Sample, record, record_indoors};
use super::route;
use rayon::prelude::*;
use std::sync::OnceLock;

/// The places of a life and the routes that are taken again and again.
pub struct Life {
    seed: u64,
    places: Vec<Place>,
    /// For every kind, its favourite routes, found when first taken.
    favourites: Vec<Vec<OnceLock<Vec<Vec2>>>>,
}

impl Life {
    /// Builds all places.
    pub fn new(seed: u64) -> Self {
        let places = (0..PLACES.len()).into_par_iter().map(|number| Place::new(number, seed)).collect();
        let favourites = KINDS.iter().map(|kind| (0..kind.favourites).map(|_| OnceLock::new()).collect()).collect();
        Self { seed, places, favourites }
    }

    /// What the device recorded; the same entry always gives the same samples.
    pub fn samples(&self, entry: &Entry) -> Vec<Sample> {
        let kind = &KINDS[entry.kind];
        let mut random = Random::new(self.seed, 2_000_000 + entry.number as u64);
        let Some(number) = kind.place else {
            let seconds = random.between(1800.0, 4500.0) as usize;
            return record_indoors(&kind.gait, seconds, entry.start_ms, &mut random);
        };
        let place = &self.places[number];
        let line = match entry.favourite {
            Some(rank) => self.favourites[entry.kind][rank].get_or_init(|| {
                let stream = 3_000_000 + 1000 * entry.kind as u64 + rank as u64;
                line(place, kind, &mut Random::new(self.seed, stream))
            }),
            None => &line(place, kind, &mut random),
        };
        // Many a loop is taken the other way round.
        if matches!(kind.shape, route::Shape::ToWork | route::Shape::ToHome) || random.chance(0.7) {
            record(&place.land, line, &kind.gait, entry.start_ms, &mut random)
        } else {
            let back: Vec<Vec2> = line.iter().rev().copied().collect();
            record(&place.land, &back, &kind.gait, entry.start_ms, &mut random)
        }
    }
}

/// A route of the kind; where the network offers none, some times round the block.
fn line(place: &Place, kind: &Kind, random: &mut Random) -> Vec<Vec2> {
    let [short, long] = kind.kilometres;
    let mut last = Vec::new();
    for _ in 0..6 {
        let metres = 1000.0 * (short + (long - short) * random.unit().powf(1.6));
        let line = route::find(place, kind.shape, &kind.taste, metres, random);
        let got = length(&line);
        if got > 400.0 * short.min(4.0) && got < 1300.0 * long {
            return line;
        }
        if got > 1000.0 {
            last = line;
        }
    }
    if !last.is_empty() {
        return last;
    }
    let block = [(0.0, 0.0), (300.0, 0.0), (300.0, 250.0), (0.0, 250.0), (0.0, 0.0)].map(|(x, y)| Vec2::new(x, y));
    [block, block, block, block].concat()
}

//! All ways of a region: given paths along rivers, lakes and parks, then avenues, country roads, streets and trails.

use super::patch::Patch;
use super::plane::{Vec2, curve, resample, smooth};
use super::random::Random;
use super::roads::country_roads;
use super::streets::{Tracer, Way, WayClass};
use super::terrain::Terrain;
use std::f64::consts::{PI, TAU};

pub fn all(terrain: &Terrain, seed: u64) -> Vec<Way> {
    let mut random = Random::new(seed, 20);
    let mut tracer = Tracer::new(terrain);
    for line in river_paths(terrain) {
        tracer.add(Way { line, class: WayClass::Path });
    }
    for patch in terrain.parks.iter().chain(&terrain.lake) {
        tracer.add(Way { line: patch.outline(1.04), class: WayClass::Path });
    }
    if let Some(shore) = &terrain.shore {
        let mut line = shore.outline(0.93);
        smooth(&mut line, 6);
        tracer.add(Way { line, class: WayClass::Country });
    }
    let mut seeds = vec![Vec2::polar(terrain.spec.old_town, random.between(0.0, TAU))];
    seeds.extend((0..60).map(|_| Vec2::polar(terrain.spec.town * random.uniform(), random.between(0.0, TAU))));
    tracer.fill(&seeds, true, &mut random);
    for line in country_roads(terrain, tracer.ways(), seed) {
        tracer.add(Way { line, class: WayClass::Country });
    }
    seeds.extend((0..400).map(|_| Vec2::polar(terrain.spec.town * random.uniform().sqrt(), random.between(0.0, TAU))));
    for village in &terrain.villages {
        seeds.extend(
            (0..8).map(|_| village.centre + Vec2::polar(village.radius * random.uniform(), random.between(0.0, TAU))),
        );
    }
    for forest in &terrain.forests {
        seeds.extend((0..12).map(|_| forest.edge(random.between(0.0, TAU), random.uniform())));
    }
    tracer.fill(&seeds, false, &mut random);
    let mut ways = tracer.finish();
    for park in &terrain.parks {
        ways.extend(park_paths(park, &mut random).into_iter().map(|line| Way { line, class: WayClass::Path }));
    }
    ways
}

/// Paths on both banks, as far as the villages extend.
fn river_paths(terrain: &Terrain) -> Vec<Vec<Vec2>> {
    let Some(width) = terrain.spec.river else { return Vec::new() };
    let near: Vec<Vec2> = terrain.river.iter().copied().filter(|p| p.length() < 0.8 * terrain.spec.reach).collect();
    [-1.0, 1.0]
        .iter()
        .map(|side| {
            let bank: Vec<Vec2> = near
                .windows(2)
                .map(|pair| pair[0] + (pair[1] - pair[0]).unit().left() * (side * (width / 2.0 + 16.0)))
                .collect();
            let mut line = resample(&bank, 20.0);
            smooth(&mut line, 8);
            line
        })
        .collect()
}

/// Curved paths through a park, and a loop in its middle.
fn park_paths(park: &Patch, random: &mut Random) -> Vec<Vec<Vec2>> {
    let mut paths = vec![park.outline(random.between(0.45, 0.6))];
    let turn = random.between(0.0, TAU);
    let count = 3 + random.below(3);
    for i in 0..count {
        let from = turn + TAU * i as f64 / count as f64;
        let to = from + PI * random.between(0.6, 1.2);
        let knots = [
            park.edge(from, 1.2),
            park.edge(from + random.between(-0.3, 0.3), 0.75),
            park.edge(from + random.between(0.1, 0.9), random.between(0.1, 0.5)),
            park.edge(to - random.between(-0.2, 0.5), random.between(0.4, 0.7)),
            park.edge(to, 1.2),
        ];
        paths.push(curve(&knots, 10.0));
    }
    paths
}

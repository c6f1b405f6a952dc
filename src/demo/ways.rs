//! The ways that no field of directions gives: along the river, round the lake, through parks, between villages.

use super::land::{Land, Patch};
use super::plane::{Vec2, curve, resample, smooth, smoothstep};
use super::random::{Noise, Random};
use super::streets::{Class, Tracer, Way};
use std::f64::consts::{PI, TAU};

/// All ways of a land, from the river to the last forest trail.
pub fn all(land: &Land, seed: u64) -> Vec<Way> {
    let mut random = Random::new(seed, 20);
    let mut tracer = Tracer::new(land);
    for line in river_paths(land) {
        tracer.add(Way { line, class: Class::Path });
    }
    for patch in land.parks.iter().chain(&land.lake) {
        tracer.add(Way { line: patch.outline(1.04), class: Class::Path });
    }
    if let Some(shore) = &land.shore {
        let mut line = shore.outline(0.93);
        smooth(&mut line, 6);
        tracer.add(Way { line, class: Class::Country });
    }
    let mut seeds = vec![Vec2::polar(land.spec.old_town, random.between(0.0, TAU))];
    seeds.extend((0..60).map(|_| Vec2::polar(land.spec.town * random.unit(), random.between(0.0, TAU))));
    tracer.fill(&seeds, true, &mut random);
    let gates = gates(tracer.ways(), land);
    for line in country_roads(land, &gates, seed) {
        tracer.add(Way { line, class: Class::Country });
    }
    seeds.extend((0..400).map(|_| Vec2::polar(land.spec.town * random.unit().sqrt(), random.between(0.0, TAU))));
    for village in &land.villages {
        seeds.extend(
            (0..8).map(|_| village.centre + Vec2::polar(village.radius * random.unit(), random.between(0.0, TAU))),
        );
    }
    for forest in &land.forests {
        seeds.extend((0..12).map(|_| forest.edge(random.between(0.0, TAU), random.unit())));
    }
    tracer.fill(&seeds, false, &mut random);
    let mut ways = tracer.finish();
    for park in &land.parks {
        ways.extend(park_paths(park, &mut random).into_iter().map(|line| Way { line, class: Class::Path }));
    }
    ways
}

/// Both banks, as far as the villages reach.
fn river_paths(land: &Land) -> Vec<Vec<Vec2>> {
    let Some(width) = land.spec.river else { return Vec::new() };
    let near: Vec<Vec2> = land.river.iter().copied().filter(|p| p.length() < 0.8 * land.spec.reach).collect();
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

/// Curved paths through a park, from edge to edge, and a round in its middle.
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

/// Where avenues leave the town, well apart from each other.
fn gates(ways: &[Way], land: &Land) -> Vec<Vec2> {
    let mut ends: Vec<Vec2> = ways
        .iter()
        .filter(|way| way.class == Class::Avenue)
        .flat_map(|way| [way.line[0], way.line[way.line.len() - 1]])
        .filter(|&end| land.outward(end) > 0.95 && !land.in_river(end))
        .collect();
    ends.sort_by(|a, b| a.angle().total_cmp(&b.angle()));
    let mut gates: Vec<Vec2> = Vec::new();
    for end in ends {
        if gates.iter().all(|gate| gate.distance(end) > 0.42 * land.spec.town) {
            gates.push(end);
        }
    }
    if gates.is_empty() {
        gates.push(Vec2::default());
    }
    gates
}

/// Roads between villages and gates that are neighbours: no third one lies between them.
fn country_roads(land: &Land, gates: &[Vec2], seed: u64) -> Vec<Vec<Vec2>> {
    let sites: Vec<Vec2> = gates
        .iter()
        .copied()
        .chain(land.villages.iter().map(|village| village.centre))
        .chain(land.crossroads.iter().copied())
        .collect();
    let bends = Noise::new(seed, 21);
    let mut roads = Vec::new();
    for i in 0..sites.len() {
        for j in i + 1..sites.len() {
            let (a, b) = (sites[i], sites[j]);
            let middle = a.toward(b, 0.5);
            let radius = a.distance(b) / 2.0;
            let neighbours =
                sites.iter().enumerate().all(|(k, site)| k == i || k == j || site.distance(middle) >= 1.12 * radius);
            let through_town = (1..8).any(|t| land.outward(a.toward(b, f64::from(t) / 8.0)) < 0.93);
            let over_sea =
                land.shore.as_ref().is_some_and(|s| (1..8).any(|t| s.level(a.toward(b, f64::from(t) / 8.0)) > 0.9));
            if neighbours && !(i < gates.len() && j < gates.len()) && !through_town && !over_sea {
                roads.push(winding(land, a, b, &bends, roads.len() as f64 * 3e5));
            }
        }
    }
    roads
}

/// A road that swings to and fro: gently in the plain, in hairpins where the straight line would be steep.
fn winding(land: &Land, a: Vec2, b: Vec2, bends: &Noise, offset: f64) -> Vec<Vec2> {
    let far = a.distance(b);
    let step = 12.0;
    let mut at = Vec2::default();
    let mut line = vec![at];
    let mut phase = 0.0;
    let usual = land.spec.relief / 2600.0;
    let mut walked = 0.0;
    while at.x < far && line.len() < 6000 {
        let ground = a.toward(b, (at.x / far).clamp(0.0, 1.0));
        let steep = smoothstep(0.55 * usual, 1.2 * usual, land.slope(ground).dot((b - a).unit()).abs());
        let ends = smoothstep(0.0, 500.0, at.x) * smoothstep(far, far - 500.0, at.x);
        phase += TAU * step / (1000.0 - 300.0 * steep + 400.0 * bends.along(walked + offset, 1100.0));
        let swing = land.spec.winding * steep * ends * phase.sin();
        let calm = 1.7 * bends.along(walked + offset, 2900.0) + 0.55 * bends.along(walked + offset, 900.0);
        // Leaning back to the axis keeps the road near its straight line.
        let back = -(at.y / 1500.0).clamp(-0.9, 0.9);
        at = at + Vec2::polar(step, swing + calm * ends.max(0.4) * (1.0 - 0.6 * steep) + back);
        line.push(at);
        walked += step;
    }
    let end = line[line.len() - 1];
    let (scale, turn) = (far / end.length(), (b - a).angle() - end.angle());
    let mut road: Vec<Vec2> = line.iter().map(|p| a + Vec2::polar(p.length() * scale, p.angle() + turn)).collect();
    smooth(&mut road, 4);
    road
}

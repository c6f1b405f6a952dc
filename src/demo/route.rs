//! Routes over the network of a region: commutes, round trips and tours of villages.

use super::network::{ClassCosts, Network};
use super::plane::{Vec2, length};
use super::random::Random;
use super::region::Region;
use std::collections::HashMap;
use std::f64::consts::TAU;

/// Shape of a route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    ToWork,
    ToHome,
    /// Round trip from home.
    FromHome,
    /// Round trip in the old town.
    OldTown,
    /// Round trip in a forest or in the hills.
    Forest,
    /// Round trip from the centre of the region.
    FromCentre,
    /// From home through villages and back.
    Villages,
}

pub const CYCLING_COSTS: ClassCosts = [1.0, 0.66, 0.62, 0.7, 2.4];
pub const FOOT_COSTS: ClassCosts = [1.0, 0.95, 0.55, 1.0, 0.75];
pub const FOREST_COSTS: ClassCosts = [1.2, 1.3, 0.7, 1.2, 0.42];

/// Node where most activities start.
pub fn home(region: &Region) -> u32 {
    region.network.nearest(dry_point(region, 0.33, 2.1))
}

/// Node where the commute ends.
pub fn work(region: &Region) -> u32 {
    region.network.nearest(dry_point(region, 0.42, 5.0))
}

/// Point on land at `share` of the town's radius, about `turn` radians from the direction of the river.
fn dry_point(region: &Region, share: f64, turn: f64) -> Vec2 {
    let terrain = &region.terrain;
    let axis = terrain.river.first().map_or(0.0, |p| p.angle());
    let candidate = |i: i32| Vec2::polar(share * terrain.spec.town, axis + turn + 0.1 * f64::from(i));
    (0..60).map(candidate).find(|&p| !terrain.is_blocked(p) && !terrain.in_river(p)).unwrap_or(candidate(0))
}

/// Route of about `metres` length; empty if no such route fits into the region.
pub fn find(region: &Region, shape: Shape, class_costs: &ClassCosts, metres: f64, random: &mut Random) -> Vec<Vec2> {
    let network = &region.network;
    match shape {
        Shape::ToWork => commute(network, home(region), work(region), class_costs, random),
        Shape::ToHome => commute(network, work(region), home(region), class_costs, random),
        Shape::FromHome => round_trip(region, home(region), class_costs, metres, random),
        Shape::FromCentre => round_trip(region, network.nearest(Vec2::default()), class_costs, metres, random),
        Shape::OldTown => {
            let start = Vec2::polar(region.terrain.spec.old_town * random.between(0.1, 0.9), random.between(0.0, TAU));
            round_trip(region, network.nearest(start), class_costs, metres, random)
        }
        Shape::Forest => {
            let forests = &region.terrain.forests;
            let Some(forest) = forests.get(random.below(forests.len())) else { return Vec::new() };
            let start = forest.edge(random.between(0.0, TAU), random.between(0.3, 1.0));
            round_trip(region, network.nearest(start), class_costs, metres, random)
        }
        Shape::Villages => villages(region, class_costs, metres, random),
    }
}

/// Cheapest path, or a path through one random point near it.
fn commute(network: &Network, from: u32, to: u32, class_costs: &ClassCosts, random: &mut Random) -> Vec<Vec2> {
    let (a, b) = (network.nodes[from as usize], network.nodes[to as usize]);
    if random.random_bool(0.45) {
        return line_through(network, &[from, to], class_costs);
    }
    let sideways = (b - a).left() * (0.16 * random.normal()).clamp(-0.4, 0.4);
    let via = network.nearest(a.lerp(b, random.between(0.25, 0.75)) + sideways);
    line_through(network, &[from, via, to], class_costs)
}

/// Loop through three points on a circle through the start; the radius is adjusted until the length fits.
fn round_trip(region: &Region, start: u32, class_costs: &ClassCosts, metres: f64, random: &mut Random) -> Vec<Vec2> {
    let network = &region.network;
    let from = network.nodes[start as usize];
    let direction = random.between(0.0, TAU);
    let flattening = random.between(0.55, 1.0);
    let turn_direction = if random.random_bool(0.5) { 1.0 } else { -1.0 };
    let radius_factors = [(); 3].map(|()| random.between(0.85, 1.15));
    let mut radius = metres / 8.2;
    let mut best: Vec<Vec2> = Vec::new();
    for _ in 0..3 {
        let centre = from + Vec2::polar(radius, direction);
        let stop = |i: usize| {
            let angle = TAU * (i + 1) as f64 / 4.0 * turn_direction;
            let along = Vec2::polar(1.0, direction);
            let spoke = Vec2::polar(radius * radius_factors[i], direction + std::f64::consts::PI + angle);
            let across = spoke - along * spoke.dot(along);
            network.nearest(centre + along * spoke.dot(along) + across * flattening)
        };
        let line = line_through(network, &[start, stop(0), stop(1), stop(2), start], class_costs);
        let actual = length(&line);
        if best.is_empty() || (actual - metres).abs() < (length(&best) - metres).abs() {
            best = line;
        }
        if actual < 100.0 || (actual / metres - 1.0).abs() < 0.15 {
            break;
        }
        radius *= (metres / actual).clamp(0.4, 1.8);
    }
    best
}

/// From home to a few villages in one direction, and back another way.
fn villages(region: &Region, class_costs: &ClassCosts, metres: f64, random: &mut Random) -> Vec<Vec2> {
    let terrain = &region.terrain;
    let start = home(region);
    let direction = random.between(0.0, TAU);
    let distance = (metres / 3.1).min(0.95 * terrain.spec.reach);
    let mut stops = vec![start];
    let spread = random.between(0.25, 0.5);
    for (turn, share) in [(-spread, 0.72), (random.between(-0.12, 0.12), 1.0), (spread, 0.72)] {
        let target = Vec2::polar(distance * share, direction + turn);
        let nearest =
            terrain.villages.iter().min_by(|a, b| a.centre.distance(target).total_cmp(&b.centre.distance(target)));
        let stop = nearest.map_or(start, |village| region.network.nearest(village.centre));
        if stops.last() != Some(&stop) {
            stops.push(stop);
        }
    }
    stops.push(start);
    line_through(&region.network, &stops, class_costs)
}

/// Path through all stops that avoids edges already taken.
fn line_through(network: &Network, stops: &[u32], class_costs: &ClassCosts) -> Vec<Vec2> {
    let mut times_used: HashMap<u32, u8> = HashMap::new();
    let mut path: Vec<(u32, bool)> = Vec::new();
    for pair in stops.windows(2) {
        let leg = network.path(pair[0], pair[1], class_costs, &times_used);
        for &(edge_id, _) in &leg {
            *times_used.entry(edge_id).or_insert(0) += 1;
        }
        path.extend(leg);
    }
    network.line(&without_short_loops(network, &path))
}

/// Removes spurs and small loops, which only serve to reach a stop exactly.
fn without_short_loops(network: &Network, path: &[(u32, bool)]) -> Vec<(u32, bool)> {
    let total: f64 = path.iter().map(|&(edge_id, _)| network.edges[edge_id as usize].length).sum();
    let longest = (0.2 * total).min(1600.0);
    let mut shortened: Vec<(u32, bool)> = Vec::new();
    // Metres from the start to the end of each edge.
    let mut distances: Vec<f64> = Vec::new();
    for &(edge_id, forwards) in path {
        let edge = &network.edges[edge_id as usize];
        let end = edge.ends[usize::from(forwards)];
        let here = distances.last().copied().unwrap_or(0.0) + edge.length;
        shortened.push((edge_id, forwards));
        distances.push(here);
        let visited = |&index: &usize| {
            let (edge_id, forwards) = shortened[index];
            network.edges[edge_id as usize].ends[usize::from(forwards)] == end
        };
        let nearest = (0..shortened.len() - 1).rev().take_while(|&index| here - distances[index] < longest);
        if let Some(index) = nearest.filter(visited).last() {
            shortened.truncate(index + 1);
            distances.truncate(index + 1);
        }
    }
    shortened
}

//! Where people go: loops, commutes and wanderings over the network of a place.

use super::network::{Network, Taste};
use super::place::Place;
use super::plane::{Vec2, length};
use super::random::Random;
use std::collections::HashMap;
use std::f64::consts::TAU;

/// How a route finds its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// From home to work.
    ToWork,
    /// From work to home.
    ToHome,
    /// A round from home.
    FromHome,
    /// A round in the old town.
    OldTown,
    /// A round in a forest, or in the hills.
    Forest,
    /// A round from the middle of the place.
    FromCentre,
    /// A round from home through villages.
    Villages,
}

/// What people like, by class: street, avenue, path, country road, trail.
pub const ON_WHEELS: Taste = [1.0, 0.66, 0.62, 0.7, 2.4];
/// The taste of runners and walkers.
pub const ON_FOOT: Taste = [1.0, 0.95, 0.55, 1.0, 0.75];
/// The taste of those who came for the forest.
pub const IN_FOREST: Taste = [1.2, 1.3, 0.7, 1.2, 0.42];

/// The crossing where most activities begin.
pub fn home(place: &Place) -> u32 {
    place.network.nearest(anchor(place, 0.33, 2.1))
}

/// The crossing where the commute ends.
pub fn work(place: &Place) -> u32 {
    place.network.nearest(anchor(place, 0.42, 5.0))
}

/// A dry spot at a share of the town's radius, in a direction that is turned against the river's.
fn anchor(place: &Place, share: f64, turn: f64) -> Vec2 {
    let land = &place.land;
    let axis = land.river.first().map_or(0.0, |p| p.angle());
    let candidate = |i: i32| Vec2::polar(share * land.spec.town, axis + turn + 0.1 * f64::from(i));
    (0..60).map(candidate).find(|&p| !land.closed(p) && !land.in_river(p)).unwrap_or(candidate(0))
}

/// A line of about `metres` length; empty when the place has no room for it.
pub fn find(place: &Place, shape: Shape, taste: &Taste, metres: f64, random: &mut Random) -> Vec<Vec2> {
    let network = &place.network;
    match shape {
        Shape::ToWork => commute(network, home(place), work(place), taste, random),
        Shape::ToHome => commute(network, work(place), home(place), taste, random),
        Shape::FromHome => round(place, home(place), taste, metres, random),
        Shape::FromCentre => round(place, network.nearest(Vec2::default()), taste, metres, random),
        Shape::OldTown => {
            let start = Vec2::polar(place.land.spec.old_town * random.between(0.1, 0.9), random.between(0.0, TAU));
            round(place, network.nearest(start), taste, metres, random)
        }
        Shape::Forest => {
            let forests = &place.land.forests;
            let Some(forest) = forests.get(random.below(forests.len())) else { return Vec::new() };
            let start = forest.edge(random.between(0.0, TAU), random.between(0.3, 1.0));
            round(place, network.nearest(start), taste, metres, random)
        }
        Shape::Villages => villages(place, taste, metres, random),
    }
}

/// The direct way, or a little round by one spot beside it.
fn commute(network: &Network, from: u32, to: u32, taste: &Taste, random: &mut Random) -> Vec<Vec2> {
    let (a, b) = (network.nodes[from as usize], network.nodes[to as usize]);
    if random.chance(0.45) {
        return visit(network, &[from, to], taste);
    }
    let aside = (b - a).left() * (0.16 * random.normal()).clamp(-0.4, 0.4);
    let via = network.nearest(a.toward(b, random.between(0.25, 0.75)) + aside);
    visit(network, &[from, via, to], taste)
}

/// A round by three spots on a circle through the start, made larger or smaller until its length fits.
fn round(place: &Place, start: u32, taste: &Taste, metres: f64, random: &mut Random) -> Vec<Vec2> {
    let network = &place.network;
    let from = network.nodes[start as usize];
    let direction = random.between(0.0, TAU);
    let flat = random.between(0.55, 1.0);
    let handed = if random.chance(0.5) { 1.0 } else { -1.0 };
    let wobble = [(); 3].map(|()| random.between(0.85, 1.15));
    let mut radius = metres / 8.2;
    let mut best: Vec<Vec2> = Vec::new();
    for _ in 0..3 {
        let centre = from + Vec2::polar(radius, direction);
        let stop = |i: usize| {
            let angle = TAU * (i + 1) as f64 / 4.0 * handed;
            let along = Vec2::polar(1.0, direction);
            let spoke = Vec2::polar(radius * wobble[i], direction + std::f64::consts::PI + angle);
            let across = spoke - along * spoke.dot(along);
            network.nearest(centre + along * spoke.dot(along) + across * flat)
        };
        let line = visit(network, &[start, stop(0), stop(1), stop(2), start], taste);
        let got = length(&line);
        if best.is_empty() || (got - metres).abs() < (length(&best) - metres).abs() {
            best = line;
        }
        if got < 100.0 || (got / metres - 1.0).abs() < 0.15 {
            break;
        }
        radius *= (metres / got).clamp(0.4, 1.8);
    }
    best
}

/// From home to a few villages that lie in one direction, and back another way.
fn villages(place: &Place, taste: &Taste, metres: f64, random: &mut Random) -> Vec<Vec2> {
    let land = &place.land;
    let start = home(place);
    let direction = random.between(0.0, TAU);
    let far = (metres / 3.1).min(0.95 * land.spec.reach);
    let mut stops = vec![start];
    let spread = random.between(0.25, 0.5);
    for (turn, share) in [(-spread, 0.72), (random.between(-0.12, 0.12), 1.0), (spread, 0.72)] {
        let aim = Vec2::polar(far * share, direction + turn);
        let near = land.villages.iter().min_by(|a, b| a.centre.distance(aim).total_cmp(&b.centre.distance(aim)));
        let stop = near.map_or(start, |village| place.network.nearest(village.centre));
        if stops.last() != Some(&stop) {
            stops.push(stop);
        }
    }
    stops.push(start);
    visit(&place.network, &stops, taste)
}

/// The way from stop to stop, taking no stretch twice where another is not much longer.
fn visit(network: &Network, stops: &[u32], taste: &Taste) -> Vec<Vec2> {
    let mut used: HashMap<u32, u8> = HashMap::new();
    let mut path: Vec<(u32, bool)> = Vec::new();
    for pair in stops.windows(2) {
        let leg = network.path(pair[0], pair[1], taste, &used);
        for &(link, _) in &leg {
            *used.entry(link).or_insert(0) += 1;
        }
        path.extend(leg);
    }
    network.line(&without_detours(network, &path))
}

/// Leaves out spurs and rounds about a block, which come from stops that nobody would insist on.
fn without_detours(network: &Network, path: &[(u32, bool)]) -> Vec<(u32, bool)> {
    let total: f64 = path.iter().map(|&(link, _)| network.edges[link as usize].length).sum();
    let longest = (0.2 * total).min(1600.0);
    let mut kept: Vec<(u32, bool)> = Vec::new();
    // Metres from the start to the end of every kept stretch.
    let mut walked: Vec<f64> = Vec::new();
    for &(link, forwards) in path {
        let edge = &network.edges[link as usize];
        let end = edge.ends[usize::from(forwards)];
        let here = walked.last().copied().unwrap_or(0.0) + edge.length;
        kept.push((link, forwards));
        walked.push(here);
        let visited = |&index: &usize| {
            let (link, forwards) = kept[index];
            network.edges[link as usize].ends[usize::from(forwards)] == end
        };
        let near = (0..kept.len() - 1).rev().take_while(|&index| here - walked[index] < longest);
        if let Some(index) = near.filter(visited).last() {
            kept.truncate(index + 1);
            walked.truncate(index + 1);
        }
    }
    kept
}

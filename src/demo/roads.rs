//! Country roads between villages, crossroads and the ends of avenues.
//!
//! Straight roads join neighbouring sites. At each site, the two roads with the most nearly opposite directions become
//! one through road. Finally each road gets its bends, and hairpins where the straight line is steep.

use super::plane::{Vec2, resample, smooth, smoothstep};
use super::random::Noise;
use super::streets::{Way, WayClass};
use super::terrain::Terrain;
use std::f64::consts::TAU;

/// End of roads: a village, a crossroads, or the end of an avenue.
struct Site {
    at: Vec2,
    /// At the end of an avenue, its direction into town.
    inward: Option<Vec2>,
}

struct Road {
    sites: [usize; 2],
    /// Direction at each end, away from its site.
    departures: [Vec2; 2],
}

/// Roads between all neighbours, connected to the avenues among `ways`.
pub fn country_roads(terrain: &Terrain, ways: &[Way], seed: u64) -> Vec<Vec<Vec2>> {
    let mut sites = gates(ways, terrain);
    let country = terrain.villages.iter().map(|village| village.centre).chain(terrain.crossroads.iter().copied());
    sites.extend(country.map(|at| Site { at, inward: None }));
    let mut roads = neighbours(terrain, &sites);
    for site in 0..sites.len() {
        align_through_roads(&sites, site, &mut roads);
    }
    let bends = Noise::new(seed, 21);
    let line = |(number, road): (usize, &Road)| {
        let ends = road.sites.map(|site| sites[site].at);
        winding_road(terrain, ends, road.departures, &bends, number as f64 * 3e5)
    };
    roads.iter().enumerate().map(line).collect()
}

/// Ends of avenues at the edge of town, well apart from each other.
fn gates(ways: &[Way], terrain: &Terrain) -> Vec<Site> {
    let end = |at: Vec2, before: Vec2| Site { at, inward: Some((before - at).unit()) };
    let mut ends: Vec<Site> = ways
        .iter()
        .filter(|way| way.class == WayClass::Avenue && way.line.len() > 8)
        .flat_map(|way| {
            let last = way.line.len() - 1;
            [end(way.line[0], way.line[6]), end(way.line[last], way.line[last - 6])]
        })
        // Only avenues that lead outward, not around the town.
        .filter(|end| end.inward.is_some_and(|from| from.dot(end.at.unit()) < -0.5))
        .filter(|end| terrain.town_level(end.at) > 0.9 && !terrain.in_river(end.at))
        .collect();
    ends.sort_by(|a, b| a.at.angle().total_cmp(&b.at.angle()));
    let mut gates: Vec<Site> = Vec::new();
    for end in ends {
        if gates.iter().all(|gate| gate.at.distance(end.at) > 0.4 * terrain.spec.town) {
            gates.push(end);
        }
    }
    if gates.is_empty() {
        gates.push(Site { at: Vec2::default(), inward: None });
    }
    gates
}

/// Straight roads between sites with no third site between them (a Gabriel graph with circles enlarged by 15 %).
fn neighbours(terrain: &Terrain, sites: &[Site]) -> Vec<Road> {
    let mut roads = Vec::new();
    for i in 0..sites.len() {
        for j in i + 1..sites.len() {
            let (a, b) = (sites[i].at, sites[j].at);
            let (middle, radius) = (a.lerp(b, 0.5), a.distance(b) / 2.0);
            let mut others = sites.iter().enumerate().filter(|&(k, _)| k != i && k != j);
            let between = others.any(|(_, site)| site.at.distance(middle) < 1.15 * radius);
            let both_gates = sites[i].inward.is_some() && sites[j].inward.is_some();
            let blocked = |p: Vec2| {
                terrain.town_level(p) < 0.85 || terrain.shore.as_ref().is_some_and(|shore| shore.level(p) > 0.95)
            };
            let through = (1..8).any(|eighth| blocked(a.lerp(b, f64::from(eighth) / 8.0)));
            if !(between || both_gates || through) {
                let along = (b - a).unit();
                roads.push(Road { sites: [i, j], departures: [along, -along] });
            }
        }
    }
    roads
}

/// Aligns the two roads at a site that have the most nearly opposite directions into a through road, or one road with
/// an avenue.
fn align_through_roads(sites: &[Site], site: usize, roads: &mut [Road]) {
    let arms: Vec<(usize, usize)> = (0..roads.len())
        .flat_map(|road| [(road, 0), (road, 1)])
        .filter(|&(road, end)| roads[road].sites[end] == site)
        .collect();
    if let Some(from) = sites[site].inward {
        let straightest = arms.iter().min_by(|a, b| {
            let bend = |arm: &&(usize, usize)| roads[arm.0].departures[arm.1].dot(from);
            bend(a).total_cmp(&bend(b))
        });
        if let Some(&(road, end)) = straightest {
            roads[road].departures[end] = -from;
        }
        return;
    }
    let leaving = |&(road, end): &(usize, usize)| roads[road].departures[end];
    let pairs = arms.iter().enumerate().flat_map(|(index, a)| arms[index + 1..].iter().map(move |b| (*a, *b)));
    let bend = |(a, b): &((usize, usize), (usize, usize))| leaving(a).dot(leaving(b));
    if let Some((a, b)) = pairs.min_by(|one, other| bend(one).total_cmp(&bend(other))) {
        let through = (leaving(&a) - leaving(&b)).unit();
        roads[a.0].departures[a.1] = through;
        roads[b.0].departures[b.1] = -through;
    }
}

/// A road with gentle bends in the plain, and hairpins where the straight line would be steep.
fn winding_road(terrain: &Terrain, [a, b]: [Vec2; 2], departures: [Vec2; 2], bends: &Noise, offset: f64) -> Vec<Vec2> {
    const STEP: f64 = 12.0;
    let distance = a.distance(b);
    let axis = Axis { ends: [a, b], departures, distance };
    let (mut at, mut phase, mut length) = (Vec2::default(), 0.0, 0.0);
    let mut line = vec![at];
    let mut steep = 0.0;
    while at.x < distance && line.len() < 6000 {
        if line.len() % 6 == 1 {
            let along = axis.point(at.x + 30.0) - axis.point(at.x);
            let slope = terrain.slope(axis.point(at.x)).dot(along.unit()).abs();
            steep += 0.18 * (smoothstep(0.07, 0.2, slope) - steep);
        }
        let ends = smoothstep(0.0, 500.0, at.x) * smoothstep(distance, distance - 500.0, at.x);
        let wave = terrain.spec.hairpin * (1.0 + 1.1 * bends.along(length + offset, 1500.0));
        phase += TAU * STEP / wave;
        // Hairpins have longer straights than a sine, and differ from each other.
        let (sine, unevenness) = (phase.sin(), 0.9 + 0.7 * bends.along(length + offset + 5e4, 700.0));
        let swing = terrain.spec.winding * steep * ends * unevenness * sine * (1.5 - 0.5 * sine * sine);
        let gentle_bends = 1.5 * bends.along(length + offset, 2900.0) + 0.5 * bends.along(length + offset, 900.0);
        // Steering back to the axis keeps the road near it.
        let pull_back = -(at.y / 1500.0).clamp(-0.9, 0.9);
        at = at + Vec2::polar(STEP, swing + (gentle_bends + pull_back) * ends.max(0.15) * (1.0 - 0.6 * steep));
        line.push(at);
        length += STEP;
    }
    let end = at;
    let fitted = line.iter().map(|p| Vec2::polar(p.length() * distance / end.length(), p.angle() - end.angle()));
    let mut road: Vec<Vec2> = fitted.map(|p| axis.offset_point(p)).collect();
    smooth(&mut road, 3);
    resample(&road, STEP)
}

/// Cubic Hermite curve around which a road winds.
struct Axis {
    ends: [Vec2; 2],
    departures: [Vec2; 2],
    distance: f64,
}

impl Axis {
    /// Point of the axis at `x` metres of the straight distance between the ends.
    fn point(&self, x: f64) -> Vec2 {
        let t = (x / self.distance).clamp(0.0, 1.0);
        let (t2, t3) = (t * t, t * t * t);
        let pull = 0.85 * self.distance;
        self.ends[0] * (2.0 * t3 - 3.0 * t2 + 1.0)
            + self.departures[0] * (pull * (t3 - 2.0 * t2 + t))
            + self.ends[1] * (3.0 * t2 - 2.0 * t3)
            + self.departures[1] * (pull * (t2 - t3))
    }

    /// Point `p.y` metres to the left of the axis, at `p.x` metres of the straight distance. Beyond an end the axis
    /// goes straight on.
    fn offset_point(&self, p: Vec2) -> Vec2 {
        let along = self.point(p.x + 4.0) - self.point(p.x - 4.0);
        // Hairpins may pass an end by a few metres.
        let overshoot = p.x - p.x.clamp(0.0, self.distance);
        self.point(p.x) + along.unit() * overshoot + along.unit().left() * p.y
    }
}

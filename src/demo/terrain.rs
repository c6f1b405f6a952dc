//! The land a place is built on: relief, river, lake, parks, forests, villages, and what they do to streets.

use super::patch::Patch;
use super::plane::{PointGrid, Vec2, resample, smoothstep};
use super::random::{Noise, Random};
use super::region::RegionSpec;
use std::f64::consts::{PI, TAU};

/// A village: a middle, a radius, and the direction of its main street.
#[derive(Clone, Copy, Debug)]
pub struct Village {
    /// Its middle.
    pub centre: Vec2,
    /// How far its streets reach, in metres.
    pub radius: f64,
    /// Direction of its streets in radians.
    pub angle: f64,
}

/// A quarter with a street grid of its own.
#[derive(Clone, Copy, Debug)]
struct Quarter {
    centre: Vec2,
    radius: f64,
    angle: f64,
}

/// Everything that is decided about a place before its streets.
pub struct Terrain {
    /// What was asked for.
    pub spec: RegionSpec,
    /// Centre line of the river, a point every 40 m; empty without one.
    pub river: Vec<Vec2>,
    /// The lake in town.
    pub lake: Option<Patch>,
    /// Parks in town.
    pub parks: Vec<Patch>,
    /// Forests and hills with trails.
    pub forests: Vec<Patch>,
    /// Villages around.
    pub villages: Vec<Village>,
    /// Crossroads in the country.
    pub crossroads: Vec<Vec2>,
    /// The shore of an island.
    pub shore: Option<Patch>,
    quarters: Vec<Quarter>,
    river_cells: PointGrid<Vec2>,
    noise: Noise,
    hills: Noise,
}

/// How far the river is looked for, in metres.
const RIVER_SEARCH_RADIUS: f64 = 1500.0;

impl Terrain {
    /// Makes up a place; the same specification and seed give the same land.
    pub fn new(spec: RegionSpec, seed: u64) -> Self {
        let noise = Noise::new(seed, 1);
        let river = spec.river.map_or_else(Vec::new, |_| river(&spec, seed));
        let mut river_cells = PointGrid::new(500.0);
        for pair in river.windows(2) {
            river_cells.insert(pair[0], (pair[1] - pair[0]).unit());
        }
        let shore = spec.island.then(|| Patch::new(Vec2::default(), spec.reach, 0.75, Noise::new(seed, 2)));
        let mut terrain = Self {
            spec,
            river,
            lake: None,
            parks: Vec::new(),
            forests: Vec::new(),
            villages: Vec::new(),
            crossroads: Vec::new(),
            shore,
            quarters: Vec::new(),
            river_cells,
            noise,
            hills: Noise::new(seed, 3),
        };
        let mut random = Random::new(seed, 4);
        terrain.add_quarters(&mut random);
        terrain.add_patches(&mut random, seed);
        terrain.add_villages(&mut random);
        terrain
    }

    /// Height above the sea in metres.
    pub fn height(&self, p: Vec2) -> f64 {
        let ridges = 0.5 + 0.75 * self.hills.fractal(p, 5200.0, 4);
        let mut share = 0.07 + 0.93 * smoothstep(0.55, 2.0, p.length() / self.spec.town.max(2500.0));
        for forest in &self.forests {
            share = share.max(0.8 * smoothstep(1.5, 0.6, forest.level(p)));
        }
        if let Some((distance, _)) = self.river_cells.nearest(p, RIVER_SEARCH_RADIUS) {
            share *= 0.25 + 0.75 * smoothstep(100.0, RIVER_SEARCH_RADIUS, distance);
        }
        if let Some(shore) = &self.shore {
            share *= smoothstep(1.0, 0.55, shore.level(p));
        }
        let floor = if self.spec.island { 4.0 } else { 210.0 };
        floor + self.spec.relief * share * ridges.max(0.02).powf(1.3)
    }

    /// Latitude and longitude of `p` in degrees, rounded to what devices write.
    pub fn to_degrees(&self, p: Vec2) -> [f64; 2] {
        const METRES_PER_DEGREE: f64 = 111_195.0;
        let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
        let east = METRES_PER_DEGREE * self.spec.lat.to_radians().cos();
        [round(self.spec.lat + p.y / METRES_PER_DEGREE), round(self.spec.lon + p.x / east)]
    }

    /// Climb per metre in the steepest direction.
    pub fn slope(&self, p: Vec2) -> Vec2 {
        let at = |x, y| self.height(p + Vec2::new(x, y));
        Vec2::new(at(30.0, 0.0) - at(-30.0, 0.0), at(0.0, 30.0) - at(0.0, -30.0)) * (1.0 / 60.0)
    }

    /// Distance to the river's centre line and its direction there, within sight of it.
    pub fn nearest_river(&self, p: Vec2) -> Option<(f64, Vec2)> {
        self.river_cells.nearest(p, RIVER_SEARCH_RADIUS)
    }

    /// Whether `p` is in water where only a bridge could cross.
    pub fn in_river(&self, p: Vec2) -> bool {
        let half = self.spec.river.unwrap_or(0.0) / 2.0;
        self.river_cells.nearest(p, half + 9.0).is_some()
    }

    /// Whether no street can be: lake, park, sea. Rivers are asked for on their own, because avenues cross them.
    pub fn is_blocked(&self, p: Vec2) -> bool {
        self.lake.as_ref().is_some_and(|lake| lake.level(p) < 1.0)
            || self.parks.iter().any(|park| park.level(p) < 1.0)
            || self.shore.as_ref().is_some_and(|shore| shore.level(p) > 0.985)
    }

    /// Metres between parallel streets at `p`; `None` where there are none.
    pub fn spacing(&self, p: Vec2) -> Option<f64> {
        let town = self.spec.town;
        let town_level = self.town_level(p);
        if town_level < 1.0 {
            let old = smoothstep(1.35, 0.75, p.length() / self.spec.old_town);
            let mixed = 1.0 + 0.5 * self.noise.at(p, 850.0);
            let usual = 86.0 + 60.0 * town_level + 260.0 * smoothstep(0.72, 1.0, town_level);
            return Some(usual * mixed * (1.0 - old) + 58.0 * old);
        }
        if let Some(village) = self.village_at(p) {
            return Some(75.0 + 60.0 * p.distance(village.centre) / village.radius);
        }
        let in_forest = self.forests.iter().any(|forest| forest.level(p) < 1.0);
        (in_forest && p.length() < town * 6.0).then(|| 250.0 * (1.0 + 0.6 * self.noise.at(p, 1200.0)))
    }

    /// Metres between parallel avenues at `p`; `None` out of town.
    pub fn avenue_spacing(&self, p: Vec2) -> Option<f64> {
        let town_level = self.town_level(p);
        (town_level < 1.08).then(|| (420.0 + 700.0 * town_level) * (1.0 + 0.4 * self.noise.at(p, 1900.0)))
    }

    /// 0 in the middle of the town, 1 where it ends, its edge frayed.
    pub fn town_level(&self, p: Vec2) -> f64 {
        let frayed = 0.5 * self.noise.at(p, 0.62 * self.spec.town) + 0.22 * self.noise.at(p, 0.21 * self.spec.town);
        p.length() / self.spec.town * (1.0 + frayed)
    }

    /// Whether trails, not streets, cover `p`.
    pub fn is_wild(&self, p: Vec2) -> bool {
        self.town_level(p) >= 1.0 && self.village_at(p).is_none()
    }

    /// Direction of streets at `p` in radians; the other streets cross them at right angles.
    pub fn direction(&self, p: Vec2) -> f64 {
        if self.is_wild(p) {
            return self.slope(p).angle() + PI / 2.0 + 0.9 * self.noise.at(p, 420.0);
        }
        // Directions are averaged with doubled angles, in which a line and its opposite are one.
        let mut sum = Vec2::default();
        let mut add = |angle: f64, weight: f64| sum = sum + Vec2::polar(weight, 2.0 * angle);
        if let Some(village) = self.village_at(p) {
            add(village.angle + 0.9 * self.noise.at(p, 500.0), 1.0);
        } else {
            let bell = |distance: f64, radius: f64| (-(distance / radius).powi(2)).exp();
            let old = bell(p.length(), 1.5 * self.spec.old_town);
            add(p.angle() + 0.8 * old * self.noise.at(p, 260.0), 0.10 + 1.6 * old);
            for quarter in &self.quarters {
                add(quarter.angle, bell(p.distance(quarter.centre), quarter.radius));
            }
            if let Some((distance, along)) = self.nearest_river(p) {
                add(along.angle(), 1.8 * bell(distance, 330.0));
            }
            for patch in self.parks.iter().chain(&self.lake) {
                let weight = 1.2 * bell(patch.edge_distance(p).max(0.0), 160.0);
                add((p - patch.centre).angle() + PI / 2.0, weight);
            }
        }
        sum.angle() / 2.0 + 0.28 * self.noise.at(p, 1500.0)
    }

    /// The village whose streets cover `p`.
    pub fn village_at(&self, p: Vec2) -> Option<&Village> {
        self.villages.iter().find(|village| {
            let d = p.distance(village.centre);
            d < village.radius * 1.4 && d * (1.0 + 0.9 * self.noise.at(p, village.radius)) < village.radius
        })
    }

    fn add_quarters(&mut self, random: &mut Random) {
        for _ in 0..self.spec.quarters * 30 {
            if self.quarters.len() == self.spec.quarters {
                break;
            }
            let from = self.spec.old_town * 1.9;
            let centre = Vec2::polar(random.between(from, self.spec.town.max(from + 1.0)), random.between(0.0, TAU));
            let separation = self.quarters.iter().all(|other| centre.distance(other.centre) > self.spec.town * 0.36);
            if separation {
                let radius = self.spec.town * random.between(0.17, 0.3);
                self.quarters.push(Quarter { centre, radius, angle: random.between(0.0, PI) });
            }
        }
    }

    fn add_patches(&mut self, random: &mut Random, seed: u64) {
        let town = self.spec.town;
        let parks = self.spec.parks;
        let wanted = parks + usize::from(self.spec.lake) + self.spec.forests;
        let mut placed: Vec<Patch> = Vec::new();
        for attempt in 0..wanted as u64 * 60 {
            if placed.len() == wanted {
                break;
            }
            let noise = Noise::new(seed, 100 + attempt);
            let angle = random.between(0.0, TAU);
            let patch = if placed.len() < parks {
                let distance = random.between(self.spec.old_town * 1.4, town * 0.72);
                Patch::new(Vec2::polar(distance, angle), town * random.between(0.035, 0.085), 0.7, noise)
            } else if placed.len() < wanted - self.spec.forests {
                Patch::new(Vec2::polar(town * random.between(0.45, 0.7), angle), town * 0.13, 0.8, noise)
            } else {
                let radius = random.between(1900.0, 3000.0);
                Patch::new(Vec2::polar(town + random.between(0.4, 1.5) * radius, angle), radius, 0.6, noise)
            };
            let dry =
                self.nearest_river(patch.centre).is_none_or(|(distance, _)| distance > patch.radius * 1.35 + 60.0);
            if dry
                && placed.iter().all(|other| patch.centre.distance(other.centre) > 1.5 * (patch.radius + other.radius))
            {
                placed.push(patch);
            }
        }
        for patch in placed {
            match (patch.radius > 0.2 * town.max(6000.0), patch.radius >= 0.129 * town) {
                (true, _) => self.forests.push(patch),
                (false, true) if self.spec.lake && self.lake.is_none() => self.lake = Some(patch),
                _ => self.parks.push(patch),
            }
        }
    }

    fn add_villages(&mut self, random: &mut Random) {
        let from = self.spec.town * 1.2 + 500.0;
        let wanted = self.spec.villages;
        let separation = 1.3 * (self.spec.reach - from).max(1.0) / (wanted.max(1) as f64).sqrt();
        for attempt in 0..wanted * 90 {
            let share = random.uniform();
            let angle = random.between(0.0, TAU);
            let frayed = 1.0 + 0.9 * self.noise.at(Vec2::polar(9.0e4, angle), 6.0e4);
            let distance = from + (self.spec.reach * frayed - from).max(500.0) * share.powf(0.75);
            let mut centre = Vec2::polar(distance, angle);
            if let Some(shore) = &self.shore {
                let on_coast = attempt < wanted * 30;
                centre = shore.edge(angle, if on_coast { 0.93 } else { random.between(0.35, 0.75) });
            }
            let radius = random.between(0.4, 1.0).powi(2) * 620.0 + 160.0;
            let angle = random.between(0.0, PI);
            let free = |distance: f64| {
                let distance = distance * separation * (0.55 + 0.45 * share);
                let villages = self.villages.iter().map(|village| village.centre);
                villages.chain(self.crossroads.iter().copied()).all(|other| centre.distance(other) > distance)
            };
            let dry = self.nearest_river(centre).is_none_or(|(distance, _)| distance > 250.0);
            if !dry || self.forests.iter().any(|forest| forest.level(centre) < 1.1) {
                continue;
            }
            // Villages take the best places, crossroads what is left between them.
            if attempt < wanted * 30 {
                if self.villages.len() < wanted && free(1.0) {
                    self.villages.push(Village { centre, radius, angle });
                }
            } else if free(0.72) && self.spec.relief < 1000.0 {
                self.crossroads.push(centre);
            }
        }
    }
}

/// A meandering line past the middle of the place.
fn river(spec: &RegionSpec, seed: u64) -> Vec<Vec2> {
    let mut random = Random::new(seed, 5);
    let bends = Noise::new(seed, 6);
    let axis = random.between(0.0, TAU);
    let start = Vec2::polar(random.between(0.55, 0.8) * spec.old_town, axis + PI / 2.0);
    let heading = |s: f64| {
        let wide = 2.1;
        axis + wide * bends.along(s, 3100.0) + 0.5 * bends.along(s + 7e5, 1200.0) - (wide * bends.along(0.0, 3100.0))
    };
    let walk = |sign: f64| {
        let mut at = start;
        let mut line = vec![at];
        for step in 0..(1.5 * spec.reach / 40.0) as usize {
            at = at + Vec2::polar(40.0 * sign, heading(sign * 40.0 * step as f64));
            line.push(at);
        }
        line
    };
    let mut line = walk(-1.0);
    line.reverse();
    line.pop();
    line.extend(walk(1.0));
    resample(&line, 40.0)
}

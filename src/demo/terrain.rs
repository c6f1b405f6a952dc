//! Terrain of a region: heights, water, parks, forests and villages, and the direction and spacing of streets.
//!
//! Objects get random positions, rejected if too close to other objects. Heights, directions and spacings are functions
//! of the position: noise plus the influence of the objects around it.

use super::patch::Patch;
use super::plane::{PointGrid, Vec2, smoothstep};
use super::random::{Noise, Random};
use super::region_spec::RegionSpec;
use super::river::river;
use std::f64::consts::{PI, TAU};

#[derive(Clone, Copy, Debug)]
pub struct Village {
    pub centre: Vec2,
    /// Radius of the streets in metres.
    pub radius: f64,
    /// Direction of the streets in radians.
    pub angle: f64,
}

/// Part of town with its own street grid.
#[derive(Clone, Copy, Debug)]
struct Quarter {
    centre: Vec2,
    radius: f64,
    angle: f64,
}

/// Terrain with everything except its ways.
pub struct Terrain {
    pub spec: RegionSpec,
    /// Centre line with a point every 40 m; empty without a river.
    pub river: Vec<Vec2>,
    pub lake: Option<Patch>,
    pub parks: Vec<Patch>,
    /// Forests and hills with trails.
    pub forests: Vec<Patch>,
    pub villages: Vec<Village>,
    /// Crossroads of country roads.
    pub crossroads: Vec<Vec2>,
    /// Coast of an island.
    pub shore: Option<Patch>,
    quarters: Vec<Quarter>,
    river_cells: PointGrid<Vec2>,
    noise: Noise,
    hills: Noise,
}

/// In metres.
const RIVER_SEARCH_RADIUS: f64 = 1500.0;

impl Terrain {
    /// Generates a terrain; equal arguments give equal terrains.
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

    /// Latitude and longitude in degrees, rounded to 1e-7 as devices do.
    pub fn to_degrees(&self, p: Vec2) -> [f64; 2] {
        const METRES_PER_DEGREE: f64 = 111_195.0;
        let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
        let east = METRES_PER_DEGREE * self.spec.lat.to_radians().cos();
        [round(self.spec.lat + p.y / METRES_PER_DEGREE), round(self.spec.lon + p.x / east)]
    }

    /// Gradient of the height.
    pub fn slope(&self, p: Vec2) -> Vec2 {
        let at = |x, y| self.height(p + Vec2::new(x, y));
        Vec2::new(at(30.0, 0.0) - at(-30.0, 0.0), at(0.0, 30.0) - at(0.0, -30.0)) * (1.0 / 60.0)
    }

    /// Distance to the river's centre line in metres, and its direction, within [`RIVER_SEARCH_RADIUS`].
    pub fn nearest_river(&self, p: Vec2) -> Option<(f64, Vec2)> {
        self.river_cells.nearest(p, RIVER_SEARCH_RADIUS)
    }

    /// Returns true if only a bridge can cross `p`.
    pub fn in_river(&self, p: Vec2) -> bool {
        let half = self.spec.river.unwrap_or(0.0) / 2.0;
        self.river_cells.nearest(p, half + 9.0).is_some()
    }

    /// Returns true in lakes, parks and the sea, but not in the river, which avenues cross.
    pub fn is_blocked(&self, p: Vec2) -> bool {
        self.lake.as_ref().is_some_and(|lake| lake.level(p) < 1.0)
            || self.parks.iter().any(|park| park.level(p) < 1.0)
            || self.shore.as_ref().is_some_and(|shore| shore.level(p) > 0.985)
    }

    /// Metres between parallel streets; `None` where no streets are.
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

    /// Metres between parallel avenues; `None` outside the town.
    pub fn avenue_spacing(&self, p: Vec2) -> Option<f64> {
        let town_level = self.town_level(p);
        (town_level < 1.08).then(|| (420.0 + 700.0 * town_level) * (1.0 + 0.4 * self.noise.at(p, 1900.0)))
    }

    /// 0 in the centre of the town, 1 at its noisy edge, larger outside.
    pub fn town_level(&self, p: Vec2) -> f64 {
        let frayed = 0.5 * self.noise.at(p, 0.62 * self.spec.town) + 0.22 * self.noise.at(p, 0.21 * self.spec.town);
        p.length() / self.spec.town * (1.0 + frayed)
    }

    /// Returns true where trails replace streets.
    pub fn is_wild(&self, p: Vec2) -> bool {
        self.town_level(p) >= 1.0 && self.village_at(p).is_none()
    }

    /// Direction of streets in radians; cross streets are perpendicular.
    pub fn direction(&self, p: Vec2) -> f64 {
        if self.is_wild(p) {
            return self.slope(p).angle() + PI / 2.0 + 0.9 * self.noise.at(p, 420.0);
        }
        // The average uses doubled angles, in which opposite directions are equal.
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

    /// Village whose streets cover `p`.
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
        let target_count = parks + usize::from(self.spec.lake) + self.spec.forests;
        let mut placed: Vec<Patch> = Vec::new();
        for attempt in 0..target_count as u64 * 60 {
            if placed.len() == target_count {
                break;
            }
            let noise = Noise::new(seed, 100 + attempt);
            let angle = random.between(0.0, TAU);
            let patch = if placed.len() < parks {
                let distance = random.between(self.spec.old_town * 1.4, town * 0.72);
                Patch::new(Vec2::polar(distance, angle), town * random.between(0.035, 0.085), 0.7, noise)
            } else if placed.len() < target_count - self.spec.forests {
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
        let target_count = self.spec.villages;
        let separation = 1.3 * (self.spec.reach - from).max(1.0) / (target_count.max(1) as f64).sqrt();
        for attempt in 0..target_count * 90 {
            let share = random.uniform();
            let angle = random.between(0.0, TAU);
            let frayed = 1.0 + 0.9 * self.noise.at(Vec2::polar(9.0e4, angle), 6.0e4);
            let distance = from + (self.spec.reach * frayed - from).max(500.0) * share.powf(0.75);
            let mut centre = Vec2::polar(distance, angle);
            if let Some(shore) = &self.shore {
                let on_coast = attempt < target_count * 30;
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
            // Villages are placed first, crossroads between them.
            if attempt < target_count * 30 {
                if self.villages.len() < target_count && free(1.0) {
                    self.villages.push(Village { centre, radius, angle });
                }
            } else if free(0.72) && self.spec.relief < 1000.0 {
                self.crossroads.push(centre);
            }
        }
    }
}

//! Streets as evenly spaced streamlines of a direction field, in two perpendicular families.
//!
//! A new street starts one spacing away from an existing one, and follows the field until the ground is blocked or a
//! parallel street is too close.

use super::plane::{PointGrid, Vec2};
use super::random::Random;
use super::terrain::Terrain;
use std::collections::VecDeque;
use std::f64::consts::PI;

/// Class of a way, which sets the cost of taking it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayClass {
    Street,
    /// Main street.
    Avenue,
    /// Path along a river, around a lake or through a park.
    Path,
    /// Road between villages.
    Country,
    /// Track through forest and hills.
    Trail,
}

#[derive(Clone, Debug)]
pub struct Way {
    /// Smooth line with points a few metres apart.
    pub line: Vec<Vec2>,
    pub class: WayClass,
}

/// Metres between the points of a street.
const STEP: f64 = 14.0;

/// Traces streets and marks the ground that they occupy.
pub struct Tracer<'a> {
    terrain: &'a Terrain,
    /// Points of the streets along the field and across it.
    occupied: [PointGrid<()>; 2],
    ways: Vec<Way>,
}

impl<'a> Tracer<'a> {
    pub fn new(terrain: &'a Terrain) -> Self {
        Self { terrain, occupied: [PointGrid::new(120.0), PointGrid::new(120.0)], ways: Vec::new() }
    }

    /// Adds a given way and marks its ground, so that parallel streets keep their distance.
    pub fn add(&mut self, way: Way) {
        for pair in way.line.windows(2) {
            let along = Vec2::polar(1.0, self.terrain.direction(pair[0])).dot((pair[1] - pair[0]).unit()).abs();
            let steps = (pair[0].distance(pair[1]) / STEP).ceil() as usize;
            for step in 0..steps {
                let p = pair[0].lerp(pair[1], step as f64 / steps as f64);
                if along > 0.5 {
                    self.occupied[0].insert(p, ());
                }
                if along < 0.87 {
                    self.occupied[1].insert(p, ());
                }
            }
        }
        self.ways.push(way);
    }

    pub fn ways(&self) -> &[Way] {
        &self.ways
    }

    pub fn finish(self) -> Vec<Way> {
        self.ways
    }

    /// Fills the area around `seeds` with streets or avenues; only avenues may cross the river.
    pub fn fill(&mut self, seeds: &[Vec2], avenues: bool, random: &mut Random) {
        let mut queue: VecDeque<(Vec2, usize)> = VecDeque::new();
        for &seed in seeds {
            for family in 0..2 {
                queue.push_back((seed, family));
                while let Some((start, family)) = queue.pop_front() {
                    self.add_street(start, family, avenues, random, &mut queue);
                }
            }
        }
    }

    fn add_street(
        &mut self,
        start: Vec2,
        family: usize,
        avenues: bool,
        random: &mut Random,
        queue: &mut VecDeque<(Vec2, usize)>,
    ) {
        let Some(spacing) = self.spacing(start, family, avenues) else { return };
        if !self.is_free(start, avenues) || self.is_occupied(start, family, spacing * 0.93) {
            return;
        }
        let mut line = self.trace(start, family, -1.0, avenues);
        let is_closed = line.len() > 1 && line[line.len() - 1] == start;
        if !is_closed {
            line.reverse();
            line.pop();
            line.extend(self.trace(start, family, 1.0, avenues));
        }
        if line.len() < 5 || super::plane::length(&line) < 0.8 * spacing {
            return;
        }
        for (index, pair) in line.windows(2).enumerate() {
            self.occupied[family].insert(pair[0], ());
            if index % 6 == 3 {
                let side = (pair[1] - pair[0]).unit().left();
                let other = self.spacing(pair[0], 1 - family, avenues).unwrap_or(spacing);
                for sign in [1.0, -1.0] {
                    queue.push_back((pair[0] + side * (sign * spacing * random.between(1.0, 1.12)), family));
                }
                queue.push_back((pair[0] + (pair[1] - pair[0]) * random.between(0.0, 1.0), 1 - family));
                queue.push_back((pair[0] + side * (other * random.between(-0.5, 0.5)), 1 - family));
            }
        }
        let is_wild = self.terrain.is_wild(line[line.len() / 2]);
        let class = match (avenues, is_wild) {
            (true, _) => WayClass::Avenue,
            (_, true) => WayClass::Trail,
            _ => WayClass::Street,
        };
        self.ways.push(Way { line, class });
    }

    /// Follows the field from `start` until the ground is blocked or a parallel street is too close.
    fn trace(&self, start: Vec2, family: usize, sign: f64, avenues: bool) -> Vec<Vec2> {
        let mut line = vec![start];
        let mut heading = self.heading(start, family) * sign;
        let mut at = start;
        let mut overlap_length = 0.0;
        for step in 0..1100 {
            let aligned = |h: Vec2| if h.dot(heading) < 0.0 { -h } else { h };
            let first = aligned(self.heading(at, family));
            let next = at + aligned(self.heading(at + first * (STEP / 2.0), family)) * STEP;
            if (next - at).unit().dot(heading) < 0.5 && step > 0 {
                break;
            }
            heading = (next - at).unit();
            let Some(spacing) = self.spacing(next, family, avenues) else { break };
            if !self.is_free(next, avenues) {
                break;
            }
            // Close to a parallel street, this street continues to the next crossing and ends there.
            if self.is_occupied(next, family, spacing * 0.62) {
                overlap_length += STEP;
                if overlap_length > spacing * 1.1 || self.is_occupied(next, family, spacing * 0.3) {
                    break;
                }
            }
            line.push(next);
            at = next;
            // A street that has turned full circle ends at its own beginning.
            let older_points = line.len().saturating_sub((2.0 * spacing / STEP) as usize + 12);
            if line[..older_points].iter().step_by(4).any(|p| p.distance(at) < spacing * 0.55) {
                if start.distance(at) < spacing * 0.55 {
                    line.push(start);
                }
                break;
            }
        }
        line
    }

    fn heading(&self, p: Vec2, family: usize) -> Vec2 {
        Vec2::polar(1.0, self.terrain.direction(p) + family as f64 * PI / 2.0)
    }

    fn spacing(&self, p: Vec2, family: usize, avenues: bool) -> Option<f64> {
        if avenues {
            return self.terrain.avenue_spacing(p);
        }
        // Blocks are longer than wide.
        self.terrain.spacing(p).map(|metres| metres * if family == 0 { 1.0 } else { 1.5 })
    }

    fn is_free(&self, p: Vec2, avenues: bool) -> bool {
        !self.terrain.is_blocked(p) && (avenues || !self.terrain.in_river(p))
    }

    fn is_occupied(&self, p: Vec2, family: usize, radius: f64) -> bool {
        self.occupied[family].candidates(p, radius).any(|(q, _)| q.distance(p) < radius)
    }
}

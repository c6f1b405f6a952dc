//! Rounded patches of land with a noisy outline: parks, lakes, forests, islands.

use super::plane::Vec2;
use super::random::Noise;
use std::f64::consts::TAU;

#[derive(Clone, Debug)]
pub struct Patch {
    pub centre: Vec2,
    /// Mean radius in metres.
    pub radius: f64,
    noise: Noise,
    roughness: f64,
}

impl Patch {
    /// A patch whose outline leaves the circle by about `roughness` / 2 radii.
    pub fn new(centre: Vec2, radius: f64, roughness: f64, noise: Noise) -> Self {
        Self { centre, radius, noise, roughness }
    }

    /// Point of the outline at `angle`, with the radius scaled by `scale`.
    pub fn edge(&self, angle: f64, scale: f64) -> Vec2 {
        self.centre + Vec2::polar(self.reach(angle) * scale, angle)
    }

    /// 0 in the centre, 1 on the outline, larger outside.
    pub fn level(&self, p: Vec2) -> f64 {
        let offset = p - self.centre;
        if offset.length() > self.radius * 2.5 {
            return offset.length() / self.radius;
        }
        offset.length() / self.reach(offset.angle())
    }

    /// Approximate distance from the outline in metres, negative inside.
    pub fn edge_distance(&self, p: Vec2) -> f64 {
        (self.level(p) - 1.0) * self.radius
    }

    /// Closed outline with the radius scaled by `scale`.
    pub fn outline(&self, scale: f64) -> Vec<Vec2> {
        let steps = (TAU * self.radius * scale / 12.0).ceil().max(24.0) as usize;
        (0..=steps).map(|i| self.edge(TAU * (i % steps) as f64 / steps as f64, scale)).collect()
    }

    fn reach(&self, angle: f64) -> f64 {
        let ring = Vec2::polar(1.0, angle);
        self.radius * (1.0 + self.roughness * (self.noise.at(ring, 1.1) + 0.45 * self.noise.at(ring, 0.47)))
    }
}

//! Meandering rivers, traced both ways from a point near the town centre with a noisy heading.

use super::plane::{Vec2, resample};
use super::random::{Noise, Random};
use super::region_spec::RegionSpec;
use std::f64::consts::{PI, TAU};

/// Centre line past the middle of the town, with a point every 40 m.
pub fn river(spec: &RegionSpec, seed: u64) -> Vec<Vec2> {
    let mut random = Random::new(seed, 5);
    let bends = Noise::new(seed, 6);
    let axis = random.between(0.0, TAU);
    let start = Vec2::polar(random.between(0.55, 0.8) * spec.old_town, axis + PI / 2.0);
    let heading = |s: f64| {
        let wide = 2.1;
        axis + wide * bends.along(s, 3100.0) + 0.5 * bends.along(s + 7e5, 1200.0) - (wide * bends.along(0.0, 3100.0))
    };
    let trace = |sign: f64| {
        let mut at = start;
        let mut line = vec![at];
        for step in 0..(1.5 * spec.reach / 40.0) as usize {
            at = at + Vec2::polar(40.0 * sign, heading(sign * 40.0 * step as f64));
            line.push(at);
        }
        line
    };
    let mut line = trace(-1.0);
    line.reverse();
    line.pop();
    line.extend(trace(1.0));
    resample(&line, 40.0)
}

//! A circle on the Earth, as it lies on the canvas.
//!
//! On the sphere a circle round latitude φ with an angular radius ρ is all that has `sin φ' sin φ + cos φ' cos φ cos λ
//! = cos ρ`, where λ counts from its middle. With Mercator's `sin φ' = tanh y` this is `cos λ = κ cosh(y - m)`, where
//! `κ² = 1 - sin² ρ / cos² φ` and `tanh m = sin φ / cos ρ` (m lies a little poleward of the middle). So the inside is
//! where `f = cos λ - κ cosh(y - m)` is positive: a concave function as long as the circle holds no pole, whence its
//! image is convex, and any straight line on the canvas has at most one piece inside, to be found by halving.

use std::f64::consts::TAU;

use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::{CANVAS_SIZE, CanvasPosition, EARTH_RADIUS_METRES};

/// Radians on the canvas, where the Earth's girth is 2π, per canvas unit.
const RADIANS: f64 = TAU / CANVAS_SIZE;

/// A circle on the Earth that holds no pole.
#[derive(Clone, Debug, PartialEq)]
pub struct Circle {
    /// Column of its middle.
    x: u32,
    /// Row from which up and down it is alike.
    y: f64,
    /// 1 - κ, which is small.
    flat: f64,
    /// Half the width and half the height of its image, a little more than exactly.
    half: [f64; 2],
}

impl Circle {
    /// The circle of a radius in metres round a place in degrees. It must keep away from the poles: at most 50 km
    /// round at most 84.5° is surely right.
    pub fn new(lat: f64, lon: f64, metres: f64) -> Self {
        let (radius, lat) = (metres / EARTH_RADIUS_METRES, lat.to_radians());
        let kappa2_less = (radius.sin() / lat.cos()).powi(2);
        let flat = kappa2_less / (1.0 + (1.0 - kappa2_less).sqrt());
        let middle = (lat.sin() / radius.cos()).atanh();
        let width = 2.0 * (flat / 2.0).sqrt().asin();
        let above = flat / (1.0 - flat);
        let height = (above + (above * (2.0 + above)).sqrt()).ln_1p();
        Self {
            x: ((lon / 360.0 + 0.5) * CANVAS_SIZE).round() as i64 as u32,
            y: (0.5 - middle / TAU) * CANVAS_SIZE,
            flat,
            half: [width, height].map(|radians| radians / RADIANS + 1.0),
        }
    }

    /// All that it is made of.
    pub(super) fn to_bytes(&self) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&u64::from(self.x).to_le_bytes());
        bytes[8..16].copy_from_slice(&self.y.to_bits().to_le_bytes());
        bytes[16..].copy_from_slice(&self.flat.to_bits().to_le_bytes());
        bytes
    }

    /// Whether a position is inside.
    pub fn contains(&self, [x, y]: CanvasPosition) -> bool {
        let (dx, dy) = (f64::from(x.wrapping_sub(self.x) as i32), f64::from(y) - self.y);
        let [width, height] = self.half;
        dx.abs() <= width && dy.abs() <= height && self.depth(dx, dy) > 0.0
    }

    /// Whether lines between positions in the box could come inside.
    pub fn touches(&self, extent: Extent) -> bool {
        if extent.is_empty() {
            return false;
        }
        let [width, height] = self.half;
        let (west, east) = (f64::from(extent.min[0]), f64::from(extent.max[0]));
        // A box that wide belongs to something that crosses the antimeridian, and may go round the other way.
        let column = |turns: f64| {
            let x = f64::from(self.x) + turns * CANVAS_SIZE;
            west <= x + width && east >= x - width
        };
        let in_columns = east - west >= CANVAS_SIZE / 2.0 || [-1.0, 0.0, 1.0].into_iter().any(column);
        in_columns && f64::from(extent.min[1]) <= self.y + height && f64::from(extent.max[1]) >= self.y - height
    }

    /// Where a straight line on the canvas, from a position by so many units, goes in and comes out, as shares of its
    /// length. Neither is inside, unless the line begins or ends there.
    pub fn within(&self, from: CanvasPosition, step: [i64; 2]) -> Option<[f64; 2]> {
        let at = f64::from(from[0].wrapping_sub(self.x) as i32);
        let dy = f64::from(from[1]) - self.y;
        let step = step.map(|units| units as f64);
        // A line of half a turn at most meets only one of the circle's images round the cylinder.
        [0.0, -CANVAS_SIZE, CANVAS_SIZE].into_iter().find_map(|turn| self.within_image([at + turn, dy], step))
    }

    fn within_image(&self, [x, y]: [f64; 2], [dx, dy]: [f64; 2]) -> Option<[f64; 2]> {
        let [width, height] = self.half;
        // Almost all lines pass by.
        let passes_by = |at: f64, step: f64, half: f64| at.min(at + step) > half || at.max(at + step) < -half;
        if passes_by(x, dx, width) || passes_by(y, dy, height) {
            return None;
        }
        let (mut first, mut last) = (0.0f64, 1.0f64);
        for (at, step, half) in [(x, dx, width), (y, dy, height)] {
            if step == 0.0 {
                continue;
            }
            let (a, b) = ((-half - at) / step, (half - at) / step);
            (first, last) = (first.max(a.min(b)), last.min(a.max(b)));
        }
        if first > last {
            return None;
        }
        let depth = |t: f64| self.depth(x + t * dx, y + t * dy);
        let kappa = 1.0 - self.flat;
        let rises = |t: f64| {
            let (lambda, eta) = ((x + t * dx) * RADIANS, (y + t * dy) * RADIANS);
            -lambda.sin() * dx - kappa * eta.sinh() * dy > 0.0
        };
        let deepest = halve(first, last, rises)[0];
        if depth(deepest) <= 0.0 {
            return None;
        }
        let is_outside = |t: f64| depth(t) <= 0.0;
        let entry = if is_outside(first) { halve(first, deepest, is_outside)[0] } else { first };
        let exit = if is_outside(last) { halve(deepest, last, |t| !is_outside(t))[1] } else { last };
        Some([entry, exit])
    }

    /// f, for units from the middle: positive inside. Written so that small circles lose no digits.
    fn depth(&self, dx: f64, dy: f64) -> f64 {
        let (lambda, eta) = (dx * RADIANS, dy * RADIANS);
        let square = |value: f64| 2.0 * value * value;
        self.flat - square((lambda / 2.0).sin()) - (1.0 - self.flat) * square((eta / 2.0).sinh())
    }
}

/// The two neighbours between which a condition that holds at first stops holding; `first` may fulfil it or not.
fn halve(mut first: f64, mut last: f64, holds: impl Fn(f64) -> bool) -> [f64; 2] {
    // Halving a share of a line of 2^31 units down to a millionth of a unit.
    const TIMES: u32 = 52;
    for _ in 0..TIMES {
        let middle = f64::midpoint(first, last);
        if holds(middle) { first = middle } else { last = middle }
    }
    [first, last]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::{canvas_from_degrees, great_circle_metres};
    use crate::engine::geometry::strip::step;

    #[test]
    fn a_circle_reaches_as_far_as_it_should_in_every_direction() {
        for (lat, lon, metres) in
            [(52.5, 13.4, 400.0), (0.0, 0.0, 50.0), (-84.0, 180.0, 50_000.0), (84.0, -179.99, 1e4)]
        {
            let circle = Circle::new(lat, lon, metres);
            for degrees in (0..360).step_by(7) {
                let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
                let radius = f64::to_degrees(metres / EARTH_RADIUS_METRES);
                let place =
                    |share: f64| (lon + share * radius * sin / f64::to_radians(lat).cos(), lat + share * radius * cos);
                let is_inside = |share: f64| circle.contains(canvas_from_degrees(place(share).0, place(share).1));
                let edge = place(halve(0.0, 3.0, is_inside)[0]);
                let far = great_circle_metres((lon, lat), edge);
                assert!((far - metres).abs() < 0.02, "{far} of {metres} at {lat}, {degrees}°");
            }
        }
    }

    #[test]
    fn a_line_is_inside_once_and_its_ends_lie_on_the_circle() {
        let circle = Circle::new(52.5, 179.9999, 400.0);
        let at = |lat: f64, lon: f64| canvas_from_degrees(lon, lat);
        for (a, b) in [(at(52.5, 179.9), at(52.5, -179.9)), (at(52.4, -179.99), at(52.6, 179.99))] {
            for (a, b) in [(a, b), (b, a)] {
                let step = step(a, b);
                let [entry, exit] = circle.within(a, step).expect("it goes through");
                let ends = [entry, exit].map(|t| [0, 1].map(|axis| f64::from(a[axis]) + t * step[axis] as f64));
                for [x, y] in ends {
                    let dx = (x - f64::from(circle.x) + CANVAS_SIZE / 2.0).rem_euclid(CANVAS_SIZE) - CANVAS_SIZE / 2.0;
                    let depth = circle.depth(dx, y - circle.y);
                    assert!(depth.abs() < 1e-9 * circle.flat, "{depth}");
                }
            }
        }
        let beside = (at(52.504, 179.9), at(52.504, -179.9));
        assert_eq!(circle.within(beside.0, step(beside.0, beside.1)), None);
    }

    #[test]
    fn boxes_round_the_antimeridian_touch() {
        let circle = Circle::new(10.0, 180.0, 400.0);
        let extent = |lons: [f64; 2]| {
            let mut extent = Extent::EMPTY;
            lons.iter().for_each(|lon| extent.add(canvas_from_degrees(*lon, 10.0)));
            extent
        };
        assert!(circle.touches(extent([179.99, 179.999])) && circle.touches(extent([-179.999, -179.99])));
        assert!(circle.touches(extent([-179.9, 179.9])), "its line goes through");
        assert!(!circle.touches(extent([-10.0, 10.0])) && !circle.touches(Extent::EMPTY));
        assert!(!circle.touches(extent([179.0, 179.9])));
    }
}

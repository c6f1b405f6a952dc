//! Circle on the Earth and its image on the canvas.
//!
//! On a sphere, a circle around latitude φ with angular radius ρ is the set of points with `sin φ' sin φ + cos φ' cos φ
//! cos λ = cos ρ`, where λ is the longitude from the centre. With Mercator's `sin φ' = tanh y` this becomes `cos λ = κ
//! cosh(y - m)`, where `κ² = 1 - sin² ρ / cos² φ` and `tanh m = sin φ / cos ρ` (m is slightly poleward of the centre).
//! The inside is where `f = cos λ - κ cosh(y - m)` is positive. As f is concave unless the circle contains a pole, the
//! image is convex, and an edge on the canvas has at most one interval inside, whose ends are found by bisection.

use std::f64::consts::TAU;

use crate::activity::Point;
use crate::activity::longitude::degrees_east;
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::{
    CANVAS_SIZE, CanvasPosition, EARTH_RADIUS_METRES, degrees_from_canvas_fraction,
};

/// Mercator radians per canvas unit; the canvas is 2π wide.
const RADIANS_PER_UNIT: f64 = TAU / CANVAS_SIZE;

/// Circle that contains no pole.
#[derive(Clone, Debug, PartialEq)]
pub struct Circle {
    /// Column of the centre.
    x: u32,
    /// Row of m, the axis of symmetry of the image.
    y: f64,
    /// 1 - κ, a small number stored with all its digits.
    one_minus_kappa: f64,
    /// Half width and half height of the image in canvas units, one unit too large for safety.
    half_size: [f64; 2],
    /// South and north of the image, longitude of the centre, and half the width of the image, in degrees.
    lats: [f64; 2],
    lon: f64,
    half_lon: f64,
}

impl Circle {
    /// Creates the circle of a radius in metres around a position in degrees. The circle must not reach a pole: radii
    /// up to 50 km at latitudes within ±84.5° are safe.
    pub fn new(lat: f64, lon: f64, metres: f64) -> Self {
        let (radius, lat) = (metres / EARTH_RADIUS_METRES, lat.to_radians());
        let one_minus_kappa2 = (radius.sin() / lat.cos()).powi(2);
        let one_minus_kappa = one_minus_kappa2 / (1.0 + (1.0 - one_minus_kappa2).sqrt());
        let middle = (lat.sin() / radius.cos()).atanh();
        let width = 2.0 * (one_minus_kappa / 2.0).sqrt().asin();
        let above = one_minus_kappa / (1.0 - one_minus_kappa);
        let height = (above + (above * (2.0 + above)).sqrt()).ln_1p();
        let y = (0.5 - middle / TAU) * CANVAS_SIZE;
        let half_size = [width, height].map(|radians| radians / RADIANS_PER_UNIT + 1.0);
        let lat_of = |y: f64| degrees_from_canvas_fraction(0.0, y / CANVAS_SIZE).1;
        Self {
            x: ((lon / 360.0 + 0.5) * CANVAS_SIZE).round() as i64 as u32,
            y,
            one_minus_kappa,
            half_size,
            lats: [lat_of(y + half_size[1]), lat_of(y - half_size[1])],
            lon,
            half_lon: half_size[0] / CANVAS_SIZE * 360.0,
        }
    }

    /// Serializes the defining numbers.
    pub(super) fn to_bytes(&self) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&u64::from(self.x).to_le_bytes());
        bytes[8..16].copy_from_slice(&self.y.to_bits().to_le_bytes());
        bytes[16..].copy_from_slice(&self.one_minus_kappa.to_bits().to_le_bytes());
        bytes
    }

    /// Returns true if a position is inside.
    pub fn contains(&self, [x, y]: CanvasPosition) -> bool {
        let (dx, dy) = (f64::from(x.wrapping_sub(self.x) as i32), f64::from(y) - self.y);
        let [width, height] = self.half_size;
        dx.abs() <= width && dy.abs() <= height && self.depth(dx, dy) > 0.0
    }

    /// Returns true if no part of a step between two points can be inside: a cheap test without projection. False means
    /// unknown.
    pub(super) fn clearly_misses(&self, from: &Point, to: &Point) -> bool {
        let [south, north] = self.lats;
        from.lat.min(to.lat) > north || from.lat.max(to.lat) < south || {
            let [from, to] = [from, to].map(|point| degrees_east(self.lon, point.lon));
            // A step across the side opposite to the circle has ends on both sides.
            from.min(to) > self.half_lon || from.max(to) < -self.half_lon
        }
    }

    /// Returns true if an edge between positions of the box may enter the circle.
    pub fn touches(&self, extent: Extent) -> bool {
        if extent.is_empty() {
            return false;
        }
        let [width, height] = self.half_size;
        let (west, wide) = (f64::from(extent.min[0]), f64::from(extent.width()));
        let east = west + wide;
        // A box of positions that is wider than half the canvas may belong to a line across the antimeridian, which
        // extends the other way around.
        let column = |turns: f64| {
            let x = f64::from(self.x) + turns * CANVAS_SIZE;
            west <= x + width && east >= x - width
        };
        let in_columns = wide >= CANVAS_SIZE / 2.0 || [-1.0, 0.0, 1.0].into_iter().any(column);
        in_columns && f64::from(extent.min[1]) <= self.y + height && f64::from(extent.max[1]) >= self.y - height
    }

    /// Returns the interval of an edge that is inside, as fractions of the edge from its start, or `None` if no part
    /// is. Both ends are outside, unless the edge starts or ends inside.
    pub fn inside_interval(&self, from: CanvasPosition, step: [i64; 2]) -> Option<[f64; 2]> {
        let at = f64::from(from[0].wrapping_sub(self.x) as i32);
        let dy = f64::from(from[1]) - self.y;
        let step = step.map(|units| units as f64);
        // An edge of at most half the canvas meets only one image of the circle on the cylinder.
        [0.0, -CANVAS_SIZE, CANVAS_SIZE]
            .into_iter()
            .find_map(|turn| self.inside_interval_of_image([at + turn, dy], step))
    }

    fn inside_interval_of_image(&self, [x, y]: [f64; 2], [dx, dy]: [f64; 2]) -> Option<[f64; 2]> {
        let [width, height] = self.half_size;
        // Rejects almost all edges.
        let misses =
            |at: f64, step: f64, half_size: f64| at.min(at + step) > half_size || at.max(at + step) < -half_size;
        if misses(x, dx, width) || misses(y, dy, height) {
            return None;
        }
        let (mut start, mut end) = (0.0f64, 1.0f64);
        for (at, step, half_size) in [(x, dx, width), (y, dy, height)] {
            if step == 0.0 {
                continue;
            }
            let (a, b) = ((-half_size - at) / step, (half_size - at) / step);
            (start, end) = (start.max(a.min(b)), end.min(a.max(b)));
        }
        if start > end {
            return None;
        }
        let depth = |t: f64| self.depth(x + t * dx, y + t * dy);
        let kappa = 1.0 - self.one_minus_kappa;
        let rises = |t: f64| {
            let (lambda, eta) = ((x + t * dx) * RADIANS_PER_UNIT, (y + t * dy) * RADIANS_PER_UNIT);
            -lambda.sin() * dx - kappa * eta.sinh() * dy > 0.0
        };
        let deepest = bisect(start, end, rises)[0];
        if depth(deepest) <= 0.0 {
            return None;
        }
        let is_outside = |t: f64| depth(t) <= 0.0;
        let entry = if is_outside(start) { bisect(start, deepest, is_outside)[0] } else { start };
        let exit = if is_outside(end) { bisect(deepest, end, |t| !is_outside(t))[1] } else { end };
        Some([entry, exit])
    }

    /// Evaluates f at an offset from the centre of the image, in canvas units: positive inside. Sums of squares keep
    /// the digits of small circles.
    fn depth(&self, dx: f64, dy: f64) -> f64 {
        let (lambda, eta) = (dx * RADIANS_PER_UNIT, dy * RADIANS_PER_UNIT);
        let square = |value: f64| 2.0 * value * value;
        self.one_minus_kappa - square((lambda / 2.0).sin()) - (1.0 - self.one_minus_kappa) * square((eta / 2.0).sinh())
    }
}

/// Bisects to a short interval in which a condition ceases to hold. The condition holds just after `start`, not
/// necessarily at `start`.
fn bisect(mut start: f64, mut end: f64, holds: impl Fn(f64) -> bool) -> [f64; 2] {
    // Resolves the fraction of an edge of 2^31 units to a millionth of a unit.
    const STEPS: u32 = 52;
    for _ in 0..STEPS {
        let middle = f64::midpoint(start, end);
        if holds(middle) { start = middle } else { end = middle }
    }
    [start, end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::step;
    use crate::engine::geometry::mercator::{canvas_from_degrees, great_circle_metres};

    #[test]
    fn the_radius_is_right_in_every_direction() {
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
                let edge = place(bisect(0.0, 3.0, is_inside)[0]);
                let far = great_circle_metres((lon, lat), edge);
                assert!((far - metres).abs() < 0.02, "{far} of {metres} at {lat}, {degrees}°");
            }
        }
    }

    #[test]
    fn inside_intervals_end_on_the_circle() {
        let circle = Circle::new(52.5, 179.9999, 400.0);
        let at = |lat: f64, lon: f64| canvas_from_degrees(lon, lat);
        for (a, b) in [(at(52.5, 179.9), at(52.5, -179.9)), (at(52.4, -179.99), at(52.6, 179.99))] {
            for (a, b) in [(a, b), (b, a)] {
                let step = step(a, b);
                let [entry, exit] = circle.inside_interval(a, step).expect("the edge crosses the circle");
                let ends = [entry, exit].map(|t| [0, 1].map(|axis| f64::from(a[axis]) + t * step[axis] as f64));
                for [x, y] in ends {
                    let dx = (x - f64::from(circle.x) + CANVAS_SIZE / 2.0).rem_euclid(CANVAS_SIZE) - CANVAS_SIZE / 2.0;
                    let depth = circle.depth(dx, y - circle.y);
                    assert!(depth.abs() < 1e-9 * circle.one_minus_kappa, "{depth}");
                }
            }
        }
        let outside = (at(52.504, 179.9), at(52.504, -179.9));
        assert_eq!(circle.inside_interval(outside.0, step(outside.0, outside.1)), None);
    }

    #[test]
    fn boxes_across_the_antimeridian_touch() {
        let circle = Circle::new(10.0, 180.0, 400.0);
        let extent = |lons: [f64; 2]| {
            let mut extent = Extent::EMPTY;
            lons.iter().for_each(|lon| extent.add(canvas_from_degrees(*lon, 10.0)));
            extent
        };
        assert!(circle.touches(extent([179.99, 179.999])) && circle.touches(extent([-179.999, -179.99])));
        assert!(circle.touches(extent([-179.9, 179.9])), "its line crosses the circle");
        assert!(!circle.touches(extent([-10.0, 10.0])) && !circle.touches(Extent::EMPTY));
        assert!(!circle.touches(extent([179.0, 179.9])));
        let across = |lons: [f64; 2]| Extent::of_lines(&[lons.map(|lon| canvas_from_degrees(lon, 10.0)).to_vec()]);
        assert!(
            circle.touches(across([179.9, -179.9])) && !Circle::new(10.0, 0.0, 400.0).touches(across([179.9, -179.9]))
        );
        for lon in [-179.95, 179.95] {
            assert!(Circle::new(10.0, lon, 400.0).touches(across([179.9, -179.9])), "{lon}");
        }
        assert!(!Circle::new(10.0, -179.8, 400.0).touches(across([179.9, -179.9])));
    }
}

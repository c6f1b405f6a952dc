//! The canvas: Web Mercator at zoom 32, one integer per axis.
//!
//! A position is `[x, y]` with x growing east from 180° W and y growing south from 85.0511° N. One unit is 9 mm at the
//! equator. x wraps: the canvas is a cylinder, so differences of x are taken with `wrapping_sub` and read as `i32`.
//! Formula: spherical Mercator as in EPSG:3857.

use std::f64::consts::PI;

use crate::engine::geometry::rounding::round_to_i64;

/// A position on the canvas.
pub type CanvasPosition = [u32; 2];

/// Width and height of the canvas in units.
pub const CANVAS_SIZE: f64 = 4_294_967_296.0;

/// The mean radius of the Earth in metres (IUGG).
pub const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// The latitude at which the canvas is square; what lies beyond is moved to the edge.
pub const MAX_LATITUDE: f64 = 85.051_128_779_806_6;

/// Canvas position of a longitude and latitude in degrees, both finite.
///
/// ```
/// use trailglow::engine::geometry::mercator::canvas_from_degrees;
/// assert_eq!(canvas_from_degrees(0.0, 0.0), [1 << 31, 1 << 31]);
/// assert_eq!(canvas_from_degrees(-180.0, 90.0), [0, 0]);
/// assert_eq!(canvas_from_degrees(180.0, 0.0)[0], 0, "the canvas wraps");
/// ```
pub fn canvas_from_degrees(lon: f64, lat: f64) -> CanvasPosition {
    let sin = lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians().sin();
    let x = (lon / 360.0 + 0.5) * CANVAS_SIZE;
    let y = (0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI)) * CANVAS_SIZE;
    // y stays on the canvas; x is taken modulo its width.
    [round_to_i64(x) as u32, round_to_i64(y).clamp(0, u32::MAX.into()) as u32]
}

/// Longitude and latitude in degrees of a canvas position given as fractions of its size.
pub fn degrees_from_canvas_fraction(x: f64, y: f64) -> (f64, f64) {
    ((x - 0.5) * 360.0, ((1.0 - 2.0 * y) * PI).sinh().atan().to_degrees())
}

/// Longitude and latitude in degrees of a canvas position.
pub fn degrees_from_canvas(world: CanvasPosition) -> (f64, f64) {
    degrees_from_canvas_fraction(f64::from(world[0]) / CANVAS_SIZE, f64::from(world[1]) / CANVAS_SIZE)
}

/// Metres on the ground along one canvas unit at a position, on a sphere of the mean Earth radius.
///
/// ```
/// use trailglow::engine::geometry::mercator::{metres_per_unit, canvas_from_degrees};
/// assert!((metres_per_unit(canvas_from_degrees(0.0, 60.0)) - 0.004_660_3).abs() < 1e-6);
/// ```
pub fn metres_per_unit(world: CanvasPosition) -> f64 {
    // On the Mercator map, the cosine of the latitude is one over the hyperbolic cosine of the northing.
    let northing = PI * (1.0 - 2.0 * f64::from(world[1]) / CANVAS_SIZE);
    2.0 * PI * EARTH_RADIUS_METRES / CANVAS_SIZE / northing.cosh()
}

/// Metres between two positions in degrees along the great circle, on a sphere of the mean Earth radius (haversine).
pub fn great_circle_metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let ((lon_a, lat_a), (lon_b, lat_b)) = (a, b);
    let half_lat = ((lat_b - lat_a).to_radians() / 2.0).sin();
    let half_lon = ((lon_b - lon_a).to_radians() / 2.0).sin();
    let chord = half_lat * half_lat + lat_a.to_radians().cos() * lat_b.to_radians().cos() * half_lon * half_lon;
    2.0 * EARTH_RADIUS_METRES * chord.min(1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn degrees_survive_a_round_trip(lon in -180.0..180.0f64, lat in -85.0..85.0f64) {
            let (lon_back, lat_back) = degrees_from_canvas(canvas_from_degrees(lon, lat));
            let turn = (lon_back - lon).abs();
            prop_assert!(turn.min(360.0 - turn) < 1e-7 && (lat_back - lat).abs() < 1e-7);
        }

        #[test]
        fn every_latitude_is_on_its_half_of_the_canvas(lon in -720.0..720.0f64, lat in -1e9..1e9f64) {
            let [_, y] = canvas_from_degrees(lon, lat);
            prop_assert!(y < 1 << 31 || lat <= 0.0);
        }
    }

    #[test]
    fn a_degree_of_latitude_is_111_km() {
        assert!((great_circle_metres((7.0, 47.0), (7.0, 48.0)) - 111_195.0).abs() < 1.0);
        assert!(great_circle_metres((179.999, 0.0), (-179.999, 0.0)) < 230.0);
    }
}

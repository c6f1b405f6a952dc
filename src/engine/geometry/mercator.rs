//! The canvas: the 2^32 × 2^32 plane of spherical Web Mercator (EPSG:3857), one integer per axis.
//!
//! x grows east from 180° W, y grows south from 85.0511° N. One canvas unit is 9 mm at the equator. The canvas is a
//! cylinder: x wraps, so differences of x are computed with `wrapping_sub` and read as `i32`.

use std::f64::consts::PI;

use crate::engine::geometry::rounding::round_to_i64;

/// Position on the canvas: `[x, y]` in canvas units.
pub type CanvasPosition = [u32; 2];

/// Width and height of the canvas in canvas units.
pub const CANVAS_SIZE: f64 = 4_294_967_296.0;

/// Mean radius of the Earth in metres (IUGG).
pub const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// Latitude of the north edge in degrees, at which the canvas is square; latitudes beyond are clamped.
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
    // x wraps, y is clamped.
    [round_to_i64(x) as u32, round_to_i64(y).clamp(0, u32::MAX.into()) as u32]
}

/// Longitude and latitude in degrees of a position given as fractions (0 to 1) of the canvas size.
pub fn degrees_from_canvas_fraction(x: f64, y: f64) -> (f64, f64) {
    ((x - 0.5) * 360.0, ((1.0 - 2.0 * y) * PI).sinh().atan().to_degrees())
}

/// Longitude and latitude in degrees of a canvas position.
pub fn degrees_from_canvas(world: CanvasPosition) -> (f64, f64) {
    degrees_from_canvas_fraction(f64::from(world[0]) / CANVAS_SIZE, f64::from(world[1]) / CANVAS_SIZE)
}

/// Metres on the ground per canvas unit at a position, on a sphere of the mean Earth radius.
///
/// ```
/// use trailglow::engine::geometry::mercator::{canvas_from_degrees, metres_per_unit};
/// assert!((metres_per_unit(canvas_from_degrees(0.0, 60.0)) - 0.004_660_3).abs() < 1e-6);
/// ```
pub fn metres_per_unit(world: CanvasPosition) -> f64 {
    // cos(latitude) = 1 / cosh(northing) in the Mercator projection.
    let northing = PI * (1.0 - 2.0 * f64::from(world[1]) / CANVAS_SIZE);
    2.0 * PI * EARTH_RADIUS_METRES / CANVAS_SIZE / northing.cosh()
}

/// Great-circle distance in metres between two (longitude, latitude) pairs in degrees, on a sphere of the mean Earth
/// radius (haversine formula).
pub fn great_circle_metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let ((lon_a, lat_a), (lon_b, lat_b)) = (a, b);
    let half_lat = ((lat_b - lat_a).to_radians() / 2.0).sin();
    let half_lon = ((lon_b - lon_a).to_radians() / 2.0).sin();
    let chord = half_lat * half_lat + lat_a.to_radians().cos() * lat_b.to_radians().cos() * half_lon * half_lon;
    2.0 * EARTH_RADIUS_METRES * chord.min(1.0).sqrt().asin()
}

/// Difference of two positions in canvas units, the short way around the cylinder.
pub fn step(from: CanvasPosition, to: CanvasPosition) -> [i64; 2] {
    [i64::from(to[0].wrapping_sub(from[0]) as i32), i64::from(to[1]) - i64::from(from[1])]
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

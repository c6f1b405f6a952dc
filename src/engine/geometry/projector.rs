//! Fast projection of consecutive positions onto the canvas.
//!
//! The northing `ln((1 + sin φ) / (1 - sin φ)) / 2` has the derivatives sec φ, sec φ tan φ, sec φ (2 sec² φ - 1) and
//! sec φ tan φ (6 sec² φ - 1). Around an exactly projected latitude, a [`Projector`] evaluates the Taylor polynomial of
//! degree 3, without sine or logarithm. The fourth derivative bounds the error to 4e-6 canvas units. Where y is too
//! close to a half to round reliably, and away from the expansion point, the exact formula is used, so every result
//! equals [`canvas_from_degrees`].

use std::f64::consts::PI;

use super::mercator::{CANVAS_SIZE, CanvasPosition, canvas_from_degrees};
use crate::engine::geometry::rounding::round_to_i64;

/// Largest distance from the expansion latitude, in degrees: 1e-4 radians, 640 m.
const SERIES_RADIUS_DEGREES: f64 = 0.0057;

/// Largest expansion latitude in degrees. Up to this latitude the series error is at most 4e-6 canvas units.
const MAX_SERIES_LATITUDE: f64 = 75.0;

/// Largest distance of y from the nearest integer at which rounding is certain: below a half by 25 times the series
/// error.
const MAX_CERTAIN_FRACTION: f64 = 0.5 - 1e-4;

/// Projects like [`canvas_from_degrees`], faster for consecutive nearby positions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Projector {
    /// Expansion latitude in degrees, `None` before the first.
    centre_latitude: Option<f64>,
    /// Taylor coefficients of y (canvas units) in the latitude offset (degrees), constant first.
    series: [f64; 4],
}

impl Projector {
    /// Canvas position of a longitude and latitude in degrees, both finite.
    #[inline]
    pub fn project(&mut self, lon: f64, lat: f64) -> CanvasPosition {
        let offset = lat - self.centre_latitude.unwrap_or(f64::INFINITY);
        if offset.abs() <= SERIES_RADIUS_DEGREES {
            let [y, first, second, third] = self.series;
            let y = y + offset * (first + offset * (second + offset * third));
            let rounded = round_to_i64(y);
            if (y - rounded as f64).abs() <= MAX_CERTAIN_FRACTION {
                return [round_to_i64((lon / 360.0 + 0.5) * CANVAS_SIZE) as u32, rounded as u32];
            }
            return canvas_from_degrees(lon, lat);
        }
        self.expand(lon, lat)
    }

    #[cold]
    fn expand(&mut self, lon: f64, lat: f64) -> CanvasPosition {
        if lat.abs() <= MAX_SERIES_LATITUDE {
            let radians = lat.to_radians();
            let (sin, per_degree) = (radians.sin(), PI / 180.0);
            let sec = 1.0 / radians.cos();
            let tan = sin * sec;
            let unit = -CANVAS_SIZE / (2.0 * PI);
            let y = CANVAS_SIZE / 2.0 + unit * ((1.0 + sin) / (1.0 - sin)).ln() / 2.0;
            let steps = [sec, sec * tan / 2.0, sec * (2.0 * sec * sec - 1.0) / 6.0];
            let [first, second, third] = steps.map(|step| unit * step);
            self.series = [y, first * per_degree, second * per_degree.powi(2), third * per_degree.powi(3)];
            self.centre_latitude = Some(lat);
        }
        canvas_from_degrees(lon, lat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_projector_equals_canvas_from_degrees(
            start_latitude in prop_oneof![-90.0..90.0f64, 74.9..75.1f64, -75.1..-74.9f64, -0.01..0.01f64], lon in -720.0..720.0f64,
            steps in prop::collection::vec(prop_oneof![-1e-5..1e-5f64, -1e-3..1e-3f64, -0.0057..0.0057f64, -30.0..30.0f64], 1..60),
        ) {
            let (mut projector, mut lat) = (Projector::default(), start_latitude);
            prop_assert_eq!(projector.project(lon, lat), canvas_from_degrees(lon, lat));
            for step in steps {
                lat = (lat + step).clamp(-90.0, 90.0);
                prop_assert_eq!(projector.project(lon, lat), canvas_from_degrees(lon, lat), "{} {}", lon, lat);
            }
        }
    }

    #[test]
    fn the_series_error_stays_below_the_margin() {
        let exact_y = |lat: f64| {
            let sin = lat.to_radians().sin();
            (0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI)) * CANVAS_SIZE
        };
        for start_latitude in (-750..=750).map(|tenths| f64::from(tenths) / 10.0) {
            let mut projector = Projector::default();
            projector.project(7.0, start_latitude);
            for offset in (-57..=57).map(|step| f64::from(step) * 1e-4) {
                let [y, first, second, third] = projector.series;
                let series_y = y + offset * (first + offset * (second + offset * third));
                assert!(
                    (series_y - exact_y(start_latitude + offset)).abs() < 0.5 - MAX_CERTAIN_FRACTION,
                    "{start_latitude} {offset}"
                );
            }
        }
    }

    #[test]
    fn non_finite_coordinates_equal_canvas_from_degrees() {
        let mut projector = Projector::default();
        projector.project(7.0, 47.0);
        for (lon, lat) in [(7.0, f64::NAN), (f64::NAN, 47.0), (f64::INFINITY, 47.0), (7.0, f64::INFINITY)] {
            assert_eq!(projector.project(lon, lat), canvas_from_degrees(lon, lat));
        }
        assert_eq!(projector.project(7.0, 47.0), canvas_from_degrees(7.0, 47.0));
    }
}

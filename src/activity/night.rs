//! Night: the sun at the place and time of an activity, by the Solar Position Algorithm (crate `solar-positioning`).

use solar_positioning::time::JulianDate;
use solar_positioning::{Location, SolarPositions};

use super::summary::Summary;
use crate::engine::geometry::mercator::degrees_from_canvas;

/// Degrees of the sun's centre above the horizon, below which it is night: the end of civil twilight.
const NIGHT_BELOW_DEGREES: f64 = -6.0;

/// Julian date of 1970-01-01 00:00.
const JULIAN_1970: f64 = 2_440_587.5;

/// Seconds that the rotation of the Earth lags behind uniform time in these decades. An error of a minute moves the sun
/// by less than 0.01° against the stars.
const DELTA_T_S: f64 = 69.0;

/// Returns true if the sun is more than 6° below the horizon at the start of an activity, in the middle of its time.
/// False without a time, or outside the years -2000 to 6000.
pub fn is_at_night(summary: &Summary) -> bool {
    let Some(start_ms) = summary.start_ms else { return false };
    let middle_ms = start_ms.midpoint(summary.end_ms.unwrap_or(start_ms));
    let (lon, lat) = degrees_from_canvas(summary.start);
    sun_elevation(lon, lat, middle_ms).is_some_and(|degrees| degrees < NIGHT_BELOW_DEGREES)
}

/// Degrees of the sun above the horizon, without refraction, at a time in milliseconds since 1970.
fn sun_elevation(longitude: f64, latitude: f64, ms: i64) -> Option<f64> {
    let time = JulianDate::new(JULIAN_1970 + ms as f64 / 86_400_000.0, DELTA_T_S).ok()?;
    let position = SolarPositions::new().at_from_julian(time, Location { latitude, longitude }, 0.0, None).ok()?;
    Some(position.elevation_angle())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    /// Hours of a day in UTC, from 0 to 23, in which it is night on the hour.
    fn night_hours(lon: f64, lat: f64, midnight_ms: i64) -> Vec<i64> {
        let is_night =
            |hour: &i64| sun_elevation(lon, lat, midnight_ms + hour * HOUR_MS).unwrap() < NIGHT_BELOW_DEGREES;
        (0..24).filter(is_night).collect()
    }

    #[test]
    fn nights_are_long_in_winter_and_absent_beyond_the_arctic_circle_in_summer() {
        // 2024-12-21 and 2024-06-21. Civil twilight in Munich: 6:26 to 15:56 and 2:33 to 19:58 UTC.
        let (winter, summer) = (1_734_739_200_000, 1_718_928_000_000);
        assert_eq!(night_hours(11.6, 48.1, winter), [0, 1, 2, 3, 4, 5, 6, 16, 17, 18, 19, 20, 21, 22, 23]);
        assert_eq!(night_hours(11.6, 48.1, summer), [0, 1, 2, 20, 21, 22, 23]);
        assert_eq!(night_hours(19.0, 69.6, summer), [0; 0], "Tromsø");
        assert_eq!(night_hours(174.8, -36.8, summer).len(), 14, "Auckland in winter");
    }

    #[test]
    fn the_sun_is_overhead_at_noon_on_the_equator_in_march() {
        // 2024-03-20T12:07Z: equinox, and noon at the meridian of Greenwich.
        let degrees = sun_elevation(0.0, 0.0, 1_710_936_420_000).unwrap();
        assert!(degrees > 89.5, "{degrees}");
        assert_eq!(sun_elevation(0.0, 0.0, i64::MAX), None);
    }
}

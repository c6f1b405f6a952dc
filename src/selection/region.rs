//! Places and boxes in degrees.

use crate::activity::longitude::wrap_longitude;

/// Checks a place and wraps its longitude, which may be from -360 to 360.
///
/// # Errors
/// If the place is not on Earth.
pub fn checked_place(lat: f64, lon: f64) -> Result<(f64, f64), String> {
    check_degrees("latitude", lat, 90.0)?;
    check_degrees("longitude", lon, 360.0)?;
    Ok((lat, on_map(lon)))
}

/// Checks west, south, east and north, and wraps the longitudes.
///
/// # Errors
/// If a side is not on Earth, or south is north of north.
pub fn checked_box([west, south, east, north]: [f64; 4]) -> Result<[f64; 4], String> {
    for (name, degrees, limit) in [
        ("west side", west, 360.0),
        ("south side", south, 90.0),
        ("east side", east, 360.0),
        ("north side", north, 90.0),
    ] {
        check_degrees(name, degrees, limit)?;
    }
    if south > north {
        return Err(format!(
            "the south side {south} is north of the north side {north}; write west,south,east,north in degrees, such as 11.3,48.0,11.8,48.3"
        ));
    }
    let [west, east] = match () {
        () if east - west >= 360.0 => [-180.0, 180.0],
        // The antimeridian is the west side of what lies east of it.
        () if west == 180.0 && east == 180.0 => [-180.0, -180.0],
        () => [west, east].map(on_map),
    };
    Ok([west, south, east, north])
}

/// Wraps a longitude, but leaves 180 as the east side of the antimeridian.
fn on_map(lon: f64) -> f64 {
    if lon == 180.0 { lon } else { wrap_longitude(lon) }
}

/// Refuses an angle beyond a limit.
fn check_degrees(name: &str, degrees: f64, limit: f64) -> Result<(), String> {
    if degrees.abs() <= limit {
        return Ok(());
    }
    let usual = limit.min(180.0);
    Err(format!("the {name} {degrees} is beyond {limit} degrees; use one from -{usual} to {usual}"))
}

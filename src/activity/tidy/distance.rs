//! distance

use crate::activity::Point;

/// Seconds between two points; a clock that is set back counts like one that is set forward.
pub fn seconds_between(from: &Point, to: &Point) -> Option<f64> {
    Some(to.time_ms?.abs_diff(from.time_ms?) as f64 / 1000.0)
}

/// Metres along a degree of a meridian.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// Metres between two points, on a plane: within 1 % up to some tens of kilometres, and short round the antimeridian.
pub fn planar_metres(from: &Point, to: &Point) -> f64 {
    let turn = (to.lon - from.lon).abs();
    let east = turn.min(360.0 - turn) * (0.5 * (from.lat + to.lat)).to_radians().cos();
    let north = to.lat - from.lat;
    (north * north + east * east).sqrt() * METRES_PER_DEGREE
}

/// Whether two points are surely no farther apart than so many metres: what almost every step is, and quickly told.
pub fn is_within(metres: f64, from: &Point, to: &Point) -> bool {
    let degrees = metres / METRES_PER_DEGREE;
    let (north, east) = (to.lat - from.lat, to.lon - from.lon);
    north * north + east * east <= degrees * degrees
}

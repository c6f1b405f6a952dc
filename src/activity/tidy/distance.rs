//! Distance and time between two recorded points, fast enough to run on every step of every recording.

use crate::activity::Point;
use crate::activity::longitude::degrees_east;

/// Returns the absolute time difference in seconds, `None` if a time is missing.
pub fn seconds_between(from: &Point, to: &Point) -> Option<f64> {
    Some(to.time_ms?.abs_diff(from.time_ms?) as f64 / 1000.0)
}

/// Metres per degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// Approximates the distance in metres on a plane (equirectangular projection): within 1 % up to some tens of
/// kilometres, also across the antimeridian.
pub fn planar_metres(from: &Point, to: &Point) -> f64 {
    let east = degrees_east(from.lon, to.lon) * (0.5 * (from.lat + to.lat)).to_radians().cos();
    let north = to.lat - from.lat;
    (north * north + east * east).sqrt() * METRES_PER_DEGREE
}

/// Returns true if two points are certainly within `metres`. A cheap test without trigonometry that accepts almost all
/// steps; false means unknown.
pub fn is_within(metres: f64, from: &Point, to: &Point) -> bool {
    let degrees = metres / METRES_PER_DEGREE;
    let (north, east) = (to.lat - from.lat, to.lon - from.lon);
    north * north + east * east <= degrees * degrees
}

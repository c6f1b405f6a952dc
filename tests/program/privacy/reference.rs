//! Slow reference for positions and distances that shares no code with the program.

use std::f64::consts::PI;

use trailglow::activity::{Activity, Point, Segment};
use trailglow::collection::visible::visible_part;
use trailglow::privacy::{Circle, Privacy};

/// Zone: latitude, longitude, radius in metres.
pub type Place = (f64, f64, f64);

/// Privacy with zones and without a trim.
pub fn privacy(zones: &[Place]) -> Privacy {
    Privacy::new(zones.iter().map(|&(lat, lon, metres)| Circle::new(lat, lon, metres)).collect(), 0.0)
}

/// Visible segments of the program.
pub fn visible_segments(activity: &Activity, privacy: &Privacy) -> Vec<Segment> {
    visible_part(activity, privacy).0.map_or(Vec::new(), |visible| visible.segments)
}

/// Returns the distance in metres from the angle between direction vectors, a formula that the program does not use.
pub fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let direction = |(lat, lon): (f64, f64)| {
        let (lat, lon) = (lat * PI / 180.0, lon * PI / 180.0);
        [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
    };
    let ([a, b, c], [d, e, f]) = (direction(a), direction(b));
    let cross = [b * f - c * e, c * d - a * f, a * e - b * d];
    let sine = cross.iter().map(|side| side * side).sum::<f64>().sqrt();
    6_371_008.8 * sine.atan2(a * d + b * e + c * f)
}

/// Returns Mercator's northing in radians.
fn northing(lat: f64) -> f64 {
    (PI / 4.0 + lat * PI / 360.0).tan().ln()
}

/// Returns the equivalent longitude within 180° of `around`.
fn unwrapped(lon: f64, around: f64) -> f64 {
    lon - ((lon - around) / 360.0).round() * 360.0
}

/// Returns the position at a fraction of the straight line on the map between two points.
pub fn along(a: &Point, b: &Point, fraction: f64) -> (f64, f64) {
    let y = northing(a.lat) + fraction * (northing(b.lat) - northing(a.lat));
    (2.0 * y.exp().atan() * 180.0 / PI - 90.0, a.lon + fraction * (unwrapped(b.lon, a.lon) - a.lon))
}

/// Returns metres on the ground from a position to the nearest line.
pub fn metres_to_lines((lat, lon): (f64, f64), lines: &[Segment]) -> f64 {
    let scale = 6_371_008.8 * (lat * PI / 180.0).cos();
    let flat = |point: &Point| {
        ((unwrapped(point.lon, lon) - lon) * PI / 180.0 * scale, (northing(point.lat) - northing(lat)) * scale)
    };
    let from = |a: (f64, f64), b: (f64, f64)| {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length2 = (dx * dx + dy * dy).max(1e-12);
        let fraction = (-(a.0 * dx + a.1 * dy) / length2).clamp(0.0, 1.0);
        (a.0 + fraction * dx).hypot(a.1 + fraction * dy)
    };
    let pairs = lines.iter().flat_map(|line| line.windows(2));
    pairs.map(|pair| from(flat(&pair[0]), flat(&pair[1]))).fold(f64::INFINITY, f64::min)
}

/// Returns the point at a distance in radii and a direction from the centre of a zone.
pub fn around((lat, lon, radius): Place, radii: f64, direction: f64) -> Point {
    let degrees = radii * radius / 111_195.08;
    let north = (lat + degrees * direction.cos()).clamp(-85.0, 85.0);
    let east = lon + degrees * direction.sin() / north.to_radians().cos().max(0.05);
    Point::at(north, (east + 540.0).rem_euclid(360.0) - 180.0)
}

//! Privacy zones: places named by the user, with a radius, and the hidden circle of each.

use std::f64::consts::TAU;

use twox_hash::xxhash3_128::Hasher;

use super::Circle;
use crate::engine::geometry::mercator::{EARTH_RADIUS_METRES, great_circle_metres};

/// Random bytes of a library that place the circles of its zones.
pub type Secret = [u8; 16];

/// Zones keep clear of the edge of the map at 85.05°.
const MAX_LATITUDE: f64 = 84.0;
const RADIUS_METRES: std::ops::RangeInclusive<f64> = 50.0..=50_000.0;
const MAX_NAME_CHARS: usize = 100;

/// Largest distance of the circle's centre from the place, as a fraction of the radius.
const MAX_OFFSET: f64 = 0.5;

/// Privacy zone around a place.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Zone {
    /// Name of the zone; appears in no output of a map.
    pub name: String,
    /// Degrees, within ±84; `lon` within ±180.
    pub lat: f64,
    pub lon: f64,
    /// Radius of the circle in metres, 50 to 50,000. At least half of the radius is hidden in every direction from the
    /// place.
    pub radius_m: f64,
}

/// Invalid part of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ZoneError {
    #[error("invalid zone name: use 1 to 100 characters, none of them a control character")]
    Name,
    #[error(
        "invalid zone position: use a latitude from -84 to 84 (the map ends at 85°) and a longitude from -180 to 180"
    )]
    Place,
    #[error("invalid zone radius: use 50m to 50km")]
    Radius,
}

impl Zone {
    /// Validates name, place and radius.
    ///
    /// # Errors
    /// If one is invalid.
    pub fn check(&self) -> Result<(), ZoneError> {
        let is_name = !self.name.trim().is_empty()
            && self.name.chars().count() <= MAX_NAME_CHARS
            && !self.name.contains(char::is_control);
        match () {
            () if !is_name => Err(ZoneError::Name),
            () if !(self.lat.abs() <= MAX_LATITUDE && self.lon.abs() <= 180.0) => Err(ZoneError::Place),
            () if !RADIUS_METRES.contains(&self.radius_m) => Err(ZoneError::Radius),
            () => Ok(()),
        }
    }

    /// Returns true if the place of another zone is within the radius around the place of this one.
    pub fn covers(&self, other: &Self) -> bool {
        great_circle_metres((self.lon, self.lat), (other.lon, other.lat)) < self.radius_m
    }

    /// Returns the hidden circle. Without the secret, the circle reveals only that the place is in its inner half.
    pub fn circle(&self, secret: &Secret) -> Circle {
        let mut hasher = Hasher::new();
        hasher.write(secret);
        // Adding 0.0 turns -0.0 into 0.0.
        [self.lat, self.lon, self.radius_m]
            .iter()
            .for_each(|number| hasher.write(&(number + 0.0).to_bits().to_le_bytes()));
        let random = hasher.finish_128();
        let unit = |bits: u64| (bits >> 11) as f64 / (1u64 << 53) as f64;
        let direction = TAU * unit(random as u64);
        // The square root makes the distribution uniform over the disc.
        let distance = MAX_OFFSET * self.radius_m * unit((random >> 64) as u64).sqrt();
        let (lat, lon) = destination(self.lat, self.lon, direction, distance);
        Circle::new(lat, lon, self.radius_m)
    }
}

/// Returns latitude and longitude at a distance along the great circle in a direction, in radians clockwise from north.
fn destination(lat: f64, lon: f64, direction: f64, metres: f64) -> (f64, f64) {
    let ((sin, cos), (far_sin, far_cos)) = (lat.to_radians().sin_cos(), (metres / EARTH_RADIUS_METRES).sin_cos());
    let there = sin * far_cos + cos * far_sin * direction.cos();
    let east = (direction.sin() * far_sin * cos).atan2(far_cos - sin * there);
    (there.asin().to_degrees(), lon + east.to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::canvas_from_degrees;

    fn zone(lat: f64, lon: f64, metres: f64) -> Zone {
        Zone { name: "home".to_owned(), lat, lon, radius_m: metres }
    }

    /// Returns true if the point at a distance and direction from the place is hidden.
    fn hides(zone: &Zone, secret: u8, direction: f64, metres: f64) -> bool {
        let (lat, lon) = destination(zone.lat, zone.lon, direction, metres);
        assert!((great_circle_metres((zone.lon, zone.lat), (lon, lat)) - metres).abs() < 1e-3);
        zone.circle(&[secret; 16]).contains(canvas_from_degrees(lon, lat))
    }

    #[test]
    fn the_circle_covers_half_the_radius_and_never_exceeds_one_and_a_half() {
        for zone in [zone(52.52, 13.405, 400.0), zone(-84.0, 179.9999, 50_000.0), zone(0.0, -180.0, 50.0)] {
            for secret in 0..=255 {
                for eighth in 0..8 {
                    let direction = TAU * f64::from(eighth) / 8.0;
                    assert!(hides(&zone, secret, direction, 0.499 * zone.radius_m - 0.02));
                    assert!(!hides(&zone, secret, direction, 1.501 * zone.radius_m + 0.02));
                }
            }
        }
    }

    #[test]
    fn the_centre_is_uniform_over_the_inner_half() {
        let zone = zone(52.52, 13.405, 400.0);
        let reach = |eighth: i32, metres: f64| {
            (0..=255).filter(|secret| hides(&zone, *secret, TAU * f64::from(eighth) / 8.0, metres)).count()
        };
        for eighth in 0..8 {
            // In a uniform disc, 20 % of the area is farther than half its radius from the centre in a given direction.
            let number = reach(eighth, 500.0);
            assert!((25..80).contains(&number), "{number} of 256 towards {eighth}");
        }
    }

    #[test]
    fn a_circle_depends_on_place_radius_and_secret_only() {
        let home = zone(52.52, 13.405, 400.0);
        let renamed = Zone { name: "x".to_owned(), ..home.clone() };
        assert_eq!(home.circle(&[1; 16]), renamed.circle(&[1; 16]));
        assert_ne!(home.circle(&[1; 16]), home.circle(&[2; 16]));
        assert_eq!(zone(0.0, 0.0, 50.0).circle(&[1; 16]), zone(-0.0, -0.0, 50.0).circle(&[1; 16]));
    }

    #[test]
    fn invalid_zones_are_rejected() {
        let good = zone(52.52, 13.405, 400.0);
        assert_eq!(good.check(), Ok(()));
        for name in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert_eq!(Zone { name: name.to_owned(), ..good.clone() }.check(), Err(ZoneError::Name));
        }
        for (lat, lon) in [(84.1, 0.0), (-90.0, 0.0), (0.0, 180.1), (f64::NAN, 0.0), (0.0, f64::NAN)] {
            assert_eq!(zone(lat, lon, 400.0).check(), Err(ZoneError::Place));
        }
        for metres in [0.0, 49.9, 50_001.0, -400.0, f64::NAN, f64::INFINITY] {
            assert_eq!(zone(1.0, 1.0, metres).check(), Err(ZoneError::Radius));
        }
    }
}

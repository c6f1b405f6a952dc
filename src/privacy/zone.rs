//! Privacy zones: places that the user names, and the circles that hide them.

use std::f64::consts::TAU;

use twox_hash::xxhash3_128::Hasher;

use super::Circle;
use crate::engine::geometry::mercator::EARTH_RADIUS_METRES;

/// Random bytes of a library, which nobody else knows.
pub type Secret = [u8; 16];

/// The map ends at 85.05°; up to here a zone keeps away from its edge.
const MAX_LATITUDE: f64 = 84.0;
const METRES: std::ops::RangeInclusive<f64> = 50.0..=50_000.0;
const NAME_CHARS: usize = 100;

/// How far the middle of the circle may be from the place, as a share of the radius.
const OFFSET: f64 = 0.5;

/// A place round which nothing is to be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// What the user calls it. It appears in no output.
    pub name: String,
    /// Degrees north, within ±84.
    pub lat: f64,
    /// Degrees east, within ±180.
    pub lon: f64,
    /// Radius of the circle, 50 m to 50 km. At least half of it is hidden in every direction from the place.
    pub metres: f64,
}

/// Why there is no such zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadZone {
    /// What it is called.
    #[error("a zone's name is 1 to 100 letters, without control characters")]
    Name,
    /// Where it is.
    #[error("a zone lies within 84° north and south (the map ends at 85°) and 180° east and west")]
    Place,
    /// How large it is.
    #[error("a zone's radius is 50 m to 50 km")]
    Radius,
}

impl Zone {
    /// Whether it is one that can be hidden.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), BadZone> {
        let is_name = !self.name.trim().is_empty()
            && self.name.chars().count() <= NAME_CHARS
            && !self.name.contains(char::is_control);
        match () {
            () if !is_name => Err(BadZone::Name),
            () if !(self.lat.abs() <= MAX_LATITUDE && self.lon.abs() <= 180.0) => Err(BadZone::Place),
            () if !METRES.contains(&self.metres) => Err(BadZone::Radius),
            () => Ok(()),
        }
    }

    /// What is hidden. Whoever does not know the secret learns no more of the place from the circle than that it lies
    /// in the inner half.
    pub fn circle(&self, secret: &Secret) -> Circle {
        let mut hasher = Hasher::new();
        hasher.write(secret);
        // Zero has two signs.
        [self.lat, self.lon, self.metres]
            .iter()
            .for_each(|number| hasher.write(&(number + 0.0).to_bits().to_le_bytes()));
        let random = hasher.finish_128();
        let unit = |bits: u64| (bits >> 11) as f64 / (1u64 << 53) as f64;
        let direction = TAU * unit(random as u64);
        // The root makes it uniform over the disc.
        let distance = OFFSET * self.metres * unit((random >> 64) as u64).sqrt();
        let (lat, lon) = destination(self.lat, self.lon, direction, distance);
        Circle::new(lat, lon, self.metres)
    }
}

/// Latitude and longitude of what lies so many metres away in a direction, clockwise from north in radians, along a
/// great circle.
fn destination(lat: f64, lon: f64, direction: f64, metres: f64) -> (f64, f64) {
    let ((sin, cos), (far_sin, far_cos)) = (lat.to_radians().sin_cos(), (metres / EARTH_RADIUS_METRES).sin_cos());
    let there = sin * far_cos + cos * far_sin * direction.cos();
    let east = (direction.sin() * far_sin * cos).atan2(far_cos - sin * there);
    (there.asin().to_degrees(), lon + east.to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::{canvas_from_degrees, great_circle_metres};

    fn zone(lat: f64, lon: f64, metres: f64) -> Zone {
        Zone { name: "home".to_owned(), lat, lon, metres }
    }

    /// Whether a place so far away in a direction is hidden.
    fn hides(zone: &Zone, secret: u8, direction: f64, metres: f64) -> bool {
        let (lat, lon) = destination(zone.lat, zone.lon, direction, metres);
        assert!((great_circle_metres((zone.lon, zone.lat), (lon, lat)) - metres).abs() < 1e-3);
        zone.circle(&[secret; 16]).contains(canvas_from_degrees(lon, lat))
    }

    #[test]
    fn half_the_radius_is_hidden_whatever_the_secret_and_half_more_never() {
        for zone in [zone(52.52, 13.405, 400.0), zone(-84.0, 179.9999, 50_000.0), zone(0.0, -180.0, 50.0)] {
            for secret in 0..=255 {
                for eighth in 0..8 {
                    let direction = TAU * f64::from(eighth) / 8.0;
                    assert!(hides(&zone, secret, direction, 0.499 * zone.metres - 0.02));
                    assert!(!hides(&zone, secret, direction, 1.501 * zone.metres + 0.02));
                }
            }
        }
    }

    #[test]
    fn the_middle_may_be_anywhere_in_the_inner_half() {
        let zone = zone(52.52, 13.405, 400.0);
        let reach = |eighth: i32, metres: f64| {
            (0..=255).filter(|secret| hides(&zone, *secret, TAU * f64::from(eighth) / 8.0, metres)).count()
        };
        for eighth in 0..8 {
            // Of a uniform disc, 20 % are farther than a quarter of its width in any direction.
            let number = reach(eighth, 500.0);
            assert!((25..80).contains(&number), "{number} of 256 towards {eighth}");
        }
    }

    #[test]
    fn a_circle_is_the_same_for_ever_in_one_library_alone() {
        let home = zone(52.52, 13.405, 400.0);
        let renamed = Zone { name: "x".to_owned(), ..home.clone() };
        assert_eq!(home.circle(&[1; 16]), renamed.circle(&[1; 16]));
        assert_ne!(home.circle(&[1; 16]), home.circle(&[2; 16]));
        assert_eq!(zone(0.0, 0.0, 50.0).circle(&[1; 16]), zone(-0.0, -0.0, 50.0).circle(&[1; 16]));
    }

    #[test]
    fn what_cannot_be_hidden_is_refused() {
        let good = zone(52.52, 13.405, 400.0);
        assert_eq!(good.check(), Ok(()));
        for name in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert_eq!(Zone { name: name.to_owned(), ..good.clone() }.check(), Err(BadZone::Name));
        }
        for (lat, lon) in [(84.1, 0.0), (-90.0, 0.0), (0.0, 180.1), (f64::NAN, 0.0), (0.0, f64::NAN)] {
            assert_eq!(zone(lat, lon, 400.0).check(), Err(BadZone::Place));
        }
        for metres in [0.0, 49.9, 50_001.0, -400.0, f64::NAN, f64::INFINITY] {
            assert_eq!(zone(1.0, 1.0, metres).check(), Err(BadZone::Radius));
        }
    }
}

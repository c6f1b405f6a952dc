//! Compares the zones and the trim of a library, which every public output obeys, with those that an output was drawn
//! under.

use twox_hash::xxhash3_128::Hasher;

use super::{Circle, Privacy};

/// Zones and trim that a public output was drawn under.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnUnder {
    /// Hash of the set of circles.
    pub zones: u128,
    /// Trim in metres that the user asked for in addition to that of the library; 0 for none.
    pub asked_trim_m: f64,
    /// Trim in metres that was applied.
    pub trim_m: f64,
}

/// Relation of an output to the zones and the trim of a library. Of two parts of an output, the greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// Zones and trim are those of the output.
    UpToDate,
    /// The zones are those of the output, the trim is another.
    OtherTrim,
    /// The zones are other ones.
    OtherZones,
    /// It is unknown what the output was drawn under.
    Unknown,
    /// The output is a private map, which hides nothing.
    Private,
}

impl Privacy {
    /// Describes a public output under the zones and the trim of a library, for which the user asked for a trim: the
    /// longer of both trims applies.
    pub fn drawn_under(&self, asked_trim_m: f64) -> DrawnUnder {
        DrawnUnder { zones: self.zones_digest(), asked_trim_m, trim_m: self.trim_m.max(asked_trim_m) }
    }

    /// Compares the zones and the trim of a library with those of all renders that gave a public output. The output is up
    /// to date if one of these renders, repeated now with the trim that the user asked for, would hide the same circles
    /// and ends.
    pub fn freshness(&self, renders: &[DrawnUnder]) -> Freshness {
        let zones = self.zones_digest();
        let is_same = |render: &DrawnUnder| *render == self.drawn_under(render.asked_trim_m);
        match renders {
            [] => Freshness::Unknown,
            _ if renders.iter().any(is_same) => Freshness::UpToDate,
            _ if renders.iter().any(|render| render.zones == zones) => Freshness::OtherTrim,
            _ => Freshness::OtherZones,
        }
    }

    /// Hash of the set of circles.
    fn zones_digest(&self) -> u128 {
        let mut circles: Vec<[u8; 24]> = self.circles.iter().map(Circle::to_bytes).collect();
        circles.sort_unstable();
        circles.dedup();
        let mut hasher = Hasher::new();
        circles.iter().for_each(|circle| hasher.write(circle));
        hasher.finish_128()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn privacy(latitudes: &[i8], trim_m: f64) -> Privacy {
        let circle = |lat: &i8| Circle::new(f64::from(*lat), 13.4, 400.0);
        Privacy::new(latitudes.iter().map(circle).collect(), trim_m)
    }

    fn trim() -> impl Strategy<Value = f64> {
        prop::sample::select(vec![0.0, 100.0, 200.0, 500.0])
    }

    proptest! {
        #[test]
        fn an_output_is_up_to_date_exactly_if_the_same_render_would_hide_the_same(
            then in (prop::collection::vec(-3i8..3, 0..4), trim()),
            now in (prop::collection::vec(-3i8..3, 0..4), trim()),
            asked in trim(),
        ) {
            let set = |circles: &[i8]| circles.iter().copied().collect::<std::collections::BTreeSet<i8>>();
            let longer = |trim: f64| if asked > trim { asked } else { trim };
            let expected = match (set(&then.0) == set(&now.0), longer(then.1) == longer(now.1)) {
                (false, _) => Freshness::OtherZones,
                (true, false) => Freshness::OtherTrim,
                (true, true) => Freshness::UpToDate,
            };
            let (before, after) = (privacy(&then.0, then.1), privacy(&now.0, now.1));
            prop_assert_eq!(after.freshness(&[before.drawn_under(asked)]), expected);
            // Among several renders of the same bytes, one under the rules of now suffices.
            prop_assert_eq!(
                after.freshness(&[before.drawn_under(asked), after.drawn_under(0.0)]),
                Freshness::UpToDate
            );
        }
    }

    #[test]
    fn an_output_without_a_record_is_unknown() {
        assert_eq!(privacy(&[], 0.0).freshness(&[]), Freshness::Unknown);
        assert_eq!(privacy(&[1], 200.0).freshness(&[]), Freshness::Unknown);
    }

    #[test]
    fn place_and_radius_of_a_zone_count() {
        let home = |lat, lon, metres| Privacy::new(vec![Circle::new(lat, lon, metres)], 0.0);
        let drawn = [home(52.5, 13.4, 400.0).drawn_under(0.0)];
        assert_eq!(home(52.5, 13.4, 400.0).freshness(&drawn), Freshness::UpToDate);
        for other in [home(52.500_001, 13.4, 400.0), home(52.5, 13.400_001, 400.0), home(52.5, 13.4, 400.1)] {
            assert_eq!(other.freshness(&drawn), Freshness::OtherZones);
        }
    }
}

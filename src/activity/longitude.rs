//! Longitudes beyond the antimeridian.

/// Brings a longitude from -360 to 360 degrees into -180 (inclusive) to 180 (exclusive). Returns other numbers, also
/// NaN and infinities, unchanged: programs that count on beyond the antimeridian stay within a turn, numbers beyond are
/// damage.
///
/// A number with up to 13 decimals becomes the nearest `f64` to the decimal number one turn away, so that a recording
/// is equal to the bit whichever way around it is written.
///
/// ```
/// use trailglow::activity::longitude::wrap_longitude;
/// assert_eq!([-346.595, 180.0, -200.5, 13.405].map(wrap_longitude), [13.405, -180.0, 159.5, 13.405]);
/// ```
#[inline]
pub fn wrap_longitude(degrees: f64) -> f64 {
    if (-180.0..180.0).contains(&degrees) { degrees } else { wrap(degrees) }
}

/// Degrees from a longitude east to another, the shorter way: negative to the west. Both are within ±180°.
///
/// ```
/// use trailglow::activity::longitude::degrees_east;
/// assert_eq!([degrees_east(10.0, 7.0), degrees_east(179.5, -179.5), degrees_east(-179.5, 179.5)], [-3.0, 1.0, -1.0]);
/// ```
#[inline]
pub fn degrees_east(from: f64, to: f64) -> f64 {
    wrap_longitude(to - from)
}

#[cold]
fn wrap(degrees: f64) -> f64 {
    // Numbers up to 360 have errors of 3e-14, so that their products with 10^13 round to the decimal digits.
    const DECIMALS: f64 = 1e13;
    match degrees {
        180.0..=360.0 => ((degrees - 360.0) * DECIMALS).round() / DECIMALS,
        -360.0..-180.0 => ((degrees + 360.0) * DECIMALS).round() / DECIMALS,
        _ => degrees,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn a_turn_changes_no_bit(decimals in 0u32..=13, share in -1.0..1.0f64) {
            let unit = 10i64.pow(decimals);
            let digits = ((share * 180.0 * unit as f64) as i64).clamp(-180 * unit, 180 * unit - 1);
            let text = |digits: i64| {
                let sign = if digits < 0 { "-" } else { "" };
                let (whole, fraction) = (digits.unsigned_abs() / unit as u64, digits.unsigned_abs() % unit as u64);
                format!("{sign}{whole}.{fraction:0width$}", width = decimals as usize)
            };
            let wrapped = |digits: i64| wrap_longitude(text(digits).parse().expect("a number"));
            let other = if digits < 0 { digits + 360 * unit } else { digits - 360 * unit };
            prop_assert_eq!(wrapped(digits).abs().to_bits(), wrapped(other).abs().to_bits(), "{}", text(digits));
            prop_assert_eq!(wrapped(digits), wrapped(other), "{}", text(digits));
        }

        #[test]
        fn every_wrapped_longitude_is_in_range_and_wrapping_again_changes_nothing(degrees in -360.0..=360.0f64) {
            let wrapped = wrap_longitude(degrees);
            prop_assert!((-180.0..180.0).contains(&wrapped), "{}", wrapped);
            prop_assert_eq!(wrap_longitude(wrapped).to_bits(), wrapped.to_bits());
        }
    }

    #[test]
    fn the_ends_of_the_range_and_numbers_beyond() {
        for (degrees, wrapped) in [
            (180.0, -180.0),
            (-180.0, -180.0),
            (360.0, 0.0),
            (-360.0, 0.0),
            (180.02, -179.98),
            (-180.02, 179.98),
            (180f64.next_down(), 180f64.next_down()),
            (360f64.next_up(), 360f64.next_up()),
            (-1e9, -1e9),
            (f64::INFINITY, f64::INFINITY),
        ] {
            assert_eq!(wrap_longitude(degrees), wrapped, "{degrees}");
        }
        assert!(wrap_longitude(f64::NAN).is_nan());
    }
}

//! Rounding as [`f64::round`] does, inline.

/// The whole number nearest to a number; of two, the one farther from zero. Saturates, and NaN is 0.
///
/// `round` is a call to the C library on processors that may lack SSE 4.1, which took an eightieth of a whole map.
///
/// ```
/// use trailglow::engine::geometry::rounding::nearest;
/// assert_eq!([2.5, -2.5, 0.49999999999999994].map(nearest), [3, -3, 0]);
/// ```
#[inline(always)]
pub fn nearest(value: f64) -> i64 {
    let whole = value as i64;
    // Exact: numbers with a fraction are below 2^53.
    let rest = value - whole as f64;
    whole.saturating_add(i64::from(rest >= 0.5) - i64::from(rest <= -0.5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_what_the_standard_library_gives(
            value in prop_oneof![any::<f64>(), -1e6..1e6f64, -1e16..1e16f64, (-1000i32..1000).prop_map(|x| f64::from(x) / 2.0)],
        ) {
            for value in [value, value.next_up(), value.next_down()] {
                prop_assert_eq!(nearest(value), value.round() as i64, "{}", value);
            }
        }
    }

    #[test]
    fn what_is_no_number_is_nothing_and_too_much_is_the_most() {
        assert_eq!(nearest(f64::NAN), 0);
        assert_eq!([f64::INFINITY, f64::NEG_INFINITY].map(nearest), [i64::MAX, i64::MIN]);
    }
}

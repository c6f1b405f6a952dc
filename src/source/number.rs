//! Parses decimal numbers from bytes, several times faster than [`str::parse`] for the coordinates of activity files.

use crate::engine::geometry::rounding::round_to_i64;

const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Largest integer up to which all integers are exact in an `f64`.
const EXACT_INTEGER: u64 = 1 << 53;

/// Trims ASCII white space. Two comparisons in the usual case without white space.
#[inline]
pub fn trim(text: &[u8]) -> &[u8] {
    match text {
        [first, .., last] if *first > b' ' && *last > b' ' => text,
        _ => text.trim_ascii(),
    }
}

/// Parses a finite decimal number, ignoring white space around it. Equal to [`str::parse`] bit for bit, except that a
/// single comma in a number without a point is a decimal point: programs that format numbers by the language of the
/// user write `48,5`.
///
/// A usual coordinate has at most 15 digits: its digits and its power of ten are both exact in an `f64`, so one
/// division gives the correctly rounded result.
#[inline]
pub fn decimal(text: &[u8]) -> Option<f64> {
    let text = trim(text);
    let (negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    // 18 digits cannot overflow the mantissa.
    if unsigned.is_empty() || unsigned.len() > 18 {
        return parse_slow(text);
    }
    let (mut mantissa, mut decimals, mut has_point) = (0u64, 0usize, false);
    for byte in unsigned {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa * 10 + u64::from(digit);
            decimals += usize::from(has_point);
        } else if *byte == b'.' && !has_point {
            has_point = true;
        } else {
            return parse_slow(text);
        }
    }
    if mantissa > EXACT_INTEGER || (has_point && unsigned.len() == 1) {
        return parse_slow(text);
    }
    let value = mantissa as f64 / EXACT_POWERS[decimals];
    Some(if negative { -value } else { value })
}

#[cold]
fn parse_slow(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let has_decimal_comma = !text.contains('.') && text.bytes().filter(|byte| *byte == b',').count() == 1;
    let parsed = if has_decimal_comma { text.replacen(',', ".", 1).parse() } else { text.parse() };
    parsed.ok().filter(|value: &f64| value.is_finite())
}

/// Parses a number from 0 to 255 after rounding, such as a heart rate.
#[inline]
pub fn byte(text: &[u8]) -> Option<u8> {
    rounded_byte(decimal(text)?)
}

/// Rounds a number to 0 to 255.
#[inline]
pub fn rounded_byte(value: f64) -> Option<u8> {
    u8::try_from(round_to_i64(value)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_and_invalid_numbers() {
        for (text, value) in [
            ("48.0123456", Some(48.0123456)),
            (" -7.5 \n", Some(-7.5)),
            ("+3", Some(3.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1e2", Some(100.0)),
            ("-0", Some(-0.0)),
            ("", None),
            (" ", None),
            (".", None),
            ("-", None),
            ("1.2.3", None),
            ("48,5", Some(48.5)),
            (" -7,25 ", Some(-7.25)),
            (",5", Some(0.5)),
            ("1,5e2", Some(150.0)),
            (",", None),
            ("1,234.5", None),
            ("1.234,5", None),
            ("1,234,567", None),
            ("48,5;9", None),
            ("NaN", None),
            ("inf", None),
            ("1e999", None),
            ("undefined", None),
        ] {
            assert_eq!(decimal(text.as_bytes()).map(f64::to_bits), value.map(f64::to_bits), "{text:?}");
        }
    }

    #[test]
    fn heart_rates_fit_a_byte() {
        assert_eq!(byte(b"145"), Some(145));
        assert_eq!(byte(b"144.6"), Some(145));
        assert_eq!(byte(b"255.4"), Some(255));
        assert_eq!(byte(b"256"), None);
        assert_eq!(byte(b"-1"), None);
    }

    proptest! {
        #[test]
        fn equals_the_standard_parser_to_the_bit(text in "[+-]?[0-9]{0,12}\\.?[0-9]{0,12}(e-?[0-9]{1,3})?") {
            let expected = text.parse::<f64>().ok().filter(|value| value.is_finite());
            prop_assert_eq!(decimal(text.as_bytes()).map(f64::to_bits), expected.map(f64::to_bits));
        }

        #[test]
        fn a_decimal_comma_is_a_point(text in "[+-]?[0-9]{0,12}\\.?[0-9]{0,12}(e-?[0-9]{1,3})?") {
            let with_comma = text.replace('.', ",");
            prop_assert_eq!(decimal(with_comma.as_bytes()).map(f64::to_bits), decimal(text.as_bytes()).map(f64::to_bits));
        }

        #[test]
        fn any_bytes_cause_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..30)) {
            decimal(&bytes);
        }
    }
}

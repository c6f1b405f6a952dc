//! Parses ISO 8601 dates and times of activity files into milliseconds since 1970-01-01T00:00:00Z.
//!
//! ```text
//! YYYY-MM-DD ( T | t | blanks ) HH:MM:SS [ (.|,) digits ] [blanks] [ Z | z | ±HH[:]MM | ±HH ]
//! ```
//! White space around the text is ignored, a missing offset means UTC, and second 60 is second 0 of the next minute.

use super::number::trim;

const MS_PER_SECOND: i64 = 1_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// Milliseconds since 1970-01-01T00:00:00Z, rounded down; `None` for text outside the grammar above.
pub fn unix_ms(text: &[u8]) -> Option<i64> {
    let text = trim(text);
    let (date, rest) = text.split_at_checked(10)?;
    let year = digits(&date[..4])?;
    let (month, day) = (digits(&date[5..7])?, digits(&date[8..10])?);
    if date[4] != b'-' || date[7] != b'-' || !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) {
        return None;
    }
    let rest = match rest.first()? {
        b'T' | b't' => &rest[1..],
        byte if byte.is_ascii_whitespace() => rest.trim_ascii_start(),
        _ => return None,
    };
    let (clock, rest) = rest.split_at_checked(8)?;
    let (hour, minute, second) = (digits(&clock[..2])?, digits(&clock[3..5])?, digits(&clock[6..8])?);
    if clock[2] != b':' || clock[5] != b':' || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction_ms, rest) = match rest.first() {
        Some(b'.' | b',') => fraction(&rest[1..])?,
        _ => (0, rest),
    };
    let offset_s = utc_offset_s(rest.trim_ascii_start())?;
    let seconds = day_number(year, month, day) * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second - offset_s;
    Some(seconds * MS_PER_SECOND + fraction_ms)
}

fn digits(text: &[u8]) -> Option<i64> {
    let mut value = 0;
    for byte in text {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(value)
}

/// Parses the digits after the decimal point into milliseconds and the rest of the text; `None` without a digit.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = text.split_at(length);
    let mut ms = digits(&fraction[..length.min(3)])?;
    for _ in length..3 {
        ms *= 10;
    }
    (length > 0).then_some((ms, rest))
}

/// Offset of local time from UTC, in seconds, positive east.
fn utc_offset_s(text: &[u8]) -> Option<i64> {
    let (sign, text) = match text {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match text.len() {
        2 => (digits(text)?, 0),
        4 => (digits(&text[..2])?, digits(&text[2..])?),
        5 if text[2] == b':' => (digits(&text[..2])?, digits(&text[3..])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    const DAYS_BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    // Leap days up to and including a year, up to a constant.
    let leap_days = |year: i64| year / 4 - year / 100 + year / 400;
    let past_february = i64::from(month > 2 && is_leap(year));
    let last_year = year - 1;
    // For year 0 the predecessor is -1, whose quotients must round down and not towards zero.
    let leaps_before = if last_year < 0 { -1 } else { leap_days(last_year) };
    365 * (year - 1970) + leaps_before - leap_days(1969) + DAYS_BEFORE_MONTH[month as usize - 1] + past_february + day
        - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(text: &str) -> Option<i64> {
        unix_ms(text.as_bytes())
    }

    #[test]
    fn known_moments() {
        assert_eq!(ms("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(ms("2009-02-13T23:31:30Z"), Some(1_234_567_890_000));
        assert_eq!(ms("1969-12-31T23:59:59.999Z"), Some(-1));
        assert_eq!(ms("2016-12-31T23:59:60Z"), ms("2017-01-01T00:00:00Z"));
        assert_eq!(ms("2000-02-29T12:00:00Z"), Some(951_825_600_000));
    }

    #[test]
    fn every_spelling_of_one_moment_is_the_same_moment() {
        let moment = ms("2021-08-02T18:28:31Z");
        for spelling in [
            "2021-08-02T18:28:31",
            "2021-08-02t18:28:31z",
            "2021-08-02 18:28:31Z",
            "  2021-08-02   18:28:31 Z \n",
            "2021-08-02T18:28:31.000Z",
            "2021-08-02T18:28:31,0Z",
            "2021-08-02T18:28:31.0009999999999999999999Z",
            "2021-08-02T20:28:31+02:00",
            "2021-08-02T20:28:31 +0200",
            "2021-08-02T20:28:31+02",
            "2021-08-02T14:58:31-03:30",
        ] {
            assert_eq!(ms(spelling), moment, "{spelling}");
        }
    }

    #[test]
    fn nonsense_has_no_time() {
        for text in [
            "",
            " ",
            "2021",
            "2021-08-02",
            "2021-08-02T",
            "2021-08-02T18:28",
            "2021-08-02T18:28:3",
            "2021-13-02T18:28:31Z",
            "2021-00-02T18:28:31Z",
            "2021-02-29T18:28:31Z",
            "1900-02-29T18:28:31Z",
            "2021-04-31T18:28:31Z",
            "2021-04-00T18:28:31Z",
            "2021-04-01T24:00:00Z",
            "2021-04-01T23:60:00Z",
            "2021-04-01T23:00:61Z",
            "2021-04-01T23:00:00.Z",
            "2021-04-01T23:00:00ZZ",
            "2021-04-01T23:00:00+1",
            "2021-04-01T23:00:00+24:00",
            "2021-04-01T23:00:00+02-00",
            "2021-04-01T23:00:00+05:31:30",
            "2021/04/01T23:00:00Z",
            "2021-04-01X23:00:00Z",
            "+021-04-01T23:00:00Z",
            "２021-04-01T23:00:00Z",
            "undefined",
        ] {
            assert_eq!(ms(text), None, "{text:?}");
        }
    }

    /// Days since 1970, counted month by month: slow, and independent of `day_number`.
    fn days_by_counting(year: i64, month: i64, day: i64) -> i64 {
        let leap = |y: i64| {
            if y % 400 == 0 {
                true
            } else if y % 100 == 0 {
                false
            } else {
                y % 4 == 0
            }
        };
        let length = |y: i64, m: i64| {
            [31, if leap(y) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m as usize - 1]
        };
        let mut days = 0;
        for y in year.min(1970)..year.max(1970) {
            let sign = if year >= 1970 { 1 } else { -1 };
            days += sign * (1..=12).map(|m| length(y, m)).sum::<i64>();
        }
        days + (1..month).map(|m| length(year, m)).sum::<i64>() + day - 1
    }

    proptest! {
        #[test]
        fn agrees_with_counting_days(
            year in 0i64..10_000, month in 1i64..13, day in 1i64..29,
            hour in 0i64..24, minute in 0i64..60, second in 0i64..60, milli in 0i64..1_000, zone_minutes in -1_439i64..1_440,
        ) {
            let (sign, zone) = (if zone_minutes < 0 { '-' } else { '+' }, zone_minutes.abs());
            let text = format!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}{sign}{:02}:{:02}", zone / 60, zone % 60
            );
            let minutes = (days_by_counting(year, month, day) * 24 + hour) * 60 + minute - zone_minutes;
            prop_assert_eq!(ms(&text), Some((minutes * 60 + second) * 1_000 + milli), "{}", text);
        }

        #[test]
        fn the_last_day_of_a_month_is_the_day_before_the_next(year in 0i64..9_999, month in 1i64..13) {
            let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            let last = month_length(year, month);
            let end = ms(&format!("{year:04}-{month:02}-{last:02}T00:00:00Z"));
            let next = ms(&format!("{next_year:04}-{next_month:02}-01T00:00:00Z"));
            prop_assert_eq!(end.map(|ms| ms + 86_400_000), next);
            let past_the_end = format!("{year:04}-{month:02}-{:02}T00:00:00Z", last + 1);
            prop_assert_eq!(ms(&past_the_end), None);
        }

        #[test]
        fn any_bytes_cause_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            unix_ms(&bytes);
        }
    }
}

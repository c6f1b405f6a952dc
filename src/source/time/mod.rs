//! Parses dates and times of activity files into milliseconds since 1970-01-01T00:00:00Z.
//!
//! ```text
//! YYYY-MM-DD ( T | t | blanks ) HH:MM:SS [ (.|,) digits ] [blanks] [ Z | z | ±HH[:]MM | ±HH ]
//! ```
//! White space around the text is ignored, a missing offset means UTC, and second 60 is second 0 of the next minute.
//! [`other_forms`] reads less common notations.

mod calendar;
mod other_forms;

use super::number::trim;
use calendar::{Clock, Date, fraction, number, utc_offset_s};

/// Milliseconds since 1970-01-01T00:00:00Z, rounded down; `None` for text that is no moment or an ambiguous one.
#[inline]
pub fn unix_ms(text: &[u8]) -> Option<i64> {
    let text = trim(text);
    iso_8601(text).or_else(|| other_forms::unix_ms(text))
}

/// Parses the grammar above.
fn iso_8601(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let date = Date { year: number(&date[..4])?, month: number(&date[5..7])?, day: number(&date[8..10])? };
    let rest = match rest.first()? {
        b'T' | b't' => &rest[1..],
        byte if byte.is_ascii_whitespace() => rest.trim_ascii_start(),
        _ => return None,
    };
    let (clock, rest) = rest.split_at_checked(8)?;
    if clock[2] != b':' || clock[5] != b':' {
        return None;
    }
    let (hour, minute, second) = (number(&clock[..2])?, number(&clock[3..5])?, number(&clock[6..8])?);
    let (ms, rest) = match rest.first() {
        Some(b'.' | b',') => fraction(&rest[1..])?,
        _ => (0, rest),
    };
    calendar::unix_ms(date, Clock { hour, minute, second, ms }, utc_offset_s(rest.trim_ascii_start())?)
}

#[cfg(test)]
mod tests {
    use super::calendar::month_length;
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
    fn other_forms_of_one_moment_are_the_same_moment() {
        let moment = ms("2021-08-02T18:28:31Z");
        for form in [
            "2021-08-02 18:28:31 UTC",
            "2021-08-02T18:28:31utc",
            "2021-08-02 18:28:31 GMT",
            "2021-08-02 20:28:31 +0200 UTC",
            "2021-08-02T20:28:31+02:00[Europe/Berlin]",
            "2021-08-02 6:28:31 UTC+00:00 PM",
            "20210802T182831Z",
            "20210802T182831",
            "20210802 182831.0",
            "20210802T202831+0200",
            "20210802T202831,0+02",
            "2021-08-02T182831Z",
            "20210802T18:28:31Z",
            "20210802182831",
            "2021/08/02 18:28:31",
            "2021/8/2 18:28:31",
            "2021.08.02 18:28:31",
            "02.08.2021 18:28:31",
            "02.08.2021, 18:28:31",
            "2.8.2021 20:28:31 +02:00",
            "Mon Aug 02 18:28:31 UTC 2021",
            "Mon Aug  2 18:28:31 2021",
            "Mon, 02 Aug 2021 18:28:31 GMT",
            "Mon, 02 Aug 2021 20:28:31 +0200",
            "2 August 2021 18:28:31",
            "Aug 2, 2021 6:28:31 PM",
            "Aug 2, 2021, 6:28:31pm",
            "1627928911",
            "1627928911.0",
            "1627928911000",
            "1627928911000.75",
        ] {
            assert_eq!(ms(form), moment, "{form}");
        }
        assert_eq!(ms("1627928911,25"), moment.map(|ms| ms + 250));
        assert_eq!(ms("2021-08-02T18:28Z"), ms("2021-08-02T18:28:00Z"));
        assert_eq!(ms("20210802T1828+0000"), ms("2021-08-02T18:28:00Z"));
        assert_eq!(ms("2021-08-02T24:00:00Z"), ms("2021-08-03T00:00:00Z"));
        assert_eq!(ms("2021-12-31T24:00:00+01:00"), ms("2021-12-31T23:00:00Z"));
        assert_eq!(ms("2021-08-02T18:28:60"), ms("2021-08-02T18:29:00Z"));
        assert_eq!(ms("8/2/2021 12:05:00 AM"), None, "2 August or 8 February");
        assert_eq!(ms("8/31/2021 12:05:00 AM"), ms("2021-08-31T00:05:00Z"));
        assert_eq!(ms("31/08/2021 12:05:00 PM"), ms("2021-08-31T12:05:00Z"));
        assert_eq!(ms("08-08-2021 12:05:00"), ms("2021-08-08T12:05:00Z"));
    }

    #[test]
    fn nonsense_has_no_time() {
        for text in [
            "",
            " ",
            "2021",
            "2021-08-02",
            "2021-08-02T",
            "2021-08-02T18:28:3",
            "2021-13-02T18:28:31Z",
            "2021-00-02T18:28:31Z",
            "2021-02-29T18:28:31Z",
            "1900-02-29T18:28:31Z",
            "2021-04-31T18:28:31Z",
            "2021-04-00T18:28:31Z",
            "2021-04-01T23:60:00Z",
            "2021-04-01T23:00:61Z",
            "2021-04-01T23:00:00.Z",
            "2021-04-01T23:00:00ZZ",
            "2021-04-01T23:00:00+1",
            "2021-04-01T23:00:00+24:00",
            "2021-04-01T23:00:00+02-00",
            "2021-04-01T23:00:00+05:31:30",
            "2021-04-01X23:00:00Z",
            "+021-04-01T23:00:00Z",
            "２021-04-01T23:00:00Z",
            "undefined",
            "2021-08-02T18",
            "2021-08-02T24:00:01Z",
            "2021-08-02T24:00:00.5Z",
            "02/08/2021 18:28:31",
            "02-08-2021 18:28:31",
            "02.08.21 18:28:31",
            "20210802",
            "20210802T1828311",
            "20210802T182861Z",
            "2021-08-02T18:28:31 CEST",
            "Mon Aug 02 20:28:31 CEST 2021",
            "Mon Aug 02 2021",
            "Mon Aug Sep 02 18:28:31 2021",
            "2021-08-02 2021-08-02 18:28:31",
            "2021-08-02 18:28:31 18:28:31",
            "2021-08-02 13:28:31 PM",
            "2021-08-02 18:28:31 UTC UTC",
            "162792891",
            "16279289110",
            "1627928911000000",
            "1627928911.",
            "-1627928911",
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
        fn other_forms_agree_with_iso_8601(
            year in 1000i64..10_000, month in 1i64..13, day in 1i64..29,
            hour in 0i64..24, minute in 0i64..60, second in 0i64..60, milli in 0i64..1_000, zone_hours in -12i64..15,
        ) {
            const MONTHS: [&str; 12] =
                ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let (sign, zone) = (if zone_hours < 0 { '-' } else { '+' }, zone_hours.abs());
            let of = |text: String| other_forms::unix_ms(text.as_bytes());
            let expected = iso_8601(
                format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}{sign}{zone:02}:00")
                    .as_bytes(),
            );
            prop_assert!(expected.is_some());
            let name = MONTHS[month as usize - 1];
            let (half, hour_of_half) = (if hour < 12 { "AM" } else { "PM" }, (hour + 11) % 12 + 1);
            for text in [
                format!("{year}{month:02}{day:02}T{hour:02}{minute:02}{second:02}.{milli:03}{sign}{zone:02}00"),
                format!("{year}/{month}/{day} {hour}:{minute:02}:{second:02}.{milli:03} {sign}{zone:02}"),
                format!("{day}.{month}.{year}, {hour}:{minute:02}:{second:02},{milli:03}{sign}{zone:02}"),
                format!("{name} {day} {hour:02}:{minute:02}:{second:02}.{milli:03} {sign}{zone:02}:00 {year}"),
                format!("{day} {name} {year} {hour_of_half}:{minute:02}:{second:02}.{milli:03} {half} {sign}{zone:02}"),
            ] {
                prop_assert_eq!(of(text.clone()), expected, "{}", text);
            }
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

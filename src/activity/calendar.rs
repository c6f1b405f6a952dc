//! UTC dates and timestamps as text, from days or milliseconds since 1970-01-01 (proleptic Gregorian calendar).

/// English names of the months, in lower case.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// English names of the days of the week, in lower case.
pub const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Days in 400 years, the period of the calendar.
const CYCLE: i64 = 146_097;

/// Formats the UTC date of a time in milliseconds since 1970: `2021-05-03`.
///
/// ```
/// use trailglow::activity::calendar::date_of_ms;
/// assert_eq!(date_of_ms(0), "1970-01-01");
/// assert_eq!(date_of_ms(-1), "1969-12-31");
/// assert_eq!(date_of_ms(951_782_400_000), "2000-02-29");
/// ```
pub fn date_of_ms(ms: i64) -> String {
    date_of_day(ms.div_euclid(86_400_000))
}

/// Formats a time in milliseconds since 1970 as an RFC 3339 UTC timestamp, `2021-05-03T07:00:00Z`; milliseconds appear
/// only if they are not 0.
///
/// ```
/// use trailglow::activity::calendar::timestamp_of_ms;
/// assert_eq!(timestamp_of_ms(951_786_061_000), "2000-02-29T01:01:01Z");
/// assert_eq!(timestamp_of_ms(-1), "1969-12-31T23:59:59.999Z");
/// ```
pub fn timestamp_of_ms(ms: i64) -> String {
    let (seconds, fraction) = (ms.div_euclid(1000).rem_euclid(86_400), ms.rem_euclid(1000));
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:03}") };
    format!("{}T{hour:02}:{minute:02}:{second:02}{fraction}Z", date_of_ms(ms))
}

/// Formats the date `days` after 1970-01-01.
pub fn date_of_day(days: i64) -> String {
    // Years begin on 1 March, so that a leap day is the last day of a year, of 4 years and of 400 years.
    let since = days + 719_468;
    let (cycle, day) = (since.div_euclid(CYCLE), since.rem_euclid(CYCLE));
    let century = (day / 36_524).min(3);
    let day = day - century * 36_524;
    let fours = day / 1_461;
    let day = day - fours * 1_461;
    let year_of_four = (day / 365).min(3);
    let day = day - year_of_four * 365;
    // From March on, every five months have 153 days.
    let month = (5 * day + 2) / 153;
    let day_of_month = day - (153 * month + 2) / 5 + 1;
    let year = cycle * 400 + century * 100 + fours * 4 + year_of_four + i64::from(month >= 10);
    format!("{year:04}-{:02}-{day_of_month:02}", (month + 2) % 12 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_dates_are_right_for_a_thousand_years() {
        let (mut year, mut month, mut date) = (1600, 1, 1);
        for days in -135_140..230_000 {
            assert_eq!(date_of_day(days), format!("{year}-{month:02}-{date:02}"));
            let leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
            let length = match month {
                2 => 28 + i64::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            date += 1;
            if date > length {
                (date, month) = (1, month + 1);
            }
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
    }
}

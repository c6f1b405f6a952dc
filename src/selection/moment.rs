//! The start of an activity on a clock: day, year, month, day of the week, hour, season.

use time::Date;

/// Julian day of 1970-01-01.
const JULIAN_DAY_1970: i64 = 2_440_588;

/// Time on the clock of a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01 00:00 on that clock.
    pub ms: i64,
    /// True if the place is south of the equator, where seasons are reversed.
    pub is_southern: bool,
}

impl Moment {
    /// Day since 1970.
    pub fn day(self) -> i32 {
        (self.date().to_julian_day() as i64 - JULIAN_DAY_1970) as i32
    }

    /// Year in the Gregorian calendar.
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// 0 is January.
    pub fn month(self) -> i32 {
        i32::from(u8::from(self.date().month())) - 1
    }

    /// 0 is Monday.
    pub fn weekday(self) -> i32 {
        i32::from(self.date().weekday().number_days_from_monday())
    }

    /// Hour from 0 to 23.
    pub fn hour(self) -> i32 {
        self.ms.div_euclid(3_600_000).rem_euclid(24) as i32
    }

    /// 0 is spring. Seasons are whole months: March to May is spring in the north, autumn in the south.
    pub fn season(self) -> i32 {
        let northern = (self.month() + 10) % 12 / 3;
        if self.is_southern { (northern + 2) % 4 } else { northern }
    }

    fn date(self) -> Date {
        date_of(self.ms.div_euclid(86_400_000))
    }
}

/// Days since 1970 of the first and the last day of a year, month or day: `2024`, `2024-05`, `2024-05-31`. Years are from
/// 1000 to 9998.
///
/// # Errors
/// If the text is none of these, or there is no such day.
pub fn period(text: &str) -> Result<[i32; 2], String> {
    let wrong = || "write a day as 2024-05-31, a month as 2024-05 or a year as 2024".to_owned();
    let is_plain = text.bytes().all(|c| c.is_ascii_digit() || c == b'-');
    let parts: Option<Vec<u16>> = text.split('-').map(|part| part.parse().ok()).collect();
    let (year, month, day) = match (is_plain, parts.as_deref()) {
        (true, Some(&[year])) => (year, None, None),
        (true, Some(&[year, month])) => (year, Some(month), None),
        (true, Some(&[year, month, day])) => (year, Some(month), Some(day)),
        _ => return Err(wrong()),
    };
    if !YEARS.contains(&i32::from(year)) {
        return Err(wrong());
    }
    let begin = |year: u16, month: u16, day: u16| {
        let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date = Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()?;
        Some((i64::from(date.to_julian_day()) - JULIAN_DAY_1970) as i32)
    };
    let first = begin(year, month.unwrap_or(1), day.unwrap_or(1)).ok_or("there is no such day")?;
    let next = match (month, day) {
        (_, Some(_)) => Some(first + 1),
        (None | Some(12), None) => begin(year + 1, 1, 1),
        (Some(month), None) => begin(year, month + 1, 1),
    };
    Ok([first, next.ok_or_else(wrong)? - 1])
}

/// First and last day of the month of a day, in days since 1970.
pub fn month_around(day: i32) -> [i32; 2] {
    let date = date_of(day.into());
    let first = day - i32::from(date.day()) + 1;
    [first, first + i32::from(date.month().length(date.year())) - 1]
}

/// Day some calendar months before a day: the same day of the month, or the last of a shorter month.
pub fn months_before(day: i32, months: u32) -> i32 {
    let date = date_of(day.into());
    let month = date.year() * 12 + i32::from(u8::from(date.month())) - 1 - months as i32;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) as u8 + 1);
    let month = time::Month::try_from(month).unwrap_or(time::Month::January);
    let day_of_month = date.day().min(month.length(year));
    Date::from_calendar_date(year, month, day_of_month)
        .map_or(day, |date| (i64::from(date.to_julian_day()) - JULIAN_DAY_1970) as i32)
}

/// Date of a day since 1970; before the year -9999 and after 9999 the nearest date.
fn date_of(day: i64) -> Date {
    let [least, greatest] = [Date::MIN, Date::MAX].map(|date| i64::from(date.to_julian_day()));
    Date::from_julian_day((day.saturating_add(JULIAN_DAY_1970)).clamp(least, greatest) as i32).unwrap_or(Date::MAX)
}

/// Years that conditions can name.
pub const YEARS: std::ops::RangeInclusive<i32> = 1000..=9998;

/// Shortest text of a range of days: `2024`, `2024-05`, `2024-05-31`, or `2024-05..2024-07-15`.
pub fn period_text(first: i32, last: i32) -> String {
    let [first_text, last_text] = [first, last].map(|day| crate::activity::calendar::date_of_day(day.into()));
    let whole = [4, 7, 10].map(|length| &first_text[..length]);
    let is_same = |text: &&str| period(text) == Ok([first, last]);
    whole.into_iter().find(is_same).map_or_else(|| format!("{first_text}..{last_text}"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::calendar::date_of_day;

    fn moment(ms: i64) -> Moment {
        Moment { ms, is_southern: false }
    }

    #[test]
    fn parts_of_a_moment() {
        // 2024-02-29 was a Thursday.
        let leap = moment(1_709_251_199_999);
        let parts = [leap.day(), leap.year(), leap.month(), leap.weekday(), leap.hour(), leap.season()];
        assert_eq!(parts, [19_782, 2024, 1, 3, 23, 3]);
        assert_eq!(Moment { is_southern: true, ..leap }.season(), 1);
        let before = moment(-1);
        assert_eq!([before.day(), before.year(), before.weekday(), before.hour()], [-1, 1969, 2, 23]);
        let seasons = (0..12).map(|month| moment((month * 30 + 15) * 86_400_000).season());
        assert!(seasons.eq([3, 3, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3]));
        for extreme in [i64::MIN, i64::MAX] {
            assert!((0..24).contains(&moment(extreme).hour()) && moment(extreme).year().abs() == 9999);
        }
    }

    #[test]
    fn months_keep_the_day_or_end_earlier() {
        let day = |text: &str| period(text).unwrap()[0];
        for (from, months, expected) in [
            ("2024-05-31", 3, "2024-02-29"),
            ("2024-05-31", 12, "2023-05-31"),
            ("2024-02-29", 12, "2023-02-28"),
            ("2024-01-15", 1, "2023-12-15"),
            ("2024-01-15", 36, "2021-01-15"),
        ] {
            assert_eq!(months_before(day(from), months), day(expected), "{from} - {months}");
        }
        assert_eq!(month_around(day("2024-02-10")), [day("2024-02-01"), day("2024-02-29")]);
    }

    #[test]
    fn periods_are_whole_and_restored_by_their_text() {
        assert_eq!([period("1970"), period("1970-01-01")], [Ok([0, 364]), Ok([0, 0])]);
        assert_eq!(
            period("2024-02").map(|days| days.map(|day| date_of_day(day.into()))),
            Ok(["2024-02-01".to_owned(), "2024-02-29".to_owned()])
        );
        assert_eq!(period("2023-12").map(|[_, last]| last + 1), period("2024").map(|[first, _]| first));
        for wrong in ["", "24", "2024-13", "2023-02-29", "2024-1-1-1", "+2024", "2024-", "x", "9999"] {
            assert!(period(wrong).is_err(), "{wrong}");
        }
        for text in ["2024", "2024-02", "2024-12", "2024-02-29"] {
            let [first, last] = period(text).unwrap();
            assert_eq!(period_text(first, last), text);
        }
        assert_eq!(period_text(0, 365), "1970-01-01..1971-01-01");
    }
}

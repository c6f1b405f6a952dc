//! The Gregorian calendar and the numbers of dates, clocks and offsets.

const MS_PER_SECOND: i64 = 1_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// Date with any numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Date {
    pub year: i64,
    pub month: i64,
    pub day: i64,
}

/// Time of day with any numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub ms: i64,
}

/// Milliseconds since 1970 of a moment `offset_s` seconds ahead of UTC. `None` if the date or the time of day does not
/// exist. 24:00:00 is the end of the day, and second 60, a leap second, is second 0 of the next minute.
#[inline]
pub fn unix_ms(Date { year, month, day }: Date, clock: Clock, offset_s: i64) -> Option<i64> {
    let Clock { hour, minute, second, ms } = clock;
    let is_end_of_day = hour == 24 && (minute, second, ms) == (0, 0, 0);
    if !(1..=12).contains(&month)
        || day < 1
        || day > month_length(year, month)
        || (hour > 23 && !is_end_of_day)
        || minute > 59
        || second > 60
    {
        return None;
    }
    let seconds = day_number(year, month, day) * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second - offset_s;
    Some(seconds * MS_PER_SECOND + ms)
}

/// Number of ASCII digits alone.
#[inline]
pub fn number(text: &[u8]) -> Option<i64> {
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
pub fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = text.split_at(length);
    let mut ms = number(&fraction[..length.min(3)])?;
    for _ in length..3 {
        ms *= 10;
    }
    (length > 0).then_some((ms, rest))
}

/// Offset of local time from UTC, in seconds, positive east.
pub fn utc_offset_s(text: &[u8]) -> Option<i64> {
    let (sign, text) = match text {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match text.len() {
        2 => (number(text)?, 0),
        4 => (number(&text[..2])?, number(&text[2..])?),
        5 if text[2] == b':' => (number(&text[..2])?, number(&text[3..])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn month_length(year: i64, month: i64) -> i64 {
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

//! Dates and times in other notations than RFC 3339, if only one moment can be meant: with a time zone by name, without
//! separators or seconds, with slashes or dots, with English months, and as seconds or milliseconds since 1970.
//!
//! The text is split into words, and each word states a part of the moment: `Mon`, `Aug`, `02`, `18:28:31`, `UTC`,
//! `2021`.

use super::calendar::{self, Clock, Date, fraction, number, utc_offset_s};
use crate::activity::calendar::{MONTHS, WEEKDAYS};

/// Longest text that is read.
const MAX_BYTES: usize = 60;

/// Milliseconds since 1970; `None` for text in no known notation, or that may mean several moments.
#[cold]
pub fn unix_ms(text: &[u8]) -> Option<i64> {
    if text.len() > MAX_BYTES || !text.is_ascii() {
        return None;
    }
    let text = text.to_ascii_lowercase();
    if let Some(ms) = since_1970(&text) {
        return Some(ms);
    }
    // The name of the zone after the offset, as Java writes it.
    let text = match text.strip_suffix(b"]").and_then(|text| Some(&text[..text.iter().position(|b| *b == b'[')?])) {
        Some(text) => text,
        None => &text[..],
    };
    let mut moment = Parts::default();
    for word in text.split(|byte| byte.is_ascii_whitespace()).map(|word| word.strip_suffix(b",").unwrap_or(word)) {
        match split_at_t(word) {
            Some((date, clock)) => {
                moment.add(date)?;
                moment.add(clock)?;
            }
            None => moment.add(word)?,
        }
    }
    moment.finish()
}

/// Seconds since 1970 of the years 2001 to 2286, which have 10 digits, or milliseconds, which have 13.
fn since_1970(text: &[u8]) -> Option<i64> {
    let (whole, rest) = split_digits(text);
    let (ms, rest) = optional_fraction(rest)?;
    match (whole.len(), rest) {
        (10, []) => Some(number(whole)? * 1000 + ms),
        (13, []) => number(whole),
        _ => None,
    }
}

/// Parts of `20210802t182831z` before and after the letter.
fn split_at_t(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = word.iter().position(|byte| *byte == b't')?;
    let (date, clock) = (&word[..at], &word[at + 1..]);
    let is_between_digits = date.last()?.is_ascii_digit() && clock.first()?.is_ascii_digit();
    is_between_digits.then_some((date, clock))
}

/// Parts of a moment so far. Each may be stated once.
#[derive(Default)]
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    clock: Option<Clock>,
    is_afternoon: Option<bool>,
    offset_s: Option<i64>,
    /// True after `UTC` or `GMT`, which may precede an offset or follow one.
    names_utc: bool,
}

impl Parts {
    /// Adds the part that a word states. `None` if the word is unknown or its part is there.
    fn add(&mut self, word: &[u8]) -> Option<()> {
        let is_name = |name: &&str| word == name.as_bytes() || word == &name.as_bytes()[..3];
        match word {
            [] => Some(()),
            b"am" | b"pm" => set(&mut self.is_afternoon, word == b"pm"),
            b"z" | b"utc" | b"gmt" => (!std::mem::replace(&mut self.names_utc, true)).then_some(()),
            [b'u', b't', b'c', offset @ ..] | [b'g', b'm', b't', offset @ ..] => {
                self.add(b"utc")?;
                self.add(offset)
            }
            [b'+' | b'-', ..] => set(&mut self.offset_s, utc_offset_s(word)?),
            [b'0'..=b'9', ..] => self.add_numbers(word),
            _ if WEEKDAYS.iter().any(&is_name) => Some(()),
            _ => set(&mut self.month, 1 + MONTHS.iter().position(&is_name)? as i64),
        }
    }

    fn add_numbers(&mut self, word: &[u8]) -> Option<()> {
        let (first, rest) = split_digits(word);
        let has_date = self.year.is_some() && self.day.is_some();
        match (rest.first(), first.len()) {
            (Some(b':'), 1..=2) => self.add_clock(word),
            (Some(b'-' | b'/' | b'.'), _) if !has_date => self.add_date(word, rest[0]),
            (None, 14) => {
                self.add(&word[..8])?;
                self.add(&word[8..])
            }
            (None, 8) if !has_date => {
                let date = [&word[..4], &word[4..6], &word[6..]].map(number);
                self.set_date(date[0]?, date[1]?, date[2]?)
            }
            (_, 4 | 6) if has_date => self.add_clock(word),
            (None, 4) => set(&mut self.year, number(word)?),
            (None, 1..=2) => set(&mut self.day, number(word)?),
            _ => None,
        }
    }

    /// Adds `2021/08/02`, or the day and the month before the year: in this order between dots, otherwise only if one
    /// of both cannot be a month or both are equal.
    fn add_date(&mut self, word: &[u8], separator: u8) -> Option<()> {
        let mut fields = word.split(|byte| *byte == separator);
        let fields = [fields.next()?, fields.next()?, fields.next()?, fields.next().unwrap_or_default()];
        let is_year_first = match fields.map(<[u8]>::len) {
            [4, 1..=2, 1..=2, 0] => true,
            [1..=2, 1..=2, 4, 0] => false,
            _ => return None,
        };
        let [a, b, c] = [number(fields[0])?, number(fields[1])?, number(fields[2])?];
        match is_year_first {
            true => self.set_date(a, b, c),
            false if separator == b'.' || a > 12 || a == b => self.set_date(c, b, a),
            false if b > 12 => self.set_date(c, a, b),
            false => None,
        }
    }

    fn set_date(&mut self, year: i64, month: i64, day: i64) -> Option<()> {
        set(&mut self.year, year)?;
        set(&mut self.month, month)?;
        set(&mut self.day, day)
    }

    /// Adds `18:28:31`, `18:28`, `182831` or `1828`, with or without a fraction of the second, and the part that
    /// follows without a space.
    fn add_clock(&mut self, word: &[u8]) -> Option<()> {
        let (first, mut rest) = split_digits(word);
        let mut fields = [first, &[], &[]];
        if first.len() > 2 {
            fields = [&first[..2], &first[2..4], &first[4..]];
        } else {
            for field in &mut fields[1..] {
                if let [b':', digits @ ..] = rest {
                    (*field, rest) = split_digits(digits);
                    if field.len() != 2 {
                        return None;
                    }
                }
            }
        }
        let (ms, suffix) = if fields[2].is_empty() { (0, rest) } else { optional_fraction(rest)? };
        let [hour, minute, second] = fields.map(number);
        set(&mut self.clock, Clock { hour: hour?, minute: minute?, second: second?, ms })?;
        if suffix.first().is_some_and(u8::is_ascii_digit) { None } else { self.add(suffix) }
    }

    fn finish(self) -> Option<i64> {
        let date = Date { year: self.year?, month: self.month?, day: self.day? };
        let clock = self.clock?;
        let hour = match (self.is_afternoon, clock.hour) {
            (None, hour) => hour,
            (Some(is_afternoon), 1..=12) => clock.hour % 12 + if is_afternoon { 12 } else { 0 },
            _ => return None,
        };
        calendar::unix_ms(date, Clock { hour, ..clock }, self.offset_s.unwrap_or(0))
    }
}

/// Sets a part; `None` if it is there.
fn set<T>(part: &mut Option<T>, value: T) -> Option<()> {
    part.replace(value).is_none().then_some(())
}

/// Splits off the digits at the beginning.
fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// Milliseconds after a decimal point or comma, 0 without one, and the rest of the text.
fn optional_fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    match text {
        [b'.' | b',', digits @ ..] => fraction(digits),
        _ => Some((0, text)),
    }
}

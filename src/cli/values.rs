//! Parsers of the values of flags: lengths, durations, days, places.

use time::{Date, Month};

use crate::activity::longitude::wrap_longitude;
use crate::selection::{Near, Span};

/// Name of each unit and its size in metres or seconds. There is no default unit: a wrong guess between metres and
/// kilometres would not show in the result.
type Units = &'static [(&'static str, f64)];

const LENGTHS: Units = &[("km", 1000.0), ("m", 1.0), ("mi", 1609.344), ("ft", 0.3048)];
const TIMES: Units = &[("h", 3600.0), ("min", 60.0), ("s", 1.0)];

/// Splits a quantity into its number and the size of its unit, `None` without a unit.
fn quantity(text: &str, units: Units) -> Option<(f64, Option<f64>)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number = text[..end].parse().ok()?;
    let unit = text[end..].trim();
    match units.iter().find(|row| row.0 == unit) {
        Some(row) => Some((number, Some(row.1))),
        None if unit.is_empty() => Some((number, None)),
        None => None,
    }
}

fn range(text: &str, units: Units, example: &str) -> Result<Span, String> {
    let names: Vec<&str> = units.iter().map(|row| row.0).collect();
    let names = names.join(", ");
    let wrong =
        || format!("write a range with a unit, such as {example}; either end may be left open; units are {names}");
    let (from, to) = text.split_once('-').ok_or_else(wrong)?;
    let end = |text: &str| match text.trim() {
        "" => Ok(None),
        text => quantity(text, units).map(Some).ok_or_else(wrong),
    };
    let (from, to) = (end(from)?, end(to)?);
    // In `5-50km` the unit belongs to both numbers.
    let last = to.and_then(|(_, unit)| unit);
    let value = |end: Option<(f64, Option<f64>)>| {
        end.map(|(number, unit)| unit.or(last).map(|unit| number * unit).ok_or_else(wrong)).transpose()
    };
    let span = Span { from: value(from)?, to: value(to)? };
    match span {
        Span { from: None, to: None } => Err(wrong()),
        Span { from: Some(from), to: Some(to) } if from > to => {
            Err("the first value must not be greater than the second".into())
        }
        span => Ok(span),
    }
}

pub fn distances(text: &str) -> Result<Span, String> {
    range(text, LENGTHS, "5km-50km")
}

pub fn ascents(text: &str) -> Result<Span, String> {
    range(text, LENGTHS, "500m-1500m")
}

pub fn durations(text: &str) -> Result<Span, String> {
    range(text, TIMES, "30min-2h")
}

pub fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write yes or no".to_owned()),
    }
}

/// Parses a length; returns metres.
pub fn length(text: &str) -> Result<f64, String> {
    let metres = quantity(text, LENGTHS).and_then(|(number, unit)| Some(number * unit?));
    metres.ok_or_else(|| "write a length with a unit, such as 400m, 1.5km, 1mi or 500ft".to_owned())
}

const DAY_MS: f64 = 86_400_000.0;

/// Start of a day, month or year and start of the next one, in milliseconds since 1970.
fn period(text: &str) -> Result<[f64; 2], String> {
    let wrong = || "write a day as 2024-05-31, a month as 2024-05 or a year as 2024".to_owned();
    let is_plain = text.bytes().all(|c| c.is_ascii_digit() || c == b'-');
    let parts: Vec<u16> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>().ok_or_else(wrong)?;
    let (year, month, day) = match (is_plain, &parts[..]) {
        (true, &[year]) => (year, None, None),
        (true, &[year, month]) => (year, Some(month), None),
        (true, &[year, month, day]) => (year, Some(month), Some(day)),
        _ => return Err(wrong()),
    };
    if !(1000..=9998).contains(&year) {
        return Err(wrong());
    }
    let begin = |year: u16, month: u16, day: u16| {
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date = Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()?;
        Some(f64::from(date.to_julian_day() - 2_440_588) * DAY_MS)
    };
    let first = begin(year, month.unwrap_or(1), day.unwrap_or(1)).ok_or("there is no such day")?;
    let next = match (month, day) {
        (_, Some(_)) => Some(first + DAY_MS),
        (None | Some(12), None) => begin(year + 1, 1, 1),
        (Some(month), None) => begin(year, month + 1, 1),
    };
    Ok([first, next.ok_or_else(wrong)?])
}

pub fn first_day(text: &str) -> Result<f64, String> {
    period(text).map(|[first, _]| first)
}

pub fn last_day(text: &str) -> Result<f64, String> {
    period(text).map(|[_, next]| next - 1.0)
}

pub fn years(text: &str) -> Result<Span, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (period(first), period(last)) {
        (Ok([from, _]), Ok([_, next])) if first.len() == 4 && last.len() == 4 && from < next => {
            Ok(Span { from: Some(from), to: Some(next - 1.0) })
        }
        _ => Err("write years such as 2024, or 2019-2022".to_owned()),
    }
}

pub fn lowered(text: &str) -> Result<String, String> {
    let text = text.trim().to_lowercase();
    if text.is_empty() { Err("write at least one letter".to_owned()) } else { Ok(text) }
}

fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    numbers?.try_into().ok().filter(|numbers: &[f64; N]| numbers.iter().all(|number| number.is_finite()))
}

pub fn bbox(text: &str) -> Result<[f64; 4], String> {
    let wrong = "write west,south,east,north in degrees, such as 11.3,48.0,11.8,48.3";
    let [west, south, east, north] = numbers(text).ok_or(wrong)?;
    for (name, degrees, limit) in [
        ("west side", west, 360.0),
        ("south side", south, 90.0),
        ("east side", east, 360.0),
        ("north side", north, 90.0),
    ] {
        check_degrees(name, degrees, limit)?;
    }
    if south > north {
        return Err(format!("the south side {south} is north of the north side {north}; {wrong}"));
    }
    let [west, east] = if east - west >= 360.0 { [-180.0, 180.0] } else { [west, east].map(on_map) };
    Ok([west, south, east, north])
}

/// Wraps a longitude, but leaves 180 as the east side of the antimeridian.
fn on_map(lon: f64) -> f64 {
    if lon == 180.0 { lon } else { wrap_longitude(lon) }
}

pub fn near(text: &str) -> Result<Near, String> {
    if text == "home" {
        return Ok(Near::Home);
    }
    // A word instead of numbers may be a mistyped `home`.
    let or_home = |wrong: String| if text.contains(',') { wrong } else { wrong + ", or home" };
    place(text).map(|(lat, lon)| Near::At(lat, lon)).map_err(or_home)
}

/// Parses latitude and longitude in degrees; longitudes from -360 to 360 wrap.
pub fn place(text: &str) -> Result<(f64, f64), String> {
    let [lat, lon] = numbers(text).ok_or("write latitude,longitude in degrees, such as 48.1,11.6")?;
    check_degrees("latitude", lat, 90.0)?;
    check_degrees("longitude", lon, 360.0)?;
    Ok((lat, on_map(lon)))
}

/// Refuses an angle beyond a limit.
fn check_degrees(name: &str, degrees: f64, limit: f64) -> Result<(), String> {
    if degrees.abs() <= limit {
        return Ok(());
    }
    let usual = limit.min(180.0);
    Err(format!("the {name} {degrees} is beyond {limit} degrees; use one from -{usual} to {usual}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: f64, to: f64) -> Span {
        let end = |value: f64| value.is_finite().then_some(value);
        Span { from: end(from), to: end(to) }
    }

    #[test]
    fn ranges_have_units_and_open_ends() {
        const OPEN: f64 = f64::NAN;
        let range = |text: &str, units| range(text, units, "");
        assert_eq!(range("5km-50km", LENGTHS), Ok(span(5000.0, 50_000.0)));
        assert_eq!(range("500-800m", LENGTHS), Ok(span(500.0, 800.0)));
        assert_eq!(range("500m-1.5km", LENGTHS), Ok(span(500.0, 1500.0)));
        assert_eq!((range("5km-", LENGTHS), range("-2h", TIMES)), (Ok(span(5000.0, OPEN)), Ok(span(OPEN, 7200.0))));
        assert_eq!(range("1000ft-", LENGTHS), Ok(span(304.8, OPEN)));
        for wrong in ["", "-", "5", "5 km", "a-b", "5km-50h", "50km-5km", "1e3m-", "--5m", "5-6-7km", "∞-"] {
            assert!(range(wrong, LENGTHS).is_err(), "{wrong}");
        }
        for without in ["5-50", "5-", "-50", "500m-1.5"] {
            assert!(range(without, LENGTHS).is_err() && range(&without.replace('m', "s"), TIMES).is_err(), "{without}");
        }
        assert_eq!((length("1.5km"), length("800m"), length("10ft")), (Ok(1500.0), Ok(800.0), Ok(3.048)));
        assert!(length("800").is_err() && length("-1m").is_err() && length("1h").is_err());
    }

    #[test]
    fn days_months_and_years_are_whole() {
        assert_eq!((first_day("1970"), last_day("1970-01-01")), (Ok(0.0), Ok(86_399_999.0)));
        assert_eq!(period("2024-02"), Ok([1_706_745_600_000.0, 1_709_251_200_000.0]));
        assert_eq!(period("2023-12").map(|[_, next]| next), period("2024").map(|[first, _]| first));
        assert_eq!(years("2023-2024"), Ok(span(1_672_531_200_000.0, 1_735_689_599_999.0)));
        for wrong in ["", "24", "2024-13", "2023-02-29", "2024-1-1-1", "+2024", "2024-", "x"] {
            assert!(period(wrong).is_err() && years(wrong).is_err(), "{wrong}");
        }
        assert!(years("2024-2023").is_err() && years("2024-05").is_err());
    }

    #[test]
    fn places_are_on_earth() {
        assert_eq!(near(" -48.1, 11.6"), Ok(Near::At(-48.1, 11.6)));
        assert_eq!(bbox("179,-20,-179,-10"), Ok([179.0, -20.0, -179.0, -10.0]));
        for (written, meant) in [
            ("170,1,190,2", [170.0, 1.0, -170.0, 2.0]),
            ("-190,1,-170,2", [170.0, 1.0, -170.0, 2.0]),
            ("-180,1,180,2", [-180.0, 1.0, 180.0, 2.0]),
            ("0,1,360,2", [-180.0, 1.0, 180.0, 2.0]),
            ("180,1,190,2", [180.0, 1.0, -170.0, 2.0]),
            ("350,1,355,2", [-10.0, 1.0, -5.0, 2.0]),
        ] {
            assert_eq!(bbox(written), Ok(meant), "{written}");
        }
        assert_eq!(
            [place("1,-346.595"), place("1,180"), place("1,-180")],
            [13.405, 180.0, -180.0].map(|lon| Ok((1.0, lon)))
        );
        for wrong in ["", "1", "1,2,3", "91,0", "0,361", "NaN,1", "Home"] {
            assert!(near(wrong).is_err(), "{wrong}");
        }
        let message = |text: &str| near(text).unwrap_err();
        assert!(message("work").ends_with("such as 48.1,11.6, or home"));
        assert_eq!(message("47,373.405"), "the longitude 373.405 is beyond 360 degrees; use one from -180 to 180");
        assert_eq!(message("-91,8"), "the latitude -91 is beyond 90 degrees; use one from -90 to 90");
        assert!(bbox("0,-91,1,1").unwrap_err().starts_with("the south side -91 is beyond 90 degrees"));
        for wrong in ["1,2,3", "0,10,1,5", "0,0,361,1", "0,-91,1,1", "inf,0,1,1"] {
            assert!(bbox(wrong).is_err(), "{wrong}");
        }
    }
}

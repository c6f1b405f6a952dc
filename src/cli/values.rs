//! Parsers of the values of flags: lengths, durations, days, places, layers.

use crate::engine::layer::{LAYERS, Layer};
use crate::selection::sentence::{SentenceError, parse};
use crate::selection::{
    Bound, Cycle, Expression, HOURS, LENGTHS, MONTHS, Near, Quantity, QuantityRange, SEASONS, TIMES, Units, WEEKDAYS,
    checked_box, checked_place, period,
};

fn range(text: &str, units: Units, example: &str) -> Result<QuantityRange, String> {
    let names: Vec<&str> = units.iter().map(|unit| unit.name).collect();
    let names = names.join(", ");
    let wrong =
        || format!("write a range with a unit, such as {example}; either end may be left open; units are {names}");
    let (from, to) = text.split_once('-').ok_or_else(wrong)?;
    let bound = |text: &str| {
        let quantity = Quantity::parse(text.trim(), units).map_err(|_| wrong())?;
        Ok::<_, String>(Some(Bound { quantity, included: true }))
    };
    match (from.trim(), to.trim()) {
        ("", "") => Err(wrong()),
        ("", to) => Ok(QuantityRange { from: None, to: bound(to)? }),
        (from, "") => Ok(QuantityRange { from: bound(from)?, to: None }),
        (from, to) => Quantity::parse_range(from, to, units)
            .map(QuantityRange::closed)
            .map_err(|message| if message.starts_with("write") { wrong() } else { message }),
    }
}

pub fn distances(text: &str) -> Result<QuantityRange, String> {
    range(text, LENGTHS, "5km-50km")
}

pub fn ascents(text: &str) -> Result<QuantityRange, String> {
    range(text, LENGTHS, "500m-1500m")
}

/// The layer of a name.
pub fn layer(name: &str) -> Result<&'static Layer, String> {
    LAYERS.iter().find(|layer| layer.name == name.trim()).ok_or_else(|| {
        let names: Vec<&str> = LAYERS.iter().map(|layer| layer.name).collect();
        format!("there is no layer '{name}'; the layers are {}", names.join(", "))
    })
}

pub fn new_roads(text: &str) -> Result<QuantityRange, String> {
    range(text, LENGTHS, "1km-")
}

pub fn durations(text: &str) -> Result<QuantityRange, String> {
    range(text, TIMES, "30min-2h")
}

/// Parses a value of a cycle or a range such as `mon-fri`; returns a mask.
fn cycle(text: &str, cycle: &Cycle) -> Result<u32, String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let range = cycle.index_of(from.trim()).zip(cycle.index_of(to.trim()));
    range
        .map(|(from, to)| cycle.range(from, to))
        .ok_or_else(|| format!("write {}, or a range such as {}", cycle.values, cycle.example.replace("..", "-")))
}

pub fn months(text: &str) -> Result<u32, String> {
    cycle(text, &MONTHS)
}

pub fn weekdays(text: &str) -> Result<u32, String> {
    cycle(text, &WEEKDAYS)
}

pub fn hours(text: &str) -> Result<u32, String> {
    cycle(text, &HOURS)
}

pub fn seasons(text: &str) -> Result<u32, String> {
    cycle(text, &SEASONS)
}

pub fn sentence(text: &str) -> Result<Expression, SentenceError> {
    parse(text)
}

pub fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write yes or no, or put the flag behind other arguments".to_owned()),
    }
}

/// Parses a length.
pub fn radius(text: &str) -> Result<Quantity, String> {
    let wrong = |_| "write a length with a unit, such as 400m, 1.5km, 1mi or 500ft".to_owned();
    Quantity::parse(text, LENGTHS).map_err(wrong)
}

/// Parses a length; returns metres.
pub fn length(text: &str) -> Result<f64, String> {
    radius(text).map(Quantity::value)
}

/// Parses a year or a range of years, both ends included.
pub fn years(text: &str) -> Result<[i32; 2], String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let year = |text: &str| period(text).ok().filter(|_| text.len() == 4).and_then(|_| text.parse().ok());
    match (year(first), year(last)) {
        (Some(first), Some(last)) if first <= last => Ok([first, last]),
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
    checked_box(numbers(text).ok_or("write west,south,east,north in degrees, such as 11.3,48.0,11.8,48.3")?)
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
    checked_place(lat, lon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_units_and_open_ends() {
        let ends = |text: &str| {
            let QuantityRange { from, to } = range(text, LENGTHS, "").expect(text);
            [from, to].map(|bound| bound.map(|bound| (bound.quantity.value(), bound.included)))
        };
        let closed = |from, to| [Some((from, true)), Some((to, true))];
        assert_eq!(ends("5km-50km"), closed(5000.0, 50_000.0));
        assert_eq!(ends("500-800m"), closed(500.0, 800.0));
        assert_eq!(ends("500m-1.5km"), closed(500.0, 1500.0));
        assert_eq!([ends("5km-"), ends("-1000ft")], [[Some((5000.0, true)), None], [None, Some((304.8, true))]]);
        for wrong in [
            "", "-", "5", "5 km", "a-b", "5km-50h", "50km-5km", "1e3m-", "--5m", "5-6-7km", "∞-", "5-50", "5-", "-50",
            "500m-1.5",
        ] {
            assert!(range(wrong, LENGTHS, "").is_err(), "{wrong}");
        }
        assert_eq!(range("50km-5km", LENGTHS, "").unwrap_err(), "the first value must not be greater than the second");
        assert_eq!((length("1.5km"), length("800m"), length("10ft")), (Ok(1500.0), Ok(800.0), Ok(3.048)));
        assert!(length("800").is_err() && length("-1m").is_err() && length("1h").is_err());
    }

    #[test]
    fn years_and_parts_of_the_calendar_are_ranges() {
        assert_eq!([years("2023-2024"), years("2024")], [Ok([2023, 2024]), Ok([2024, 2024])]);
        for wrong in ["", "24", "2024-05", "2024-2023", "+2024", "x", "9999"] {
            assert!(years(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            [weekdays("mon-fri"), weekdays("sat"), months("11-feb"), hours("22-1"), seasons("fall")],
            [0b1_1111, 1 << 5, 0b1100_0000_0011, 0b1100_0000_0000_0000_0000_0011, 1 << 2].map(Ok)
        );
        assert_eq!(
            weekdays("mon..fri"),
            Err("write a day such as mon or sunday, or a range such as mon-fri".to_owned())
        );
        assert_eq!([months("0"), hours("24"), hours("5-")].map(|mask| mask.is_err()), [true; 3]);
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

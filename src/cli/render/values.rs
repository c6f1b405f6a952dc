//! Parsers of the values of the flags of `trailglow render`.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::cli::values::layer;
use crate::collection::Unit;
use crate::engine::geometry::tile::MAX_ZOOM;
use crate::engine::layer::{LAYERS, Layer};
use crate::engine::tone::palette::Palette;
use crate::selection::period;
use crate::tileset::{self, PaletteRange};

pub fn out(path: PathBuf) -> Result<PathBuf, String> {
    tileset::is_archive_name(&path).map(|_| path).map_err(|error| error.to_string())
}

pub fn zooms(text: &str) -> Result<RangeInclusive<u8>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    let zoom = |text: &str| text.parse::<u8>().ok().filter(|zoom| *zoom <= MAX_ZOOM && digits(text));
    match (zoom(first), zoom(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err(format!("write one zoom or a range within 0 to {MAX_ZOOM}, such as 0-16")),
    }
}

/// The layers of one `--layer`.
pub type Layers = std::sync::Arc<[&'static Layer]>;

/// Parses names of layers separated by commas, or `all`.
pub fn layers(text: &str) -> Result<Layers, String> {
    if text == "all" {
        return Ok(LAYERS.iter().collect());
    }
    text.split(',').map(|name| layer(name).map_err(|error| error + ", and all")).collect()
}

/// Parses a share such as `10%`, above 0 % and up to 100 %.
pub fn share(text: &str) -> Result<f32, String> {
    let per_cent = text.strip_suffix('%').and_then(|number| number.trim().parse::<f32>().ok());
    let share = per_cent.filter(|per_cent| *per_cent > 0.0 && *per_cent <= 100.0);
    share
        .map(|per_cent| per_cent / 100.0)
        .ok_or_else(|| "write a share above 0% and up to 100%, such as 10%".to_owned())
}

/// Parses a day, as days since 1970.
pub fn day(text: &str) -> Result<i32, String> {
    match period(text) {
        Ok([first, last]) if first == last => Ok(first),
        Ok(_) => Err("write a day as 2024-05-31".to_owned()),
        Err(error) => Err(error),
    }
}

/// Parses the ends of a palette: two days, or two values with a unit.
pub fn palette_range(text: &str) -> Result<PaletteRange, String> {
    if text.contains("..") {
        return days(text).map(PaletteRange::Days);
    }
    let wrong = || {
        format!(
            "write two numbers and a unit as 100-180bpm; units are {}; or two days as 2020..2024-06",
            Unit::symbols().join(", ")
        )
    };
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && !"-.: ".contains(c)).ok_or_else(wrong)?;
    let (numbers, symbol) = text.split_at(unit_at);
    let (quantity, unit) = Unit::by_symbol(symbol.trim()).ok_or_else(wrong)?;
    // A minus before the first number belongs to it.
    let hyphen = numbers.char_indices().skip(1).find(|(_, c)| *c == '-').ok_or_else(wrong)?.0;
    let [from, to] = [&numbers[..hyphen], &numbers[hyphen + 1..]].map(|number| value(number.trim(), unit));
    let (from, to) = (from.ok_or_else(wrong)?, to.ok_or_else(wrong)?);
    let (low, high) = (from.min(to), from.max(to));
    let scale = quantity.scale();
    if low == high || high > scale.most || low < scale.least {
        let [least, most] = [scale.least, scale.most].map(|value| unit.text(unit.number(f64::from(value))));
        return Err(format!("the two ends must differ and be within {least} to {most} {}", unit.symbol));
    }
    if !unit.is_pace && from > to {
        return Err("the lower end must come first".to_owned());
    }
    Ok(PaletteRange::Values(quantity, [low, high]))
}

/// Value of a number of a unit; of a pace, also as minutes and seconds.
fn value(text: &str, unit: Unit) -> Option<f32> {
    let number = match text.split_once(':') {
        Some((minutes, seconds)) if unit.is_pace => {
            let seconds = seconds.parse::<u8>().ok().filter(|seconds| *seconds < 60)?;
            minutes.parse::<u16>().ok().map(|minutes| f64::from(minutes) + f64::from(seconds) / 60.0)
        }
        _ => text.parse::<f64>().ok(),
    };
    number.map(|number| unit.value(number) as f32).filter(|value| value.is_finite())
}

/// Parses a slope such as `2.5%`, above 0 % and up to 100 %.
pub fn slope(text: &str) -> Result<f32, String> {
    share(text).map_err(|_| "write a slope above 0% and up to 100%, such as 2.5%".to_owned())
}

/// Parses two periods such as `2020..2024-06`, as the first day of one and the last of the other.
fn days(text: &str) -> Result<[i32; 2], String> {
    let (from, to) = text.split_once("..").ok_or("write two days, months or years as 2020..2024-06")?;
    let ([first, _], [_, last]) = (period(from.trim())?, period(to.trim())?);
    if first < last { Ok([first, last]) } else { Err("the first day must be before the last".to_owned()) }
}

/// The palettes of one `--palette`.
pub type Palettes = std::sync::Arc<[Palette]>;

/// Parses names separated by commas, or the stops of one palette, which contain commas themselves.
pub fn palettes(text: &str) -> Result<Palettes, String> {
    if text.contains(':') {
        if text.split_once('=').is_some_and(|(names, _)| names.contains(',')) {
            return Err("names and stops cannot be mixed; repeat --palette for the stops".to_owned());
        }
        return text.parse().map(|palette| Palettes::from([palette]));
    }
    text.split(',').map(|name| named_palette(name.trim())).collect()
}

fn named_palette(name: &str) -> Result<Palette, String> {
    if name == "fog" {
        return Err(
            "fog covers the tiles where nobody was, too, and a folder or an archive has no such tiles".to_owned()
        );
    }
    name.parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooms_are_one_or_a_range() {
        assert_eq!((zooms("0-16"), zooms("12")), (Ok(0..=16), Ok(12..=12)));
        for wrong in ["", "-", "16-0", "0-21", "a-b", "1-2-3", "-1", "0-", "+5"] {
            assert!(zooms(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lists_of_names_and_stops_are_told_apart() {
        let names = |text: &str| palettes(text).map(|list| list.iter().map(|p| p.name.clone()).collect::<Vec<_>>());
        assert_eq!(names("ember, ice"), Ok(vec!["ember".to_owned(), "ice".to_owned()]));
        assert_eq!(names("1:#f00,5:#ff0"), Ok(vec!["custom".to_owned()]));
        assert!(names("ember,").is_err());
        assert!(names("ember,mine=1:#f00").is_err_and(|message| message.contains("repeat --palette")));
        assert!(palettes("ember,fog").is_err_and(|message| message.contains("has no such tiles")));
    }

    #[test]
    fn ranges_are_days_or_values_with_a_unit() {
        let values = |text: &str| match palette_range(text) {
            Ok(PaletteRange::Values(quantity, [from, to])) => format!("{quantity:?} {from:.2} {to:.2}"),
            other => format!("{other:?}"),
        };
        let found = ["100-180bpm", "18-36 km/h", "7:00-4:30min/km", "0-12.5%", "-20-2000m", "6-30mph"].map(values);
        let expected = [
            "HeartRate 100.00 180.00",
            "Speed 5.00 10.00",
            "Speed 2.38 3.70",
            "Slope 0.00 0.12",
            "Elevation -20.00 2000.00",
            "Speed 2.68 13.41",
        ];
        assert_eq!(found, expected);
        assert_eq!(palette_range("1970-01-01..1970-01-02"), Ok(PaletteRange::Days([0, 1])));
        for wrong in [
            "",
            "100-180",
            "bpm",
            "180-100bpm",
            "100-100bpm",
            "100bpm",
            "1-2parsec",
            "0-500bpm",
            "7:99-4:00min/km",
            "2020..2019",
        ] {
            assert!(palette_range(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_and_days_have_bounds() {
        assert_eq!([share("10%"), share("100%")], [Ok(0.1), Ok(1.0)]);
        assert!(["0%", "101%", "10", "-1%", "NaN%", ""].iter().all(|wrong| share(wrong).is_err()));
        assert_eq!(day("1970-01-02"), Ok(1));
        assert!(["1970-01", "1970", "x", ""].iter().all(|wrong| day(wrong).is_err()));
    }
}

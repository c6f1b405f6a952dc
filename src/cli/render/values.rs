//! Parsers of the values of the flags of `trailglow render`.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::cli::ending::Usage;
use crate::cli::values::layer;
use crate::collection::{Unit, UnitSystem};
use crate::engine::geometry::tile::MAX_ZOOM;
use crate::engine::layer::{LAYERS, Layer};
use crate::engine::quantity::Quantity;
use crate::engine::tone::curve::Tone;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::palettes::PALETTES;
use crate::selection::period;
use crate::tileset::{self, PaletteRange, Style};

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

/// What the user wants of the styles besides layers and palettes.
#[derive(Debug, Default)]
pub struct StyleWishes {
    /// Share of the layer top.
    pub top: Option<f32>,
    /// Threshold of the layer hill.
    pub hill: Option<f32>,
    /// Ends of the palettes.
    pub ranges: Vec<PaletteRange>,
    /// Units of the legends.
    pub units: Option<UnitSystem>,
}

impl StyleWishes {
    /// Shape of the curve of a layer.
    fn tone(&self, layer: &Layer) -> Tone {
        match layer.tone {
            Tone::Top(share) => Tone::Top(self.top.unwrap_or(share)),
            Tone::AtLeast(least) => Tone::AtLeast(self.hill.unwrap_or(least)),
            tone => tone,
        }
    }

    /// Checks that each wish concerns some layer.
    fn check(&self, layers: &[&Layer]) -> Result<(), Usage> {
        let has = |is_meant: &dyn Fn(&Layer) -> bool| layers.iter().any(|layer| is_meant(layer));
        if self.top.is_some() && !has(&|layer| matches!(layer.tone, Tone::Top(_))) {
            return Err(Usage("--top is for the layer top; add --layer top".to_owned()));
        }
        if self.hill.is_some() && !has(&|layer| matches!(layer.tone, Tone::AtLeast(_))) {
            return Err(Usage("--hill is for the layer hill; add --layer hill".to_owned()));
        }
        for (number, range) in self.ranges.iter().enumerate() {
            let same = |other: &PaletteRange| of(*other) == of(*range);
            if self.ranges[..number].iter().any(same) {
                return Err(Usage("--range: two ranges are for the same layers; drop one of them".to_owned()));
            }
            if !has(&|layer| fits(*range, layer)) {
                let names: Vec<&str> =
                    LAYERS.iter().filter(|layer| fits(*range, layer)).map(|layer| layer.name).collect();
                return Err(Usage(format!(
                    "--range: none of the layers has such values; add --layer {}",
                    names.join(" or ")
                )));
            }
        }
        Ok(())
    }
}

/// Quantity of a range; `None` for days.
fn of(range: PaletteRange) -> Option<Quantity> {
    if let PaletteRange::Values(quantity, _) = range { Some(quantity) } else { None }
}

/// Returns true if a range is for a layer.
fn fits(range: PaletteRange, layer: &Layer) -> bool {
    match range {
        PaletteRange::Days(_) => matches!(layer.code, LevelCode::Step(_)),
        PaletteRange::Values(quantity, _) => layer.quantity() == Some(quantity),
    }
}

/// A style for each layer and each palette that suits it. A layer that no palette suits has its default palette.
pub fn styles(layers: &[Layers], palettes: &[Palettes], wishes: &StyleWishes) -> Result<Vec<Style>, Usage> {
    let palettes: Vec<&Palette> = palettes.iter().flat_map(|list| list.iter()).collect();
    for (number, palette) in palettes.iter().enumerate() {
        // Palette names become file names, and some file systems ignore case.
        if palettes[..number].iter().any(|other| other.name.eq_ignore_ascii_case(&palette.name)) {
            return Err(Usage(format!(
                "--palette: two palettes are called '{}'; name each palette once, and your own such as other=1:#ff0000",
                palette.name
            )));
        }
    }
    let mut distinct: Vec<&'static Layer> = Vec::new();
    for layer in layers.iter().flat_map(|list| list.iter()) {
        if !distinct.contains(layer) {
            distinct.push(layer);
        }
    }
    wishes.check(&distinct)?;
    let suits = |layer: &Layer, palette: &Palette| palette.kind.suits(layer.code);
    if let Some(palette) = palettes.iter().find(|palette| !distinct.iter().any(|layer| suits(layer, palette))) {
        let fitting = PALETTES.iter().filter(|row| distinct.iter().any(|layer| row.kind.suits(layer.code)));
        let names: Vec<&str> = fitting.map(|row| row.name).collect();
        return Err(Usage(format!(
            "--palette: '{}' suits none of the layers; palettes that do are {}",
            palette.name,
            names.join(", ")
        )));
    }
    let of_layer = |layer: &'static Layer| -> Vec<Style> {
        let suitable = palettes.iter().filter(|palette| suits(layer, palette)).map(|palette| (*palette).clone());
        let mut suitable: Vec<Palette> = suitable.collect();
        if suitable.is_empty() {
            suitable.extend(PALETTES.iter().filter(|row| row.name == layer.palettes[0]).map(Palette::from));
        }
        let (tone, units) = (wishes.tone(layer), wishes.units);
        let range = wishes.ranges.iter().copied().find(|range| fits(*range, layer));
        suitable.into_iter().map(|palette| Style { tone, range, units, ..Style::new(layer, palette) }).collect()
    };
    Ok(distinct.into_iter().flat_map(of_layer).collect())
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
        assert!(styles_of("frequency", "ice,ice").is_err());
        assert!(palettes("ember,fog").is_err_and(|message| message.contains("has no such tiles")));
    }

    /// Slugs of the styles.
    fn styles_of(layers_text: &str, palettes_text: &str) -> Result<Vec<String>, String> {
        let palettes = if palettes_text.is_empty() { vec![] } else { vec![palettes(palettes_text)?] };
        let styles =
            styles(&[layers(layers_text)?], &palettes, &StyleWishes::default()).map_err(|Usage(message)| message)?;
        Ok(styles.iter().map(Style::slug).collect())
    }

    #[test]
    fn layers_have_the_palettes_that_suit_them_or_their_own() {
        let all = styles_of("all", "").expect("styles");
        assert_eq!(all.len(), LAYERS.len());
        assert_eq!(
            styles_of("frequency,year", "ice"),
            Ok(vec!["frequency-ice".to_owned(), "year-spectrum".to_owned()])
        );
        assert_eq!(styles_of("top,top", "ice,plum"), Ok(vec!["top-ice".to_owned(), "top-plum".to_owned()]));
        assert!(styles_of("sport", "ember").is_err_and(|message| message.contains("are bright, bold,")));
        assert_eq!(styles_of("climb,grade", "ice"), Ok(vec!["climb-ridge".to_owned(), "grade-ice".to_owned()]));
        assert!(styles_of("speed", "").is_err_and(|message| message.contains("the layers are frequency,")));
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
    fn each_wish_concerns_a_layer() {
        let of = |layers_text: &str, wishes: StyleWishes| {
            styles(&[layers(layers_text).expect("layers")], &[], &wishes).map_err(|Usage(message)| message)
        };
        let ranges = |texts: &[&str]| StyleWishes {
            ranges: texts.iter().map(|text| palette_range(text).expect("a range")).collect(),
            ..StyleWishes::default()
        };
        let both = of("pace,heart-rate,recency", ranges(&["100-180bpm", "10-40km/h", "2020..2024"])).expect("styles");
        assert!(both.iter().all(|style| style.range.is_some()));
        assert!(
            of("frequency", ranges(&["100-180bpm"])).is_err_and(|message| message.contains("add --layer heart-rate"))
        );
        assert!(of("hill", ranges(&["0-9%", "1-8%"])).is_err_and(|message| message.contains("drop one")));
        let hill = |layer: &str| of(layer, StyleWishes { hill: Some(0.05), ..StyleWishes::default() });
        assert!(hill("grade").is_err_and(|message| message.contains("add --layer hill")));
        assert_eq!(hill("hill").expect("a style")[0].least(), Some(0.05));
    }

    #[test]
    fn shares_and_days_have_bounds() {
        assert_eq!([share("10%"), share("100%")], [Ok(0.1), Ok(1.0)]);
        assert!(["0%", "101%", "10", "-1%", "NaN%", ""].iter().all(|wrong| share(wrong).is_err()));
        assert_eq!(day("1970-01-02"), Ok(1));
        assert!(["1970-01", "1970", "x", ""].iter().all(|wrong| day(wrong).is_err()));
    }
}

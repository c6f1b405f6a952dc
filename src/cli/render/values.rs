//! Parsers of the values of the flags of `trailglow render`.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::cli::ending::Usage;
use crate::cli::values::layer;
use crate::engine::geometry::tile::MAX_ZOOM;
use crate::engine::layer::{LAYERS, Layer};
use crate::engine::tone::curve::Tone;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::palettes::PALETTES;
use crate::selection::period;
use crate::tileset::{self, Style};

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

/// Parses two periods such as `2020..2024-06`, as the first day of one and the last of the other.
pub fn days(text: &str) -> Result<[i32; 2], String> {
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

/// A style for each layer and each palette that suits it. A layer that no palette suits has its default palette.
pub fn styles(
    layers: &[Layers],
    palettes: &[Palettes],
    top: Option<f32>,
    range: Option<[i32; 2]>,
) -> Result<Vec<Style>, Usage> {
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
    let is_top = |layer: &&Layer| matches!(layer.tone, Tone::Top(_));
    if top.is_some() && !distinct.iter().any(is_top) {
        return Err(Usage("--top is for the layer top; add --layer top".to_owned()));
    }
    let is_of_dates = |layer: &Layer| matches!(layer.code, LevelCode::Step(_));
    if range.is_some() && !distinct.iter().any(|layer| is_of_dates(layer)) {
        return Err(Usage("--range is for layers of dates; add --layer recency or first".to_owned()));
    }
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
        let tone = top.filter(|_| is_top(&layer)).map_or(layer.tone, Tone::Top);
        let days = range.filter(|_| is_of_dates(layer));
        suitable.into_iter().map(|palette| Style { tone, days, ..Style::new(layer, palette) }).collect()
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
        let styles = styles(&[layers(layers_text)?], &palettes, None, None).map_err(|Usage(message)| message)?;
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
        assert!(styles_of("pace", "").is_err_and(|message| message.contains("the layers are frequency,")));
    }

    #[test]
    fn shares_and_days_have_bounds() {
        assert_eq!([share("10%"), share("100%")], [Ok(0.1), Ok(1.0)]);
        assert!(["0%", "101%", "10", "-1%", "NaN%", ""].iter().all(|wrong| share(wrong).is_err()));
        assert_eq!(day("1970-01-02"), Ok(1));
        assert!(["1970-01", "1970", "x", ""].iter().all(|wrong| day(wrong).is_err()));
    }
}

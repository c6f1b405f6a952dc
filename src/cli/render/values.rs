//! Parsers of the values of the flags of `trailglow render`.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::cli::ending::Usage;
use crate::engine::geometry::tile::MAX_ZOOM;
use crate::engine::layer::{LAYERS, Layer};
use crate::engine::tone::palette::Palette;
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

pub fn layer(text: &str) -> Result<&'static Layer, String> {
    LAYERS.iter().find(|layer| layer.name == text).ok_or_else(|| {
        let names: Vec<&str> = LAYERS.iter().map(|layer| layer.name).collect();
        format!("the layers are {}", names.join(", "))
    })
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
    text.split(',').map(|name| name.trim().parse()).collect()
}

pub fn styles(layer: &'static Layer, palettes: &[Palettes]) -> Result<Vec<Style>, Usage> {
    let mut styles: Vec<Style> = Vec::new();
    for palette in palettes.iter().flat_map(|list| list.iter()) {
        // Palette names become file names, and some file systems ignore case.
        let name = &palette.name;
        if styles.iter().any(|style| style.palette.name.eq_ignore_ascii_case(name)) {
            return Err(Usage(format!(
                "--palette: two palettes are called '{name}'; name each palette once, and your own such as other=1:#ff0000"
            )));
        }
        styles.push(Style { layer, palette: palette.clone() });
    }
    Ok(styles)
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
        assert!(styles(&LAYERS[0], &[palettes("ice,ice").expect("names")]).is_err());
    }
}

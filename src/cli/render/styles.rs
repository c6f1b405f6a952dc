//! The styles that the flags of `trailglow render` describe.

use super::values::{Layers, Palettes};
use crate::cli::ending::Usage;
use crate::collection::UnitSystem;
use crate::engine::layer::{LAYERS, Layer};
use crate::engine::quantity::Quantity;
use crate::engine::tone::curve::Tone;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::palette::Palette;
use crate::engine::tone::palettes::PALETTES;
use crate::tileset::{PaletteRange, Style};

/// Flags that change styles: all but those of layers and palettes.
#[derive(Debug, Default)]
pub struct StyleFlags {
    /// Share of the layer top.
    pub top: Option<f32>,
    /// Threshold of the layer hill.
    pub hill: Option<f32>,
    /// Ends of the palettes.
    pub ranges: Vec<PaletteRange>,
    /// Units of the legends.
    pub units: Option<UnitSystem>,
}

impl StyleFlags {
    /// Shape of the curve of a layer.
    fn tone(&self, layer: &Layer) -> Tone {
        match layer.tone {
            Tone::Top(share) => Tone::Top(self.top.unwrap_or(share)),
            Tone::AtLeast(least) => Tone::AtLeast(self.hill.unwrap_or(least)),
            tone => tone,
        }
    }

    /// Checks that each flag concerns some layer.
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
pub fn styles(layers: &[Layers], palettes: &[Palettes], flags: &StyleFlags) -> Result<Vec<Style>, Usage> {
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
    flags.check(&distinct)?;
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
        let (tone, units) = (flags.tone(layer), flags.units);
        let range = flags.ranges.iter().copied().find(|range| fits(*range, layer));
        suitable.into_iter().map(|palette| Style { tone, range, units, ..Style::new(layer, palette) }).collect()
    };
    Ok(distinct.into_iter().flat_map(of_layer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::render::values::{layers, palette_range, palettes};

    #[test]
    fn layers_have_the_palettes_that_suit_them_or_their_own() {
        assert!(styles_of("frequency", "ice,ice").is_err());
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
    fn each_flag_concerns_a_layer() {
        let of = |layers_text: &str, flags: StyleFlags| {
            styles(&[layers(layers_text).expect("layers")], &[], &flags).map_err(|Usage(message)| message)
        };
        let ranges = |texts: &[&str]| StyleFlags {
            ranges: texts.iter().map(|text| palette_range(text).expect("a range")).collect(),
            ..StyleFlags::default()
        };
        let both = of("pace,heart-rate,recency", ranges(&["100-180bpm", "10-40km/h", "2020..2024"])).expect("styles");
        assert!(both.iter().all(|style| style.range.is_some()));
        assert!(
            of("frequency", ranges(&["100-180bpm"])).is_err_and(|message| message.contains("add --layer heart-rate"))
        );
        assert!(of("hill", ranges(&["0-9%", "1-8%"])).is_err_and(|message| message.contains("drop one")));
        let hill = |layer: &str| of(layer, StyleFlags { hill: Some(0.05), ..StyleFlags::default() });
        assert!(hill("grade").is_err_and(|message| message.contains("add --layer hill")));
        assert_eq!(hill("hill").expect("a style")[0].least(), Some(0.05));
    }

    /// Slugs of the styles.
    fn styles_of(layers_text: &str, palettes_text: &str) -> Result<Vec<String>, String> {
        let palettes = if palettes_text.is_empty() { vec![] } else { vec![palettes(palettes_text)?] };
        let styles =
            styles(&[layers(layers_text)?], &palettes, &StyleFlags::default()).map_err(|Usage(message)| message)?;
        Ok(styles.iter().map(Style::slug).collect())
    }
}

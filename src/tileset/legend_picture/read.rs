//! Reads the legend of a zoom from the metadata of a tileset. The metadata may have been changed since it was written.

use anyhow::{Context, Result};
use serde_json::Value;

use super::LegendPicture;
use super::text::label;
use crate::engine::layer::{LAYERS, Layer};
use crate::engine::tone::palettes::Background;
use crate::engine::tone::rgb::Rgb;
use crate::tileset::TilesetInfo;

/// Most labels, colours and classes that are read.
const MAX_PARTS: usize = 64;

/// Longest text that is read, in characters.
const MAX_TEXT: usize = 40;

/// Names of the layer and the palette of a tileset.
pub fn described_layer(info: &TilesetInfo) -> Option<(&'static Layer, &str)> {
    let description = info.metadata.get("trailglow")?;
    let layer = LAYERS.iter().find(|layer| description["layer"] == layer.name)?;
    Some((layer, description["palette"].as_str()?))
}

/// Reads the legend of a zoom of a tileset.
///
/// # Errors
/// If the tileset has no legend for the zoom, or no colours in it, as those of older versions of the program.
pub fn read(info: &TilesetInfo, layer: &Layer, zoom: u8) -> Result<LegendPicture> {
    let description = info.metadata.get("trailglow").context("it was not written by Trailglow")?;
    let legend = description["legend"].get(zoom.to_string());
    let legend = legend.with_context(|| format!("it has no legend for zoom {zoom}"))?;
    let parts = |name: &str| legend[name].as_array().map_or(&[][..], Vec::as_slice).iter().take(MAX_PARTS);
    let picture = LegendPicture {
        title: layer.legend_title(&short(description["unit"].as_str().unwrap_or(layer.unit))),
        background: match description["background"].as_str() {
            Some("light") => Background::Light,
            Some("dark") => Background::Dark,
            _ => Background::Any,
        },
        colours: parts("colours").filter_map(colour).collect(),
        labels: parts("ticks")
            .filter_map(|tick| Some((short(&label(&tick[0], layer.shows_durations())), tick[1].as_f64()? as f32)))
            .map(|(text, position)| (text, position.clamp(0.0, 1.0)))
            .collect(),
        classes: parts("classes").filter_map(|class| Some((short(class[0].as_str()?), colour(&class[1])?))).collect(),
    };
    let is_empty = picture.colours.is_empty() && picture.classes.is_empty();
    Some(picture).filter(|_| !is_empty).context("an older version drew it; render it again")
}

fn short(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// Parses `#rrggbb`.
fn colour(value: &Value) -> Option<Rgb> {
    let digits = value.as_str()?.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    Some([channel(0)?, channel(2)?, channel(4)?])
}

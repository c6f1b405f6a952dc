//! Draws the legend of a layer: of a map, or without a map the colours and what their ends mean.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::collection::fixed_classes;
use crate::engine::layer::Layer;
use crate::engine::tone::class_colours::legend_colour;
use crate::engine::tone::curve::Curve;
use crate::engine::tone::histogram::Histogram;
use crate::engine::tone::level_code::LevelCode;
use crate::engine::tone::palette::Palette;
use crate::tileset::legend_picture::{self, LegendPicture, png, svg};
use crate::tileset::staging::Staging;
use crate::tileset::{self, LEGEND_COLOURS, TilesetInfo};

/// Legend to draw.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct LegendRequest {
    pub layer: &'static Layer,
    /// Palette; by default that of the map, or the first of the layer.
    pub palette: Option<Palette>,
    /// Output of `render`; `None` for a legend without numbers.
    pub map: Option<PathBuf>,
    /// Zoom of the map; by default that of the initial view.
    pub zoom: Option<u8>,
    pub format: Format,
    /// File to write.
    pub out: PathBuf,
}

/// Format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Format {
    Png,
    Svg,
}

/// Zoom of the colours of a legend without a map.
const ANY_ZOOM: u8 = 12;

/// Writes a legend.
///
/// # Errors
/// If the map cannot be read or lacks the layer, the palette or the zoom; if the layer has no legend without a map; or if
/// the file cannot be written.
pub fn legend(request: &LegendRequest) -> Result<()> {
    let LegendRequest { layer, palette, .. } = request;
    if let Some(palette) = palette.as_ref().filter(|palette| !palette.kind.suits(layer.code)) {
        bail!("{} does not suit {}; `trailglow layers --json` lists the palettes that do", palette.name, layer.name);
    }
    let picture = match &request.map {
        Some(map) => of_map(request, map)?,
        None => without_map(request)?,
    };
    let bytes = match request.format {
        Format::Png => png::png(&picture)?,
        Format::Svg => svg::svg(&picture).into_bytes(),
    };
    let staging = Staging::file(&request.out)?;
    fs::write(staging.path(), bytes).with_context(|| format!("cannot write {}", request.out.display()))?;
    staging.commit()
}

/// Legend of the first tileset of a map with the layer and the palette.
fn of_map(LegendRequest { layer, palette, zoom, .. }: &LegendRequest, map: &Path) -> Result<LegendPicture> {
    let mut found = Vec::new();
    for path in tileset::tilesets(map)? {
        let info = tileset::open(&path)?.info().clone();
        let Some((other, name)) = legend_picture::described_layer(&info) else { continue };
        if other == *layer && palette.as_ref().is_none_or(|palette| palette.name == name) {
            let zoom = zoom.unwrap_or_else(|| initial_zoom(&info));
            return legend_picture::read(&info, layer, zoom).with_context(|| format!("{}", path.display()));
        }
        found.push(format!("{} in {name}", other.name));
    }
    found.dedup();
    bail!("{} shows {}; name one of these", map.display(), found.join(", "))
}

fn initial_zoom(info: &TilesetInfo) -> u8 {
    (info.center[2] as u8).clamp(*info.zooms.start(), *info.zooms.end())
}

/// Colours of a palette, and what its ends mean.
fn without_map(LegendRequest { layer, palette, .. }: &LegendRequest) -> Result<LegendPicture> {
    let palette = match palette {
        Some(palette) => palette.clone(),
        None => layer.palettes[0].parse().map_err(anyhow::Error::msg)?,
    };
    let curve = Curve::new(layer.code, layer.tone, ANY_ZOOM, &Histogram::default());
    let ends = |first: &str, last: &str| vec![(first.to_owned(), 0.0), (last.to_owned(), 1.0)];
    let names = fixed_classes(layer);
    let labels = match layer.code {
        LevelCode::Class(_) if names.is_none() => {
            bail!("the classes of {} depend on the activities; name a map with --map", layer.name)
        }
        LevelCode::Class(_) => Vec::new(),
        LevelCode::Step(_) => ends("oldest", "newest"),
        LevelCode::Heat(_) => ends("few", "many"),
    };
    let is_ramp = !labels.is_empty();
    let colours = palette.class_colours(layer.code);
    let shown = |base| legend_colour(base, palette.background);
    Ok(LegendPicture {
        title: legend_picture::title(layer),
        background: palette.background,
        colours: if is_ramp { palette.ramp(&curve, LEGEND_COLOURS) } else { Vec::new() },
        labels,
        classes: names.unwrap_or_default().into_iter().zip(colours.into_iter().map(shown)).collect(),
    })
}

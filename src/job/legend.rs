//! Draws the legend of a layer: of a map, or without a map the colours and what their ends mean.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::engine::layer::Layer;
use crate::engine::tone::palette::Palette;
use crate::tileset::legend_picture::{self, GENERATOR, LegendPicture, png, svg};
use crate::tileset::staging::Staging;
use crate::tileset::{self, TilesetInfo};

/// Legend to draw.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct LegendRequest {
    pub layer: &'static Layer,
    /// Name of a palette, also of one of the user's own in the map; by default the first of the map or of the layer.
    pub palette: Option<String>,
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

/// Writes a legend. Replaces legends only.
///
/// # Errors
/// If the map cannot be read or lacks the layer, the palette or the zoom; if the layer has no legend without a map; or if
/// the file is another one, or cannot be written.
pub fn legend(request: &LegendRequest) -> Result<()> {
    let LegendRequest { map, format, out, .. } = request;
    check_out(out, map.as_deref())?;
    let picture = match map {
        Some(map) => of_map(request, map)?,
        None => without_map(request)?,
    };
    let bytes = match format {
        Format::Png => png::png(&picture)?,
        Format::Svg => svg::svg(&picture).into_bytes(),
    };
    let staging = Staging::file(out)?;
    fs::write(staging.path(), bytes).with_context(|| format!("cannot write {}", out.display()))?;
    staging.commit()
}

/// Refuses to replace other files, and to write into the map, which the next render would not replace then.
fn check_out(out: &Path, map: Option<&Path>) -> Result<()> {
    let folder = out.parent().and_then(|folder| folder.canonicalize().ok());
    let map = map.filter(|map| map.is_dir()).and_then(|map| map.canonicalize().ok());
    if folder.zip(map).is_some_and(|(folder, map)| folder.starts_with(map)) {
        bail!("{} is in the map, which only `render` may write; name a file outside", out.display());
    }
    if out.exists() && !is_legend(out) {
        bail!("{} is no legend by Trailglow; name another file", out.display());
    }
    Ok(())
}

fn is_legend(path: &Path) -> bool {
    const MARK_WITHIN: u64 = 1024;
    let mut start = Vec::new();
    let is_read =
        path.is_file() && File::open(path).and_then(|file| file.take(MARK_WITHIN).read_to_end(&mut start)).is_ok();
    is_read && start.windows(GENERATOR.len()).any(|part| part == GENERATOR.as_bytes())
}

/// Legend of the first tileset of a map with the layer and the palette.
fn of_map(LegendRequest { layer, palette, zoom, .. }: &LegendRequest, map: &Path) -> Result<LegendPicture> {
    let mut found = Vec::new();
    for path in tileset::tilesets(map)? {
        let info = tileset::open(&path)?.info().clone();
        let Some((other, name)) = legend_picture::described_layer(&info) else { continue };
        if other == *layer && palette.as_ref().is_none_or(|palette| palette == name) {
            let zoom = zoom.unwrap_or_else(|| initial_zoom(&info));
            return legend_picture::read(&info, layer, zoom).with_context(|| format!("{}", path.display()));
        }
        found.push(format!("{} in {name}", other.name));
    }
    found.sort();
    found.dedup();
    match found[..] {
        [] => bail!("{} shows no layer of this version; render it again", map.display()),
        [..] => bail!("{} shows {}; name one of these", map.display(), found.join(", ")),
    }
}

fn initial_zoom(info: &TilesetInfo) -> u8 {
    (info.center[2] as u8).clamp(*info.zooms.start(), *info.zooms.end())
}

fn without_map(LegendRequest { layer, palette, .. }: &LegendRequest) -> Result<LegendPicture> {
    let palette: Palette = palette.as_deref().unwrap_or(layer.palettes[0]).parse().map_err(anyhow::Error::msg)?;
    if !palette.kind.suits(layer.code) {
        bail!("{} does not suit {}; `trailglow layers --json` lists the palettes that do", palette.name, layer.name);
    }
    let depends = || format!("the classes of {} depend on the activities; name a map with --map", layer.name);
    legend_picture::plain(layer, &palette).with_context(depends)
}

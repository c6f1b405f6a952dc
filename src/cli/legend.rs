//! `trailglow legend`: draws the legend of a layer.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use super::ending::Ending;
use super::output;
use super::values::layer;
use crate::engine::layer::Layer;
use crate::job::legend::{Format, LegendRequest, legend};

/// Draw the legend of a layer as a picture.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Layer; `trailglow layers` lists them.
    #[arg(value_name = "LAYER", value_parser = layer)]
    layer: &'static Layer,

    /// File to write; ends in .png or .svg.
    #[arg(short, long, value_name = "FILE", value_parser = picture)]
    out: (PathBuf, Format),

    /// Folder or archive that `render` wrote: the legend has its numbers, dates or names. Without a map, the legend has the
    /// colours only.
    #[arg(long, value_name = "OUT")]
    map: Option<PathBuf>,

    /// Zoom of the map [default: that of its initial view].
    #[arg(long, value_name = "ZOOM", requires = "map", value_parser = clap::value_parser!(u8).range(0..=20))]
    zoom: Option<u8>,

    /// Palette [default: that of the map, or of the layer].
    #[arg(long, value_name = "NAME")]
    palette: Option<String>,

    /// Print a JSON document with the path of the picture.
    #[arg(long)]
    pub json: bool,
}

const EXAMPLES: &str = "\
Examples:
  trailglow legend recency -o legend.png --map tiles/
  trailglow legend frequency -o legend.svg --map heat.pmtiles --zoom 14";

pub fn run(Args { layer, out: (out, format), map, zoom, palette, json }: Args) -> Result<Ending> {
    let request = LegendRequest { layer, palette, map, zoom, format, out };
    legend(&request)?;
    if json {
        let document = json!({"schema_version": 1, "written": request.out.display().to_string()});
        output::print(&format!("{document:#}\n"))?;
    }
    Ok(Ending::Done)
}

fn picture(text: &str) -> Result<(PathBuf, Format), String> {
    let path = PathBuf::from(text);
    match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
        _ if text.ends_with(std::path::is_separator) => Err("name a file, not a folder".to_owned()),
        Some("png") => Ok((path, Format::Png)),
        Some("svg") => Ok((path, Format::Svg)),
        _ => Err("name a file that ends in .png or .svg".to_owned()),
    }
}

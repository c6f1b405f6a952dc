//! `trailglow palettes` and `trailglow layers`: prints the tables.

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::Ending;
use super::output;
use crate::engine::layer::LAYERS;
use crate::engine::tone::palettes::{Background, PALETTES};

/// Output format of a table.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

pub const PALETTES_EXAMPLES: &str = "\
Examples:
  trailglow palettes
  trailglow render demo/ -o tiles/ --palette ice";

pub const LAYERS_EXAMPLES: &str = "\
Examples:
  trailglow layers
  trailglow layers --json";

pub fn palettes(args: Args) -> Result<Ending> {
    let background = |background| match background {
        Background::Dark => "dark",
        Background::Light => "light",
        Background::Any => "any",
    };
    let rows = PALETTES.iter().map(|row| [row.name, background(row.background), row.description]);
    print(args, "palettes", ["name", "background", "description"], rows)
}

pub fn layers(args: Args) -> Result<Ending> {
    print(
        args,
        "layers",
        ["name", "unit", "description"],
        LAYERS.iter().map(|row| [row.name, row.unit, row.description]),
    )
}

fn print<'a>(args: Args, title: &str, keys: [&str; 3], rows: impl Iterator<Item = [&'a str; 3]>) -> Result<Ending> {
    let text = if args.json {
        let object =
            |row: [&str; 3]| Value::Object(keys.iter().zip(row).map(|(k, v)| ((*k).into(), v.into())).collect());
        format!("{:#}\n", json!({"schema_version": 1, title: rows.map(object).collect::<Vec<_>>()}))
    } else {
        rows.map(|[name, kind, description]| format!("{name:<10} {kind:<7} {description}\n")).collect()
    };
    output::print(&text)?;
    Ok(Ending::Done)
}

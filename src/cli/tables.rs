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
    let rows = PALETTES.iter().map(|row| [row.name, background(row.background), row.partner, row.description]);
    print(args, "palettes", ["name", "background", "partner", "description"], rows)
}

pub fn layers(args: Args) -> Result<Ending> {
    print(
        args,
        "layers",
        ["name", "unit", "description"],
        LAYERS.iter().map(|row| [row.name, row.unit, row.description]),
    )
}

/// Prints rows below a heading of the keys, the last column wide; or as objects with these keys.
fn print<'a, const N: usize>(
    args: Args,
    title: &str,
    keys: [&'a str; N],
    rows: impl Iterator<Item = [&'a str; N]>,
) -> Result<Ending> {
    let text = if args.json {
        let object =
            |row: [&str; N]| Value::Object(keys.iter().zip(row).map(|(k, v)| ((*k).into(), v.into())).collect());
        format!("{:#}\n", json!({"schema_version": 1, title: rows.map(object).collect::<Vec<_>>()}))
    } else {
        let line = |row: [&str; N]| {
            let (last, short) = row.split_last().expect("a column");
            short.iter().map(|cell| format!("{cell:<10} ")).collect::<String>() + last + "\n"
        };
        std::iter::once(keys).chain(rows).map(line).collect()
    };
    output::print(&text)?;
    Ok(Ending::Done)
}

//! `trailglow palettes`, `trailglow layers` and `trailglow fields`: prints the tables.

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::Ending;
use super::output;
use crate::collection::fixed_classes;
use crate::engine::layer::{LAYERS, Layer};
use crate::engine::tone::palettes::{Background, PALETTES};
use crate::selection::FIELDS;
use crate::tileset::metadata::{hex, levels};

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

pub const FIELDS_EXAMPLES: &str = "\
Examples:
  trailglow fields
  trailglow list --where 'sport = ride and (distance > 100km or ascent >= 1500m)'
  trailglow stats --where 'weekday in [sat, sun] and not gear like canyon'";

const FIELDS_NOTES: &str = "
`!=`, `not in`, `not like` and `not (…)` negate; `has NAME` asks for a value. Of date, year, month, weekday, hour and season
there is one in UTC: utc-date, utc-year …
";

pub fn fields(args: Args) -> Result<Ending> {
    let rows: Vec<[String; 3]> =
        FIELDS.iter().map(|row| [row.name, &row.kind.conditions(), row.help].map(str::to_owned)).collect();
    let rows = rows.iter().map(|row| row.each_ref().map(String::as_str));
    let json = args.json;
    let ending = print(args, "fields", ["name", "conditions", "description"], rows)?;
    if !json {
        output::print(FIELDS_NOTES)?;
    }
    Ok(ending)
}

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
    if args.json {
        let document = json!({"schema_version": 1, "layers": LAYERS.iter().map(layer_json).collect::<Vec<_>>()});
        output::print(&format!("{document:#}\n"))?;
        return Ok(Ending::Done);
    }
    print(
        args,
        "layers",
        ["name", "unit", "description"],
        LAYERS.iter().map(|row| [row.name, row.unit, row.description]),
    )
}

/// A layer for programs: texts, the code of its levels, its palettes, and the colours of the first.
fn layer_json(layer: &Layer) -> Value {
    let suitable: Vec<&str> = PALETTES.iter().filter(|row| row.kind.suits(layer.code)).map(|row| row.name).collect();
    let default = PALETTES.iter().find(|row| row.name == layer.palettes[0]);
    let stops = default.map(|row| row.colours().map(hex).collect::<Vec<String>>());
    json!({
        "name": layer.name,
        "title": layer.title,
        "unit": layer.unit,
        "description": layer.description,
        "months": layer.months,
        "levels": levels(layer.code),
        "curve": layer.tone.name(),
        "palettes": {"dark": layer.palettes[0], "light": layer.palettes[1], "suitable": suitable},
        "colours": stops,
        "classes": fixed_classes(layer),
    })
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
        let rows: Vec<[&str; N]> = std::iter::once(keys).chain(rows).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(9);
        let widths: [usize; N] = std::array::from_fn(width);
        let line = |row: &[&str; N]| {
            let (last, short) = row.split_last().expect("a column");
            let cells = short.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}  "));
            cells.collect::<String>() + last + "\n"
        };
        rows.iter().map(line).collect()
    };
    output::print(&text)?;
    Ok(Ending::Done)
}

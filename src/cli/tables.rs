//! `trailglow palettes`, `trailglow layers` and `trailglow fields`: prints the tables.

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::Ending;
use super::output;
use crate::engine::layer::LAYERS;
use crate::engine::tone::palettes::{Background, PALETTES};
use crate::selection::FIELDS;

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

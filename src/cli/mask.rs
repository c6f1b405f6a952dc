//! `trailglow mask`: privacy zones.

use anyhow::Result;
use clap::Subcommand;
use serde_json::{Value, json};

use super::ending::{Ending, Usage};
use super::format::{metres, some};
use super::output::printable;
use super::{library, output, selection};
use crate::control::cancel::Cancel;
use crate::job::mask::{Change, MaskRequest, mask};
use crate::privacy::Zone;

/// Hide places: privacy zones, which hold for every map.
///
/// A zone hides all that is in a circle. The middle of the circle lies off the place that you name, in a direction and
/// at a distance (of at most half the radius) that only your library knows, so that nobody can work out the place from
/// where the lines end; half the radius round the place is always hidden. Keep the library: in another one the same
/// zone has another circle, and who sees maps of both knows more. `--profile private` draws a map without zones.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  trailglow mask add home --at 52.52,13.405 --radius 400m
  trailglow mask list
  trailglow mask remove home";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Hide a place. Another place or radius is another circle, and maps with both tell more than one: choose them once.
    Add(AddArgs),
    /// Show the zones.
    List(ListArgs),
    /// Show places again.
    Remove(RemoveArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// What to call it. It appears in no map.
    name: String,

    /// Where it is, latitude first, in degrees.
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true, value_parser = selection::place)]
    at: (f64, f64),

    /// Radius of the circle, 50m to 50km, in m, km, ft or mi.
    #[arg(long, value_name = "LENGTH", value_parser = selection::length)]
    radius: f64,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    /// Names of zones.
    #[arg(required = true)]
    name: Vec<String>,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct Common {
    #[command(flatten)]
    library: library::Location,

    /// Print the zones as one JSON document.
    #[arg(long)]
    json: bool,
}

impl Args {
    /// Whether the result is to be a JSON document.
    pub fn wants_json(&self) -> bool {
        match &self.verb {
            Verb::Add(AddArgs { common, .. }) | Verb::List(ListArgs { common }) => common.json,
            Verb::Remove(RemoveArgs { common, .. }) => common.json,
        }
    }
}

/// Changes or shows the zones.
pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let (common, change) = match args.verb {
        Verb::Add(AddArgs { name, at: (lat, lon), radius, common }) => {
            let zone = Zone { name, lat, lon, radius_m: radius };
            zone.check().map_err(|error| Usage(error.to_string()))?;
            (common, Some(Change::Add(zone)))
        }
        Verb::List(ListArgs { common }) => (common, None),
        Verb::Remove(RemoveArgs { name, common }) => (common, Some(Change::Remove(name))),
    };
    let request = MaskRequest { library: common.library.path()?, list: common.json || change.is_none(), change };
    let zones = mask(&request, cancel)?;
    output::print(&if common.json { document(&zones) } else { text(request.change, &zones) })?;
    Ok(Ending::Done)
}

fn text(change: Option<Change>, zones: &[Zone]) -> String {
    match change {
        Some(Change::Add(zone)) => {
            format!("{} is hidden in every map from now on; draw those you have published anew\n", told(&zone))
        }
        Some(Change::Remove(names)) => format!("{} removed\n", some(names.len() as u64, "zone", "zones")),
        None => {
            let lines: String = zones.iter().map(|zone| told(zone) + "\n").collect();
            format!("{lines}{}\n", some(zones.len() as u64, "zone", "zones"))
        }
    }
}

fn told(zone: &Zone) -> String {
    let Zone { name, lat, lon, radius_m: radius } = zone;
    format!("{} at {lat},{lon}, {}", printable(name), metres(*radius))
}

fn document(zones: &[Zone]) -> String {
    let zone = |Zone { name, lat, lon, radius_m }: &Zone| json!({"name": name, "at": [lat, lon], "radius_m": radius_m});
    let zones: Vec<Value> = zones.iter().map(zone).collect();
    format!("{:#}\n", json!({"schema_version": 1, "zones": zones}))
}

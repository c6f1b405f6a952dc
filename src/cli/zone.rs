//! `trailglow zone`: adds, lists and removes privacy zones.

use anyhow::{Context, Result};
use clap::Subcommand;
use serde_json::{Value, json};

use super::ending::{Ending, Usage};
use super::format::{metres, some};
use super::output::printable;
use super::{library, output, selection};
use crate::control::cancel::Cancel;
use crate::job::zone::{Change, ZoneRequest, zone};
use crate::job::{LibraryPlace, NO_DATA_FOLDER};
use crate::privacy::{Zone, ZoneError};

/// Hide places from every map with privacy zones.
///
/// A zone hides everything within a circle. The centre of the circle is shifted from the place that you name by up to
/// half the radius, in a direction that only your library knows, so that the ends of the lines do not reveal the place.
/// Everything within half the radius of the place is always hidden. Keep the library: another library shifts the same
/// zone differently, and two maps with different circles reveal more than one. `--profile private` ignores zones.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  trailglow zone add home --at 52.52,13.405 --radius 400m
  trailglow zone list
  trailglow zone remove home";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Hide a place. Choose place and radius once: maps with two different circles reveal more than one.
    Add(AddArgs),
    /// List the zones.
    List(ListArgs),
    /// Remove zones; their places are shown again.
    Remove(RemoveArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Name of the zone; it appears in no map.
    name: String,

    /// Place to hide, latitude first, in degrees.
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true, value_parser = selection::place)]
    at: (f64, f64),

    /// Radius of the circle, 50m to 50km, in m, km, ft or mi.
    #[arg(long, value_name = "LENGTH", allow_hyphen_values = true, value_parser = selection::length)]
    radius: f64,

    #[command(flatten)]
    library: library::NewLocation,

    /// Print the zones as one JSON document.
    #[arg(long)]
    json: bool,
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
    /// Returns true if the user asked for a JSON document.
    pub fn wants_json(&self) -> bool {
        match &self.verb {
            Verb::Add(AddArgs { json, .. }) => *json,
            Verb::List(ListArgs { common }) | Verb::Remove(RemoveArgs { common, .. }) => common.json,
        }
    }
}

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let existing = |location: &library::Location| Ok::<_, anyhow::Error>(LibraryPlace::existing(location.path()?));
    let (library, json, change) = match args.verb {
        Verb::Add(AddArgs { name, at: (lat, lon), radius, library, json }) => {
            let zone = Zone { name, lat, lon, radius_m: radius };
            zone.check().map_err(|error| Usage(format!("{}: {error}", flag_of(error))))?;
            (library.place().context(NO_DATA_FOLDER)?, json, Some(Change::Add(zone)))
        }
        Verb::List(ListArgs { common }) => (existing(&common.library)?, common.json, None),
        Verb::Remove(RemoveArgs { name, common }) => {
            (existing(&common.library)?, common.json, Some(Change::Remove(name)))
        }
    };
    let request = ZoneRequest { library, list: json || change.is_none(), change };
    let zones = zone(&request, cancel)?;
    output::print(&if json { document(&zones) } else { text(request.change, &zones) })?;
    Ok(Ending::Done)
}

/// The argument that a zone error is about.
fn flag_of(error: ZoneError) -> &'static str {
    match error {
        ZoneError::Name => "<NAME>",
        ZoneError::Place => "--at",
        ZoneError::Radius => "--radius",
    }
}

fn text(change: Option<Change>, zones: &[Zone]) -> String {
    match change {
        Some(Change::Add(zone)) => {
            format!("hidden from every map from now on: {}; render published maps again\n", described(&zone))
        }
        Some(Change::Remove(names)) => format!("{} removed\n", some(names.len() as u64, "zone", "zones")),
        None => {
            let lines: String = zones.iter().map(|zone| described(zone) + "\n").collect();
            format!("{lines}{}\n", some(zones.len() as u64, "zone", "zones"))
        }
    }
}

fn described(zone: &Zone) -> String {
    let Zone { name, lat, lon, radius_m: radius } = zone;
    format!("{} at {lat},{lon}, {}", printable(name), metres(*radius))
}

fn document(zones: &[Zone]) -> String {
    let zone = |Zone { name, lat, lon, radius_m }: &Zone| json!({"name": name, "at": [lat, lon], "radius_m": radius_m});
    let zones: Vec<Value> = zones.iter().map(zone).collect();
    format!("{:#}\n", json!({"schema_version": 1, "zones": zones}))
}

//! `trailglow zone`: adds, lists and removes privacy zones, sets the trim, and checks outputs.

mod check;

use anyhow::{Context, Result};
use clap::Subcommand;
use serde_json::{Value, json};

use super::ending::{Ending, Usage};
use super::format::{metres, some};
use super::output::printable;
use super::{library, output, values};
use crate::control::cancel::Cancel;
use crate::job::zone::{Change, Listed, ZoneRequest, zone};
use crate::job::{LibraryPlace, NO_DATA_FOLDER};
use crate::privacy::{Zone, ZoneError, check_trim};

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
  trailglow zone trim 200m
  trailglow zone check tiles/
  trailglow zone remove home";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Hide a place. Choose place and radius once: maps with two different circles reveal more than one.
    Add(AddArgs),
    /// List the zones and the trim.
    List(ListArgs),
    /// Remove zones; their places are shown again.
    Remove(RemoveArgs),
    /// Hide both ends of every activity in every map from now on, or show the trim.
    ///
    /// An end is hidden up to this distance from the first or last point, in a straight line. `render --trim` can only
    /// lengthen this trim.
    Trim(TrimArgs),
    /// Check whether outputs were drawn under the zones and the trim of now.
    ///
    /// The library recognizes its outputs and their copies by their tiles, which are read for this. The exit status is
    /// 0 only if all of them are up to date. Nothing is changed: render the others again.
    Check(check::CheckArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Name of the zone; it appears in no map.
    name: String,

    /// Place to hide, latitude first, in degrees.
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true, value_parser = values::place)]
    at: (f64, f64),

    /// Radius of the circle, 50m to 50km, in m, km, ft or mi.
    #[arg(long, value_name = "LENGTH", allow_hyphen_values = true, value_parser = values::length)]
    radius: f64,

    #[command(flatten)]
    common: NewCommon,
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
struct TrimArgs {
    /// Distance in m, km, ft or mi, at most 50km; or off [default: show the trim].
    #[arg(value_name = "LENGTH|off", allow_hyphen_values = true, value_parser = trim)]
    trim: Option<Trim>,

    #[command(flatten)]
    common: NewCommon,
}

/// Trim in metres, `None` for off.
#[derive(Clone, Copy, Debug)]
struct Trim(Option<f64>);

#[derive(Debug, clap::Args)]
struct Common {
    #[command(flatten)]
    library: library::Location,

    /// Print zones and trim as one JSON document.
    #[arg(long)]
    json: bool,
}

/// Flags of the verbs that may create the library.
#[derive(Debug, clap::Args)]
struct NewCommon {
    #[command(flatten)]
    library: library::NewLocation,

    /// Print zones and trim as one JSON document.
    #[arg(long)]
    json: bool,
}

impl NewCommon {
    fn place(&self) -> Result<LibraryPlace> {
        self.library.place().context(NO_DATA_FOLDER)
    }
}

impl Args {
    /// Returns true if the user asked for a JSON document.
    pub fn wants_json(&self) -> bool {
        match &self.verb {
            Verb::Add(AddArgs { common, .. }) | Verb::Trim(TrimArgs { common, .. }) => common.json,
            Verb::List(ListArgs { common }) | Verb::Remove(RemoveArgs { common, .. }) => common.json,
            Verb::Check(args) => args.common.json,
        }
    }
}

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let existing = |common: &Common| Ok::<_, anyhow::Error>(LibraryPlace::existing(common.library.path()?));
    let json = args.wants_json();
    let mut shows_trim = false;
    let (library, change) = match args.verb {
        Verb::Add(AddArgs { name, at: (lat, lon), radius, common }) => {
            let zone = Zone { name: name.trim().to_owned(), lat, lon, radius_m: radius };
            zone.check().map_err(|error| Usage(format!("{}: {error}", flag_of(error))))?;
            (common.place()?, Some(Change::Add(zone)))
        }
        Verb::List(ListArgs { common }) => (existing(&common)?, None),
        Verb::Remove(RemoveArgs { name, common }) => (existing(&common)?, Some(Change::Remove(name))),
        Verb::Trim(TrimArgs { trim, common }) => {
            shows_trim = trim.is_none();
            (common.place()?, trim.map(|Trim(trim)| trim.map_or(Change::TrimOff, Change::Trim)))
        }
        Verb::Check(args) => return check::run(args, cancel),
    };
    // An invalid zone prevents listing, but not changes that mend it.
    let list = json || matches!(change, None | Some(Change::Add(_)));
    let request = ZoneRequest { library, list, change };
    let listed = zone(&request, cancel)?;
    if let Some(Change::Add(added)) = &request.change {
        overlaps(added, &listed.zones).iter().for_each(|warning| output::warn(warning));
    }
    output::print(&match request.change {
        _ if json => document(&listed),
        Some(change) => changed(change),
        None if shows_trim => trim_text(listed.trim_m) + "\n",
        None => self::list(&listed),
    })?;
    Ok(Ending::Done)
}

/// Warnings about other zones around the place of the added zone, or the reverse.
fn overlaps(added: &Zone, zones: &[Zone]) -> Vec<String> {
    let near = zones.iter().filter(|other| other.name != added.name && (added.covers(other) || other.covers(added)));
    let warning = |other: &Zone| {
        format!(
            "zone '{}' overlaps zone '{}': two circles around one place reveal more than one; keep one of them",
            added.name, other.name
        )
    };
    near.map(warning).collect()
}

/// Parses the trim of a library.
fn trim(text: &str) -> Result<Trim, String> {
    if text == "off" {
        return Ok(Trim(None));
    }
    let metres = values::length(text).map_err(|message| message + ", or off")?;
    check_trim(metres).map_err(|error| error.to_string())?;
    Ok(Trim(Some(metres)))
}

/// The argument that a zone error is about.
fn flag_of(error: ZoneError) -> &'static str {
    match error {
        ZoneError::Name => "<NAME>",
        ZoneError::Place => "--at",
        ZoneError::Radius => "--radius",
    }
}

fn changed(change: Change) -> String {
    match change {
        Change::Add(zone) => {
            format!("hidden from every map from now on: {}; render published maps again\n", described(&zone))
        }
        Change::Remove(names) => format!("{} removed\n", some(names.len() as u64, "zone", "zones")),
        Change::Trim(trim_m) => {
            let trim = trim_text(Some(trim_m));
            format!("hidden from every map from now on: {trim}; render published maps again\n")
        }
        Change::TrimOff => "trim removed\n".to_owned(),
    }
}

fn list(Listed { zones, trim_m }: &Listed) -> String {
    let lines: String = zones.iter().map(|zone| described(zone) + "\n").collect();
    let trim = trim_m.map(|_| trim_text(*trim_m) + "\n").unwrap_or_default();
    format!("{lines}{}\n{trim}", some(zones.len() as u64, "zone", "zones"))
}

fn trim_text(trim_m: Option<f64>) -> String {
    trim_m.map_or("no trim".to_owned(), |trim_m| format!("{} at both ends of every activity", metres(trim_m)))
}

fn described(zone: &Zone) -> String {
    let Zone { name, lat, lon, radius_m: radius } = zone;
    format!("{} at {lat},{lon}, {}", printable(name), metres(*radius))
}

fn document(Listed { zones, trim_m }: &Listed) -> String {
    let zone = |Zone { name, lat, lon, radius_m }: &Zone| json!({"name": name, "at": [lat, lon], "radius_m": radius_m});
    let zones: Vec<Value> = zones.iter().map(zone).collect();
    format!("{:#}\n", json!({"schema_version": 1, "zones": zones, "trim_m": trim_m}))
}

//! `trailglow list`: lists the activities of the library.

use std::fmt::Write;

use anyhow::Result;
use clap::ValueEnum;
use serde_json::{Value, json};

use super::ending::Ending;
use super::format::{count, some};
use super::output::printable;
use super::{library, output, selection, summary};
use crate::activity::calendar::timestamp_of_ms;
use crate::activity::local_time::{local_start, local_start_ms, zone_of};
use crate::activity::sport::Sport;
use crate::activity::summary::Summary;
use crate::control::cancel::Cancel;
use crate::engine::geometry::mercator::degrees_from_canvas;
use crate::job::list::{self, List, ListRequest};
use crate::library::ListedActivity;
use crate::selection::Selection;

/// List the selected activities of the library (privacy zones do not apply).
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Sort key; activities without the key come last.
    #[arg(long, value_enum, default_value_t)]
    sort: Sort,

    /// Reverse the order.
    #[arg(long)]
    reverse: bool,

    /// List the excluded activities instead.
    #[arg(long)]
    excluded: bool,

    #[command(flatten)]
    pub query: library::LibraryQuery,

    #[command(flatten)]
    which: selection::Flags,
}

const EXAMPLES: &str = "\
Examples:
  trailglow list --year 2020 --sport ride --sort distance --reverse
  trailglow list --new=1km- --sort new --reverse
  trailglow list --near home --radius 15km --json";

/// Sort key of a list. The variants have no doc comments because clap would print them in the help.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Sort {
    #[default]
    Start,
    Distance,
    Duration,
    New,
    Ascent,
    Sport,
    Name,
}

impl From<Sort> for list::Sort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Start => Self::Start,
            Sort::Distance => Self::Distance,
            Sort::Duration => Self::Duration,
            Sort::New => Self::New,
            Sort::Ascent => Self::Ascent,
            Sort::Sport => Self::Sport,
            Sort::Name => Self::Name,
        }
    }
}

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let library = args.query.library.path()?;
    let request = ListRequest {
        selection: args.which.selection(|| Ok(library.clone()), cancel)?,
        excluded: args.excluded,
        sort: args.sort.into(),
        reverse: args.reverse,
        library,
    };
    let list = list::list(&request, cancel)?;
    list.warning.iter().for_each(|text| output::warn(text));
    output::print(&if args.query.json {
        document(&list, &request.selection)
    } else {
        table(&list, &request.selection, args.which.utc())
    })?;
    Ok(Ending::Done)
}

fn document(list: &List, selection: &Selection) -> String {
    let activities: Vec<Value> = list.activities.iter().map(json_of).collect();
    let document = json!({"schema_version": 1, "activities": activities, "omitted": list.omitted, "home": list.home,
                          "selection": summary::selection_json(selection)});
    format!("{document:#}\n")
}

/// Table with starts on the local clocks, or in UTC.
fn table(list: &List, selection: &Selection, utc: bool) -> String {
    let mut out = String::new();
    row(&mut out, ["id", "start", "km", "new km", "time", "ascent", "sport", "name"]);
    for activity in &list.activities {
        let summary = &activity.summary;
        let file = activity.origin.path().file_name().unwrap_or_default();
        let name = summary.name.as_deref().map_or_else(|| file.to_string_lossy(), Into::into);
        let cells = [
            &activity.id.to_string(),
            &minute(if utc { summary.start_ms } else { local_start_ms(summary) }),
            &format!("{:.1}", summary.metres / 1000.0),
            &summary.new_m.map_or("–".to_owned(), |metres| format!("{:.1}", metres / 1000.0)),
            &summary.seconds().map_or("–".to_owned(), clock),
            &summary.ascent_m.map_or("–".to_owned(), |metres| count(metres.round() as u64)),
            &printable(&Sport::of(&summary.sport).title()),
            &printable(&name),
        ];
        row(&mut out, cells.map(String::as_str));
    }
    let millimetres: u64 = list.activities.iter().map(|activity| activity.summary.millimetres()).sum();
    let activities = some(list.activities.len() as u64, "activity", "activities");
    let _ = writeln!(out, "{activities}, {} km", count((millimetres as f64 / 1e6).round() as u64));
    if list.is_empty {
        out += summary::EMPTY_LIBRARY;
    }
    out + &summary::below(selection, &list.omitted, list.home)
}

fn row(out: &mut String, [id, start, km, new, time, ascent, sport, name]: [&str; 8]) {
    let _ = writeln!(out, "{id:>6}  {start:<16} {km:>8} {new:>7} {time:>8} {ascent:>7}  {sport:<18} {name}");
}

fn minute(ms: Option<i64>) -> String {
    ms.map_or("–".to_owned(), |ms| timestamp_of_ms(ms)[..16].replace('T', " "))
}

/// Formats seconds as `2:05:09`.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Latitude and longitude of the first point, in degrees.
fn start_place(summary: &Summary) -> [f64; 2] {
    let (lon, lat) = degrees_from_canvas(summary.start);
    [lat, lon].map(|degrees| (degrees * 1e7).round() / 1e7)
}

/// JSON object of an activity.
pub fn json_of(activity: &ListedActivity) -> Value {
    let summary = &activity.summary;
    let sport = Sport::of(&summary.sport);
    json!({
        "id": activity.id,
        "start": summary.start_ms.map(timestamp_of_ms),
        "start_local": local_start(summary),
        "time_zone": summary.start_ms.map(|_| zone_of(summary)),
        "end": summary.end_ms.map(timestamp_of_ms),
        "start_place": start_place(summary),
        "sport": sport.key(),
        "sport_in_file": summary.sport,
        "name": summary.name,
        "metres": summary.metres.round(),
        "new_metres": summary.new_m.map(f64::round),
        "seconds": summary.seconds(),
        "ascent_m": summary.ascent_m.map(f64::round),
        "points": summary.points,
        "bbox": summary.extent.degrees(),
        "gear": summary.gear,
        "commute": summary.commute,
        "planned": summary.planned,
        "indoor": sport.is_indoor(),
        "virtual": sport.is_virtual(),
        "format": activity.origin.format,
        "device": activity.origin.device,
        "path": activity.origin.path().to_string_lossy(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_do_not_end_at_a_day() {
        assert_eq!([59.6, 7509.0, 100_000.0].map(clock), ["0:01:00", "2:05:09", "27:46:40"]);
    }
}

//! `trailglow inspect`: shows the contents of files, or why they cannot be read.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::ending::Ending;
use super::faults::{damage_json, damage_text, is_fault};
use super::format::{count, some};
use super::output::{self, printable};
use super::progress::Bars;
use super::summary::{NO_FILES, by_reason, json_of_tables, table_text};
use crate::activity::calendar::timestamp_of_ms;
use crate::activity::sensor::SENSORS;
use crate::activity::sport::Sport;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::job::inspect::{self, FileTotals, Inspected};
use crate::source::{ParsedFile, Skip, TableReport};

/// Show the contents of activity files, or why they cannot be read.
///
/// Points are counted as the file states them, before faulty ones are dropped. Times are in UTC.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Files to inspect; folders and archives are searched at any depth, and - is standard input.
    #[arg(required = true)]
    file: Vec<PathBuf>,

    /// Print one JSON document, which also lists files of other kinds.
    #[arg(long)]
    pub json: bool,
}

const EXAMPLES: &str = "\
Examples:
  trailglow inspect ~/Downloads/ride.fit
  trailglow inspect demo/
  trailglow inspect demo/ --json";

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let (files, table_reports) = inspect::inspect(&args.file, Control { progress: &Bars::new(false), cancel })?;
    if files.is_empty() {
        bail!("nothing to inspect: {NO_FILES}");
    }
    let ending = ending(&files);
    let document = || ending.document(document(&files, &table_reports));
    output::print(&if args.json { document() } else { table(&files, &table_reports) })?;
    Ok(ending)
}

fn ending(files: &[Inspected]) -> Ending {
    let was_read = |file: &&Inspected| {
        matches!(file.outcome, Ok(_) | Err(Skip::NoTrack(_) | Skip::Stray | Skip::Planned(_) | Skip::NotRecording(_)))
    };
    let is_fault = |file: &Inspected| match &file.outcome {
        Ok(parsed) => parsed.damage.is_some(),
        Err(skip) => is_fault(skip, file.explicit),
    };
    match files.iter().find(was_read) {
        None => Ending::Nothing,
        Some(_) if files.iter().any(is_fault) => Ending::Partial,
        Some(_) => Ending::Done,
    }
}

fn document(files: &[Inspected], table_reports: &[TableReport]) -> Value {
    let files: Vec<Value> = files.iter().map(json_of).collect();
    json!({"schema_version": 1, "files": files, "tables": json_of_tables(table_reports)})
}

fn json_of(file: &Inspected) -> Value {
    let nothing = FileTotals::default();
    let (parsed, skip) = (file.outcome.as_ref().ok(), file.outcome.as_ref().err());
    let totals = parsed.map_or(&nothing, |parsed| &parsed.activities);
    // Unknown for files that were not read.
    let ignored = |count: fn(&ParsedFile<FileTotals>) -> u64| parsed.map(count);
    let mut row = json!({
        "path": file.path.display().to_string(),
        "outcome": match skip {
            None => "ok",
            Some(Skip::NoTrack(_) | Skip::Stray | Skip::Planned(_) | Skip::NotRecording(_)) => "no_track",
            Some(_) => "error",
        },
        "reason": skip.map(Skip::to_string),
        "twin_of": file.twin_of.as_ref().map(|path| path.display().to_string()),
        "format": parsed.map(|parsed| parsed.format.to_string()),
        "course": parsed.is_some_and(|parsed| parsed.course),
        "activities": totals.activities,
        "empty_activities": ignored(|parsed| parsed.empty_activities),
        "points": totals.points,
        "timed_points": totals.timed,
        "start": totals.start_ms.map(timestamp_of_ms),
        "end": totals.end_ms.map(timestamp_of_ms),
        "bbox": totals.bbox.map(|ends| ends.map(|degrees| (degrees * 1e7).round() / 1e7)),
        "sports": sports(totals),
        "sports_in_file": totals.sports,
        "name": totals.name,
        "gear": totals.gear,
        "commute": totals.commute,
        "device": parsed.and_then(|parsed| parsed.device.as_deref()),
        "damage": parsed.and_then(|parsed| parsed.damage.as_ref()).map(damage_json),
        "warnings": parsed.map_or(Vec::new(), warnings),
        "unreadable_points": ignored(|parsed| parsed.unreadable_points),
        "out_of_range_points": ignored(|parsed| parsed.activities.out_of_range),
        "points_without_position": ignored(|parsed| parsed.points_without_position),
        "repeated_points": ignored(|parsed| parsed.activities.repeated),
        "bad_values": ignored(|parsed| parsed.bad_values),
        "waypoints": ignored(|parsed| parsed.waypoints),
        "route_points": ignored(|parsed| parsed.route_points),
    });
    for (sensor, points) in SENSORS.iter().zip(totals.sensors) {
        row[format!("{}_points", sensor.key)] = points.into();
    }
    row
}

/// Sensors with a column in the table.
const SENSORS_IN_COLUMNS: [&str; 2] = ["ele", "hr"];

/// One row per file with its faults below, and the totals.
fn table(files: &[Inspected], table_reports: &[TableReport]) -> String {
    let mut out = row(["start (UTC)", "end (UTC)", "activities", "points", "time", "ele", "hr", "file"]);
    for file in files {
        let name = printable(&file.path.display().to_string());
        match &file.outcome {
            Ok(parsed) => {
                let details = [&parsed.device, &titles(&parsed.activities)].map(|text| text.as_deref().map(printable));
                let details: Vec<String> = details.into_iter().flatten().collect();
                let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) };
                out += &row_of(&parsed.activities, &format!("{name}{details}"));
            }
            Err(Skip::NotActivity | Skip::NotRegular) if !file.explicit => {}
            Err(_) => out += &row(["–", "–", "–", "–", "–", "–", "–", &name]),
        }
        for note in notes(file) {
            let _ = writeln!(out, "    {}", printable(&note));
        }
    }
    out += &total(files);
    table_reports.iter().for_each(|table_report| out += &format!("{}\n", printable(&table_text(table_report))));
    out
}

fn row(cells: [&str; 8]) -> String {
    let [start, end, activities, points, time, elevation, heart_rate, file] = cells;
    format!("{start:<16} {end:<16} {activities:>10} {points:>11} {time:>5} {elevation:>5} {heart_rate:>5}  {file}\n")
}

fn row_of(totals: &FileTotals, file: &str) -> String {
    let minute = |ms: Option<i64>| ms.map_or("–".to_owned(), |ms| timestamp_of_ms(ms)[..16].replace('T', " "));
    let points_with = |key: &str| {
        SENSORS.iter().zip(totals.sensors).find(|(sensor, _)| sensor.key == key).map_or(0, |(_, points)| points)
    };
    let [elevation, heart_rate] = SENSORS_IN_COLUMNS.map(|key| share(points_with(key), totals));
    let [start, end] = [totals.start_ms, totals.end_ms].map(minute);
    let time = share(totals.timed, totals);
    let [activities, points] = [totals.activities, totals.points].map(count);
    row([&start, &end, &activities, &points, &time, &elevation, &heart_rate, file])
}

/// Share of the points, rounded down, so that 100% means all points; a dash for none.
fn share(part: u64, totals: &FileTotals) -> String {
    match part {
        0 => "–".to_owned(),
        part => format!("{}%", part * 100 / totals.points),
    }
}

/// Sensors without a column of their own, with their shares of the points.
fn other_sensors(totals: &FileTotals) -> Option<String> {
    let others = SENSORS
        .iter()
        .zip(totals.sensors)
        .filter(|(sensor, points)| !SENSORS_IN_COLUMNS.contains(&sensor.key) && *points > 0);
    let others: Vec<String> =
        others.map(|(sensor, points)| format!("{} {}", sensor.title, share(points, totals))).collect();
    (!others.is_empty()).then(|| format!("also {}", others.join(", ")))
}

/// Keys of the sports, each once.
fn sports(totals: &FileTotals) -> BTreeSet<String> {
    let keys = totals.sports.iter().map(|word| Sport::of(word).key().to_owned());
    keys.filter(|key| !key.is_empty()).collect()
}

/// Titles of the sports.
fn titles(totals: &FileTotals) -> Option<String> {
    let titles: Vec<String> = sports(totals).iter().map(|key| Sport::of(key).title().into_owned()).collect();
    (!titles.is_empty()).then(|| titles.join(", "))
}

/// Sentences about the damage of a file and other oddities.
fn warnings(parsed: &ParsedFile<FileTotals>) -> Vec<String> {
    parsed.damage.iter().map(damage_text).chain(parsed.warnings.iter().cloned()).collect()
}

/// Notes about a file, one sentence each.
fn notes(file: &Inspected) -> Vec<String> {
    let parsed = match &file.outcome {
        Ok(parsed) => parsed,
        Err(Skip::NotActivity | Skip::NotRegular) if !file.explicit => return Vec::new(),
        Err(skip) => return vec![skip.to_string()],
    };
    let ignored = [
        (parsed.unreadable_points, "unreadable point", "unreadable points"),
        (parsed.activities.out_of_range, "point not on Earth", "points not on Earth"),
        (parsed.points_without_position, "point without position", "points without position"),
        (parsed.activities.repeated, "repeated point", "repeated points"),
        (parsed.bad_values, "unusable value", "unusable values"),
        (parsed.empty_activities, "empty activity", "empty activities"),
        (parsed.waypoints, "waypoint", "waypoints"),
        (parsed.route_points, "point of a route", "points of a route"),
    ];
    let ignored: Vec<String> =
        ignored.iter().filter(|row| row.0 > 0).map(|(number, one, many)| some(*number, one, many)).collect();
    let mut notes: Vec<String> = other_sensors(&parsed.activities).into_iter().chain(warnings(parsed)).collect();
    if !ignored.is_empty() {
        notes.push(format!("ignored: {}", ignored.join(", ")));
    }
    if let Some(path) = &file.twin_of {
        notes.push(format!("byte-identical copy of {}", path.display()));
    }
    if parsed.course {
        notes.push("a planned course, not a recording".to_owned());
    }
    notes
}

fn total(files: &[Inspected]) -> String {
    let parsed_files = || files.iter().filter_map(|file| file.outcome.as_ref().ok());
    let sum = |count: fn(&FileTotals) -> u64| parsed_files().map(|parsed| count(&parsed.activities)).sum();
    let activities = some(sum(|totals| totals.activities), "activity", "activities");
    let points = some(sum(|totals| totals.points), "point", "points");
    let read = some(parsed_files().count() as u64, "file", "files");
    let mut out = format!("{activities}, {points} in {read}\n");
    let skipped = by_reason(files.iter().filter_map(|file| file.outcome.as_ref().err()));
    if !skipped.is_empty() {
        let _ = writeln!(out, "skipped: {}", skipped.join(", "));
    }
    let damaged = parsed_files().filter(|parsed| parsed.damage.is_some()).count();
    if damaged > 0 {
        let _ = writeln!(out, "damaged: {}", some(damaged as u64, "file read in part", "files read in part"));
    }
    out
}

//! Report texts about files and activities that several verbs share.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::faults::damage_json;
use super::format::{count, some};
use super::output::printable;
use crate::collection::{InputReport, Totals};
use crate::selection::{Omitted, Selection};
use crate::source::{Skip, TableReport};

pub const EMPTY_LIBRARY: &str =
    "nothing is imported: `trailglow import` does so; files that `render` remembers are not listed\n";

pub const NO_FILES: &str = "there are no files (hidden ones and previous outputs are not read)";

/// Text with the reasons why no activity is drawn.
pub fn nothing(report: &InputReport) -> String {
    // Activities that were read and omitted come first: files without activities are then not the reason.
    let mut reasons = omitted_by_reason(&report.omitted);
    reasons.extend(by_reason(report.skipped.iter().map(|(_, skip)| skip)));
    if reasons.is_empty() { NO_FILES.to_owned() } else { reasons.join(", ") }
}

/// Kind of a skipped file, in the order of reports.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    rank: u8,
    /// Name in JSON.
    name: &'static str,
    /// Description of one file and of several.
    one: &'static str,
    many: &'static str,
}

fn kind(skip: &Skip) -> Kind {
    let (rank, name, one, many) = match skip {
        Skip::Unreadable(_) => (0, "unreadable", "file that could not be read", "files that could not be read"),
        Skip::NoTrack(_) => (1, "no_track", "file without a track", "files without a track"),
        Skip::Stray => (2, "stray", "file of stray GPS fixes alone", "files of stray GPS fixes alone"),
        Skip::Planned(_) => (3, "planned", "planned course or route", "planned courses and routes"),
        Skip::NotRecording(_) => (4, "not_recording", "file of settings or the like", "files of settings and the like"),
        Skip::Twin(_) => (5, "twin", "copy of another file", "copies of other files"),
        Skip::NotActivity => (6, "not_activity", "file of another kind", "files of other kinds"),
        Skip::NotRegular => (7, "not_regular", "pipe, socket or device", "pipes, sockets or devices"),
    };
    Kind { rank, name, one, many }
}

/// Texts such as `3 files without a track`, one per kind that occurs.
pub fn by_reason<'a>(skips: impl Iterator<Item = &'a Skip>) -> Vec<String> {
    let mut numbers: BTreeMap<Kind, u64> = BTreeMap::new();
    skips.for_each(|skip| *numbers.entry(kind(skip)).or_default() += 1);
    numbers.iter().map(|(kind, number)| some(*number, kind.one, kind.many)).collect()
}

/// One line about a table of activities.
pub fn table_text(table_report: &TableReport) -> String {
    let TableReport { path, activities, without_file, missing, .. } = table_report;
    let mut text = format!("{} lists {}", path.display(), some(*activities, "activity", "activities"));
    for (number, what) in [(without_file, "without a file"), (missing, "whose file is missing")] {
        if *number > 0 {
            text += &format!(", {} {what}", count(*number));
        }
    }
    text
}

pub fn json_of_tables(table_reports: &[TableReport]) -> Value {
    let row = |TableReport { path, activities, without_file, missing, .. }: &TableReport| {
        let path = path.display().to_string();
        json!({"path": path, "activities": activities, "without_file": without_file, "missing": missing})
    };
    table_reports.iter().map(row).collect()
}

/// Texts such as `12 points in spikes`, one per reason that occurs.
fn points_by_reason(report: &InputReport) -> Vec<String> {
    let dropped = report.dropped;
    let reasons = [
        (dropped.spikes, "point in a spike", "points in spikes"),
        (dropped.null_island, "point at 0° N 0° E", "points at 0° N 0° E"),
        (dropped.out_of_range, "point not on Earth", "points not on Earth"),
        (dropped.repeated, "repeated point", "repeated points"),
        (report.unreadable_points, "unreadable point", "unreadable points"),
    ];
    reasons.iter().filter(|reason| reason.0 > 0).map(|(number, one, many)| some(*number, one, many)).collect()
}

/// Titles and reasons of everything that was skipped, dropped, hidden, damaged or omitted.
pub fn notes(report: &InputReport) -> impl Iterator<Item = (&'static str, Vec<String>)> {
    // Warnings about one file are adjacent.
    let noted = report.warnings.chunk_by(|a, b| a.0 == b.0).count() as u64;
    let notes = [
        ("skipped", by_reason(report.skipped.iter().map(|(_, skip)| skip))),
        ("dropped", points_by_reason(report)),
        ("hidden", some_or_none(report.hidden_points, "point", "points")),
        (
            "off the map",
            some_or_none(report.beyond_points, "point beyond 85° of latitude", "points beyond 85° of latitude"),
        ),
        ("damaged", some_or_none(report.damaged.len() as u64, "file read in part", "files read in part")),
        ("noted", some_or_none(noted, "file read with a warning", "files read with a warning")),
        ("omitted", omitted_by_reason(&report.omitted)),
    ];
    notes.into_iter().filter(|(_, reasons)| !reasons.is_empty())
}

/// Texts such as `3 indoor activities`, one per reason that occurs.
pub fn omitted_by_reason(omitted: &Omitted) -> Vec<String> {
    let reasons = [
        (omitted.indoor, "indoor activity (--indoor includes it)", "indoor activities (--indoor includes them)"),
        (
            omitted.virtual_activities,
            "virtual activity (--virtual includes it)",
            "virtual activities (--virtual includes them)",
        ),
        (omitted.not_selected, "activity not selected", "activities not selected"),
        (omitted.excluded, "excluded activity", "excluded activities"),
        (omitted.copies, "copy", "copies"),
        (omitted.hidden, "hidden activity", "hidden activities"),
        (omitted.stray, "recording of stray GPS fixes alone", "recordings of stray GPS fixes alone"),
        (
            omitted.beyond_map,
            "activity beyond 85° of latitude, where the map ends",
            "activities beyond 85° of latitude, where the map ends",
        ),
        (omitted.planned, "planned course (--courses includes it)", "planned courses (--courses includes them)"),
    ];
    reasons.iter().filter(|reason| reason.0 > 0).map(|(number, one, many)| some(*number, one, many)).collect()
}

/// JSON object of a selection: the sentence and the words; `null` without a condition.
pub fn selection_json(selection: &Selection) -> Value {
    if *selection == Selection::default() {
        return Value::Null;
    }
    json!({"where": selection.condition.to_string(), "words": selection.words()})
}

/// Lines below a list or a table of sums: the selection in words, the omitted activities and the place of home.
pub fn below(selection: &Selection, omitted: &Omitted, home: Option<(f64, f64)>) -> String {
    let mut out = String::new();
    if *selection != Selection::default() {
        let _ = writeln!(out, "selected: {}", printable(&selection.words()));
    }
    let omitted = omitted_by_reason(omitted);
    if !omitted.is_empty() {
        let _ = writeln!(out, "omitted: {}", omitted.join(", "));
    }
    if let Some(home) = home {
        let _ = writeln!(out, "{}", home_text(home));
    }
    out
}

pub fn home_text((lat, lon): (f64, f64)) -> String {
    format!("home, the most common start: {lat:.4},{lon:.4}")
}

/// `, 2014-05-31 to 2026-11-20`; empty if no time is known.
pub fn span(totals: &Totals) -> String {
    match (totals.first_day(), totals.last_day()) {
        (Some(first), Some(last)) if first != last => format!(", {first} to {last}"),
        (Some(first), _) => format!(", {first}"),
        _ => String::new(),
    }
}

/// JSON object of the files: found, read, skipped, damaged.
pub fn files_json(report: &InputReport) -> Value {
    let skipped: Vec<Value> = report
        .skipped
        .iter()
        .map(|(path, skip)| json!({"path": path.display().to_string(), "kind": kind(skip).name, "reason": skip.to_string()}))
        .collect();
    let path_json = |path: &Path| path.display().to_string();
    let warnings = report.warnings.iter().map(|(path, warning)| json!({"path": path_json(path), "warning": warning}));
    let damaged = report.damaged.iter().map(|(path, damage)| {
        let mut row = damage_json(damage);
        row["path"] = path_json(path).into();
        row
    });
    json!({
        "found": report.files_read as usize + skipped.len(),
        "read": report.files_read,
        "skipped": skipped,
        "damaged": damaged.collect::<Value>(),
        "warnings": warnings.collect::<Value>(),
    })
}

fn some_or_none(value: u64, one: &str, many: &str) -> Vec<String> {
    (value > 0).then(|| some(value, one, many)).into_iter().collect()
}

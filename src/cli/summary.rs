//! Report texts about files and activities that several verbs share.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::ending::Ending;
use super::format::{count, some};
use super::output;
use crate::collection::{InputReport, Totals};
use crate::selection::Omitted;
use crate::source::{InputFile, Skip, TableReport};

/// Returns true if a skipped file is a fault: a file that should have been readable.
pub fn is_fault(skip: &Skip, explicit: bool) -> bool {
    match skip {
        Skip::Unreadable(_) => true,
        Skip::NotActivity | Skip::NotRegular => explicit,
        Skip::NoTrack(_) | Skip::Planned(_) | Skip::NotRecording(_) | Skip::Twin(_) => false,
    }
}

/// Like [`is_fault`] for a path; `found` is sorted by path.
fn is_fault_among(found: &[InputFile], path: &Path, skip: &Skip) -> bool {
    let index = found.binary_search_by(|found| found.path.as_path().cmp(path));
    is_fault(skip, index.is_ok_and(|index| found[index].explicit))
}

pub fn ending(report: &InputReport, found: &[InputFile]) -> Ending {
    let faults = report.skipped.iter().any(|(path, skip)| is_fault_among(found, path, skip));
    if faults { Ending::Partial } else { Ending::Done }
}

/// Returns true if every skipped file is a fault.
pub fn is_all_fault(report: &InputReport, found: &[InputFile]) -> bool {
    report.skipped.iter().all(|(path, skip)| is_fault_among(found, path, skip))
}

/// Names unreadable files on stderr; with `verbose` also files without a track and damaged files.
pub fn name_skipped(report: &InputReport, found: &[InputFile], verbose: bool) {
    for (path, skip) in &report.skipped {
        if verbose || is_fault_among(found, path, skip) {
            output::warn(&format!("{}: {skip}", path.display()));
        }
    }
    for (path, warning) in report.warnings.iter().filter(|_| verbose) {
        output::warn(&format!("{}: {warning}", path.display()));
    }
}

pub const NO_FILES: &str = "there are no files (hidden ones and previous outputs are not read)";

/// Text with the reasons why no activity is drawn.
pub fn nothing(report: &InputReport) -> String {
    let mut reasons = by_reason(report.skipped.iter().map(|(_, skip)| skip));
    reasons.extend(omitted_by_reason(&report.omitted));
    if reasons.is_empty() { NO_FILES.to_owned() } else { reasons.join(", ") }
}

fn kind(skip: &Skip) -> &'static str {
    match skip {
        Skip::NotActivity => "not_activity",
        Skip::NoTrack(_) => "no_track",
        Skip::Planned(_) => "planned",
        Skip::NotRecording(_) => "not_recording",
        Skip::Twin(_) => "twin",
        Skip::NotRegular => "not_regular",
        Skip::Unreadable(_) => "unreadable",
    }
}

/// Texts such as `3 files without a track`, one per reason that occurs.
pub fn by_reason<'a>(skips: impl Iterator<Item = &'a Skip> + Clone) -> Vec<String> {
    const REASONS: [(&str, &str, &str); 7] = [
        ("unreadable", "file that could not be read", "files that could not be read"),
        ("no_track", "file without a track", "files without a track"),
        ("planned", "planned course or route", "planned courses and routes"),
        ("not_recording", "file of settings or the like", "files of settings and the like"),
        ("twin", "copy of another file", "copies of other files"),
        ("not_activity", "file of another kind", "files of other kinds"),
        ("not_regular", "pipe, socket or device", "pipes, sockets or devices"),
    ];
    let number = |wanted: &str| skips.clone().filter(|skip| kind(skip) == wanted).count() as u64;
    let reasons = REASONS.iter().map(|(kind, one, many)| (number(kind), one, many));
    reasons.filter(|(number, ..)| *number > 0).map(|(number, one, many)| some(number, one, many)).collect()
}

/// One line about a table of activities.
pub fn table_text(table_report: &TableReport) -> String {
    let TableReport { path, activities, without_file, missing, .. } = table_report;
    let mut text = format!("{} lists {}", path.display(), some(*activities, "activity", "activities"));
    for (number, what) in [(without_file, "entered by hand, without a file"), (missing, "whose file is missing")] {
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
        (report.unreadable_points, "unreadable point", "unreadable points"),
    ];
    reasons.iter().filter(|reason| reason.0 > 0).map(|(number, one, many)| some(*number, one, many)).collect()
}

/// Titles and reasons of everything that was skipped, dropped, hidden, damaged or omitted.
pub fn notes(report: &InputReport) -> impl Iterator<Item = (&'static str, Vec<String>)> {
    // Warnings about one file are adjacent.
    let damaged = report.warnings.chunk_by(|a, b| a.0 == b.0).count() as u64;
    let notes = [
        ("skipped", by_reason(report.skipped.iter().map(|(_, skip)| skip))),
        ("dropped", points_by_reason(report)),
        ("hidden", some_or_none(report.hidden_points, "point", "points")),
        (
            "off the map",
            some_or_none(report.beyond_points, "point beyond 85° of latitude", "points beyond 85° of latitude"),
        ),
        ("damaged", some_or_none(damaged, "file read in part", "files read in part")),
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
        (
            omitted.beyond_map,
            "activity beyond 85° of latitude, where the map ends",
            "activities beyond 85° of latitude, where the map ends",
        ),
        (omitted.planned, "planned course (--courses includes it)", "planned courses (--courses includes them)"),
    ];
    reasons.iter().filter(|reason| reason.0 > 0).map(|(number, one, many)| some(*number, one, many)).collect()
}

/// Lines below a list or a table of sums: the omitted activities and the place of home.
pub fn below(omitted: &Omitted, home: Option<(f64, f64)>) -> String {
    let mut out = String::new();
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
        .map(|(path, skip)| json!({"path": path.display().to_string(), "kind": kind(skip), "reason": skip.to_string()}))
        .collect();
    let warnings: Vec<Value> = report
        .warnings
        .iter()
        .map(|(path, warning)| json!({"path": path.display().to_string(), "warning": warning}))
        .collect();
    json!({"found": report.files_read as usize + skipped.len(), "read": report.files_read, "skipped": skipped, "warnings": warnings})
}

fn some_or_none(value: u64, one: &str, many: &str) -> Vec<String> {
    (value > 0).then(|| some(value, one, many)).into_iter().collect()
}

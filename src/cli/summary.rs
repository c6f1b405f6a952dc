//! What a render says when it is done.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::format::{bytes, count, seconds, some};
use super::{Ending, output};
use crate::collection::{Facts, Report};
use crate::pyramid::{Output, Timing};
use crate::selection::Left;
use crate::sink::tileset::{Tileset, rounded};
use crate::source::{Found, Listing, Skip};

/// Everything there is to say.
pub struct Summary<'a> {
    /// Files and points.
    pub report: &'a Report,
    /// The map.
    pub tileset: &'a Tileset,
    /// What was written.
    pub output: &'a Output,
    /// Tiles of each palette whose pixels were drawn; those of the others were kept from an earlier output.
    pub anew: u64,
    /// What drew.
    pub device: String,
    /// Time for reading, by the clock.
    pub read: Duration,
    /// Time for planning and drawing.
    pub timing: Timing,
    /// Time for colouring and writing.
    pub write: Duration,
    /// Time for everything.
    pub total: Duration,
    /// The library, if it was made just now: whoever has zones elsewhere has named another than they meant.
    pub new_library: Option<&'a Path>,
}

/// Whether a skipped file is a fault: it was to be read and could not.
pub fn is_fault(skip: &Skip, explicit: bool) -> bool {
    match skip {
        Skip::Unreadable(_) => true,
        Skip::NotActivity | Skip::NotRegular => explicit,
        Skip::NoTrack(_) | Skip::Planned(_) | Skip::Housekeeping(_) | Skip::Duplicate(_) => false,
    }
}

/// The same of a file of which only the path is known. `found` is sorted by path.
fn is_fault_among(found: &[Found], path: &Path, skip: &Skip) -> bool {
    let index = found.binary_search_by(|found| found.path.as_path().cmp(path));
    is_fault(skip, index.is_ok_and(|index| found[index].explicit))
}

/// Done, or done in part.
pub fn ending(report: &Report, found: &[Found]) -> Ending {
    let faults = report.skipped.iter().any(|(path, skip)| is_fault_among(found, path, skip));
    if faults { Ending::Partial } else { Ending::Done }
}

/// Whether nothing could be read that should have been.
pub fn is_all_fault(report: &Report, found: &[Found]) -> bool {
    report.skipped.iter().all(|(path, skip)| is_fault_among(found, path, skip))
}

/// Names what could not be read on stderr; with `verbose` also what holds no track and what is damaged.
pub fn name_skipped(report: &Report, found: &[Found], verbose: bool) {
    for (path, skip) in &report.skipped {
        if verbose || is_fault_among(found, path, skip) {
            output::complain(&format!("{}: {skip}", path.display()));
        }
    }
    for (path, warning) in report.warnings.iter().filter(|_| verbose) {
        output::complain(&format!("{}: {warning}", path.display()));
    }
}

/// Said where no input holds any file.
pub const NO_FILES: &str = "there are no files (hidden ones and earlier outputs are not read)";

/// Why there is nothing to draw.
pub fn nothing(report: &Report) -> String {
    let mut reasons = by_reason(report.skipped.iter().map(|(_, skip)| skip));
    reasons.extend(left_by_reason(&report.left));
    if reasons.is_empty() { NO_FILES.to_owned() } else { reasons.join(", ") }
}

fn kind(skip: &Skip) -> &'static str {
    match skip {
        Skip::NotActivity => "not_activity",
        Skip::NoTrack(_) => "no_track",
        Skip::Planned(_) => "planned",
        Skip::Housekeeping(_) => "housekeeping",
        Skip::Duplicate(_) => "duplicate",
        Skip::NotRegular => "not_regular",
        Skip::Unreadable(_) => "unreadable",
    }
}

/// `3 files without a track`, for each reason that occurs.
pub fn by_reason<'a>(skips: impl Iterator<Item = &'a Skip> + Clone) -> Vec<String> {
    const REASONS: [(&str, &str, &str); 7] = [
        ("unreadable", "file that could not be read", "files that could not be read"),
        ("no_track", "file without a track", "files without a track"),
        ("planned", "planned course or route", "planned courses and routes"),
        ("housekeeping", "file of settings or the like", "files of settings and the like"),
        ("duplicate", "copy of another file", "copies of other files"),
        ("not_activity", "file of another kind", "files of other kinds"),
        ("not_regular", "pipe, socket or device", "pipes, sockets or devices"),
    ];
    let number = |wanted: &str| skips.clone().filter(|skip| kind(skip) == wanted).count() as u64;
    let reasons = REASONS.iter().map(|(kind, one, many)| (number(kind), one, many));
    reasons.filter(|(number, ..)| *number > 0).map(|(number, one, many)| some(number, one, many)).collect()
}

/// What a table of activities says, on one line.
pub fn listed(listing: &Listing) -> String {
    let Listing { path, activities, without_file, missing, .. } = listing;
    let mut text = format!("{} lists {}", path.display(), some(*activities, "activity", "activities"));
    for (number, what) in [(without_file, "entered by hand, without a file"), (missing, "whose file is missing")] {
        if *number > 0 {
            text += &format!(", {} {what}", count(*number));
        }
    }
    text
}

/// The same for programs.
pub fn json_of_listings(listings: &[Listing]) -> Value {
    let row = |Listing { path, activities, without_file, missing, .. }: &Listing| {
        let path = path.display().to_string();
        json!({"path": path, "activities": activities, "without_file": without_file, "missing": missing})
    };
    listings.iter().map(row).collect()
}

/// `12 spikes`, for each reason that occurs.
fn points_by_reason(report: &Report) -> Vec<String> {
    let dropped = report.dropped;
    let reasons = [
        (dropped.spikes, "spike", "spikes"),
        (dropped.null_island, "at 0° N 0° E", "at 0° N 0° E"),
        (dropped.out_of_range, "not on Earth", "not on Earth"),
        (report.unreadable_points, "unreadable", "unreadable"),
        (report.hidden_points, "hidden", "hidden"),
    ];
    reasons.iter().filter(|reason| reason.0 > 0).map(|(number, one, many)| some(*number, one, many)).collect()
}

/// What was left out or damaged, by reason, each kind with its title.
pub fn notes(report: &Report) -> impl Iterator<Item = (&'static str, Vec<String>)> {
    // One file may have several warnings, which stand together.
    let damaged = report.warnings.chunk_by(|a, b| a.0 == b.0).count() as u64;
    let notes = [
        ("skipped", by_reason(report.skipped.iter().map(|(_, skip)| skip))),
        ("left out", points_by_reason(report)),
        ("damaged", some_or_none(damaged, "file read in part", "files read in part")),
        ("not drawn", left_by_reason(&report.left)),
    ];
    notes.into_iter().filter(|(_, reasons)| !reasons.is_empty())
}

/// `3 indoor`, for each reason that occurs.
pub fn left_by_reason(left: &Left) -> Vec<String> {
    let reasons = [
        (left.indoor, "indoor (--indoor draws it)", "indoor (--indoor draws them)"),
        (left.virtual_ones, "virtual (--virtual draws it)", "virtual (--virtual draws them)"),
        (left.other, "not selected", "not selected"),
        (left.excluded, "excluded", "excluded"),
        (left.copies, "copy", "copies"),
        (left.hidden, "hidden wholly", "hidden wholly"),
        (left.planned, "planned (--courses draws it)", "planned (--courses draws them)"),
    ];
    reasons.iter().filter(|reason| reason.0 > 0).map(|(number, one, many)| some(*number, one, many)).collect()
}

/// Where home was found.
pub fn home_text((lat, lon): (f64, f64)) -> String {
    format!("home, the most common start: {lat:.4},{lon:.4}")
}

/// `, 2014-05-31 to 2026-11-20`, or nothing where no time is known.
pub fn span(facts: &Facts) -> String {
    match (facts.first_day(), facts.last_day()) {
        (Some(first), Some(last)) if first != last => format!(", {first} to {last}"),
        (Some(first), _) => format!(", {first}"),
        _ => String::new(),
    }
}

/// For programs: what was found, read and not.
pub fn files_json(report: &Report) -> Value {
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
    json!({"found": report.read as usize + skipped.len(), "read": report.read, "skipped": skipped, "warnings": warnings})
}

impl Summary<'_> {
    /// For people, on stdout.
    pub fn print(&self) -> Result<()> {
        let mut out = String::new();
        let facts = &self.tileset.facts;
        let span = span(facts);
        let read = some(self.report.read, "file", "files");
        let activities = some(facts.activities, "activity", "activities");
        writeln!(out, "{activities} from {read}, {} km{span}", count(facts.whole_kilometres()))?;
        for (what, reasons) in notes(self.report) {
            writeln!(out, "{what}: {}", reasons.join(", "))?;
        }
        for listing in &self.report.listings {
            writeln!(out, "{}", output::printable(&listed(listing)))?;
        }
        if let Some(home) = self.report.home {
            writeln!(out, "{}", home_text(home))?;
        }
        let sets: Vec<&str> = self.tileset.sets.iter().map(|set| set.palette.name.as_str()).collect();
        let zooms = self.tileset.zooms();
        let tiles = some(self.output.tiles, "tile", "tiles");
        let size = bytes(self.output.bytes);
        writeln!(out, "{tiles}, {size}, zoom {} to {}, {}", zooms.start(), zooms.end(), sets.join(", "))?;
        if self.kept() > 0 {
            let all = some(self.anew + self.kept(), "tile", "tiles");
            writeln!(out, "{} of {all} drawn anew", count(self.anew))?;
        }
        let stages = self.stages().map(|(name, time)| format!("{name} {}", seconds(time)));
        writeln!(out, "{}; {} on {}", stages.join(", "), seconds(self.total), self.device)?;
        if let Some(library) = self.new_library {
            writeln!(out, "remembered in a new library, {}, in which no place is hidden", library.display())?;
        }
        match &self.output.written.page {
            Some(page) => writeln!(out, "open {} in a browser", page.display())?,
            None => self.output.written.paths.iter().try_for_each(|path| writeln!(out, "wrote {}", path.display()))?,
        }
        output::print(&out)
    }

    /// Tiles of each palette whose pixels were not drawn.
    fn kept(&self) -> u64 {
        self.tileset.zooms.iter().map(|zoom| zoom.tiles.len() as u64).sum::<u64>() - self.anew
    }

    fn stages(&self) -> [(&'static str, Duration); 4] {
        [("read", self.read), ("plan", self.timing.plan), ("draw", self.timing.draw), ("write", self.write)]
    }

    /// For programs, on stdout.
    pub fn print_json(&self) -> Result<()> {
        let (report, facts) = (self.report, &self.tileset.facts);
        let mut time: BTreeMap<&str, f64> =
            self.stages().into_iter().map(|(name, time)| (name, time.as_secs_f64())).collect();
        time.insert("encode_cpu", self.timing.encode.as_secs_f64());
        time.insert("total", self.total.as_secs_f64());
        let zooms: Vec<Value> = self
            .tileset
            .zooms
            .iter()
            .map(|zoom| json!({"zoom": zoom.grid.zoom, "tiles": zoom.tiles.len(), "max": rounded(zoom.curve().max())}))
            .collect();
        let document = json!({
            "schema_version": 1,
            "files": files_json(report),
            "listings": json_of_listings(&report.listings),
            "activities": facts.activities,
            "not_drawn": report.left,
            "home": report.home,
            "kilometres": facts.kilometres(),
            "from": facts.first_day(),
            "to": facts.last_day(),
            "points": {
                "drawn": facts.points,
                "unreadable": report.unreadable_points,
                "dropped": report.dropped,
                "hidden": report.hidden_points,
            },
            "palettes": self.tileset.sets.iter().map(|set| set.palette.name.as_str()).collect::<Vec<_>>(),
            "tiles": self.output.tiles,
            "drawn": self.anew,
            "kept": self.kept(),
            "bytes": self.output.bytes,
            "zooms": zooms,
            "device": self.device,
            "new_library": self.new_library.map(|path| path.display().to_string()),
            "seconds": time,
            "written": self.output.written.paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
            "page": self.output.written.page.as_ref().map(|path| path.display().to_string()),
        });
        output::print(&format!("{document:#}\n"))
    }
}

fn some_or_none(value: u64, one: &str, many: &str) -> Vec<String> {
    (value > 0).then(|| some(value, one, many)).into_iter().collect()
}

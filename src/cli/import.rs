//! `trailglow import`: reads files into the library.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result, anyhow};
use serde_json::{Value, json};

use super::ending::Ending;
use super::format::{count, some};
use super::output::printable;
use super::progress::Bars;
use super::{faults, library, output, summary};
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::job::import::{ImportReport, NothingToImport, import};

/// Import activity files into the library.
///
/// Imported activities stay in the library when their file is moved, changed or deleted. Unchanged files are not read
/// again, so import as often as you like.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Files to import; folders and archives are searched at any depth, and - is standard input.
    #[arg(required = true)]
    input: Vec<PathBuf>,

    #[command(flatten)]
    library: library::Location,

    #[command(flatten)]
    pub verbosity: output::Verbosity,
}

const EXAMPLES: &str = "\
Examples:
  trailglow import demo/
  trailglow import export/ ~/Downloads/ride.fit.gz && trailglow render -o tiles/";

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let path = args.library.path()?;
    let report = import(&args.input, &path, Control { progress: &Bars::new(args.verbosity.quiet), cancel })
        .map_err(with_reason)?;
    faults::name_faults(&report.inputs, &report.found, args.verbosity.verbose);
    let ending = if report.inputs.files_read == 0 && faults::is_all_fault(&report.inputs, &report.found) {
        Ending::Nothing
    } else {
        faults::ending(&report.inputs, &report.found)
    };
    if args.verbosity.json {
        output::print(&ending.document(document(&report, &path)))?;
    } else if !args.verbosity.quiet {
        output::print(&text(&report, &path))?;
    }
    Ok(ending)
}

/// Adds the reason if there is nothing to import.
fn with_reason(error: Error) -> Error {
    if error.is::<NothingToImport>() { anyhow!("{NothingToImport}: {}", summary::NO_FILES) } else { error }
}

fn document(report: &ImportReport, path: &Path) -> Value {
    json!({
        "schema_version": 1,
        "files": summary::files_json(&report.inputs),
        "tables": summary::json_of_tables(&report.inputs.table_reports),
        "already_imported": report.already_imported(),
        "library": {
            "path": path.display().to_string(),
            "new": report.is_new_library,
            "activities": report.totals.activities,
            "omitted": report.omitted,
            "possible_copies": report.possible_copies,
            "kilometres": report.totals.kilometres(),
            "from": report.totals.first_day(),
            "to": report.totals.last_day(),
        },
    })
}

fn text(report: &ImportReport, path: &Path) -> String {
    let ImportReport { inputs, totals, omitted, possible_copies, is_new_library, .. } = report;
    let imported = some(report.imported, "file imported", "files imported");
    let already = report.already_imported();
    let already = if already > 0 { format!(", {} already imported", count(already)) } else { String::new() };
    let mut out = format!("{imported}{already}\n");
    for (what, reasons) in summary::notes(inputs) {
        let _ = writeln!(out, "{what}: {}", reasons.join(", "));
    }
    let activities = some(totals.activities, "activity", "activities");
    let kilometres = count(totals.whole_kilometres());
    for table_report in &inputs.table_reports {
        let _ = writeln!(out, "{}", printable(&summary::table_text(table_report)));
    }
    if *is_new_library {
        let _ = writeln!(out, "{}", printable(&format!("made a new library, {}", path.display())));
    }
    let _ = writeln!(out, "the library holds {activities}, {kilometres} km{}", summary::span(totals));
    let omitted = summary::omitted_by_reason(omitted);
    if !omitted.is_empty() {
        let _ = writeln!(out, "omitted: {}", omitted.join(", "));
    }
    if *possible_copies > 0 {
        let pairs = some(*possible_copies, "pair", "pairs");
        let _ = writeln!(out, "{pairs} may be one recording: `trailglow duplicates` shows them");
    }
    out
}

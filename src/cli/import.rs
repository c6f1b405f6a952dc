//! `trailglow import`: files into the library.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::json;

use super::format::{count, some};
use super::output::printable;
use super::progress::Bars;
use super::{Ending, decide, library, output, summary};
use crate::collection::{self, Facts, Report};
use crate::interrupt::Interrupted;
use crate::library::{Library, Remembered, choose};
use crate::selection::{Left, Selection};
use crate::source;

/// Keep the activities of files in the library.
///
/// What was imported stays in the library when its file is moved or deleted, and is never read twice; a file that was
/// changed is another one. Import as often as you like.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Files to import, and folders of them at any depth.
    #[arg(required = true)]
    input: Vec<PathBuf>,

    #[command(flatten)]
    library: library::Location,

    #[command(flatten)]
    pub telling: output::Telling,
}

const EXAMPLES: &str = "\
Examples:
  trailglow import demo/
  trailglow import export/ ~/Downloads/ride.fit.gz && trailglow render -o tiles/";

/// Imports, and says how it went.
pub fn run(args: Args) -> Result<Ending> {
    let discovery = source::discover(&args.input, None)?;
    if discovery.found.is_empty() && discovery.unlisted.is_empty() {
        bail!("nothing to import: {}", summary::NO_FILES);
    }
    let path = args.library.path()?;
    let mut library = Library::open(&path)?;
    let remembered = library.remember(&discovery.found, true, &Bars::new(args.telling.quiet)).map_err(|error| {
        let kept = "what was imported until now is kept; import again for the rest";
        if error.is::<Interrupted>() { Interrupted::keeping(kept).into() } else { error }
    })?;
    let Remembered { gathered, listings, new } = remembered;
    let mut report = collection::assemble(library.files(gathered)?, listings, &Selection::everything()).report;
    report.add_unlisted(discovery.unlisted);
    let known = report.read.saturating_sub(new);
    summary::name_skipped(&report, &discovery.found, args.telling.verbose);
    let listed = library.list()?;
    let unsure = decide::unsure(&listed, &library.compared()?);
    let (listed, left) = choose(listed, &Selection { planned: false, ..Selection::everything() }.among([]));
    let facts = Facts::of(listed.iter().map(|activity| &activity.about));
    if args.telling.json {
        let document = json!({
            "schema_version": 1,
            "files": summary::files_json(&report),
            "listings": summary::json_of_listings(&report.listings),
            "known": known,
            "library": {
                "path": path.display().to_string(),
                "activities": facts.activities,
                "besides": left,
                "unsure": unsure,
                "kilometres": facts.kilometres(),
                "from": facts.first_day(),
                "to": facts.last_day(),
            },
        });
        output::print(&format!("{document:#}\n"))?;
    } else if !args.telling.quiet {
        output::print(&text(&report, new, &facts, &left, unsure))?;
    }
    Ok(if report.read == 0 && summary::is_all_fault(&report, &discovery.found) {
        Ending::Nothing
    } else {
        summary::ending(&report, &discovery.found)
    })
}

fn text(report: &Report, new: u64, facts: &Facts, left: &Left, unsure: u64) -> String {
    let known = report.read.saturating_sub(new);
    let new = some(new, "new file", "new files");
    let known = if known > 0 { format!(", {} known already", count(known)) } else { String::new() };
    let mut out = format!("{new}{known}\n");
    for (what, reasons) in summary::notes(report) {
        let _ = writeln!(out, "{what}: {}", reasons.join(", "));
    }
    let activities = some(facts.activities, "activity", "activities");
    let kilometres = count(facts.whole_kilometres());
    for listing in &report.listings {
        let _ = writeln!(out, "{}", printable(&summary::listed(listing)));
    }
    let _ = writeln!(out, "the library holds {activities}, {kilometres} km{}", summary::span(facts));
    let besides = summary::left_by_reason(left);
    if !besides.is_empty() {
        let _ = writeln!(out, "and besides: {}", besides.join(", "));
    }
    if unsure > 0 {
        let pairs = some(unsure, "pair", "pairs");
        let _ = writeln!(out, "{pairs} may be one recording: `trailglow duplicates` shows them");
    }
    out
}

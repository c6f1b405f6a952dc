//! `trailglow import`: files into the library.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::json;

use super::format::{count, some};
use super::progress::Bars;
use super::{Ending, library, output, summary};
use crate::collection::{self, Facts, Report};
use crate::interrupt::Interrupted;
use crate::library::{Content, Library, Outcome};
use crate::selection::Selection;
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

    /// Print the summary as one JSON document.
    #[arg(long)]
    pub json: bool,

    /// Neither progress nor summary; what could not be read is still named.
    #[arg(short, long, conflicts_with = "json")]
    quiet: bool,

    /// Also name the files that hold no track, and what was wrong with those read in part.
    #[arg(short, long)]
    verbose: bool,
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
    let outcomes = library.remember(&discovery.found, true, &Bars::new(args.quiet)).map_err(|error| {
        let kept = "what was imported until now is kept; import again for the rest";
        if error.is::<Interrupted>() { Interrupted::keeping(kept).into() } else { error }
    })?;
    let contents: Vec<Content> = outcomes.iter().filter_map(Outcome::content).collect();
    let mut files = library.files(&contents)?.into_iter();
    let mut known = 0;
    let outcome = |outcome| match outcome {
        Outcome::Skipped(skip) => Some(Err(skip)),
        Outcome::Read(_) => files.next(),
        Outcome::Known(_) => files.next().inspect(|file| known += u64::from(file.is_ok())),
    };
    let mut report = collection::assemble(
        &discovery.found,
        outcomes.into_iter().filter_map(outcome).collect(),
        &Selection::default(),
    )
    .report;
    report.add_unlisted(discovery.unlisted);
    summary::name_skipped(&report, &discovery.found, args.verbose);
    let listed = library.list()?;
    let facts = Facts::of(listed.iter().filter(|activity| activity.copy_of.is_none()).map(|activity| &activity.about));
    if args.json {
        let document = json!({
            "schema_version": 1,
            "files": summary::files_json(&report, &discovery.found),
            "known": known,
            "library": {
                "path": path.display().to_string(),
                "activities": facts.activities,
                "kilometres": facts.kilometres(),
                "from": facts.first_day(),
                "to": facts.last_day(),
            },
        });
        output::print(&format!("{document:#}\n"))?;
    } else if !args.quiet {
        output::print(&text(&report, known, &facts))?;
    }
    Ok(if report.read == 0 && summary::is_all_fault(&report, &discovery.found) {
        Ending::Nothing
    } else {
        summary::ending(&report, &discovery.found)
    })
}

fn text(report: &Report, known: u64, facts: &Facts) -> String {
    let new = some(report.read - known, "new file", "new files");
    let known = if known > 0 { format!(", {} known already", count(known)) } else { String::new() };
    let mut out = format!("{new}{known}\n");
    for (what, reasons) in summary::notes(report) {
        let _ = writeln!(out, "{what}: {}", reasons.join(", "));
    }
    let activities = some(facts.activities, "activity", "activities");
    let kilometres = count(facts.kilometres().round() as u64);
    let _ = writeln!(out, "the library holds {activities}, {kilometres} km{}", summary::span(facts));
    out
}

//! `trailglow exclude` and `trailglow include`: marks activities as excluded, or undoes that.

use anyhow::Result;
use serde_json::json;

use super::ending::Ending;
use super::format::{count, some};
use super::{library, output};
use crate::control::cancel::Cancel;
use crate::job::exclude::{Excluded, set_excluded};

/// The activities to exclude or include.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ids of activities, from `trailglow list`.
    #[arg(required = true, value_parser = library::id)]
    id: Vec<i64>,

    #[command(flatten)]
    pub query: library::LibraryQuery,
}

pub const EXCLUDE_EXAMPLES: &str = "\
Examples:
  trailglow exclude 1 2
  trailglow list --excluded";

pub const INCLUDE_EXAMPLES: &str = "\
Examples:
  trailglow include 1 2";

/// Excludes the activities if `excluded`, else includes them.
pub fn run(args: Args, excluded: bool, cancel: &Cancel) -> Result<Ending> {
    let done = set_excluded(&args.query.library.path()?, &args.id, excluded, cancel)?;
    let verb = if excluded { "excluded" } else { "included" };
    output::print(&if args.query.json { document(done, verb) } else { text(done, verb) })?;
    Ok(Ending::Done)
}

fn text(Excluded { changed, unchanged }: Excluded, verb: &str) -> String {
    let activities = some(changed, "activity", "activities");
    let before = if unchanged > 0 { format!(", {} before", count(unchanged)) } else { String::new() };
    format!("{activities} {verb}{before}\n")
}

fn document(Excluded { changed, unchanged }: Excluded, verb: &str) -> String {
    format!("{:#}\n", json!({"schema_version": 1, verb: changed, "unchanged": unchanged}))
}

//! `trailglow exclude` and `trailglow include`: marks activities as excluded, or undoes that.

use anyhow::Result;

use super::ending::Ending;
use super::format::some;
use super::{library, output};
use crate::control::cancel::Cancel;
use crate::job::exclude::set_excluded;

/// The activities to exclude or include.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ids of activities, from `trailglow list`.
    #[arg(required = true, value_parser = library::id)]
    id: Vec<i64>,

    #[command(flatten)]
    library: library::Location,
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
    let number = set_excluded(&args.library.path()?, &args.id, excluded, cancel)?;
    let activities = some(number, "activity", "activities");
    output::print(&format!("{activities} {}\n", if excluded { "excluded" } else { "included" }))?;
    Ok(Ending::Done)
}

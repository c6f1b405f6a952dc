//! `trailglow exclude` and `include`: whether activities are drawn.

use anyhow::Result;

use super::ending::Ending;
use super::format::some;
use super::{library, output};
use crate::control::cancel::Cancel;
use crate::job::exclude::set_excluded;

/// Activities to decide about.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Numbers of activities, as `trailglow list` shows them.
    #[arg(required = true)]
    id: Vec<i64>,

    #[command(flatten)]
    library: library::Location,
}

/// For the help of `exclude`.
pub const EXCLUDE_EXAMPLES: &str = "\
Examples:
  trailglow exclude 1 2
  trailglow list --excluded";

/// For the help of `include`.
pub const INCLUDE_EXAMPLES: &str = "\
Examples:
  trailglow include 1 2";

/// Leaves activities out of maps, lists and sums, or takes them in again.
pub fn run(args: Args, excluded: bool, cancel: &Cancel) -> Result<Ending> {
    let number = set_excluded(&args.library.path()?, &args.id, excluded, cancel)?;
    let activities = some(number, "activity", "activities");
    output::print(&format!("{activities} {}\n", if excluded { "excluded" } else { "included" }))?;
    Ok(Ending::Done)
}

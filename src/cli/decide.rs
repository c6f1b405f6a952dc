//! `trailglow exclude`, `include`, `duplicates` and `forget`: what the user decides about the library.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::format::some;
use super::output::printable;
use super::{Ending, library, output};
use crate::calendar::moment_of_ms;
use crate::library::{Library, Listed};

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
pub fn exclude(args: Args, excluded: bool) -> Result<Ending> {
    Library::open_if_there(&args.library.path()?)?.set_excluded(&args.id, excluded)?;
    let number = some(args.id.len() as u64, "activity", "activities");
    output::print(&format!("{number} {}\n", if excluded { "excluded" } else { "included" }))?;
    Ok(Ending::Done)
}

/// Show activities with the same points, of which one is drawn; or decide that they are different.
///
/// The one with the most sensors is drawn. Nothing is deleted.
#[derive(Debug, clap::Args)]
#[command(after_help = DUPLICATES_EXAMPLES)]
pub struct DuplicatesArgs {
    /// These are no copies: draw them too.
    #[arg(long, value_name = "ID", num_args = 1.., conflicts_with_all = ["together", "json"])]
    apart: Vec<i64>,

    /// Take that back.
    #[arg(long, value_name = "ID", num_args = 1.., conflicts_with = "json")]
    together: Vec<i64>,

    #[command(flatten)]
    library: library::Location,

    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

const DUPLICATES_EXAMPLES: &str = "\
Examples:
  trailglow duplicates
  trailglow duplicates --apart 2
  trailglow duplicates --together 2";

/// Shows or decides.
pub fn duplicates(args: DuplicatesArgs) -> Result<Ending> {
    let mut library = Library::open_if_there(&args.library.path()?)?;
    if !args.apart.is_empty() {
        library.set_apart(&args.apart, true)?;
    }
    if !args.together.is_empty() {
        library.set_apart(&args.together, false)?;
    }
    let listed = library.list()?;
    let mut groups: BTreeMap<i64, Vec<&Listed>> = BTreeMap::new();
    for copy in &listed {
        if let Some(id) = copy.copy_of {
            groups.entry(id).or_default().push(copy);
        }
    }
    let drawn = |id: &i64| listed.iter().find(|activity| activity.id == *id);
    let groups: Vec<(&Listed, Vec<&Listed>)> =
        groups.into_iter().filter_map(|(id, copies)| Some((drawn(&id)?, copies))).collect();
    let text = if args.json {
        let one = |activity: &Listed| json!({"id": activity.id, "path": activity.path.to_string_lossy()});
        let group = |(drawn, copies): &(&Listed, Vec<&Listed>)| {
            let copies: Vec<Value> = copies.iter().map(|copy| one(copy)).collect();
            json!({"why": "same points", "drawn": one(drawn), "copies": copies})
        };
        let groups: Vec<Value> = groups.iter().map(group).collect();
        format!("{:#}\n", json!({"schema_version": 1, "duplicates": groups}))
    } else {
        let mut out = String::new();
        for (drawn, copies) in &groups {
            for (what, activity) in std::iter::once(("drawn", *drawn)).chain(copies.iter().map(|copy| ("copy", *copy)))
            {
                let start = activity.about.start_ms.map_or("–".to_owned(), moment_of_ms);
                let path = printable(&activity.path.to_string_lossy());
                let _ = writeln!(out, "{what:<5} {:>6}  {start:<20}  {path}", activity.id);
            }
        }
        let copies = groups.iter().map(|(_, copies)| copies.len() as u64).sum();
        out + &format!("{} with the same points\n", some(copies, "copy", "copies"))
    };
    output::print(&text)?;
    Ok(Ending::Done)
}

/// Take activities out of the library.
///
/// All activities of a file go together. The files themselves are left alone, and importing them brings all back, but
/// what was decided about them.
#[derive(Debug, clap::Args)]
#[command(after_help = FORGET_EXAMPLES)]
pub struct ForgetArgs {
    /// Numbers of activities, as `trailglow list` shows them.
    #[arg(required_unless_present = "remembered")]
    id: Vec<i64>,

    /// What `render` remembers of files that were not imported.
    #[arg(long)]
    remembered: bool,

    #[command(flatten)]
    library: library::Location,
}

const FORGET_EXAMPLES: &str = "\
Examples:
  trailglow forget 2
  trailglow forget --remembered";

/// Forgets.
pub fn forget(args: ForgetArgs) -> Result<Ending> {
    let mut library = Library::open_if_there(&args.library.path()?)?;
    let mut out = String::new();
    if !args.id.is_empty() {
        let before = library.list()?.len();
        library.forget(&args.id)?;
        let forgotten = (before - library.list()?.len()) as u64;
        let _ = writeln!(out, "{} forgotten", some(forgotten, "activity", "activities"));
    }
    if args.remembered {
        let files = library.forget_remembered()? as u64;
        let _ = writeln!(out, "{} forgotten", some(files, "remembered file", "remembered files"));
    }
    output::print(&out)?;
    Ok(Ending::Done)
}

//! `trailglow exclude`, `include`, `duplicates` and `forget`: what the user decides about the library.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::Ending;
use super::format::some;
use super::output::printable;
use super::{library, output};
use crate::activity::calendar::moment_of_ms;
use crate::control::cancel::Cancel;
use crate::job::duplicates::Duplicates;
use crate::library::{Compared, Library, Listed};

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
pub fn exclude(args: Args, excluded: bool, cancel: &Cancel) -> Result<Ending> {
    let mut library = Library::open_if_there(&args.library.path()?, cancel)?;
    library.set_excluded(&args.id, excluded)?;
    let number = some(BTreeSet::from_iter(&args.id).len() as u64, "activity", "activities");
    output::print(&format!("{number} {}\n", if excluded { "excluded" } else { "included" }))?;
    Ok(Ending::Done)
}

/// Show which activities are one recording, and which may be; or decide it.
///
/// Of copies, the longest with the most sensors is drawn for all. Where it is not certain, as with two devices side by
/// side, all are drawn until you decide. Nothing is deleted.
#[derive(Debug, clap::Args)]
#[command(after_help = DUPLICATES_EXAMPLES)]
#[command(group = clap::ArgGroup::new("decision"))]
pub struct DuplicatesArgs {
    /// These are one recording: draw one of them.
    #[arg(long, value_name = "ID", num_args = 2.., group = "decision")]
    same: Vec<i64>,

    /// These are different: draw all of them.
    #[arg(long, value_name = "ID", num_args = 2.., group = "decision")]
    apart: Vec<i64>,

    /// Take back what was decided among these.
    #[arg(long, value_name = "ID", num_args = 2.., group = "decision")]
    undecide: Vec<i64>,

    #[command(flatten)]
    pub question: library::Question,
}

const DUPLICATES_EXAMPLES: &str = "\
Examples:
  trailglow duplicates
  trailglow duplicates --same 1 2
  trailglow duplicates --apart 1 2
  trailglow duplicates --undecide 1 2";

/// Decides, if anything is to be decided, and shows what is one recording now.
pub fn duplicates(args: DuplicatesArgs, cancel: &Cancel) -> Result<Ending> {
    let mut library = Library::open_if_there(&args.question.library.path()?, cancel)?;
    for (ids, same) in [(&args.same, Some(true)), (&args.apart, Some(false)), (&args.undecide, None)] {
        library.set_same(ids, same)?;
    }
    let listed = library.list()?;
    let compared = library.compared()?;
    let duplicates = Duplicates::new(&listed, &compared);
    output::print(&if args.question.json { format!("{:#}\n", duplicates.json()) } else { duplicates.text() })?;
    Ok(Ending::Done)
}

impl Duplicates<'_> {
    fn text(&self) -> String {
        let mut out = String::new();
        for (drawn, copies) in &self.groups {
            row(&mut out, stand(drawn), drawn, "");
            copies.iter().for_each(|(copy, why)| row(&mut out, "copy", copy, why));
        }
        for (a, b, why) in &self.unsure {
            row(&mut out, "this", a, "");
            row(&mut out, "or one?", b, why);
        }
        for pair in &self.decided {
            let what = if pair.decided == Some(true) { "one recording" } else { "different" };
            let _ = writeln!(out, "{} and {} are {what}, you said", pair.a, pair.b);
        }
        let copies = self.groups.iter().map(|(_, copies)| copies.len() as u64).sum();
        let _ = writeln!(
            out,
            "{} of {}",
            some(copies, "copy", "copies"),
            some(self.groups.len() as u64, "recording", "recordings")
        );
        let unsure = self.unsure.len() as u64;
        if unsure > 0 {
            let _ =
                writeln!(out, "{} may be one recording: decide with --same or --apart", some(unsure, "pair", "pairs"));
        }
        out
    }

    fn json(&self) -> Value {
        let one = |activity: &Listed| json!({"id": activity.id, "path": activity.origin.path().to_string_lossy()});
        let with = |activity: &Listed, why: &str| {
            let mut value = one(activity);
            value["why"] = why.into();
            value
        };
        let group = |(drawn, copies): &(&Listed, Vec<(&Listed, String)>)| {
            let copies: Vec<Value> = copies.iter().map(|(copy, why)| with(copy, why)).collect();
            json!({stand(drawn): one(drawn), "copies": copies})
        };
        let unsure = |(a, b, why): &(&Listed, &Listed, String)| json!({"a": one(a), "b": one(b), "why": why});
        let decided = |pair: &&Compared| json!({"a": pair.a, "b": pair.b, "same": pair.decided});
        json!({
            "schema_version": 1,
            "duplicates": self.groups.iter().map(group).collect::<Vec<_>>(),
            "unsure": self.unsure.iter().map(unsure).collect::<Vec<_>>(),
            "decided": self.decided.iter().map(decided).collect::<Vec<_>>(),
        })
    }
}

/// What becomes of the one that stands for its copies.
fn stand(activity: &Listed) -> &'static str {
    if activity.excluded { "excluded" } else { "drawn" }
}

fn row(out: &mut String, what: &str, activity: &Listed, why: &str) {
    let start = activity.about.start_ms.map_or("–".to_owned(), moment_of_ms);
    let path = printable(&activity.origin.path().to_string_lossy());
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    let _ = writeln!(out, "{what:<8} {:>6}  {start:<20}  {path}{why}", activity.id);
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
pub fn forget(args: ForgetArgs, cancel: &Cancel) -> Result<Ending> {
    let mut library = Library::open_if_there(&args.library.path()?, cancel)?;
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

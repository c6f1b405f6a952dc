//! `trailglow duplicates`: shows which activities are copies of one recording, and records decisions about them.

use std::fmt::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::Ending;
use super::format::some;
use super::output::printable;
use super::{library, output};
use crate::activity::calendar::timestamp_of_ms;
use crate::control::cancel::Cancel;
use crate::job::duplicates::{Brief, Decided, Decision, Duplicates, DuplicatesRequest, Group, Unsure, duplicates};

/// Show which activities are copies of one recording, or may be, and record your decisions.
///
/// Only one of several copies is drawn: the longest, with the most sensors. Uncertain copies, such as two devices side
/// by side, are all drawn until you decide. Nothing is deleted.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(group = clap::ArgGroup::new("decision"))]
pub struct Args {
    /// Decide that these activities are one recording, of which one is drawn.
    #[arg(long, value_name = "ID", num_args = 2.., group = "decision")]
    same: Vec<i64>,

    /// Decide that these activities are different; all are drawn.
    #[arg(long, value_name = "ID", num_args = 2.., group = "decision")]
    apart: Vec<i64>,

    /// Undo the decisions about these activities.
    #[arg(long, value_name = "ID", num_args = 2.., group = "decision")]
    undecide: Vec<i64>,

    #[command(flatten)]
    pub query: library::LibraryQuery,
}

const EXAMPLES: &str = "\
Examples:
  trailglow duplicates
  trailglow duplicates --same 1 2
  trailglow duplicates --apart 1 2
  trailglow duplicates --undecide 1 2";

/// Records the decision, if any, and prints the duplicates after it.
pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    // The flags exclude each other.
    let flags = [(Decision::Same, args.same), (Decision::Apart, args.apart), (Decision::Undecided, args.undecide)];
    let decision = flags.into_iter().find(|(_, ids)| !ids.is_empty());
    let found = duplicates(&DuplicatesRequest { library: args.query.library.path()?, decision }, cancel)?;
    output::print(&if args.query.json { document(&found) } else { text(&found) })?;
    Ok(Ending::Done)
}

fn text(Duplicates { groups, unsure, decided }: &Duplicates) -> String {
    let mut out = String::new();
    for Group { drawn, copies } in groups {
        row(&mut out, status(drawn), drawn, "");
        copies.iter().for_each(|(copy, why)| row(&mut out, "copy", copy, why));
    }
    for Unsure { a, b, why } in unsure {
        row(&mut out, "unsure", a, "");
        row(&mut out, "copy?", b, why);
    }
    for Decided { a, b, same } in decided {
        let what = if *same { "one recording" } else { "different" };
        let _ = writeln!(out, "decided: {a} and {b} are {what}");
    }
    let copies = some(groups.iter().map(|group| group.copies.len() as u64).sum(), "copy", "copies");
    let _ = writeln!(out, "{copies} of {}", some(groups.len() as u64, "recording", "recordings"));
    if !unsure.is_empty() {
        let pairs = some(unsure.len() as u64, "pair", "pairs");
        let _ = writeln!(out, "{pairs} of activities may be one recording: decide with --same or --apart");
    }
    out
}

fn document(Duplicates { groups, unsure, decided }: &Duplicates) -> String {
    let one = |activity: &Brief| json!({"id": activity.id, "path": activity.path.to_string_lossy()});
    let copy = |(activity, why): &(Brief, String)| {
        let mut value = one(activity);
        value["why"] = why.as_str().into();
        value
    };
    let group = |Group { drawn, copies }: &Group| {
        let copies: Vec<Value> = copies.iter().map(copy).collect();
        json!({status(drawn): one(drawn), "copies": copies})
    };
    let unsure_of = |Unsure { a, b, why }: &Unsure| json!({"a": one(a), "b": one(b), "why": why});
    let said = |Decided { a, b, same }: &Decided| json!({"a": a, "b": b, "same": same});
    let document = json!({
        "schema_version": 1,
        "duplicates": groups.iter().map(group).collect::<Vec<_>>(),
        "unsure": unsure.iter().map(unsure_of).collect::<Vec<_>>(),
        "decided": decided.iter().map(said).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

/// Status of the activity that represents its copies.
fn status(activity: &Brief) -> &'static str {
    if activity.excluded { "excluded" } else { "drawn" }
}

fn row(out: &mut String, what: &str, activity: &Brief, why: &str) {
    let start = activity.start_ms.map_or("–".to_owned(), timestamp_of_ms);
    let path = printable(&activity.path.to_string_lossy());
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    let _ = writeln!(out, "{what:<8} {:>6}  {start:<20}  {path}{why}", activity.id);
}

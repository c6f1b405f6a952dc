//! `trailglow duplicates`: shows which activities are copies of one recording, and records decisions about them.

use std::fmt::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::{Ending, Usage};
use super::format::some;
use super::output::printable;
use super::{library, output};
use crate::activity::calendar::timestamp_of_ms;
use crate::control::cancel::Cancel;
use crate::job::duplicates::{
    ActivityRef, Decision, Duplicates, DuplicatesRequest, Group, PossibleCopy, UserDecision, duplicates,
};

/// Show which activities are copies of one recording, or may be, and record your decisions.
///
/// Only one of several copies is drawn: of the longest, the one with the most times, then with the most sensor
/// values. Uncertain copies, such as two devices side by side, are all drawn until you decide. Nothing is deleted.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(group = clap::ArgGroup::new("decision"))]
pub struct Args {
    /// Decide that these activities are one recording, of which one is drawn.
    #[arg(long, value_name = "ID", num_args = 2.., value_parser = library::id, group = "decision")]
    same: Vec<i64>,

    /// Decide that these activities are different; all are drawn.
    #[arg(long, value_name = "ID", num_args = 2.., value_parser = library::id, group = "decision")]
    apart: Vec<i64>,

    /// Undo the decisions about these activities.
    #[arg(long, value_name = "ID", num_args = 2.., value_parser = library::id, group = "decision")]
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
    let flags = [
        (Decision::Same, "--same", args.same),
        (Decision::Different, "--apart", args.apart),
        (Decision::Undecided, "--undecide", args.undecide),
    ];
    let decision = flags.into_iter().find(|(.., ids)| !ids.is_empty());
    if let Some((_, flag, ids)) = &decision
        && ids.iter().all(|id| *id == ids[0])
    {
        return Err(Usage(format!("{flag}: {} is one activity; name two or more", ids[0])).into());
    }
    let decision = decision.map(|(decision, _, ids)| (decision, ids));
    let found = duplicates(&DuplicatesRequest { library: args.query.library.path()?, decision }, cancel)?;
    output::print(&if args.query.json { document(&found) } else { text(&found) })?;
    Ok(Ending::Done)
}

fn text(Duplicates { groups, possible_copies, decided }: &Duplicates) -> String {
    let mut out = String::new();
    for Group { drawn, copies } in groups {
        row(&mut out, status(drawn), drawn, "");
        copies.iter().for_each(|(copy, reason)| row(&mut out, "copy", copy, reason));
    }
    for PossibleCopy { a, b, reason } in possible_copies {
        row(&mut out, "unsure", a, "");
        row(&mut out, "copy?", b, reason);
    }
    for UserDecision { a, b, same } in decided {
        let what = if *same { "one recording" } else { "different" };
        let _ = writeln!(out, "decided: {a} and {b} are {what}");
    }
    let copies = some(groups.iter().map(|group| group.copies.len() as u64).sum(), "copy", "copies");
    let _ = writeln!(out, "{copies} of {}", some(groups.len() as u64, "recording", "recordings"));
    if !possible_copies.is_empty() {
        let pairs = some(possible_copies.len() as u64, "pair", "pairs");
        let _ = writeln!(out, "{pairs} of activities may be one recording: decide with --same or --apart");
    }
    out
}

fn document(Duplicates { groups, possible_copies, decided }: &Duplicates) -> String {
    let activity_json = |activity: &ActivityRef| json!({"id": activity.id, "path": activity.path.to_string_lossy()});
    let copy = |(activity, reason): &(ActivityRef, String)| {
        let mut value = activity_json(activity);
        value["reason"] = reason.as_str().into();
        value
    };
    let group = |Group { drawn, copies }: &Group| {
        let copies: Vec<Value> = copies.iter().map(copy).collect();
        json!({status(drawn): activity_json(drawn), "copies": copies})
    };
    let possible_copy = |PossibleCopy { a, b, reason }: &PossibleCopy| json!({"a": activity_json(a), "b": activity_json(b), "reason": reason});
    let decision_json = |UserDecision { a, b, same }: &UserDecision| json!({"a": a, "b": b, "same": same});
    let document = json!({
        "schema_version": 1,
        "duplicates": groups.iter().map(group).collect::<Vec<_>>(),
        "possible_copies": possible_copies.iter().map(possible_copy).collect::<Vec<_>>(),
        "decided": decided.iter().map(decision_json).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

/// Status of the activity that represents its copies.
fn status(activity: &ActivityRef) -> &'static str {
    if activity.excluded { "excluded" } else { "drawn" }
}

fn row(out: &mut String, what: &str, activity: &ActivityRef, reason: &str) {
    let start = activity.start_ms.map_or("–".to_owned(), timestamp_of_ms);
    let path = printable(&activity.path.to_string_lossy());
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    let _ = writeln!(out, "{what:<8} {:>6}  {start:<20}  {path}{reason}", activity.id);
}

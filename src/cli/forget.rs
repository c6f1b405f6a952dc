//! `trailglow forget`: removes activities from the library.

use std::fmt::Write;

use anyhow::Result;
use serde_json::json;

use super::ending::Ending;
use super::format::some;
use super::{library, output};
use crate::control::cancel::Cancel;
use crate::job::forget::{ForgetRequest, Forgotten, forget};

/// Remove activities from the library.
///
/// All activities of a file are removed together. The files themselves are left alone; importing them again brings the
/// activities back, without your decisions about them (exclusions, duplicates).
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Ids of activities, from `trailglow list`.
    #[arg(required_unless_present = "remembered", value_parser = library::id)]
    id: Vec<i64>,

    /// Remove what `render` remembers about files that were not imported.
    #[arg(long)]
    remembered: bool,

    #[command(flatten)]
    pub query: library::LibraryQuery,
}

const EXAMPLES: &str = "\
Examples:
  trailglow forget 2
  trailglow forget --remembered";

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let request = ForgetRequest { library: args.query.library.path()?, ids: args.id, remembered: args.remembered };
    let forgotten = forget(&request, cancel)?;
    output::print(&if args.query.json { document(forgotten) } else { text(forgotten) })?;
    Ok(Ending::Done)
}

fn document(Forgotten { activities, files }: Forgotten) -> String {
    format!("{:#}\n", json!({"schema_version": 1, "activities": activities, "remembered_files": files}))
}

fn text(Forgotten { activities, files }: Forgotten) -> String {
    let mut out = String::new();
    if let Some(number) = activities {
        let _ = writeln!(out, "{} forgotten", some(number, "activity", "activities"));
    }
    if let Some(number) = files {
        let _ = writeln!(out, "{} forgotten", some(number, "remembered file", "remembered files"));
    }
    out
}

//! `trailglow demo`: writes invented activities to try the program.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;

use super::ending::Ending;
use super::format::{bytes, quoted, some};
use super::progress::Bars;
use super::{number, output};
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::demo::{DemoReport, Options};
use crate::job::demo::{DemoRequest, demo};

/// Write invented activities to try the program.
///
/// Eight years of rides, runs and walks in an invented city in the middle of an ocean, as FIT, GPX and TCX files.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Folder to write; an earlier demo there is replaced.
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,

    /// Number of activities.
    #[arg(short = 'n', long, default_value_t = 200, allow_hyphen_values = true)]
    #[arg(value_parser = number::whole::<u32>(1..=1_000_000))]
    activities: u32,

    /// Seed of the random numbers; equal seeds give equal files.
    #[arg(long, default_value_t = 1, allow_hyphen_values = true, value_parser = number::whole::<u64>(0..=u64::MAX))]
    seed: u64,

    /// Print the summary as one JSON document.
    #[arg(long)]
    pub json: bool,

    /// Print neither progress nor summary.
    #[arg(short, long, conflicts_with = "json")]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  trailglow demo -o demo/
  trailglow demo -o many/ -n 5000 --seed 7";

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let options = Options { activities: args.activities as usize, seed: args.seed };
    let request = DemoRequest { out: args.out, options };
    let report = demo(&request, Control { progress: &Bars::new(args.quiet), cancel })?;
    if args.json {
        let files = json!({"schema_version": 1, "files": report.files, "bytes": report.bytes, "out": request.out.display().to_string()});
        output::print(&format!("{files:#}\n"))?;
    } else if !args.quiet {
        output::print(&text(&report, &request.out))?;
    }
    Ok(Ending::Done)
}

/// Summary with the command to run next.
fn text(report: &DemoReport, out: &Path) -> String {
    let (files, size) = (some(report.files as u64, "file", "files"), bytes(report.bytes));
    // Drops the slash that shell completion puts at the end.
    let out = out.components().as_path();
    let mut tiles = out.as_os_str().to_owned();
    tiles.push("-tiles");
    let [out, tiles] = [out, Path::new(&tiles)].map(quoted);
    format!("{files}, {size} in {out}; now: trailglow render {out} -o {tiles}\n")
}

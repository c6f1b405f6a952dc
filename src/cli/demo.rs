//! `trailglow demo`: a synthetic archive to try things on.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::Ending;
use super::format::{bytes, some};
use super::progress::Bars;
use crate::demo::{self, Options};
use crate::progress::Progress;
use crate::sink::atomic::Staging;

/// Write a synthetic archive of activities.
///
/// Nobody's data: an invented city in an empty place, with years of rides, runs and walks as FIT, GPX and TCX files.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write; an earlier demo is replaced.
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,

    /// How many activities.
    #[arg(short = 'n', long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    activities: u32,

    /// The same number gives the same files.
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Neither progress nor summary.
    #[arg(short, long)]
    quiet: bool,
}

/// Says whose folder this is, so that it may be replaced.
const MARK: &str = ".trailglow-demo";

/// Writes the archive.
pub fn run(args: Args) -> Result<Ending> {
    let is_used = |path: &PathBuf| fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
    if args.out.is_file() || is_used(&args.out) && !args.out.join(MARK).exists() {
        bail!(
            "{} holds other files; choose a new folder (only one with an earlier demo is replaced)",
            args.out.display()
        );
    }
    let staging = Staging::folder(&args.out)?;
    let bars = Bars::new(args.quiet);
    let options = Options { activities: args.activities as usize, seed: args.seed };
    bars.begin("writing", options.activities, "files");
    let summary = demo::write(staging.path(), &options, &|| bars.step())?;
    bars.end();
    fs::write(staging.path().join(MARK), "").context("cannot finish the demo")?;
    staging.commit()?;
    if !args.quiet {
        let (files, size) = (some(summary.files as u64, "file", "files"), bytes(summary.bytes));
        let out = args.out.display();
        writeln!(std::io::stdout().lock(), "{files}, {size} in {out}; now: trailglow render {out} -o tiles/")?;
    }
    Ok(Ending::Done)
}

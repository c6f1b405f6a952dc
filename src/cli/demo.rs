//! `trailglow demo`: a synthetic archive to try things on.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use super::ending::Ending;
use super::format::{bytes, quoted, some};
use super::output;
use super::progress::Bars;
use crate::control::cancel::Cancel;
use crate::control::progress::Progress;
use crate::demo::{self, Options};
use crate::tileset::staging::Staging;

/// Write a synthetic archive of activities.
///
/// Nobody's data: an invented city in an empty place, with years of rides, runs and walks as FIT, GPX and TCX files.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
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

const EXAMPLES: &str = "\
Examples:
  trailglow demo -o demo/
  trailglow demo -o many/ -n 5000 --seed 7";

/// Says whose folder this is, so that it may be replaced.
const MARK: &str = ".trailglow-demo";

/// Writes the archive.
pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    if args.out.exists() && !may_replace(&args.out) {
        bail!(
            "{} holds other files; choose a new folder (only one with nothing but an earlier demo is replaced)",
            args.out.display()
        );
    }
    let staging = Staging::folder(&args.out)?;
    let bars = Bars::new(args.quiet);
    let options = Options { activities: args.activities as usize, seed: args.seed };
    bars.begin("writing", options.activities, "files");
    let summary = demo::write(staging.path(), &options, &|| {
        bars.step();
        Ok(cancel.check()?)
    })?;
    bars.end();
    fs::write(staging.path().join(MARK), summary.paths.join("\n")).context("cannot finish the demo")?;
    staging.commit()?;
    if !args.quiet {
        let (files, size) = (some(summary.files as u64, "file", "files"), bytes(summary.bytes));
        let out = args.out.components().as_path();
        let mut tiles = out.as_os_str().to_owned();
        tiles.push("-tiles");
        let [out, tiles] = [out, Path::new(&tiles)].map(quoted);
        output::print(&format!("{files}, {size} in {out}; now: trailglow render {out} -o {tiles}\n"))?;
    }
    Ok(Ending::Done)
}

/// Whether nobody misses what is there: nothing, or what we have written, which the mark lists.
fn may_replace(place: &Path) -> bool {
    let Ok(mark) = fs::read_to_string(place.join(MARK)) else {
        return fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_none());
    };
    let ours: HashSet<&str> = mark.lines().chain([MARK]).collect();
    WalkDir::new(place).into_iter().all(|entry| {
        entry.is_ok_and(|entry| {
            let inside = entry.path().strip_prefix(place).ok().and_then(Path::to_str);
            entry.file_type().is_dir() || inside.is_some_and(|inside| ours.contains(inside))
        })
    })
}

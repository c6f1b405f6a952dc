//! Nothing → a synthetic archive.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use crate::control::Control;
use crate::demo::{self, DemoReport, Options};
use crate::tileset::staging::Staging;

/// An archive to write.
#[derive(Clone, Debug)]
pub struct DemoRequest {
    /// The folder to write. If it is there, it must be empty or hold nothing but an earlier demo, which is replaced.
    pub out: PathBuf,
    /// What to make up.
    pub options: Options,
}

/// Lists the files of a demo, so that nothing else is taken for a part of it when it is replaced.
const MARK: &str = ".trailglow-demo";

/// Writes an archive, whole or not at all.
///
/// # Errors
/// When the folder holds other files or cannot be written or replaced, or the user interrupts.
pub fn demo(request: &DemoRequest, Control { progress, cancel }: Control) -> Result<DemoReport> {
    let DemoRequest { out, options } = request;
    if out.exists() && !may_replace(out) {
        bail!(
            "{} holds other files; choose a new folder (only one with nothing but an earlier demo is replaced)",
            out.display()
        );
    }
    let staging = Staging::folder(out)?;
    progress.begin("writing", options.activities, "files");
    let report = demo::write(staging.path(), options, &|| {
        progress.step();
        Ok(cancel.check()?)
    })?;
    progress.end();
    fs::write(staging.path().join(MARK), report.paths.join("\n")).context("cannot finish the demo")?;
    staging.commit()?;
    Ok(report)
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

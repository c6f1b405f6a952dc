//! Writes the demo: a folder of invented activities.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use crate::control::Control;
use crate::demo::{self, DemoReport, Options};
use crate::tileset::staging::Staging;

/// Folder and contents of a demo.
#[derive(Clone, Debug)]
pub struct DemoRequest {
    /// Folder to write. An existing folder must be empty or hold nothing but an earlier demo, which is replaced.
    pub out: PathBuf,
    /// Number of activities and seed.
    pub options: Options,
}

/// File that lists the files of a demo, so that replacing the demo never removes other files.
const MANIFEST: &str = ".trailglow-demo";

/// Writes a demo atomically: the whole folder or nothing.
///
/// # Errors
/// If the folder holds other files or cannot be written or replaced, or the job is cancelled.
pub fn demo(request: &DemoRequest, Control { progress, cancel }: Control) -> Result<DemoReport> {
    let DemoRequest { out, options } = request;
    if out.exists() && !may_replace(out) {
        bail!(
            "{} holds other files; choose a new folder, or one that holds nothing but an earlier demo",
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
    fs::write(staging.path().join(MANIFEST), report.paths.join("\n")).context("cannot finish the demo")?;
    staging.commit()?;
    Ok(report)
}

/// Returns true if a folder is empty or holds only the files of an earlier demo.
fn may_replace(folder: &Path) -> bool {
    let Ok(manifest) = fs::read_to_string(folder.join(MANIFEST)) else {
        return fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    };
    let ours: HashSet<&str> = manifest.lines().chain([MANIFEST]).collect();
    WalkDir::new(folder).into_iter().all(|entry| {
        entry.is_ok_and(|entry| {
            let inside = entry.path().strip_prefix(folder).ok().and_then(Path::to_str);
            entry.file_type().is_dir() || inside.is_some_and(|inside| ours.contains(inside))
        })
    })
}

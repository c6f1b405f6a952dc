//! Finds the tilesets of an output, and those of other renders next to an output.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::reader::unreadable_message;
use super::{folder, is_archive_name, pmtiles};

/// Returns the paths of all tilesets of an output as the user names it: the folder itself, followed by its subfolders
/// by Trailglow and by the archives by Trailglow in all of them; the archive; or, if there is no archive of this name,
/// the archives of its styles. A folder that only contains outputs is left out.
///
/// # Errors
/// If a folder cannot be read.
pub fn tilesets(out: &Path) -> Result<Vec<PathBuf>> {
    if out.is_dir() {
        let styles = folder::style_folders(out).with_context(|| unreadable_message(out.display()))?;
        let mut folders = [vec![out.to_owned()], styles].concat();
        let archives: Vec<PathBuf> = folders.iter().flat_map(|folder| archives_in(folder, |_| true)).collect();
        if folders.len() + archives.len() > 1 && !folder::is_trailglow_folder(out) {
            folders.remove(0);
        }
        return Ok([folders, archives].concat());
    }
    let styles = if is_archive(out) && !out.exists() { archives(out) } else { Vec::new() };
    Ok(if styles.is_empty() { vec![out.to_owned()] } else { styles })
}

/// Returns the tilesets by Trailglow next to an output that a web site may take for a part of the output: for
/// `heat.pmtiles` also `heat-….pmtiles`, and next to a style in its own folder the other styles. Leaves out the paths
/// in `written`, which are canonical.
pub fn neighbours(out: &Path, written: &[PathBuf]) -> Vec<PathBuf> {
    let parent = parent(out);
    let mut found = if is_archive(out) {
        archives(out)
    } else if folder::is_trailglow_folder(parent) {
        folder::style_folders(parent).unwrap_or_default()
    } else {
        Vec::new()
    };
    found.retain(|path| !path.canonicalize().is_ok_and(|path| written.contains(&path)));
    found
}

fn is_archive(path: &Path) -> bool {
    is_archive_name(path).is_ok_and(|is_archive| is_archive)
}

fn parent(out: &Path) -> &Path {
    out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Archives by Trailglow in the folder of `out`, called like `out` or with `-…` after its stem, sorted.
fn archives(out: &Path) -> Vec<PathBuf> {
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let is_alike = |path: &Path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let rest = name.strip_prefix(&*stem);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let found = archives_in(parent(out), is_alike).into_iter();
    // Paths without a folder stay as short as the user writes them.
    found.filter_map(|path| Some(out.with_file_name(path.file_name()?))).collect()
}

/// Archives by Trailglow in a folder with wanted names, sorted.
fn archives_in(folder: &Path, is_wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path()).filter(|path| is_archive(path) && is_wanted(path));
    // Opening a named pipe would wait for ever.
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.is_file() && pmtiles::is_trailglow_archive(path)).collect();
    paths.sort();
    paths
}

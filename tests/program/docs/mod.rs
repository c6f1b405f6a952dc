//! The pages for users: every command runs, every flag exists, every link leads somewhere.
#![cfg(unix)]

mod commands;
mod flags;
mod links;
mod markdown;
mod pictures;

use std::fs;
use std::path::{Path, PathBuf};

/// Root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md and the pages of assets/docs: path below the root, and text.
fn pages() -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(root().join("assets/docs")).expect("the folder of the pages");
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| Path::new("assets/docs").join(entry.expect("a page").file_name())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    paths.push("README.md".into());
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(root().join(&path)).expect("a page is text");
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

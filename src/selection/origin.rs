//! Origin: file, format and device of an activity.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// File from which an activity was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Paths of byte-identical files; the first is shown.
    pub paths: Vec<PathBuf>,
    /// [`Format::name`](crate::source::Format::name).
    pub format: String,
    /// Recording device or program, if the file names it.
    pub device: Option<String>,
}

impl Origin {
    /// Returns the first path, or an empty one.
    pub fn path(&self) -> &Path {
        self.paths.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// Absolute paths, as in the library, so that a condition on the path matches files and the library alike.
    pub(super) fn absolute_paths(&self) -> Vec<Cow<'_, str>> {
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        self.paths.iter().map(|path| Cow::Owned(absolute(path).to_string_lossy().into_owned())).collect()
    }
}

//! Origin: file, format and device of an activity.

use std::path::{Path, PathBuf};

use crate::source::Format;

/// File from which an activity was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Paths of byte-identical files; the first is shown.
    pub paths: Vec<PathBuf>,
    /// [`Format::name`].
    pub format: String,
    /// Recording device or program, if the file names it.
    pub device: Option<String>,
}

impl Origin {
    /// Returns the first path, or an empty one.
    pub fn path(&self) -> &Path {
        self.paths.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// Returns true if the format or a path contains `part`. A format name matches only the format: `~/fitness` is not
    /// FIT.
    pub(super) fn matches_source(&self, part: &str) -> bool {
        if Format::ALL.iter().any(|format| format.name().eq_ignore_ascii_case(part)) {
            return self.format.eq_ignore_ascii_case(part);
        }
        self.paths.iter().any(|path| absolute(path).to_string_lossy().to_lowercase().contains(part))
    }
}

/// Makes a path absolute, as paths in the library are, so that a condition matches both alike.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

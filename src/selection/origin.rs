//! origin

use std::path::{Path, PathBuf};

/// The file of an activity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Under which paths its bytes lie. The first is shown.
    pub paths: Vec<PathBuf>,
    /// `FIT`, `GPX` or `TCX`.
    pub format: String,
    /// What wrote it, as far as it says.
    pub device: Option<String>,
}

impl Origin {
    /// The path that is shown; empty where there is none.
    pub fn path(&self) -> &Path {
        self.paths.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// The name of a format means the format alone: `~/fitness` is not FIT.
    pub(super) fn matches_source(&self, part: &str) -> bool {
        match part {
            "fit" | "gpx" | "tcx" => self.format.eq_ignore_ascii_case(part),
            _ => self.paths.iter().any(|path| absolute(path).to_string_lossy().to_lowercase().contains(part)),
        }
    }
}

/// The path from the root on, as the library knows it, however the user names it.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

//! Path, size and modification time of a file on disk.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::location::path_to_key;

/// Coarsest resolution of modification times: that of FAT.
const MTIME_RESOLUTION: Duration = Duration::from_secs(2);

#[derive(Clone, Debug)]
pub struct FileState {
    /// The path as the library stores it: absolute, without links.
    pub key: Vec<u8>,
    pub size: u64,
    modified_ns: Option<i64>,
    /// True if modified less than [`MTIME_RESOLUTION`] ago, in the future or at an unknown time. A later change may
    /// then leave size and time as they are.
    is_recent: bool,
}

impl FileState {
    /// Returns `None` unless the path leads to a regular file.
    pub fn of(path: &Path) -> Option<Self> {
        let key = path_to_key(&path.canonicalize().ok()?);
        let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let modified = metadata.modified().ok();
        let is_settled =
            |time: SystemTime| SystemTime::now().duration_since(time).is_ok_and(|age| age >= MTIME_RESOLUTION);
        let unix_ns = |time: SystemTime| time.duration_since(UNIX_EPOCH).ok()?.as_nanos().try_into().ok();
        Some(Self {
            key,
            size: metadata.len(),
            modified_ns: modified.and_then(unix_ns),
            is_recent: !modified.is_some_and(is_settled),
        })
    }

    /// Modification time in nanoseconds since 1970; `None` if it cannot prove that the file is unchanged.
    pub fn reliable_mtime_ns(&self) -> Option<i64> {
        self.modified_ns.filter(|_| !self.is_recent)
    }

    /// Returns true if path, size and time are still the same.
    pub fn is_unchanged(&self, path: &Path) -> bool {
        let is_same = |now: Self| (&now.key, now.size, now.modified_ns) == (&self.key, self.size, self.modified_ns);
        Self::of(path).is_some_and(is_same)
    }
}

//! Size and time of a file on disk.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::location::path_to_key;

/// The longest tick of a file system's clock: FAT's.
const MTIME_RESOLUTION: Duration = Duration::from_secs(2);

/// A file as it lies there.
#[derive(Clone, Debug)]
pub struct FileState {
    /// What its path is called in the library.
    pub key: Vec<u8>,
    /// Bytes.
    pub size: u64,
    modified_ns: Option<i64>,
    /// Changed so recently that it may change again within the same tick of its clock, so its time proves nothing.
    is_recent: bool,
}

impl FileState {
    /// Where the file is, if there is one.
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

    /// The time of the last change, if it can be relied on.
    pub fn reliable_mtime_ns(&self) -> Option<i64> {
        self.modified_ns.filter(|_| !self.is_recent)
    }

    /// Says whether the file lies there as it did.
    pub fn is_unchanged(&self, path: &Path) -> bool {
        let is_same = |now: Self| (&now.key, now.size, now.modified_ns) == (&self.key, self.size, self.modified_ns);
        Self::of(path).is_some_and(is_same)
    }
}

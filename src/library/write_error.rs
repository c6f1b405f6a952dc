//! Errors that prevent writing, in terms of the library file.

use std::io::{self, ErrorKind};
use std::path::Path;

use anyhow::{Error, anyhow};
use rusqlite::ErrorCode::{DiskFull, ReadOnly, SystemIoFailure};

/// Returns true if a file outside of SQLite could not grow.
pub fn is_disk_full(error: &Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge))
}

/// Names the library and a remedy if it cannot be written. Other errors stay as they are.
pub fn explain(error: Error, path: &Path) -> Error {
    let failure = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    let code = failure.and_then(rusqlite::Error::sqlite_error_code).or(is_disk_full(&error).then_some(DiskFull));
    let (path, another) = (path.display(), "name a library elsewhere with --library");
    match code {
        Some(DiskFull) => {
            anyhow!("the library {path} cannot grow, because its disk is full; free some space or {another}")
        }
        Some(SystemIoFailure) => anyhow!(
            "the library {path} cannot be read or written, perhaps because its disk is full; free some space or {another}: \
             {error}"
        ),
        Some(ReadOnly) => anyhow!("the library {path} cannot be written; change its permissions or {another}"),
        _ => error,
    }
}

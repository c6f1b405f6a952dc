//! Errors of SQLite that prevent writing, in terms of the library file.

use std::path::Path;

use anyhow::{Error, anyhow};
use rusqlite::ErrorCode::{DiskFull, ReadOnly, SystemIoFailure};

/// Names the library and a remedy if SQLite cannot write. Other errors stay as they are.
pub fn explain(error: Error, path: &Path) -> Error {
    let failure = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    let (path, another) = (path.display(), "name a library elsewhere with --library");
    match failure.and_then(rusqlite::Error::sqlite_error_code) {
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

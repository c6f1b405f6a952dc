//! Transactions that write, and errors of SQLite in terms of the library file.

use std::path::Path;

use anyhow::{Error, Result, anyhow};
use rusqlite::ErrorCode::{DiskFull, ReadOnly, SystemIoFailure};
use rusqlite::{Transaction, TransactionBehavior};

use super::Library;

impl Library {
    /// Runs `body` in one transaction: all of it is written, or nothing.
    ///
    /// # Errors
    /// The errors of `body`; also if the library cannot be written.
    pub(super) fn transact<T>(&mut self, body: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let run = || {
            // A deferred transaction that reads before it writes would not wait for another writer.
            let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = body(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        let result = run();
        result.map_err(|error| self.explain(error))
    }

    /// Names the library and a remedy if SQLite cannot write.
    pub(super) fn explain(&self, error: Error) -> Error {
        explain(error, Path::new(self.db.path().unwrap_or_default()))
    }
}

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

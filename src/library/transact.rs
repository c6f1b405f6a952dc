//! Transactions that write.

use std::path::Path;

use anyhow::{Error, Result};
use rusqlite::{Transaction, TransactionBehavior};

use super::Library;
use super::write_error::explain;

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

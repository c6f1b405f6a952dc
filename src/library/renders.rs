//! Render records: descriptions of finished renders, for the next render to the same output.

use std::path::Path;

use anyhow::Result;
use rusqlite::OptionalExtension;

use super::Library;
use super::location::{key_to_path, path_to_key};

impl Library {
    /// Record of the last render to an output, if any. The path is absolute, without links.
    ///
    /// # Errors
    /// If the library cannot be read.
    pub fn render_record(&self, output: &Path) -> Result<Option<Vec<u8>>> {
        let mut statement = self.db.prepare("SELECT record FROM render WHERE place = ?1")?;
        Ok(statement.query_row([path_to_key(output)], |row| row.get(0)).optional()?)
    }

    /// Stores the record of a render in place of the previous one, and deletes records of outputs that no longer exist,
    /// in one transaction.
    ///
    /// # Errors
    /// If the library cannot be written.
    pub fn save_render_record(&mut self, output: &Path, record: &[u8]) -> Result<()> {
        self.transact(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO render (place, record) VALUES (?1, ?2)",
                (path_to_key(output), record),
            )?;
            let mut statement = transaction.prepare("SELECT place FROM render")?;
            let outputs: Vec<Vec<u8>> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            for gone in outputs.into_iter().filter(|output| !key_to_path(output.clone()).exists()) {
                transaction.execute("DELETE FROM render WHERE place = ?1", [gone])?;
            }
            Ok(())
        })
    }
}

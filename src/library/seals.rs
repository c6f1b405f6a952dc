//! Seals of outputs, with the zones and trims that each output was drawn under.

use anyhow::Result;

use super::Library;
use crate::privacy::DrawnUnder;

/// Number of seals that are kept. An output has one for each of its styles, and a folder one for its page.
const MAX_SEALS: i64 = 1000;

impl Library {
    /// Zones and trims of all known renders that gave an output.
    ///
    /// # Errors
    /// If the library cannot be read.
    pub fn drawn_under(&self, seal: u128) -> Result<Vec<DrawnUnder>> {
        let mut statement = self.db.prepare("SELECT zones, asked_trim, trim FROM seal WHERE seal = ?1")?;
        let rows = statement.query_map([seal.to_le_bytes()], |row| {
            let zones = u128::from_le_bytes(row.get(0)?);
            Ok(DrawnUnder { zones, asked_trim_m: row.get(1)?, trim_m: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Stores the zones and trims of a new output for its seals. Deletes all but the newest thousand rows.
    ///
    /// # Errors
    /// If the library cannot be written; then no row changes.
    pub fn save_seals(&mut self, seals: &[u128], drawn_under: DrawnUnder) -> Result<()> {
        let DrawnUnder { zones, asked_trim_m, trim_m } = drawn_under;
        self.transact(|transaction| {
            for seal in seals {
                // A replaced row gets a new id, so that repeated renders keep their seals.
                transaction.execute(
                    "INSERT OR REPLACE INTO seal (seal, zones, asked_trim, trim) VALUES (?1, ?2, ?3, ?4)",
                    (seal.to_le_bytes(), zones.to_le_bytes(), asked_trim_m, trim_m),
                )?;
            }
            let old = "DELETE FROM seal WHERE id NOT IN (SELECT id FROM seal ORDER BY id DESC LIMIT ?1)";
            transaction.execute(old, [MAX_SEALS])?;
            Ok(())
        })
    }
}

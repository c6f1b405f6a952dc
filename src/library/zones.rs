//! The privacy zones that the library keeps, and the secret that shifts their circles.

use anyhow::{Context, Result, bail};
use rusqlite::TransactionBehavior;

use super::Library;
use crate::privacy::{Circle, Zone};

impl Library {
    /// All zones by name.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn zones(&self) -> Result<Vec<Zone>> {
        let mut statement = self.db.prepare("SELECT name, lat, lon, metres FROM zone ORDER BY name")?;
        let zones = statement.query_map([], |row| {
            Ok(Zone { name: row.get(0)?, lat: row.get(1)?, lon: row.get(2)?, metres: row.get(3)? })
        })?;
        let zones: Vec<Zone> = zones.collect::<Result<_, _>>()?;
        for zone in &zones {
            zone.check().with_context(|| format!("zone '{}' is not what was kept", zone.name))?;
        }
        Ok(zones)
    }

    /// What the zones hide.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn circles(&self) -> Result<Vec<Circle>> {
        let secret = self.db.query_row("SELECT bytes FROM secret", [], |row| row.get(0))?;
        Ok(self.zones()?.iter().map(|zone| zone.circle(&secret)).collect())
    }

    /// Keeps a zone.
    ///
    /// # Errors
    /// When it is not one that can be hidden, its name is taken, or the library cannot be written.
    pub fn add_zone(&mut self, zone: &Zone) -> Result<()> {
        zone.check()?;
        let Zone { name, lat, lon, metres } = zone;
        let added = self.db.execute("INSERT OR IGNORE INTO zone VALUES (?1, ?2, ?3, ?4)", (name, lat, lon, metres))?;
        if added == 0 {
            bail!("there is a zone '{name}' already; choose another name, or remove that one first");
        }
        Ok(())
    }

    /// Forgets zones.
    ///
    /// # Errors
    /// When there is no such zone, and then nothing is changed, or the library cannot be written.
    pub fn remove_zones(&mut self, names: &[String]) -> Result<()> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for name in names {
            if transaction.execute("DELETE FROM zone WHERE name = ?1", [name])? == 0 {
                bail!("there is no zone '{name}'; `trailglow zone list` shows them (nothing was changed)");
            }
        }
        Ok(transaction.commit()?)
    }
}

//! Privacy zones with the secret that shifts their circles, and the trim of all public maps.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use rusqlite::OptionalExtension;

use super::Library;
use crate::privacy::{Privacy, Zone, check_trim};

impl Library {
    /// All zones, sorted by name.
    ///
    /// # Errors
    /// If the library cannot be read, or a zone is invalid.
    pub fn zones(&self) -> Result<Vec<Zone>> {
        let mut statement = self.db.prepare("SELECT name, lat, lon, metres FROM zone ORDER BY name")?;
        let zones = statement.query_map([], |row| {
            Ok(Zone { name: row.get(0)?, lat: row.get(1)?, lon: row.get(2)?, radius_m: row.get(3)? })
        })?;
        let zones: Vec<Zone> = zones.collect::<Result<_, _>>()?;
        for zone in &zones {
            zone.check().with_context(|| {
                format!("zone '{}' in the library is invalid; remove it and add it again", zone.name)
            })?;
        }
        Ok(zones)
    }

    /// Zones and trim of one moment, with the names of the zones in the order of the circles.
    ///
    /// # Errors
    /// As for [`Library::zones`] and [`Library::trim`].
    pub fn privacy(&self) -> Result<(Privacy, Vec<String>)> {
        // One transaction, because another run may change the zones between two queries.
        let _snapshot = self.db.unchecked_transaction()?;
        let zones = self.zones()?;
        let secret = self.db.query_row("SELECT bytes FROM secret", [], |row| row.get(0))?;
        let circles = zones.iter().map(|zone| zone.circle(&secret)).collect();
        let privacy = Privacy::new(circles, self.trim()?.unwrap_or_default());
        Ok((privacy, zones.into_iter().map(|zone| zone.name).collect()))
    }

    /// The trim in metres, if any.
    ///
    /// # Errors
    /// If the library cannot be read, or the trim is invalid.
    pub fn trim(&self) -> Result<Option<f64>> {
        let trim_m: Option<f64> = self.db.query_row("SELECT metres FROM trim", [], |row| row.get(0)).optional()?;
        trim_m.map_or(Ok(()), check_trim).context("the trim in the library is invalid; set it again")?;
        Ok(trim_m)
    }

    /// Sets or removes the trim.
    ///
    /// # Errors
    /// If the trim is invalid or the library cannot be written.
    pub fn set_trim(&mut self, trim_m: Option<f64>) -> Result<()> {
        trim_m.map_or(Ok(()), check_trim)?;
        self.transact(|transaction| {
            transaction.execute("DELETE FROM trim", [])?;
            trim_m.map(|metres| transaction.execute("INSERT INTO trim VALUES (1, ?1)", [metres])).transpose()?;
            Ok(())
        })
    }

    /// Adds a zone.
    ///
    /// # Errors
    /// If the zone is invalid or its name is taken, or the library cannot be written.
    pub fn add_zone(&mut self, zone: &Zone) -> Result<()> {
        zone.check()?;
        let Zone { name, lat, lon, radius_m } = zone;
        let added = self.transact(|transaction| {
            let insert = "INSERT OR IGNORE INTO zone VALUES (?1, ?2, ?3, ?4)";
            Ok(transaction.execute(insert, (name, lat, lon, radius_m))?)
        })?;
        if added == 0 {
            bail!(
                "there is a zone '{name}' already; keep it, since a second circle around a place reveals more, or remove it first"
            );
        }
        Ok(())
    }

    /// Removes zones by name; a name may be given twice.
    ///
    /// # Errors
    /// If there is no such zone (then nothing changes), or the library cannot be written.
    pub fn remove_zones(&mut self, names: &[String]) -> Result<()> {
        self.transact(|transaction| {
            for name in BTreeSet::from_iter(names) {
                if transaction.execute("DELETE FROM zone WHERE name = ?1", [name])? == 0 {
                    bail!("there is no zone '{name}'; `trailglow zone list` shows the names (nothing was changed)");
                }
            }
            Ok(())
        })
    }
}

//! Sensor readings of a stored activity.

use anyhow::{Context, Result};
use rusqlite::OptionalExtension;

use super::Library;
use super::listed_activity::{SUMMARY_COLUMN_COUNT, SUMMARY_COLUMNS, summary};
use super::load::unpack_activity;
use crate::activity::readings::{Readings, SENSOR_COUNT, SENSORS};
use crate::collection::visible::without_privacy;

impl Library {
    /// Readings of each of [`SENSORS`] in the tidied points of an activity. Nothing is hidden. `None` for sensors
    /// without a value, and all of them if the library lacks the activity.
    ///
    /// # Errors
    /// If the library cannot be read or is damaged.
    pub fn readings(&self, id: i64) -> Result<[Option<Readings>; SENSOR_COUNT]> {
        let mut statement = self.db.prepare(&format!(
            "SELECT {SUMMARY_COLUMNS}, places, track.sensors FROM activity JOIN track ON activity = id WHERE id = ?1"
        ))?;
        let blobs = statement.query_row([id], |row| {
            let [positions, sensors] = [0, 1].map(|column| row.get::<_, Vec<u8>>(SUMMARY_COLUMN_COUNT + column));
            Ok((summary(row)?, positions?, sensors?))
        });
        let Some((summary, positions, sensors)) = blobs.optional()? else { return Ok([None; SENSOR_COUNT]) };
        let activity = unpack_activity(summary, &positions, &sensors).with_context(|| format!("activity {id}"))?;
        let segments = without_privacy(&activity).0.map(|visible| visible.segments).unwrap_or_default();
        Ok(SENSORS.map(|sensor| sensor.readings(&segments)))
    }
}

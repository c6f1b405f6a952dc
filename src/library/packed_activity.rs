//! One stored activity with all its points.

use anyhow::{Context, Result};
use rusqlite::{OptionalExtension, Row};

use super::Library;
use super::listed_activity::{SUMMARY_COLUMN_COUNT, SUMMARY_COLUMNS, summary};
use super::load::unpack_activity;
use crate::activity::Activity;
use crate::activity::summary::Summary;

/// Blobs of an activity.
pub struct PackedActivity {
    id: i64,
    summary: Summary,
    positions: Vec<u8>,
    sensors: Vec<u8>,
}

impl PackedActivity {
    /// The activity with all its points as the file has them, before hiding and tidying.
    ///
    /// # Errors
    /// If a blob is damaged.
    pub fn unpack(self) -> Result<Activity> {
        unpack_activity(self.summary, &self.positions, &self.sensors).with_context(|| format!("activity {}", self.id))
    }
}

impl Library {
    /// Reads the blobs of an activity; `None` if the library lacks the activity.
    ///
    /// # Errors
    /// If the library cannot be read.
    pub(super) fn packed_activity(&self, id: i64) -> Result<Option<PackedActivity>> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {SUMMARY_COLUMNS}, places, track.sensors FROM activity JOIN track ON activity = id WHERE id = ?1"
        ))?;
        let packed = |row: &Row<'_>| {
            let [positions, sensors] = [0, 1].map(|column| row.get(SUMMARY_COLUMN_COUNT + column));
            Ok(PackedActivity { id, summary: summary(row)?, positions: positions?, sensors: sensors? })
        };
        Ok(statement.query_row([id], packed).optional()?)
    }
}

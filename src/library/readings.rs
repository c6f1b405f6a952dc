//! Sensor readings of a stored activity.

use anyhow::Result;

use super::Library;
use crate::activity::readings::Readings;
use crate::activity::sensor::{SENSOR_COUNT, SENSORS};
use crate::collection::visible::without_privacy;

impl Library {
    /// Readings of each of [`SENSORS`] in the tidied points of an activity. Nothing is hidden. `None` for sensors
    /// without a value, and all of them if the library lacks the activity.
    ///
    /// # Errors
    /// If the library cannot be read or is damaged.
    pub fn readings(&self, id: i64) -> Result<[Option<Readings>; SENSOR_COUNT]> {
        let Some(packed) = self.packed_activity(id)? else { return Ok([None; SENSOR_COUNT]) };
        let activity = packed.unpack()?;
        let segments = without_privacy(&activity).0.map(|visible| visible.segments).unwrap_or_default();
        Ok(SENSORS.map(|sensor| sensor.readings(&segments)))
    }
}

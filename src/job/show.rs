//! Finds one activity of a library.

use std::path::Path;

use anyhow::Result;

use super::new_roads;
use crate::activity::readings::Readings;
use crate::activity::sensor::SENSOR_COUNT;
use crate::control::cancel::Cancel;
use crate::library::{Library, ListedActivity};

/// An activity and its copies.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The activity with the given id.
    pub activity: ListedActivity,
    /// Ids of the copies that this activity represents.
    pub copies: Vec<i64>,
    /// Readings of each of [`SENSORS`](crate::activity::sensor::SENSORS).
    pub readings: [Option<Readings>; SENSOR_COUNT],
    /// Reason why new roads are unknown.
    pub warning: Option<String>,
}

/// Finds an activity by id in the library at `path`; returns `None` if there is none.
///
/// # Errors
/// If the library is missing or cannot be read, or the job is cancelled.
pub fn show(path: &Path, id: i64, cancel: &Cancel) -> Result<Option<Shown>> {
    let mut library = Library::open_existing(path, cancel)?;
    let mut listed = library.list()?;
    let warning = new_roads::find(&mut library, &mut listed)?;
    let copies = listed.iter().filter(|other| other.copy_of == Some(id)).map(|other| other.id).collect();
    let Some(index) = listed.iter().position(|activity| activity.id == id) else { return Ok(None) };
    let readings = library.readings(id)?;
    Ok(Some(Shown { activity: listed.swap_remove(index), copies, readings, warning }))
}

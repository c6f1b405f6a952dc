//! Adds, removes and lists the privacy zones of a library, and sets its trim.

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::{Library, LibraryPlace};
use crate::privacy::Zone;

/// A change of the zones or the trim.
#[derive(Clone, Debug)]
pub enum Change {
    /// Adds a zone; creates the library if it is missing and may be created.
    Add(Zone),
    /// Removes the zones with these names.
    Remove(Vec<String>),
    /// Sets the trim in metres; creates the library if it is missing and may be created.
    Trim(f64),
    /// Removes the trim.
    TrimOff,
}

/// Zones and trim of a library.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Zones by name.
    pub zones: Vec<Zone>,
    /// Trim in metres, if any.
    pub trim_m: Option<f64>,
}

/// A change to make before zones and trim are listed.
#[derive(Clone, Debug)]
pub struct ZoneRequest {
    /// Library file.
    pub library: LibraryPlace,
    /// Change to make first.
    pub change: Option<Change>,
    /// True to list zones and trim. Listing fails if the file holds an invalid zone, which can still be removed.
    pub list: bool,
}

/// Changes zones or trim of a library and lists both; nothing is listed unless requested.
///
/// # Errors
/// If a zone or the trim is invalid, or the name of a zone is taken or unknown, in which case nothing changes; if the
/// library is missing or cannot be written.
pub fn zone(request: &ZoneRequest, cancel: &Cancel) -> Result<Listed> {
    let path = &request.library.path;
    let mut library = match request.change {
        Some(Change::Add(_) | Change::Trim(_)) => Library::open_place(&request.library, cancel)?,
        Some(Change::Remove(_) | Change::TrimOff) => Library::open_to_change(path, cancel)?,
        None => Library::open_existing(path, cancel)?,
    };
    match &request.change {
        Some(Change::Add(zone)) => library.add_zone(zone)?,
        Some(Change::Remove(names)) => library.remove_zones(names)?,
        Some(Change::Trim(trim_m)) => library.set_trim(Some(*trim_m))?,
        Some(Change::TrimOff) => library.set_trim(None)?,
        None => {}
    }
    if request.list { Ok(Listed { zones: library.zones()?, trim_m: library.trim()? }) } else { Ok(Listed::default()) }
}

//! Adds, removes and lists the privacy zones of a library.

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::{Library, LibraryPlace};
use crate::privacy::Zone;

/// A change of the zones.
#[derive(Clone, Debug)]
pub enum Change {
    /// Adds a zone; creates the library if it is missing and may be created.
    Add(Zone),
    /// Removes the zones with these names.
    Remove(Vec<String>),
}

/// A change to make before the zones are listed.
#[derive(Clone, Debug)]
pub struct ZoneRequest {
    /// Library file.
    pub library: LibraryPlace,
    /// Change to make first.
    pub change: Option<Change>,
    /// True to list the zones. Listing fails if the file holds an invalid zone, which can still be removed.
    pub list: bool,
}

/// Changes the zones of a library and lists them by name; the list is empty unless requested.
///
/// # Errors
/// If a zone is invalid, its name is taken or unknown, in which case nothing changes; if the library is missing or
/// cannot be written.
pub fn zone(request: &ZoneRequest, cancel: &Cancel) -> Result<Vec<Zone>> {
    let path = &request.library.path;
    let library = match &request.change {
        Some(Change::Add(zone)) => {
            let mut library = Library::open_place(&request.library, cancel)?;
            library.add_zone(zone)?;
            library
        }
        Some(Change::Remove(names)) => {
            let mut library = Library::open_existing(path, cancel)?;
            library.remove_zones(names)?;
            library
        }
        None => Library::open_existing(path, cancel)?,
    };
    if request.list { library.zones() } else { Ok(Vec::new()) }
}

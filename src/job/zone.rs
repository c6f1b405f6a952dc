//! The privacy zones of a library.

use std::path::PathBuf;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::Library;
use crate::privacy::Zone;

/// What is to become of the zones.
#[derive(Clone, Debug)]
pub enum Change {
    /// Hide a place. The library is made if it is not there.
    Add(Zone),
    /// Show the places of these names again.
    Remove(Vec<String>),
}

/// Zones to change and to list.
#[derive(Clone, Debug)]
pub struct ZoneRequest {
    /// The library's file.
    pub library: PathBuf,
    /// What to change first, if anything.
    pub change: Option<Change>,
    /// Whether to list the zones that there are then. Listing fails if a zone in the file is out of its ranges; such a
    /// zone can still be removed.
    pub list: bool,
}

/// Changes the zones of a library, and lists them by name if that is asked for; otherwise the list is empty.
///
/// # Errors
/// When a zone cannot be hidden, its name is taken, or there is none of a name, and then nothing is changed; when the
/// library is not there or cannot be read and written.
pub fn zone(request: &ZoneRequest, cancel: &Cancel) -> Result<Vec<Zone>> {
    let path = &request.library;
    let library = match &request.change {
        Some(Change::Add(zone)) => {
            let mut library = Library::open(path, cancel)?;
            library.add_zone(zone)?;
            library
        }
        Some(Change::Remove(names)) => {
            let mut library = Library::open_if_there(path, cancel)?;
            library.remove_zones(names)?;
            library
        }
        None => Library::open_if_there(path, cancel)?,
    };
    if request.list { library.zones() } else { Ok(Vec::new()) }
}

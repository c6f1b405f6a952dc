//! Finds one activity of a library.

use std::path::Path;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::{Library, ListedActivity};
use crate::privacy::NO_PRIVACY;

/// An activity and its copies.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The activity with the given id.
    pub activity: ListedActivity,
    /// Ids of the copies that this activity represents.
    pub copies: Vec<i64>,
}

/// Finds an activity by id in the library at `path`; returns `None` if there is none.
///
/// # Errors
/// If the library is missing or cannot be read, or the job is cancelled.
pub fn show(path: &Path, id: i64, cancel: &Cancel) -> Result<Option<Shown>> {
    let mut library = Library::open_existing(path, cancel)?;
    let mut listed = library.list()?;
    library.find_new_roads(&mut listed, &NO_PRIVACY)?;
    let copies = listed.iter().filter(|other| other.copy_of == Some(id)).map(|other| other.id).collect();
    let index = listed.iter().position(|activity| activity.id == id);
    Ok(index.map(|index| Shown { activity: listed.swap_remove(index), copies }))
}

//! Library → all that it knows of an activity.

use std::path::Path;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::{Library, ListedActivity};

/// An activity of a library, and what it stands for.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The activity.
    pub activity: ListedActivity,
    /// Numbers of the activities that it is drawn instead of.
    pub copies: Vec<i64>,
}

/// Finds the activity of a number in the library at `path`; `None` if there is none.
///
/// # Errors
/// When the library is not there or cannot be read and written, or the user interrupts.
pub fn show(path: &Path, id: i64, cancel: &Cancel) -> Result<Option<Shown>> {
    let mut listed = Library::open_existing(path, cancel)?.list()?;
    let copies = listed.iter().filter(|other| other.copy_of == Some(id)).map(|other| other.id).collect();
    let index = listed.iter().position(|activity| activity.id == id);
    Ok(index.map(|index| Shown { activity: listed.swap_remove(index), copies }))
}

//! Saves, removes and lists the named selections of a library.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::{Library, LibraryPlace};
use crate::selection::{Expression, View};

/// A change of the views.
#[derive(Clone, Debug)]
pub enum Change {
    /// Saves a view.
    Save {
        /// View to save.
        view: View,
        /// True to replace a view of the same name.
        may_replace: bool,
    },
    /// Removes the views with these names.
    Remove(BTreeSet<String>),
}

/// Changes the views of a library. Saving creates the library if it is missing and may be created.
///
/// # Errors
/// If a name is invalid, taken or unknown, in which case nothing changes; if the library is missing or cannot be written.
pub fn change(place: &LibraryPlace, change: &Change, cancel: &Cancel) -> Result<()> {
    let mut library = match change {
        Change::Save { .. } => Library::open_place(place, cancel)?,
        Change::Remove(_) => Library::open_to_change(&place.path, cancel)?,
    };
    match change {
        Change::Save { view, may_replace } => library.save_view(view, *may_replace),
        Change::Remove(names) => library.remove_views(names),
    }
}

/// Views of the library at `path` by name, each with its condition, or with the stored text if it cannot be parsed.
///
/// # Errors
/// If the library is missing or cannot be read.
pub fn list(path: &Path, cancel: &Cancel) -> Result<Vec<(String, Result<Expression, String>)>> {
    Library::open_existing(path, cancel)?.views()
}

/// The view of a name in the library at `path`.
///
/// # Errors
/// If there is none, or the library is missing or cannot be read.
pub fn find(path: &Path, name: &str, cancel: &Cancel) -> Result<View> {
    Library::open_existing(path, cancel)?.view(name)
}

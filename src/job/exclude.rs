//! Excludes activities of a library, or includes them again.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::{Library, ListedActivity};

/// Numbers of distinct ids by what became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// Activities that were excluded or included.
    pub changed: u64,
    /// Activities that were so before.
    pub unchanged: u64,
}

/// Excludes activities of the library at `path` and all their copies, or includes them again.
///
/// # Errors
/// If an id is unknown, in which case nothing changes; if the library is missing or cannot be written, or the job is
/// cancelled.
pub fn set_excluded(path: &Path, ids: &[i64], excluded: bool, cancel: &Cancel) -> Result<Excluded> {
    let mut library = Library::open_to_change(path, cancel)?;
    let ids = BTreeSet::from_iter(ids.iter().copied());
    let is_unchanged = |activity: &&ListedActivity| ids.contains(&activity.id) && activity.excluded == excluded;
    let unchanged = library.list()?.iter().filter(is_unchanged).count() as u64;
    library.set_excluded(&Vec::from_iter(ids.iter().copied()), excluded)?;
    Ok(Excluded { changed: ids.len() as u64 - unchanged, unchanged })
}

//! Excludes activities of a library, or includes them again.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::Library;

/// Excludes activities of the library at `path` and all their copies, or includes them again. Returns the number of
/// distinct ids.
///
/// # Errors
/// If an id is unknown, in which case nothing changes; if the library is missing or cannot be written, or the job is
/// cancelled.
pub fn set_excluded(path: &Path, ids: &[i64], excluded: bool, cancel: &Cancel) -> Result<u64> {
    Library::open_existing(path, cancel)?.set_excluded(ids, excluded)?;
    Ok(BTreeSet::from_iter(ids).len() as u64)
}

//! Whether activities of a library are drawn.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::Library;

/// Leaves activities of the library at `path` out of maps, lists and sums, or takes them in again, with all their copies.
/// Returns how many different numbers `ids` holds.
///
/// # Errors
/// When there is no activity of one of the numbers, and then nothing is changed; when the library is not there or cannot
/// be read and written, or the user interrupts.
pub fn set_excluded(path: &Path, ids: &[i64], excluded: bool, cancel: &Cancel) -> Result<u64> {
    Library::open_existing(path, cancel)?.set_excluded(ids, excluded)?;
    Ok(BTreeSet::from_iter(ids).len() as u64)
}

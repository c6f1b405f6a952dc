//! Finds the new roads of listed activities.

use anyhow::Result;

use crate::control::cancel::Interrupted;
use crate::library::{Library, ListedActivity};

/// Sets the lengths of new roads. Returns a warning if they stay unknown, because an activity is damaged: a list needs no
/// points otherwise.
///
/// # Errors
/// If the job is cancelled.
pub(super) fn find(library: &mut Library, listed: &mut [ListedActivity]) -> Result<Option<String>> {
    match library.find_new_roads(listed) {
        Ok(()) => Ok(None),
        Err(error) if error.is::<Interrupted>() => Err(error),
        Err(error) => Ok(Some(format!("new roads are unknown: {error:#}"))),
    }
}

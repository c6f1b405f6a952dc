//! Removes activities from a library.

use std::path::PathBuf;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::Library;

/// Activities and files to remove.
#[derive(Clone, Debug)]
pub struct ForgetRequest {
    /// Library file.
    pub library: PathBuf,
    /// Ids of activities; all activities of their files are removed too.
    pub ids: Vec<i64>,
    /// True to remove everything that renders remember about files that were not imported.
    pub remembered: bool,
}

/// Numbers of removed entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Activities; `None` if none was requested.
    pub activities: Option<u64>,
    /// Remembered files; `None` if not requested.
    pub files: Option<u64>,
}

/// Removes activities first, then remembered files.
///
/// # Errors
/// If an id is unknown, in which case nothing changes; if the library is missing or cannot be written, or the job is
/// cancelled.
pub fn forget(request: &ForgetRequest, cancel: &Cancel) -> Result<Forgotten> {
    let ForgetRequest { library, ids, remembered } = request;
    let mut library = Library::open_to_change(library, cancel)?;
    let mut forgotten = Forgotten { activities: None, files: None };
    if !ids.is_empty() {
        let before = library.list()?.len();
        library.forget(ids)?;
        forgotten.activities = Some((before - library.list()?.len()) as u64);
    }
    if *remembered {
        forgotten.files = Some(library.forget_remembered()? as u64);
    }
    Ok(forgotten)
}

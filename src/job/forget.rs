//! Activities out of a library.

use std::path::PathBuf;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::library::Library;

/// What to forget.
#[derive(Clone, Debug)]
pub struct ForgetRequest {
    /// The library's file.
    pub library: PathBuf,
    /// Numbers of activities. All activities of their files go with them.
    pub ids: Vec<i64>,
    /// Whether to forget what renders remember of files that were not imported.
    pub remembered: bool,
}

/// How much was forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Activities; `None` if none was to be forgotten.
    pub activities: Option<u64>,
    /// Files that were only remembered; `None` if they were not to be forgotten.
    pub files: Option<u64>,
}

/// Forgets activities first, and then what was only remembered.
///
/// # Errors
/// When there is no activity of one of the numbers, and then nothing is changed; when the library is not there or cannot
/// be read and written, or the user interrupts.
pub fn forget(request: &ForgetRequest, cancel: &Cancel) -> Result<Forgotten> {
    let ForgetRequest { library, ids, remembered } = request;
    let mut library = Library::open_existing(library, cancel)?;
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

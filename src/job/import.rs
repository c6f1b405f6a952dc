//! Files → library.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::duplicates::Duplicates;
use super::sources::discover;
use crate::collection::{self, Report, Totals};
use crate::control::Control;
use crate::control::cancel::Interrupted;
use crate::library::{Library, Remembered, choose};
use crate::selection::{Omitted, Selection};
use crate::source::Found;

/// What came of an import.
pub struct ImportReport {
    /// The files that were found.
    pub found: Vec<Found>,
    /// What happened to files and points.
    pub files: Report,
    /// Files of which the library knew nothing.
    pub new: u64,
    /// What the activities of the library add up to.
    pub totals: Totals,
    /// Activities of the library that are not drawn unless they are asked for.
    pub omitted: Omitted,
    /// Pairs of activities that may be one recording.
    pub unsure: u64,
}

impl ImportReport {
    /// Files that the library knew already.
    pub fn known(&self) -> u64 {
        self.files.read.saturating_sub(self.new)
    }
}

/// Nothing is there to import.
#[derive(Debug, thiserror::Error)]
#[error("nothing to import")]
pub struct NothingToImport;

/// Reads files into the library at `path`, which is made if it is not there.
///
/// # Errors
/// [`NothingToImport`] when the inputs hold no file; when an input cannot be opened, the library cannot be written, or
/// the user interrupts. What was imported until then stays.
pub fn import(inputs: &[PathBuf], path: &Path, Control { progress, cancel }: Control) -> Result<ImportReport> {
    let discovery = discover(inputs, None)?;
    if discovery.found.is_empty() && discovery.unlisted.is_empty() {
        return Err(NothingToImport.into());
    }
    let mut library = Library::open(path, cancel)?;
    let remembered = library.remember(&discovery.found, true, progress).map_err(|error| {
        let kept = "what was imported until now is kept; import again for the rest";
        if error.is::<Interrupted>() { Interrupted::keeping(kept).into() } else { error }
    })?;
    let Remembered { outcomes, table_reports, new } = remembered;
    let mut files = collection::assemble(library.files(outcomes)?, table_reports, &Selection::everything()).report;
    files.add_unlisted(discovery.unlisted);
    let listed = library.list()?;
    let unsure = Duplicates::new(&listed, &library.compared()?).unsure.len() as u64;
    let (listed, omitted) = choose(listed, &Selection { planned: false, ..Selection::everything() }.among([]));
    let totals = Totals::of(listed.iter().map(|activity| &activity.summary));
    Ok(ImportReport { found: discovery.found, files, new, totals, omitted, unsure })
}

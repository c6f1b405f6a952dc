//! Imports files into the library.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::duplicates::Duplicates;
use super::sources::open_inputs;
use crate::collection::{self, InputReport, Totals};
use crate::control::Control;
use crate::control::cancel::Interrupted;
use crate::library::{self, Ingested, Library};
use crate::selection::{Omitted, Selection};
use crate::source::InputFile;

/// Result of an import.
pub struct ImportReport {
    /// Files found among the inputs.
    pub found: Vec<InputFile>,
    /// Files and points that were read, skipped or dropped.
    pub inputs: InputReport,
    /// Number of files with different bytes that were not imported before.
    pub imported: u64,
    /// Totals of the activities in the library, omitted ones not counted.
    pub totals: Totals,
    /// Planned, excluded and duplicate activities of the library.
    pub omitted: Omitted,
    /// Number of pairs of activities that may be one recording.
    pub possible_copies: u64,
    /// True if this import created the library.
    pub is_new_library: bool,
}

impl ImportReport {
    /// Number of read files that were imported before.
    pub fn already_imported(&self) -> u64 {
        self.inputs.files_read.saturating_sub(self.imported)
    }
}

/// The inputs hold no file, not even an unreadable one.
#[derive(Debug, thiserror::Error)]
#[error("nothing to import")]
pub struct NothingToImport;

/// Reads files into the library at `path`, which is created if missing.
///
/// # Errors
/// [`NothingToImport`]; also if an input cannot be opened, the library cannot be written, or the job is cancelled.
/// Files imported before the error stay in the library. Unreadable files are no errors, but listed in the report.
pub fn import(inputs: &[PathBuf], path: &Path, Control { progress, cancel }: Control) -> Result<ImportReport> {
    let discovery = open_inputs(inputs, None, cancel)?;
    if discovery.files.is_empty() && discovery.unreadable.is_empty() {
        return Err(NothingToImport.into());
    }
    let mut library = Library::open(path, cancel)?;
    let ingested = library.ingest(&discovery.files, true, progress).map_err(|error| {
        let kept = "the files imported so far are kept; import again for the rest";
        if error.is::<Interrupted>() { Interrupted::with_outcome(kept).into() } else { error }
    })?;
    let Ingested { outcomes, table_reports, imported, .. } = ingested;
    let mut report = collection::assemble(library.read_files(outcomes)?, table_reports, &Selection::all()).report;
    report.add_unreadable(discovery.unreadable);
    let listed = library.list()?;
    let possible_copies = Duplicates::new(&listed, &library.activity_pairs()?).possible_copies.len() as u64;
    let (listed, omitted, _) = library::select(listed, &Selection::recorded());
    let totals = Totals::of(listed.iter().map(|activity| &activity.summary));
    Ok(ImportReport {
        found: discovery.files,
        inputs: report,
        imported,
        totals,
        omitted,
        possible_copies,
        is_new_library: library.is_new,
    })
}

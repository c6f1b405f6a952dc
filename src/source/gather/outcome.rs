//! What reading files gave, and what is known of them from an earlier run.

use crate::source::skip::Skip;
use crate::source::strava::Row;
use std::path::{Path, PathBuf};

/// A file that was read or not, on disk or in an archive.
#[derive(Clone, Debug, PartialEq)]
pub struct FileOutcome<T> {
    /// As the user named it, or as it was met below a folder that the user named. Of a file in an archive, the archive's
    /// path and the name in it: `export.zip/activities/1.fit.gz`.
    pub path: PathBuf,
    /// Named by the user, not met in a folder or archive.
    pub explicit: bool,
    /// The archive on disk that it is in, at whatever depth.
    pub archive: Option<PathBuf>,
    /// What came of it.
    pub outcome: Result<T, Skip>,
}

impl<T> FileOutcome<T> {
    /// The same file with what was made of what came of it.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn try_map<U>(self, make: impl FnOnce(T) -> anyhow::Result<U>) -> anyhow::Result<FileOutcome<U>> {
        let Self { path, explicit, archive, outcome } = self;
        let outcome = outcome.map_or_else(|skip| Ok(Err(skip)), |outcome| make(outcome).map(Ok))?;
        Ok(FileOutcome { path, explicit, archive, outcome })
    }
}

/// What a table of activities, Strava's `activities.csv`, says of the files beside it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableReport {
    /// The table, named like a file.
    pub path: PathBuf,
    /// The archive on disk that it is in.
    #[serde(rename = "within")]
    pub archive: Option<PathBuf>,
    /// Activities that it lists.
    pub activities: u64,
    /// How many of them were entered by hand, so that there is no file.
    pub without_file: u64,
    /// How many of the files that it names are not there.
    pub missing: u64,
}

/// What was in an archive: its files with their paths, and the tables of activities in it.
pub type ArchiveOutcome<T> = (Vec<(PathBuf, Result<T, Skip>)>, Vec<TableReport>);

/// What is known of files on disk from an earlier run, so that they need not be opened.
pub trait FileCache<T>: Sync {
    /// What the file gave, joined with what the export says of it.
    fn file(&self, path: &Path, row: Option<&Row>) -> Option<Result<T, Skip>>;
    /// What was in the archive.
    fn archive(&self, path: &Path) -> Option<ArchiveOutcome<T>>;
}

/// Nothing is known.
pub struct NoCache;

impl<T> FileCache<T> for NoCache {
    fn file(&self, _: &Path, _: Option<&Row>) -> Option<Result<T, Skip>> {
        None
    }

    fn archive(&self, _: &Path) -> Option<ArchiveOutcome<T>> {
        None
    }
}

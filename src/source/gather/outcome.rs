//! Outcomes of files and of tables of activities, and the cache of outcomes from earlier runs.

use crate::source::metadata::Metadata;
use crate::source::skip::Skip;
use std::path::{Path, PathBuf};

/// Outcome of a file on disk or of a member of an archive.
#[derive(Clone, Debug, PartialEq)]
pub struct FileOutcome<T> {
    /// Path as the user named it, or below a folder that the user named. For a member of an archive, the path of the
    /// archive and the name of the member: `export.zip/activities/1.fit.gz`.
    pub path: PathBuf,
    /// True if the user named the file itself and not its folder or archive.
    pub explicit: bool,
    /// Archive on disk that contains the file, at any depth.
    pub archive: Option<PathBuf>,
    /// Hash of the tables around the archive that apply to its members; 0 without any, and for other files.
    pub outer_digest: u128,
    /// Result of reading, or the reason why the file gave no activity.
    pub outcome: Result<T, Skip>,
}

impl<T> FileOutcome<T> {
    /// Maps the result of reading.
    ///
    /// # Errors
    /// The errors of `make`.
    pub fn try_map<U>(self, make: impl FnOnce(T) -> anyhow::Result<U>) -> anyhow::Result<FileOutcome<U>> {
        let Self { path, explicit, archive, outer_digest, outcome } = self;
        let outcome = outcome.map_or_else(|skip| Ok(Err(skip)), |outcome| make(outcome).map(Ok))?;
        Ok(FileOutcome { path, explicit, archive, outer_digest, outcome })
    }
}

/// Numbers of a table of activities: Strava's `activities.csv`, Garmin's `*_summarizedActivities.json`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableReport {
    /// Path of the table; see [`FileOutcome::path`].
    pub path: PathBuf,
    /// Archive on disk that contains the table.
    #[serde(rename = "within")]
    pub archive: Option<PathBuf>,
    /// Rows of the table.
    pub activities: u64,
    /// Rows of activities without a file, such as those entered by hand.
    pub without_file: u64,
    /// Files that the table names and the inputs lack.
    pub missing: u64,
}

/// Outcomes of the members of an archive with their paths, and reports on its tables of activities.
pub type ArchiveOutcome<T> = (Vec<(PathBuf, Result<T, Skip>)>, Vec<TableReport>);

/// Outcomes of files on disk from an earlier run; a cached file is not opened.
pub trait FileCache<T>: Sync {
    /// Returns the outcome of a file together with its entry in a table of activities. Returns `None` if the file is
    /// unknown, or the file or the entry has changed.
    fn file(&self, path: &Path, metadata: Option<Metadata>) -> Option<Result<T, Skip>>;
    /// Returns the outcomes of all members of an archive. Returns `None` if the archive is unknown, or the archive or
    /// the tables around it have changed, see [`FileOutcome::outer_digest`].
    fn archive(&self, path: &Path, outer_digest: u128) -> Option<ArchiveOutcome<T>>;
}

/// Cache that is always empty.
pub struct NoCache;

impl<T> FileCache<T> for NoCache {
    fn file(&self, _: &Path, _: Option<Metadata>) -> Option<Result<T, Skip>> {
        None
    }

    fn archive(&self, _: &Path, _: u128) -> Option<ArchiveOutcome<T>> {
        None
    }
}

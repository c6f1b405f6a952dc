//! Reads all files in parallel, members of archives included, and joins them with the tables of activities.
//!
//! A file set is the files on disk or the members of one archive. [`Gatherer::read_file_set`] first loads the tables of
//! the set, then reads its files in parallel and marks the archives, then opens each archive in turn as a file set of
//! its own, to which Garmin's tables around it apply. At most one archive per depth is therefore in memory. An archive
//! that is over its [budget](super::budget), or below the depth limit, is refused alone, inside an archive as on disk.

mod file_set;
mod outcome;
mod tables;

use super::archive::{Archive, MAX_DEPTH, is_archive};
use super::discover::InputFile;
use super::read::OpenedFile;
use super::skip::Skip;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Progress;
use file_set::{ArchiveFiles, DiskFiles, FileSet};
pub use outcome::{ArchiveOutcome, FileCache, FileOutcome, NoCache, TableReport};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use tables::ActivityTables;
#[cfg(fuzzing)]
use {
    super::parsed_file::{ParsedFile, PlannedActivities},
    super::random_access::RandomAccess,
    super::read::read_into,
    crate::control::progress::Silent,
};

/// Calls `read` for every file and every member of an archive, in parallel, unless `cache` has the outcome.
///
/// Returns the outcomes and the reports on tables of activities, both sorted by path. An archive has an outcome of its
/// own only if it is refused or holds no activity file, a table only if it is refused.
///
/// # Errors
/// If the job is cancelled.
pub fn read_all<T: Send>(
    files: &[InputFile],
    cache: &dyn FileCache<T>,
    Control { progress, cancel }: Control,
    read: impl Fn(OpenedFile) -> Result<T, Skip> + Sync,
) -> anyhow::Result<(Vec<FileOutcome<T>>, Vec<TableReport>)> {
    let mut gatherer = Gatherer {
        read: &read,
        cache,
        progress,
        cancel,
        archive: None,
        outer_digest: 0,
        outcomes: Vec::new(),
        table_reports: Vec::new(),
    };
    gatherer.read_file_set(&DiskFiles(files), None, 0)?;
    let Gatherer { mut outcomes, mut table_reports, .. } = gatherer;
    outcomes.sort_by(|a, b| a.path.cmp(&b.path));
    table_reports.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((outcomes, table_reports))
}

/// Reads an archive in memory like [`read_all`] one on disk.
///
/// # Errors
/// If the archive is refused as a whole, or holds no activity file.
#[cfg(fuzzing)]
pub fn archive(path: &Path, bytes: &[u8]) -> Result<(Vec<FileOutcome<ParsedFile>>, Vec<TableReport>), Skip> {
    let read = |file: OpenedFile| read_into(file, PlannedActivities::Courses, Vec::new());
    let archive = Archive::open(RandomAccess::of_bytes(bytes.to_vec()))?;
    let (outcomes, table_reports) = (Vec::new(), Vec::new());
    let mut gatherer = Gatherer {
        read: &read,
        cache: &NoCache,
        progress: &Silent,
        cancel: &Cancel::default(),
        archive: None,
        outer_digest: 0,
        outcomes,
        table_reports,
    };
    match gatherer.read_archive(path, archive, false, None, 0) {
        Ok(None) => Ok((gatherer.outcomes, gatherer.table_reports)),
        Ok(Some(skip)) => Err(skip),
        Err(interrupted) => Err(Skip::Unreadable(interrupted.to_string())),
    }
}

/// Result of the parallel pass for a file.
enum Classified<T> {
    Done(Result<T, Skip>),
    /// Archive with all its outcomes from the cache.
    Cached(ArchiveOutcome<T>),
    /// Archive to read.
    Archive,
    /// Table of activities that is refused.
    Refused(Skip),
}

struct Gatherer<'a, T, F> {
    read: &'a F,
    cache: &'a dyn FileCache<T>,
    progress: &'a dyn Progress,
    cancel: &'a Cancel,
    /// File on disk whose outcomes are recorded: for members, their outermost archive.
    archive: Option<PathBuf>,
    /// Digest of the tables around `archive`.
    outer_digest: u128,
    outcomes: Vec<FileOutcome<T>>,
    table_reports: Vec<TableReport>,
}

impl<T: Send, F: Fn(OpenedFile) -> Result<T, Skip> + Sync> Gatherer<'_, T, F> {
    /// Reads the files of a set in parallel, then the archives among them one after the other.
    fn read_file_set(
        &mut self,
        file_set: &dyn FileSet,
        outer: Option<&ActivityTables>,
        depth: usize,
    ) -> anyhow::Result<()> {
        self.progress.begin("reading", file_set.len(), "files");
        let paths: Vec<PathBuf> = (0..file_set.len()).map(|index| file_set.path(index)).collect();
        let tables = ActivityTables::load(file_set, &paths, outer, self.cancel);
        let classified = paths.par_iter().enumerate().map(|(index, path)| {
            self.cancel.check()?;
            let metadata = tables.metadata(path);
            let cached_archive =
                || if depth == 0 { self.cache.archive(path, tables.digest_around(path)) } else { None };
            let cached_file = || if depth == 0 { self.cache.file(path, metadata) } else { None };
            let class = if let Some(skip) = tables.refused.get(path) {
                Classified::Refused(skip.clone())
            } else if let Some(outcome) = cached_file() {
                Classified::Done(outcome)
            } else if let Some(contents) = cached_archive() {
                Classified::Cached(contents)
            } else {
                match file_set.open(index) {
                    Ok(content) if is_archive(content.head()) => Classified::Archive,
                    Ok(content) => {
                        Classified::Done((self.read)(OpenedFile { path, content, metadata, cancel: self.cancel }))
                    }
                    Err(skip) => Classified::Done(Err(skip)),
                }
            };
            self.cancel.check()?;
            self.progress.step();
            Ok(class)
        });
        let classified: anyhow::Result<Vec<Classified<T>>> = classified.collect();
        self.progress.end();
        self.table_reports.extend(tables.table_reports(&paths, &self.archive));
        for (index, (class, path)) in classified?.into_iter().zip(paths).enumerate() {
            let explicit = file_set.is_explicit(index);
            if depth == 0 {
                self.archive = Some(path.clone());
                self.outer_digest = tables.digest_around(&path);
            }
            let refusal = match class {
                Classified::Done(_) if tables.contains(&path) => continue,
                Classified::Done(outcome) => {
                    self.record(path, explicit, depth, outcome);
                    continue;
                }
                Classified::Cached((files, table_reports)) => {
                    files.into_iter().for_each(|(path, outcome)| self.record(path, false, depth + 1, outcome));
                    self.table_reports.extend(table_reports);
                    None
                }
                Classified::Refused(skip) => Some(skip),
                Classified::Archive if depth == MAX_DEPTH => Some(Skip::Unreadable(format!(
                    "archives are nested more than {MAX_DEPTH} deep; unpack the outermost"
                ))),
                Classified::Archive => match file_set.open_archive(index) {
                    Ok(archive) => self.read_archive(&path, archive, explicit, Some(&tables), depth)?,
                    Err(skip) => Some(skip),
                },
            };
            if let Some(skip) = refusal {
                self.record(path, explicit, depth, Err(skip));
            }
        }
        self.archive.take_if(|_| depth == 0);
        Ok(())
    }

    fn record(&mut self, path: PathBuf, explicit: bool, depth: usize, outcome: Result<T, Skip>) {
        let archive = self.archive.clone().filter(|_| depth > 0);
        let outer_digest = if depth > 0 { self.outer_digest } else { 0 };
        self.outcomes.push(FileOutcome { path, explicit, archive, outer_digest, outcome });
    }

    /// Reads the members of an archive. Returns a reason, and drops the outcomes of the members, if the archive is over
    /// its budget or holds no activity file.
    fn read_archive(
        &mut self,
        path: &Path,
        archive: Archive,
        explicit: bool,
        outer: Option<&ActivityTables>,
        depth: usize,
    ) -> anyhow::Result<Option<Skip>> {
        let (outcomes_before, reports_before) = (self.outcomes.len(), self.table_reports.len());
        let file_set = ArchiveFiles { path, archive };
        self.read_file_set(&file_set, outer, depth + 1)?;
        let (archive, noun) = (&file_set.archive, file_set.archive.noun());
        // Which members were read before the budget ran out is not deterministic: drop all of them.
        if archive.is_over_budget() {
            self.outcomes.truncate(outcomes_before);
            self.table_reports.truncate(reports_before);
            return Ok(Some(Skip::Unreadable(format!(
                "the {noun} unpacks to a hundred times its size or more; unpack it and name the folder"
            ))));
        }
        let file_count = self.outcomes.len() - outcomes_before;
        if let Some(cause) = archive.damage() {
            let read = if file_count == 1 { "1 file".to_owned() } else { format!("{file_count} files") };
            let reason = format!("the {noun} is damaged, and only {read} in it could be found: {cause}");
            // Recorded as a member, so that the library remembers the reason along with the members.
            self.record(path.to_owned(), explicit, depth + 1, Err(Skip::Unreadable(reason)));
            return Ok(None);
        }
        if self.outcomes[outcomes_before..].iter().all(|file| matches!(file.outcome, Err(Skip::NotActivity))) {
            self.outcomes.truncate(outcomes_before);
            let description = if file_count == 0 {
                format!("an empty {noun}")
            } else {
                format!("a {noun} of {file_count} other files")
            };
            return Ok(Some(Skip::NoTrack(description)));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests;

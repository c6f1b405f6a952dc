//! From the files that were found to all files that there are, those in archives too, each read once and in parallel.

mod file_set;
mod outcome;
mod tables;

use super::archive::{Archive, MAX_DEPTH};
use super::discover::Found;
use super::input::Budget;
use super::read::Opened;
use super::skip::Skip;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Progress;
use file_set::{Disk, FileSet, Unpacked};
pub use outcome::{ArchiveOutcome, FileCache, FileOutcome, NoCache, TableReport};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use tables::Tables;
#[cfg(fuzzing)]
use {
    super::read::read_into,
    super::reading::{Plans, Reading},
    crate::control::progress::Silent,
    std::sync::Arc,
};

/// Does something with every file and every file in archives, in parallel, and returns the outcomes and the tables of
/// activities, both sorted by path. An archive has an outcome of its own only where it is refused or holds no activity
/// file; a table of activities only where it is refused. What `cache` knows is not read again.
///
/// # Errors
/// When the user interrupts.
pub fn each<T: Send>(
    files: &[Found],
    cache: &dyn FileCache<T>,
    Control { progress, cancel }: Control,
    read: impl Fn(Opened) -> Result<T, Skip> + Sync,
) -> anyhow::Result<(Vec<FileOutcome<T>>, Vec<TableReport>)> {
    let mut gathering = Gathering {
        read: &read,
        cache,
        progress,
        cancel,
        within: None,
        outcomes: Vec::new(),
        table_reports: Vec::new(),
    };
    gathering.file_set(&Disk(files), None, 0)?;
    let Gathering { mut outcomes, mut table_reports, .. } = gathering;
    outcomes.sort_by(|a, b| a.path.cmp(&b.path));
    table_reports.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((outcomes, table_reports))
}

/// Reads an archive that is in memory, as [`each`] does one on disk.
///
/// # Errors
/// When the archive is refused as a whole, or holds no activity file.
#[cfg(fuzzing)]
pub fn archive(path: &Path, bytes: &[u8]) -> Result<(Vec<FileOutcome<Reading>>, Vec<TableReport>), Skip> {
    let read = |file: Opened| read_into(file, Plans::Courses, Vec::new());
    let archive = Archive::of_bytes(Arc::new(bytes.to_vec()), bytes.len() as u64)?;
    let (outcomes, table_reports) = (Vec::new(), Vec::new());
    let mut gathering = Gathering {
        read: &read,
        cache: &NoCache,
        progress: &Silent,
        cancel: &Cancel::default(),
        within: None,
        outcomes,
        table_reports,
    };
    match gathering.archive(path, archive, None, 0) {
        Ok(None) => Ok((gathering.outcomes, gathering.table_reports)),
        Ok(Some(skip)) => Err(skip),
        Err(interrupted) => Err(Skip::Unreadable(interrupted.to_string())),
    }
}

/// What a first look at a file gave.
enum Classified<T> {
    Done(Result<T, Skip>),
    /// An archive, known from an earlier run.
    Known(ArchiveOutcome<T>),
    /// An archive to be read, or a table that is refused.
    Archive,
}

struct Gathering<'a, T, F> {
    read: &'a F,
    cache: &'a dyn FileCache<T>,
    progress: &'a dyn Progress,
    cancel: &'a Cancel,
    /// The archive on disk that is being read.
    within: Option<PathBuf>,
    outcomes: Vec<FileOutcome<T>>,
    table_reports: Vec<TableReport>,
}

impl<T: Send, F: Fn(Opened) -> Result<T, Skip> + Sync> Gathering<'_, T, F> {
    /// Reads what is on a shelf, then one after the other the archives on it, so that at most one of each depth is in
    /// memory.
    fn file_set(&mut self, file_set: &dyn FileSet, budget: Option<&Budget>, depth: usize) -> anyhow::Result<()> {
        self.progress.begin("reading", file_set.len(), "files");
        let paths: Vec<PathBuf> = (0..file_set.len()).map(|index| file_set.path(index)).collect();
        let mut tables = Tables::of(file_set, &paths);
        let looks = paths.par_iter().enumerate().map(|(index, path)| {
            self.cancel.check()?;
            let row = tables.row(path);
            let known = || if depth == 0 { self.cache.archive(path) } else { None };
            let recalled = || if depth == 0 { self.cache.file(path, row) } else { None };
            let look = if tables.refused.contains_key(path) {
                Classified::Archive
            } else if let Some(outcome) = recalled() {
                Classified::Done(outcome)
            } else if let Some(contents) = known() {
                Classified::Known(contents)
            } else {
                match file_set.open(index) {
                    Ok(input) if input.is_archive() => Classified::Archive,
                    Ok(input) => Classified::Done((self.read)(Opened { path, input, row, cancel: self.cancel })),
                    Err(skip) => Classified::Done(Err(skip)),
                }
            };
            self.cancel.check()?;
            self.progress.step();
            Ok(look)
        });
        let looks: anyhow::Result<Vec<Classified<T>>> = looks.collect();
        self.progress.end();
        self.table_reports.extend(tables.table_reports(&paths, &self.within));
        for (index, (look, path)) in looks?.into_iter().zip(paths).enumerate() {
            let explicit = file_set.is_explicit(index);
            if depth == 0 {
                self.within = Some(path.clone());
            }
            let refusal = match look {
                Classified::Done(_) if tables.lists(&path) => continue,
                Classified::Done(outcome) => {
                    self.put(path, explicit, depth, outcome);
                    continue;
                }
                Classified::Known((files, table_reports)) => {
                    files.into_iter().for_each(|(path, outcome)| self.put(path, false, depth + 1, outcome));
                    self.table_reports.extend(table_reports);
                    None
                }
                Classified::Archive if tables.refused.contains_key(&path) => tables.refused.remove(&path),
                Classified::Archive if depth == MAX_DEPTH => Some(Skip::Unreadable(format!(
                    "archives are in one another more than {MAX_DEPTH} deep; unpack the outermost"
                ))),
                Classified::Archive => match file_set.archive(index) {
                    Ok(archive) => self.archive(&path, archive, budget, depth)?,
                    Err(skip) => Some(skip),
                },
            };
            if let Some(skip) = refusal {
                self.put(path, explicit, depth, Err(skip));
            }
        }
        self.within.take_if(|_| depth == 0);
        Ok(())
    }

    fn put(&mut self, path: PathBuf, explicit: bool, depth: usize, outcome: Result<T, Skip>) {
        let within = self.within.clone().filter(|_| depth > 0);
        self.outcomes.push(FileOutcome { path, explicit, within, outcome });
    }

    /// Reads what is in an archive, or says why nothing of it is kept.
    fn archive(
        &mut self,
        path: &Path,
        archive: Archive,
        budget: Option<&Budget>,
        depth: usize,
    ) -> anyhow::Result<Option<Skip>> {
        let own = archive.budget();
        let (before, listed) = (self.outcomes.len(), self.table_reports.len());
        let file_set = Unpacked { path, archive, budget: budget.unwrap_or(&own) };
        self.file_set(&file_set, Some(file_set.budget), depth + 1)?;
        // What was read before the budget was spent is chance; it is refused as a whole.
        if own.is_spent() {
            self.outcomes.truncate(before);
            self.table_reports.truncate(listed);
            return Ok(Some(Skip::Unreadable(
                "it is a zip archive that unpacks to a hundred times its size or more; unpack it and name the folder"
                    .into(),
            )));
        }
        let others = self.outcomes.len() - before;
        if self.outcomes[before..].iter().all(|file| matches!(file.outcome, Err(Skip::NotActivity))) {
            self.outcomes.truncate(before);
            let what = if others == 0 {
                "an empty zip archive".to_owned()
            } else {
                format!("a zip archive of {others} other files")
            };
            return Ok(Some(Skip::NoTrack(what)));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests;

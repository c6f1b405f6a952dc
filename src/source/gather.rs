//! From the files that were found to all files that there are, those in archives too, each read once and in parallel.

use super::archive::{Archive, MAX_DEPTH};
use super::discover::Found;
use super::input::{Budget, Input};
use super::read::{Opened, open};
use super::skip::Skip;
use super::strava::{self, Row, Table};
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Progress;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
#[cfg(fuzzing)]
use {
    super::read::read_into,
    super::reading::{Plans, Reading},
    crate::control::progress::Silent,
    std::sync::Arc,
};

/// A file that was read or not, on disk or in an archive.
#[derive(Clone, Debug, PartialEq)]
pub struct FileOutcome<T> {
    /// As the user named it, or as it was met below a folder that the user named. Of a file in an archive, the archive's
    /// path and the name in it: `export.zip/activities/1.fit.gz`.
    pub path: PathBuf,
    /// Named by the user, not met in a folder or archive.
    pub explicit: bool,
    /// The archive on disk that it is in, at whatever depth.
    pub within: Option<PathBuf>,
    /// What came of it.
    pub outcome: Result<T, Skip>,
}

impl<T> FileOutcome<T> {
    /// The same file with what was made of what came of it.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn try_map<U>(self, make: impl FnOnce(T) -> anyhow::Result<U>) -> anyhow::Result<FileOutcome<U>> {
        let Self { path, explicit, within, outcome } = self;
        let outcome = outcome.map_or_else(|skip| Ok(Err(skip)), |outcome| make(outcome).map(Ok))?;
        Ok(FileOutcome { path, explicit, within, outcome })
    }
}

/// What a table of activities, Strava's `activities.csv`, says of the files beside it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableReport {
    /// The table, named like a file.
    pub path: PathBuf,
    /// The archive on disk that it is in.
    pub within: Option<PathBuf>,
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

/// Files in one place.
trait FileSet: Sync {
    fn len(&self) -> usize;
    fn path(&self, index: usize) -> PathBuf;
    fn is_explicit(&self, index: usize) -> bool;
    fn open(&self, index: usize) -> Result<Input<'_>, Skip>;
    /// A file as the archive that it is.
    fn archive(&self, index: usize) -> Result<Archive, Skip>;
    /// Opens a file that is not on the shelf, in a folder of files that are.
    fn beside(&self, path: &Path) -> Result<Input<'_>, Skip>;
}

struct Disk<'a>(&'a [Found]);

impl FileSet for Disk<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn path(&self, index: usize) -> PathBuf {
        self.0[index].path.clone()
    }

    fn is_explicit(&self, index: usize) -> bool {
        self.0[index].explicit
    }

    fn open(&self, index: usize) -> Result<Input<'_>, Skip> {
        open(&self.0[index].path)
    }

    fn archive(&self, index: usize) -> Result<Archive, Skip> {
        Archive::of_file(&self.0[index].path)
    }

    fn beside(&self, path: &Path) -> Result<Input<'_>, Skip> {
        open(path)
    }
}

/// An archive under the path that it has.
struct Unpacked<'a> {
    path: &'a Path,
    archive: Archive,
    budget: &'a Budget,
}

impl FileSet for Unpacked<'_> {
    fn len(&self) -> usize {
        self.archive.len()
    }

    fn path(&self, index: usize) -> PathBuf {
        // Not joined: the name may begin like a path from the root, and is only a label.
        let mut label = self.path.as_os_str().to_owned();
        label.push("/");
        label.push(self.archive.name(index));
        label.into()
    }

    fn is_explicit(&self, _: usize) -> bool {
        false
    }

    fn open(&self, index: usize) -> Result<Input<'_>, Skip> {
        self.archive.open(index, self.budget)
    }

    fn archive(&self, index: usize) -> Result<Archive, Skip> {
        self.archive.nested(index, self.budget)
    }

    fn beside(&self, _: &Path) -> Result<Input<'_>, Skip> {
        Err(Skip::NotActivity)
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

/// The tables of activities beside or above the files on a shelf.
#[derive(Default)]
struct Tables {
    /// By their paths.
    read: BTreeMap<PathBuf, Table>,
    refused: BTreeMap<PathBuf, Skip>,
}

impl Tables {
    fn of(file_set: &dyn FileSet, paths: &[PathBuf]) -> Self {
        let mut tables = Self::default();
        let mut keep = |path: &Path, input: Result<Input, Skip>| match input.and_then(table) {
            Ok(Some(table)) => _ = tables.read.insert(path.to_owned(), table),
            Err(skip) => _ = tables.refused.insert(path.to_owned(), skip),
            Ok(None) => {}
        };
        let mut known: BTreeSet<PathBuf> = BTreeSet::new();
        for (index, path) in paths.iter().enumerate().filter(|(_, path)| path.ends_with(strava::NAME)) {
            keep(path, file_set.open(index));
            known.insert(path.clone());
        }
        // Whoever names the folder of the files or some of them means their titles too.
        let folders: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
        for path in folders.into_iter().flat_map(places) {
            if !known.contains(&path)
                && let Ok(input) = file_set.beside(&path)
            {
                keep(&path, Ok(input));
            }
            known.insert(path);
        }
        tables
    }

    /// What there is to say of a file.
    fn row(&self, path: &Path) -> Option<&Row> {
        places(path.parent()?).into_iter().find_map(|table| self.read.get(&table)?.row(path))
    }

    /// Says whether the file is one of the tables.
    fn lists(&self, path: &Path) -> bool {
        self.read.contains_key(path)
    }

    /// What the tables among the files come to. One that lies beside them alone may list many more.
    fn table_reports(&self, paths: &[PathBuf], within: &Option<PathBuf>) -> Vec<TableReport> {
        let table_report = |(path, table): (&PathBuf, &Table)| {
            let (Table { activities, without_file, .. }, path) = (table, path.clone());
            let is_near = |file: &&Path| file.parent().is_some_and(|folder| places(folder).contains(&path));
            let missing = table.missing(paths.iter().map(PathBuf::as_path).filter(is_near));
            let within = within.clone();
            TableReport { path, within, activities: *activities, without_file: *without_file, missing }
        };
        let given: BTreeSet<&PathBuf> = paths.iter().collect();
        self.read.iter().filter(|(path, _)| given.contains(path)).map(table_report).collect()
    }
}

/// Where the table of a folder's files may be: beside them, or above as in exports.
fn places(folder: &Path) -> [PathBuf; 2] {
    [folder.join(strava::NAME), folder.parent().unwrap_or(folder).join(strava::NAME)]
}

/// Reads a table; `None` if it is something else.
fn table(input: Input) -> Result<Option<Table>, Skip> {
    let mut bytes = Vec::new();
    // An input does not fail, it ends.
    let _ = input.take(strava::MAX_BYTES + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > strava::MAX_BYTES {
        return Err(Skip::Unreadable(format!("it has more than {} MiB; split it", strava::MAX_BYTES >> 20)));
    }
    Table::parse(&bytes)
}

#[cfg(test)]
mod tests;

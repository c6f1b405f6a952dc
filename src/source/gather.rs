//! From the files that were found to all files that there are, those in archives too, each read once and in parallel.

use super::archive::{Archive, MAX_DEPTH};
use super::input::{Budget, Input};
use super::{Found, Opened, Skip, open};
use crate::interrupt;
use crate::progress::Progress;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// A file that was read or not, on disk or in an archive.
#[derive(Debug)]
pub struct Gathered<T> {
    /// As the user named it, or as it was met below a folder that the user named. Of a file in an archive, the archive's
    /// path and the name in it: `export.zip/activities/1.fit.gz`.
    pub path: PathBuf,
    /// Named by the user, not met in a folder or archive.
    pub explicit: bool,
    /// What came of it.
    pub outcome: Result<T, Skip>,
}

/// Does something with every file and every file in archives, in parallel, and returns the outcomes sorted by path. An
/// archive has an outcome of its own only where it is refused or holds no activity file.
///
/// # Errors
/// When the user interrupts.
pub fn each<T: Send>(
    files: &[Found],
    progress: &dyn Progress,
    read: impl Fn(Opened) -> Result<T, Skip> + Sync,
) -> anyhow::Result<Vec<Gathered<T>>> {
    let mut gathering = Gathering { read: &read, progress, gathered: Vec::new() };
    gathering.shelf(&Disk(files), None, 0)?;
    let mut gathered = gathering.gathered;
    gathered.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(gathered)
}

/// Files in one place.
trait Shelf: Sync {
    fn len(&self) -> usize;
    fn path(&self, index: usize) -> PathBuf;
    fn is_explicit(&self, index: usize) -> bool;
    fn open(&self, index: usize) -> Result<Input<'_>, Skip>;
    /// A file as the archive that it is.
    fn archive(&self, index: usize) -> Result<Archive, Skip>;
}

struct Disk<'a>(&'a [Found]);

impl Shelf for Disk<'_> {
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
}

/// An archive under the path that it has.
struct Unpacked<'a> {
    path: &'a Path,
    archive: Archive,
    budget: &'a Budget,
}

impl Shelf for Unpacked<'_> {
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
}

struct Gathering<'a, T, F> {
    read: &'a F,
    progress: &'a dyn Progress,
    gathered: Vec<Gathered<T>>,
}

impl<T: Send, F: Fn(Opened) -> Result<T, Skip> + Sync> Gathering<'_, T, F> {
    /// Reads what is on a shelf, then one after the other the archives on it, so that at most one of each depth is in
    /// memory.
    fn shelf(&mut self, shelf: &dyn Shelf, budget: Option<&Budget>, depth: usize) -> anyhow::Result<()> {
        self.progress.begin("reading", shelf.len(), "files");
        let outcomes = (0..shelf.len()).into_par_iter().map(|index| {
            interrupt::check()?;
            let outcome = match shelf.open(index) {
                Ok(input) if input.is_archive() => None,
                Ok(input) => Some((self.read)(Opened { path: &shelf.path(index), input })),
                Err(skip) => Some(Err(skip)),
            };
            interrupt::check()?;
            self.progress.step();
            Ok(outcome)
        });
        let outcomes: anyhow::Result<Vec<Option<Result<T, Skip>>>> = outcomes.collect();
        self.progress.end();
        for (index, outcome) in outcomes?.into_iter().enumerate() {
            let (path, explicit) = (shelf.path(index), shelf.is_explicit(index));
            let refusal = match outcome {
                Some(outcome) => {
                    self.gathered.push(Gathered { path, explicit, outcome });
                    continue;
                }
                None if depth == MAX_DEPTH => Some(Skip::Unreadable(format!(
                    "archives are in one another more than {MAX_DEPTH} deep; unpack the outermost"
                ))),
                None => match shelf.archive(index) {
                    Ok(archive) => self.archive(&path, archive, budget, depth)?,
                    Err(skip) => Some(skip),
                },
            };
            self.gathered.extend(refusal.map(|skip| Gathered { path, explicit, outcome: Err(skip) }));
        }
        Ok(())
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
        let before = self.gathered.len();
        let shelf = Unpacked { path, archive, budget: budget.unwrap_or(&own) };
        self.shelf(&shelf, Some(shelf.budget), depth + 1)?;
        // What was read before the budget was spent is chance; it is refused as a whole.
        if own.is_spent() {
            self.gathered.truncate(before);
            return Ok(Some(Skip::Unreadable(
                "it is a zip archive that unpacks to a hundred times its size or more; unpack it and name the folder"
                    .into(),
            )));
        }
        let others = self.gathered.len() - before;
        if self.gathered[before..].iter().all(|file| matches!(file.outcome, Err(Skip::NotActivity))) {
            self.gathered.truncate(before);
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

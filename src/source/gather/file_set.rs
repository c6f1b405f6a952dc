//! File sets: the files on disk, or the members of one archive, behind one trait.

use crate::source::archive::Archive;
use crate::source::content::ContentReader;
use crate::source::discover::InputFile;
use crate::source::read::{open, open_input};
use crate::source::skip::Skip;
use std::path::{Path, PathBuf};

/// Files that are read together; an index counts from 0 to `len`.
pub trait FileSet: Sync {
    fn len(&self) -> usize;
    fn path(&self, index: usize) -> PathBuf;
    fn is_explicit(&self, index: usize) -> bool;
    fn open(&self, index: usize) -> Result<ContentReader<'_>, Skip>;
    fn open_archive(&self, index: usize) -> Result<Archive, Skip>;
    /// Opens a file that is not in the set, next to or above its files. Fails for members of an archive.
    fn open_outside(&self, path: &Path) -> Result<ContentReader<'_>, Skip>;
}

pub struct DiskFiles<'a>(pub &'a [InputFile]);

impl FileSet for DiskFiles<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn path(&self, index: usize) -> PathBuf {
        self.0[index].path.clone()
    }

    fn is_explicit(&self, index: usize) -> bool {
        self.0[index].explicit
    }

    fn open(&self, index: usize) -> Result<ContentReader<'_>, Skip> {
        open_input(&self.0[index])
    }

    fn open_archive(&self, index: usize) -> Result<Archive, Skip> {
        Archive::open(self.0[index].bytes().map_err(|error| Skip::Unreadable(error.to_string()))?)
    }

    fn open_outside(&self, path: &Path) -> Result<ContentReader<'_>, Skip> {
        open(path)
    }
}

pub struct ArchiveFiles<'a> {
    pub path: &'a Path,
    pub archive: Archive,
}

impl FileSet for ArchiveFiles<'_> {
    fn len(&self) -> usize {
        self.archive.len()
    }

    fn path(&self, index: usize) -> PathBuf {
        // Not `Path::join`, which drops the path of the archive if the name is absolute. The name is only a label.
        let mut label = self.path.as_os_str().to_owned();
        label.push("/");
        label.push(self.archive.name(index));
        label.into()
    }

    fn is_explicit(&self, _: usize) -> bool {
        false
    }

    fn open(&self, index: usize) -> Result<ContentReader<'_>, Skip> {
        self.archive.open_member(index)
    }

    fn open_archive(&self, index: usize) -> Result<Archive, Skip> {
        self.archive.open_nested(index)
    }

    fn open_outside(&self, _: &Path) -> Result<ContentReader<'_>, Skip> {
        Err(Skip::NotActivity)
    }
}

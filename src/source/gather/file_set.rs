//! Files in one place: on disk, or in an archive.

use crate::source::archive::Archive;
use crate::source::content::{Budget, ContentReader};
use crate::source::discover::InputFile;
use crate::source::read::open;
use crate::source::skip::Skip;
use std::path::{Path, PathBuf};

/// Files in one place.
pub trait FileSet: Sync {
    fn len(&self) -> usize;
    fn path(&self, index: usize) -> PathBuf;
    fn is_explicit(&self, index: usize) -> bool;
    fn open(&self, index: usize) -> Result<ContentReader<'_>, Skip>;
    /// A file as the archive that it is.
    fn open_archive(&self, index: usize) -> Result<Archive, Skip>;
    /// Opens a file that is not on the shelf, in a folder of files that are.
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
        open(&self.0[index].path)
    }

    fn open_archive(&self, index: usize) -> Result<Archive, Skip> {
        Archive::open(&self.0[index].path)
    }

    fn open_outside(&self, path: &Path) -> Result<ContentReader<'_>, Skip> {
        open(path)
    }
}

/// An archive under the path that it has.
pub struct ArchiveFiles<'a> {
    pub path: &'a Path,
    pub archive: Archive,
    pub budget: &'a Budget,
}

impl FileSet for ArchiveFiles<'_> {
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

    fn open(&self, index: usize) -> Result<ContentReader<'_>, Skip> {
        self.archive.open_member(index, self.budget)
    }

    fn open_archive(&self, index: usize) -> Result<Archive, Skip> {
        self.archive.open_nested(index, self.budget)
    }

    fn open_outside(&self, _: &Path) -> Result<ContentReader<'_>, Skip> {
        Err(Skip::NotActivity)
    }
}

//! Files in one place: on disk, or in an archive.

use crate::source::archive::Archive;
use crate::source::discover::Found;
use crate::source::input::{Budget, Input};
use crate::source::read::open;
use crate::source::skip::Skip;
use std::path::{Path, PathBuf};

/// Files in one place.
pub trait FileSet: Sync {
    fn len(&self) -> usize;
    fn path(&self, index: usize) -> PathBuf;
    fn is_explicit(&self, index: usize) -> bool;
    fn open(&self, index: usize) -> Result<Input<'_>, Skip>;
    /// A file as the archive that it is.
    fn archive(&self, index: usize) -> Result<Archive, Skip>;
    /// Opens a file that is not on the shelf, in a folder of files that are.
    fn beside(&self, path: &Path) -> Result<Input<'_>, Skip>;
}

pub struct Disk<'a>(pub &'a [Found]);

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
pub struct Unpacked<'a> {
    pub path: &'a Path,
    pub archive: Archive,
    pub budget: &'a Budget,
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

//! Location of the library, and the encoding of paths in the library.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Error text for [`default_path`] without a path.
pub const NO_DATA_FOLDER: &str = "no home folder for the library is set; name a file with --library";

/// Path of the library in the data folder of the user; `None` if the environment names no such folder.
pub fn default_path() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        // The XDG Base Directory Specification requires ignoring relative values.
        var("XDG_DATA_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| var("HOME").map(|home| home.join(".local/share")))
    };
    folder.map(|folder| folder.join("trailglow/library.sqlite"))
}

/// Library file of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryPlace {
    /// Path of the file.
    pub path: PathBuf,
    /// Treatment of a path without a file.
    pub if_missing: IfMissing,
}

/// Treatment of a missing library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// Create it: it is at the default place, or the user asked for a new library.
    Create,
    /// Refuse it as a mistyped name, because a new library has no privacy zones; `--new-library` would create it.
    OfferNew,
    /// Refuse it: the command creates no library.
    Refuse,
}

impl LibraryPlace {
    /// A library that must exist.
    pub fn existing(path: PathBuf) -> Self {
        Self { path, if_missing: IfMissing::Refuse }
    }

    /// Returns true if a missing library may be created.
    pub fn may_create(&self) -> bool {
        self.if_missing == IfMissing::Create
    }

    /// Refuses a missing library that may not be created.
    ///
    /// # Errors
    /// If the library is missing and may not be created, or its folder cannot be read.
    pub fn check(&self) -> Result<()> {
        let remedy = match self.if_missing {
            IfMissing::Create => return Ok(()),
            IfMissing::OfferNew => ", or create a library without privacy zones there with --new-library",
            IfMissing::Refuse => "",
        };
        if !exists(&self.path)? {
            let path = self.path.display();
            bail!("there is no library at {path}; check the name in --library or TRAILGLOW_LIBRARY{remedy}");
        }
        Ok(())
    }
}

/// Returns true if there is a file at the path.
///
/// # Errors
/// If a folder above cannot be read.
pub fn exists(path: &Path) -> Result<bool> {
    match path.try_exists() {
        // A file in place of a folder.
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(false),
        other => other.with_context(|| format!("cannot look for the library {}", path.display())),
    }
}

/// Creates a folder that on Unix only the user can read, because tracks show where the user lives. An existing folder
/// keeps its permissions.
pub fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Bytes of a path, as stored in the library.
pub fn path_to_key(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

/// Path for display: exact on Unix, elsewhere exact if the path is valid Unicode.
pub fn key_to_path(key: Vec<u8>) -> PathBuf {
    #[cfg(unix)]
    let name: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(key);
    #[cfg(not(unix))]
    let name = String::from_utf8_lossy(&key).into_owned();
    name.into()
}

//! The library: an SQLite file of parsed activities, so that no file is parsed twice.
//!
//! ```text
//! files ─ same path, size, time? ─ same hash? ─ else source::read_into ─ pack ─▶ content, activity, track
//!         file_cache               ingest                         blob    write        │ load, list
//!                                                                  selection ─▶ Prepared ◀─┘
//! ```
//!
//! Activities belong to the content of a file, not to its name. Each transaction holds whole files: a killed run leaves
//! each file either in the library or not.

mod blob;
mod compare;
mod copies;
mod create;
mod file_cache;
mod file_state;
mod ingest;
mod list;
mod listed_activity;
mod load;
mod location;
mod migrate;
mod new_roads;
mod notes;
mod packed_activity;
mod readings;
mod renders;
mod seals;
mod traces;
mod transact;
mod views;
mod write;
mod write_error;
mod zones;

pub use compare::ActivityPair;
pub use ingest::Ingested;
pub use list::{count_omitted, select};
pub use listed_activity::ListedActivity;
pub use location::{IfMissing, LibraryPlace, NO_DATA_FOLDER, default_path, exists};
pub use migrate::is_old;

use std::path::Path;

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

use crate::control::cancel::Cancel;
use location::create_private_folder;
use migrate::{LOCK_TIMEOUT, MIGRATIONS, migrate};

/// Raised whenever a change of the parsers changes activities, so that files are read again.
const PARSER_VERSION: i64 = 6;

/// Id of a content in the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(i64);

/// An open library.
#[derive(Debug)]
pub struct Library {
    db: Connection,
    cancel: Cancel,
    /// True if the library was created now, without zones.
    pub is_new: bool,
}

impl Library {
    /// Opens a library, or creates one. `cancel` stops long work.
    ///
    /// # Errors
    /// If the file cannot be opened or written, is not a library, or is of a later version.
    pub fn open(path: &Path, cancel: &Cancel) -> Result<Self> {
        if let Some(folder) = path.parent() {
            create_private_folder(folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
        }
        let is_new = !path.try_exists().is_ok_and(|exists| exists);
        if is_new {
            create::create(path).map_err(|error| open_error(error, path))?;
        }
        let library = Self::open_file(path, cancel)?;
        library.check_writable(path)?;
        Ok(Self { is_new, ..library })
    }

    /// Opens an existing library.
    ///
    /// # Errors
    /// As for [`Library::open`], and if there is no library.
    pub fn open_existing(path: &Path, cancel: &Cancel) -> Result<Self> {
        if !exists(path)? {
            bail!(
                "there is no library at {}; create it with `trailglow import`, or name another one with --library",
                path.display()
            );
        }
        Self::open_file(path, cancel)
    }

    /// Opens an existing library to change it.
    ///
    /// # Errors
    /// As for [`Library::open_existing`], and if the file cannot be written.
    pub fn open_to_change(path: &Path, cancel: &Cancel) -> Result<Self> {
        let library = Self::open_existing(path, cancel)?;
        library.check_writable(path)?;
        Ok(library)
    }

    /// Opens the library of a job to change it, or creates it if the job may do so.
    ///
    /// # Errors
    /// As for [`Library::open`] and [`LibraryPlace::check`].
    pub fn open_place(place: &LibraryPlace, cancel: &Cancel) -> Result<Self> {
        place.check()?;
        if place.may_create() { Self::open(&place.path, cancel) } else { Self::open_to_change(&place.path, cancel) }
    }

    /// SQLite opens a file for reading if it may not write it.
    fn check_writable(&self, path: &Path) -> Result<()> {
        if self.db.is_readonly("main")? {
            bail!("cannot write the library {}; {CHANGE_RIGHTS}", path.display());
        }
        Ok(())
    }

    fn open_file(path: &Path, cancel: &Cancel) -> Result<Self> {
        let open = || {
            let kind = path.metadata()?.file_type();
            if !kind.is_file() {
                let kind = if kind.is_dir() { "a folder" } else { "a pipe, socket or device" };
                bail!("it is {kind}; name a file with --library");
            }
            // SQLite would make a new database of an empty file, without the zones that the user relies on.
            if path.metadata()?.len() < HEADER_BYTES {
                bail!(
                    "the file is too short for a library: it is another file, or its activities and privacy zones are lost; move the file away"
                );
            }
            let mut db = Connection::open(path)?;
            db.busy_timeout(LOCK_TIMEOUT)?;
            migrate(&mut db, MIGRATIONS)?;
            Ok(Self { db, cancel: cancel.clone(), is_new: false })
        };
        open().map_err(|error: anyhow::Error| open_error(error, path))
    }
}

/// Error text for a row that has just disappeared.
const REMOVED_MEANWHILE: &str = "another run has just deleted a file from the library; run again";

/// Advice for a library that cannot be written.
const CHANGE_RIGHTS: &str = "allow yourself to write the file and its folder";

/// Bytes of the header of a database: <https://www.sqlite.org/fileformat2.html>.
const HEADER_BYTES: u64 = 100;

fn open_error(error: anyhow::Error, path: &Path) -> anyhow::Error {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseCorrupt, DiskFull, NotADatabase, PermissionDenied, ReadOnly, SystemIoFailure,
    };
    let code = error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    if matches!(code, Some(DiskFull | SystemIoFailure)) || write_error::is_disk_full(&error) {
        return write_error::explain(error, path);
    }
    let path = path.display();
    match code {
        Some(NotADatabase) => anyhow::anyhow!("{path} is not a Trailglow library; name another file with --library"),
        Some(DatabaseCorrupt) => error.context(format!(
            "the library {path} is damaged; move the file away, import again and add the privacy zones again"
        )),
        Some(CannotOpen | PermissionDenied | ReadOnly) => {
            anyhow::anyhow!("cannot open the library {path} for writing; {CHANGE_RIGHTS}")
        }
        _ => error.context(format!("cannot open the library {path}")),
    }
}

#[cfg(test)]
mod tests;

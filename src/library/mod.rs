//! The library: one SQLite file that keeps parsed activities, so that nothing is parsed twice.
//!
//! ```text
//! files ─ known by path, size and time? ─ by hash? ─ else source::read ─ about, blob ─▶ content, activity, track
//!         known                           remember                       write             │ load, list
//!                                                                  selection ─▶ Placed ◀───┘
//! ```
//! What a file gave hangs on its content and not on its name. Everything is written in transactions of whole files, so
//! that a run that is killed leaves some files in and the others out.

mod blob;
mod compare;
mod copies;
mod file_cache;
mod file_state;
mod ingest;
mod list;
mod listed_activity;
mod load;
mod location;
mod migrate;
mod renders;
mod traces;
mod write;
mod zones;

pub use compare::ActivityPair;
pub use ingest::Ingested;
pub use list::apply_filter;
pub use listed_activity::ListedActivity;
pub use location::{NO_HOME, default_path};

use std::path::Path;

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

use crate::control::cancel::Cancel;
use location::create_private_folder;
use migrate::{LOCK_TIMEOUT, MIGRATIONS, migrate};

/// To be raised whenever the readers give more or other things: what was read by an earlier version is read again.
const READER_VERSION: i64 = 3;

/// The content of a file in the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(i64);

/// An open library.
#[derive(Debug)]
pub struct Library {
    db: Connection,
    /// Stops long work of this handle.
    cancel: Cancel,
    /// Whether it was made just now: then no place is hidden.
    pub is_new: bool,
}

impl Library {
    /// Opens the library of a file, which is made if it is not there. `cancel` stops long work of this handle.
    ///
    /// # Errors
    /// When it cannot be opened and written, is no library, or was written by a later version.
    pub fn open(path: &Path, cancel: &Cancel) -> Result<Self> {
        if let Some(folder) = path.parent() {
            create_private_folder(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        let is_new = !path.try_exists().is_ok_and(|exists| exists);
        if is_new {
            create(path).map_err(|error| open_error(error, path))?;
        }
        Ok(Self { is_new, ..Self::open_file(path, cancel)? })
    }

    /// The same, but only what is there already.
    ///
    /// # Errors
    /// As [`Library::open`], and when there is none.
    pub fn open_existing(path: &Path, cancel: &Cancel) -> Result<Self> {
        if !path.exists() {
            bail!("there is no library at {}; `trailglow import` makes one of your files", path.display());
        }
        Self::open_file(path, cancel)
    }

    fn open_file(path: &Path, cancel: &Cancel) -> Result<Self> {
        let open = || {
            // To SQLite that would be a new one, and zones that were in it would be gone unnoticed.
            if path.metadata()?.len() < HEADER_BYTES {
                bail!("it is empty or cut short, and what was in it is lost, zones too; move it away");
            }
            let mut db = Connection::open(path)?;
            db.busy_timeout(LOCK_TIMEOUT)?;
            migrate(&mut db, MIGRATIONS)?;
            Ok(Self { db, cancel: cancel.clone(), is_new: false })
        };
        open().map_err(|error: anyhow::Error| open_error(error, path))
    }
}

/// Why something is not there that was there before.
const REMOVED_MEANWHILE: &str = "another run took a file out of the library just now; run again";

/// Bytes of a database's header: <https://www.sqlite.org/fileformat2.html>.
const HEADER_BYTES: u64 = 100;

fn open_error(error: anyhow::Error, path: &Path) -> anyhow::Error {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let code = error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    let path = path.display();
    match code {
        Some(NotADatabase) => anyhow::anyhow!("{path} is not a Trailglow library; name another file"),
        Some(DatabaseCorrupt) => {
            error.context(format!("the library {path} is damaged; move it away, import again, and add zones again"))
        }
        _ => error.context(format!("cannot use the library {path}")),
    }
}

/// Makes a library, whole or not at all.
fn create(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(".trailglow-library-").tempfile_in(folder)?;
    let mut db = Connection::open(file.path())?;
    migrate(&mut db, MIGRATIONS)?;
    // What is still in a file of its own goes into the library now.
    db.close().map_err(|(_, error)| error)?;
    match file.persist_noclobber(path) {
        // Another run was quicker.
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        result => Ok(result.map(drop)?),
    }
}

#[cfg(test)]
mod tests;

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
mod known;
mod list;
mod listed;
mod load;
mod remember;
mod renders;
mod write;
mod zones;

pub use compare::Compared;
pub use list::choose;
pub use listed::Listed;
pub use remember::Remembered;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, TransactionBehavior};

use crate::control::cancel::Cancel;

/// Each brings the schema from the version of its index to the next. Rows are never changed, only added.
const MIGRATIONS: &[&str] =
    &[include_str!("schema.sql"), include_str!("zones.sql"), include_str!("renders.sql"), include_str!("same.sql")];

/// To be raised whenever the readers give more or other things: what was read by an earlier version is read again.
const READING: i64 = 3;

/// "TGlo" in the file's header, so that no other program's database is taken for a library.
const APPLICATION: i32 = 0x5447_6c6f;

/// How long to wait while another run writes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The content of a file in the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content(i64);

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
            make_private(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        let is_new = !path.try_exists().is_ok_and(|is_there| is_there);
        if is_new {
            create(path).map_err(|error| explained(error, path))?;
        }
        Ok(Self { is_new, ..Self::open_existing(path, cancel)? })
    }

    /// The same, but only what is there already.
    ///
    /// # Errors
    /// As [`Library::open`], and when there is none.
    pub fn open_if_there(path: &Path, cancel: &Cancel) -> Result<Self> {
        if !path.exists() {
            bail!("there is no library at {}; `trailglow import` makes one of your files", path.display());
        }
        Self::open_existing(path, cancel)
    }

    fn open_existing(path: &Path, cancel: &Cancel) -> Result<Self> {
        let open = || {
            // To SQLite that would be a new one, and zones that were in it would be gone unnoticed.
            if path.metadata()?.len() < HEADER_BYTES {
                bail!("it is empty or cut short, and what was in it is lost, zones too; move it away");
            }
            let mut db = Connection::open(path)?;
            db.busy_timeout(PATIENCE)?;
            migrate(&mut db, MIGRATIONS)?;
            Ok(Self { db, cancel: cancel.clone(), is_new: false })
        };
        open().map_err(|error: anyhow::Error| explained(error, path))
    }
}

/// Why something is not there that was there before.
const TAKEN_OUT: &str = "another run took a file out of the library just now; run again";

/// Bytes of a database's header: <https://www.sqlite.org/fileformat2.html>.
const HEADER_BYTES: u64 = 100;

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

/// What a path is called in the library.
fn key_of_path(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

/// For showing: exact where paths are bytes, and elsewhere where they are Unicode.
fn path_of_key(key: Vec<u8>) -> PathBuf {
    #[cfg(unix)]
    let name: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(key);
    #[cfg(not(unix))]
    let name = String::from_utf8_lossy(&key).into_owned();
    name.into()
}

/// Said where [`default_path`] knows no place.
pub const NO_HOME: &str = "there is no home folder for a library; name a file with --library";

/// Where the library is unless the user says otherwise: in the user's data folder.
pub fn default_path() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        // XDG Base Directory Specification: relative values are to be ignored.
        var("XDG_DATA_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| var("HOME").map(|home| home.join(".local/share")))
    };
    folder.map(|folder| folder.join("trailglow/library.sqlite"))
}

/// Where somebody goes is nobody else's business.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn explained(error: anyhow::Error, path: &Path) -> anyhow::Error {
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

fn migrate(db: &mut Connection, migrations: &[&str]) -> Result<()> {
    db.pragma_update(None, "foreign_keys", true)?;
    let version = |db: &Connection| db.pragma_query_value(None, "user_version", |row| row.get::<_, i32>(0));
    let application = |db: &Connection| db.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0));
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application(db)? != APPLICATION {
        bail!("it is the database of another program; name another file");
    }
    // Readers then do not wait for a writer. It is kept in the file, and a run killed at any moment leaves it whole.
    use_wal(db)?;
    db.pragma_update(None, "synchronous", "normal")?;
    let latest = migrations.len() as i32;
    if version(db)? == latest {
        return Ok(());
    }
    // Another run may be doing the same: who comes second finds it done.
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&transaction)?;
    if from > latest || from < 0 {
        bail!("it was written by a later version of Trailglow; update, or name another file");
    }
    for migration in &migrations[from as usize..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", latest)?;
    transaction.commit()?;
    Ok(())
}

/// SQLite does not wait for a lock here, so this does.
fn use_wal(db: &Connection) -> rusqlite::Result<()> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut left = PATIENCE;
    loop {
        match db.pragma_update(None, "journal_mode", "wal") {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) && left > PAUSE => {
                std::thread::sleep(PAUSE);
                left -= PAUSE;
            }
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests;

//! Creates the file of a new library.
//!
//! The database is made in memory and written to a temporary file, which then gets the name of the library. So a full
//! disk or a killed run leaves no library or a complete one, never the beginning of one, and no files of SQLite beside.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Result, bail};
use rusqlite::{Connection, MAIN_DB};
use tempfile::NamedTempFile;

use super::migrate::{MIGRATIONS, run_missing};

/// Beginning of the names of temporary files.
const PREFIX: &str = ".trailglow-library-";

/// Most temporary files that another run may remove before they are locked.
const MAX_ATTEMPTS: usize = 100;

/// Creates a complete library, or none.
///
/// # Errors
/// If the file cannot be written.
pub fn create(path: &Path) -> Result<()> {
    let mut db = Connection::open_in_memory()?;
    run_missing(&mut db, MIGRATIONS)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    remove_stale(folder);
    let mut file = temporary_file(folder)?;
    file.write_all(&db.serialize(MAIN_DB)?)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        // Another run has just created the library.
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        result => Ok(result.map(drop)?),
    }
}

/// Creates a temporary file with a lock, by which other runs see that it is in use.
fn temporary_file(folder: &Path) -> Result<NamedTempFile> {
    for _ in 0..MAX_ATTEMPTS {
        let file = tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder)?;
        // Where files cannot be locked, no run removes them.
        let is_taken = matches!(file.as_file().try_lock(), Err(fs::TryLockError::WouldBlock));
        if !is_taken && file.path().exists() {
            return Ok(file);
        }
    }
    bail!("other runs remove the temporary files in {}", folder.display())
}

/// Removes unlocked temporary files, left behind by killed runs. Failures are harmless.
fn remove_stale(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_temporary = |entry: &fs::DirEntry| {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        is_file && entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes())
    };
    for path in entries.filter(is_temporary).map(|entry| entry.path()) {
        // The lock is held until the file is removed, so that a run which has just created the file notices.
        if let Ok(file) = File::open(&path)
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::cancel::Cancel;
    use crate::library::Library;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_library_is_one_complete_file() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("l.sqlite");
        create(&path).unwrap();
        assert_eq!(names(home.path()), ["l.sqlite"]);
        let secret = |library: Library| library.db.query_row("SELECT bytes FROM secret", [], |row| row.get(0));
        let open = || Library::open_existing(&path, &Cancel::default()).unwrap();
        let first: Vec<u8> = secret(open()).unwrap();
        create(&path).unwrap();
        assert_eq!(secret(open()).unwrap(), first, "a library is never replaced");
    }

    #[test]
    fn stale_temporary_files_are_removed_and_those_in_use_and_others_kept() {
        let home = tempfile::tempdir().unwrap();
        for name in ["abc", "abc-wal"] {
            fs::write(home.path().join(format!("{PREFIX}{name}")), "left behind").unwrap();
        }
        fs::create_dir(home.path().join(format!("{PREFIX}folder"))).unwrap();
        fs::write(home.path().join("trailglow-library-notes"), "mine").unwrap();
        let in_use = temporary_file(home.path()).unwrap();
        create(&home.path().join("l.sqlite")).unwrap();
        assert!(in_use.path().exists());
        drop(in_use);
        assert_eq!(
            names(home.path()),
            [format!("{PREFIX}folder"), "l.sqlite".into(), "trailglow-library-notes".into()]
        );
    }
}

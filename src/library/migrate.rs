//! Creates the schema of the library, and migrates libraries of older versions.
//!
//! `user_version` in the header of the file is the number of migrations that have run. Missing migrations run in one
//! transaction, so that an interrupted or failed migration leaves the old library.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use rusqlite::{Connection, TransactionBehavior};

/// Migrations in order. The SQL of a released migration never changes.
pub const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("zones.sql"),
    include_str!("renders.sql"),
    include_str!("same.sql"),
    include_str!("names.sql"),
    include_str!("seals.sql"),
    include_str!("repeated.sql"),
    include_str!("views.sql"),
    include_str!("new_roads.sql"),
    include_str!("completeness.sql"),
];

/// "TGlo" in the header of the file, to recognise databases of other programs.
const APPLICATION_ID: i32 = 0x5447_6c6f;

/// Returns true if opening the library will upgrade it, which closes it to older versions of the program.
///
/// Reads the header of the file alone: a library that another run is just upgrading may count as old.
pub fn is_old(path: &Path) -> bool {
    // <https://www.sqlite.org/fileformat2.html>: user version and application id, big-endian.
    let mut header = [0; 72];
    let is_file = path.metadata().is_ok_and(|metadata| metadata.is_file());
    if !is_file || File::open(path).and_then(|mut file| file.read_exact(&mut header)).is_err() {
        return false;
    }
    let number = |at: usize| i32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    number(68) == APPLICATION_ID && (0..MIGRATIONS.len() as i32).contains(&number(60))
}

/// Longest wait for another run that writes.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(30);

/// Configures the connection and runs the missing migrations. Fails on a file of another program or a later version.
pub fn migrate(db: &mut Connection, migrations: &[&str]) -> Result<()> {
    db.pragma_update(None, "foreign_keys", true)?;
    let application_id = |db: &Connection| db.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0));
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application_id(db)? != APPLICATION_ID {
        bail!("the file is the database of another program; name another file with --library");
    }
    // With a write-ahead log readers do not wait for a writer. The file stores the mode.
    use_wal(db)?;
    // A power failure may undo the last transactions, but does not damage the file: <https://www.sqlite.org/wal.html>.
    db.pragma_update(None, "synchronous", "normal")?;
    run_missing(db, migrations)
}

/// Runs the missing migrations in one transaction.
pub fn run_missing(db: &mut Connection, migrations: &[&str]) -> Result<()> {
    let schema_version = |db: &Connection| db.pragma_query_value(None, "user_version", |row| row.get::<_, i32>(0));
    let latest = migrations.len() as i32;
    if schema_version(db)? == latest {
        return Ok(());
    }
    // Another run may migrate at the same time; the second run then finds the latest version.
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = schema_version(&transaction)?;
    if from > latest || from < 0 {
        bail!("a later version of Trailglow wrote the library; update Trailglow, or name another file with --library");
    }
    for migration in &migrations[from as usize..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", latest)?;
    transaction.commit()?;
    Ok(())
}

/// Repeats the switch while the library is locked, because SQLite does not apply the busy timeout to the switch.
fn use_wal(db: &Connection) -> rusqlite::Result<()> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut remaining = LOCK_TIMEOUT;
    loop {
        match db.pragma_update(None, "journal_mode", "wal") {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) && remaining > PAUSE => {
                std::thread::sleep(PAUSE);
                remaining -= PAUSE;
            }
            result => return result,
        }
    }
}

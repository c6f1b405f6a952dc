//! Schema of the library and its migrations.

use std::time::Duration;

use anyhow::{Result, bail};
use rusqlite::{Connection, TransactionBehavior};

/// Each brings the schema from the version of its index to the next. Rows are never changed, only added.
pub const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("zones.sql"),
    include_str!("renders.sql"),
    include_str!("same.sql"),
    include_str!("names.sql"),
];

/// "TGlo" in the file's header, so that no other program's database is taken for a library.
const APPLICATION_ID: i32 = 0x5447_6c6f;

/// How long to wait while another run writes.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(30);

pub fn migrate(db: &mut Connection, migrations: &[&str]) -> Result<()> {
    db.pragma_update(None, "foreign_keys", true)?;
    let schema_version = |db: &Connection| db.pragma_query_value(None, "user_version", |row| row.get::<_, i32>(0));
    let application_id = |db: &Connection| db.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0));
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application_id(db)? != APPLICATION_ID {
        bail!("it is the database of another program; name another file");
    }
    // Readers then do not wait for a writer. It is kept in the file, and a run killed at any moment leaves it whole.
    use_wal(db)?;
    db.pragma_update(None, "synchronous", "normal")?;
    let latest = migrations.len() as i32;
    if schema_version(db)? == latest {
        return Ok(());
    }
    // Another run may be doing the same: who comes second finds it done.
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = schema_version(&transaction)?;
    if from > latest || from < 0 {
        bail!("it was written by a later version of Trailglow; update, or name another file");
    }
    for migration in &migrations[from as usize..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", latest)?;
    transaction.commit()?;
    Ok(())
}

/// SQLite does not wait for a lock here, so this does.
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

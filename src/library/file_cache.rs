//! Outcomes of files that the library has read before, so that unchanged files are not read again.
//!
//! A file counts as unchanged if its path (absolute, without links), size and modification time equal those stored, the
//! time is not too recent ([`FileState`]), and the current version of the parsers read it. The stored outcome of a file
//! is its content or the reason for skipping it, valid only with the same table row; that of an archive, the outcomes
//! of all its members, valid only with the same tables around the archive. Column `row` of table `member` has the
//! digest of the table row, or in each member of an archive that of the tables.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, params};

use super::file_state::FileState;
use super::location::{key_to_path, path_to_key};
use super::{ContentId, PARSER_VERSION};
use crate::control::cancel::Cancel;
use crate::source::{ArchiveOutcome, FileCache, InputFile, Metadata, Skip, TableReport};

/// Key of a content: its bytes, and its row in a table of activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentKey {
    /// XXH3-128 of the unpacked bytes, see [`ParsedFile::content_hash`](crate::source::ParsedFile::content_hash).
    pub hash: u128,
    /// See [`ParsedFile::row_digest`](crate::source::ParsedFile::row_digest).
    pub row_digest: u128,
}

/// Content of a file, in the library or still to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentRef {
    Stored(ContentId),
    New(ContentKey),
}

/// Outcome of the previous reading.
enum StoredOutcome {
    File { row_digest: u128, outcome: Result<ContentId, Skip> },
    Archive { outer_digest: u128, members: Vec<(PathBuf, Result<ContentId, Skip>)>, table_reports: Vec<TableReport> },
}

/// State on disk of each given file, and its stored outcome if unchanged, by path.
pub struct FileLookup(HashMap<PathBuf, (FileState, Option<StoredOutcome>)>);

impl FileLookup {
    /// Looks up files on disk. Pipes and other paths are left out: `-` may also be the name of a file.
    ///
    /// # Errors
    /// If the library cannot be read or is damaged, or the job is cancelled.
    pub fn of(db: &Connection, files: &[InputFile], cancel: &Cancel) -> Result<Self> {
        // One transaction, because each query would lock the library otherwise.
        let _snapshot = db.unchecked_transaction()?;
        let mut files_by_path = HashMap::with_capacity(files.len());
        for InputFile { path, .. } in files.iter().filter(|file| file.piped.is_none()) {
            cancel.check()?;
            if let Some(state) = FileState::of(path) {
                let stored = stored_outcome(db, &state, path)?;
                files_by_path.insert(path.clone(), (state, stored));
            }
        }
        Ok(Self(files_by_path))
    }

    /// State of a file on disk; `None` for a file in an archive.
    pub fn state(&self, path: &Path) -> Option<&FileState> {
        self.0.get(path).map(|(state, _)| state)
    }

    /// State of an archive on disk without a valid outcome: new, changed, modified too recently, read by other parsers,
    /// or read with other tables around it.
    pub fn state_to_store(&self, archive: &Path, outer_digest: u128) -> Option<&FileState> {
        let (state, stored) = self.0.get(archive)?;
        let is_valid =
            matches!(stored, Some(StoredOutcome::Archive { outer_digest: stored, .. }) if *stored == outer_digest);
        (!is_valid).then_some(state)
    }

    /// Returns true if every file has a stored outcome. A file whose table row has changed is read again all the same.
    pub fn all_stored(&self, files: &[InputFile]) -> bool {
        files.iter().all(|found| self.0.get(&found.path).is_some_and(|(_, stored)| stored.is_some()))
    }
}

impl FileCache<ContentRef> for FileLookup {
    fn file(&self, path: &Path, metadata: Option<Metadata>) -> Option<Result<ContentRef, Skip>> {
        match self.0.get(path) {
            Some((_, Some(StoredOutcome::File { row_digest: stored, outcome }))) if *stored == row_digest(metadata) => {
                Some(outcome.clone().map(ContentRef::Stored))
            }
            _ => None,
        }
    }

    fn archive(&self, path: &Path, outer_digest: u128) -> Option<ArchiveOutcome<ContentRef>> {
        let (members, table_reports) = match self.0.get(path) {
            Some((_, Some(StoredOutcome::Archive { outer_digest: stored, members, table_reports })))
                if *stored == outer_digest =>
            {
                (members, table_reports)
            }
            _ => return None,
        };
        let stored = |(path, outcome): &(PathBuf, Result<ContentId, Skip>)| {
            (path.clone(), outcome.clone().map(ContentRef::Stored))
        };
        Some((members.iter().map(stored).collect(), table_reports.clone()))
    }
}

/// Digest of a table row that is stored with a file on disk; see [`Metadata::digest`].
pub fn row_digest(metadata: Option<Metadata>) -> u128 {
    metadata.map_or(0, |metadata| metadata.digest())
}

/// Path of a file in an archive.
fn member_path(archive: &Path, name: &[u8]) -> PathBuf {
    // The archive itself, if it is damaged.
    if name.is_empty() {
        return archive.to_owned();
    }
    key_to_path([&path_to_key(archive), &b"/"[..], name].concat())
}

/// Name of a file within its archive; empty outside archives, and for the archive itself.
pub fn member_name(archive: Option<&Path>, path: &Path) -> Vec<u8> {
    let start = archive.map(|archive| path_to_key(archive).len() + 1);
    start.and_then(|start| path_to_key(path).get(start..).map(<[u8]>::to_vec)).unwrap_or_default()
}

/// Looks up the outcome of a file. Returns `None` unless the file is unchanged.
fn stored_outcome(db: &Connection, state: &FileState, path: &Path) -> Result<Option<StoredOutcome>> {
    let Some(modified) = state.reliable_mtime_ns() else { return Ok(None) };
    let file: Option<(i64, Option<String>)> = db
        .prepare_cached(
            "SELECT id, tables FROM file WHERE path = ?1 AND size = ?2 AND modified_ns = ?3 AND reader_version = ?4",
        )?
        .query_row(params![state.key, state.size as i64, modified, PARSER_VERSION], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((id, table_reports)) = file else { return Ok(None) };
    let mut statement = db.prepare_cached("SELECT name, row, content, skip FROM member WHERE file = ?1")?;
    let mut rows = statement.query([id])?;
    let mut members = Vec::new();
    while let Some(row) = rows.next()? {
        let skip: Option<String> = row.get(3)?;
        let outcome = match row.get(2)? {
            Some(content) => Ok(ContentId(content)),
            None => Err(serde_json::from_str(&skip.unwrap_or_default())?),
        };
        members.push((row.get::<_, Vec<u8>>(0)?, u128::from_le_bytes(row.get(1)?), outcome));
    }
    let Some(table_reports) = table_reports else {
        return Ok(members.pop().map(|(_, row_digest, outcome)| StoredOutcome::File { row_digest, outcome }));
    };
    // The user may name the archive by another path now.
    let at_path = |table_report: TableReport| {
        let name = member_name(table_report.archive.as_deref(), &table_report.path);
        TableReport { path: member_path(path, &name), archive: Some(path.to_owned()), ..table_report }
    };
    let table_reports: Vec<TableReport> = serde_json::from_str(&table_reports)?;
    let table_reports = table_reports.into_iter().map(at_path).collect();
    let outer_digest = members.first().map_or(0, |(_, outer_digest, _)| *outer_digest);
    let members = members.into_iter().map(|(name, _, outcome)| (member_path(path, &name), outcome)).collect();
    Ok(Some(StoredOutcome::Archive { outer_digest, members, table_reports }))
}

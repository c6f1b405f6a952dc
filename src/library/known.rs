//! Files as they lie on disk, and what the library knows of those that have not changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Content, READER_VERSION, key_of_path, path_of_key};
use crate::control::cancel::Cancel;
use crate::source::{ArchiveOutcome, FileCache, InputFile, Row, Skip, TableReport};

/// The longest tick of a file system's clock: FAT's.
const TICK: Duration = Duration::from_secs(2);

/// Which content: a hash of the bytes, and one of what the export says of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// See [`ParsedFile::content_hash`](crate::source::Reading::fingerprint).
    pub hash: u128,
    /// See [`Row::digest`]; 0 where the export says nothing.
    pub row: u128,
}

/// What there is to know about a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The library had it.
    Known(Content),
    /// It was read now.
    New(Key),
}

/// A file as it lies there.
#[derive(Clone, Debug)]
pub struct Place {
    /// What its path is called in the library.
    pub key: Vec<u8>,
    /// Bytes.
    pub size: u64,
    modified_ns: Option<i64>,
    /// Changed so recently that it may change again within the same tick of its clock, so its time proves nothing.
    is_fresh: bool,
}

impl Place {
    /// Where the file is, if there is one.
    pub fn of(path: &Path) -> Option<Self> {
        let key = key_of_path(&path.canonicalize().ok()?);
        let summary = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let modified = summary.modified().ok();
        let is_old = |time: SystemTime| SystemTime::now().duration_since(time).is_ok_and(|age| age >= TICK);
        let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).ok()?.as_nanos().try_into().ok();
        Some(Self {
            key,
            size: summary.len(),
            modified_ns: modified.and_then(since),
            is_fresh: !modified.is_some_and(is_old),
        })
    }

    /// The time of the last change, if it can be relied on.
    pub fn settled_ns(&self) -> Option<i64> {
        self.modified_ns.filter(|_| !self.is_fresh)
    }

    /// Says whether the file lies there as it did.
    pub fn is_still(&self, path: &Path) -> bool {
        let as_now = |now: Self| (&now.key, now.size, now.modified_ns) == (&self.key, self.size, self.modified_ns);
        Self::of(path).is_some_and(as_now)
    }
}

enum Was {
    File { row: u128, outcome: Result<Content, Skip> },
    Archive { members: Vec<(PathBuf, Result<Content, Skip>)>, table_reports: Vec<TableReport> },
}

/// The files that were found: where they lie, and what they gave when they were as they are.
pub struct Known(HashMap<PathBuf, (Place, Option<Was>)>);

impl Known {
    /// Looks the files up.
    ///
    /// # Errors
    /// When the library cannot be read, or the user interrupts.
    pub fn of(db: &Connection, files: &[InputFile], cancel: &Cancel) -> Result<Self> {
        // Else each question would lock the library anew.
        let _reading = db.unchecked_transaction()?;
        let mut known = HashMap::with_capacity(files.len());
        for InputFile { path, .. } in files {
            cancel.check()?;
            if let Some(place) = Place::of(path) {
                let was = was(db, &place, path)?;
                known.insert(path.clone(), (place, was));
            }
        }
        Ok(Self(known))
    }

    /// Where a file lay when it was looked up; not one in an archive.
    pub fn place(&self, path: &Path) -> Option<&Place> {
        self.0.get(path).map(|(place, _)| place)
    }

    /// The archives of whose content nothing is known.
    pub fn unknown<'a>(&'a self, path: &Path) -> Option<&'a Place> {
        self.0.get(path).filter(|(_, was)| was.is_none()).map(|(place, _)| place)
    }

    /// Says whether nothing needs to be read.
    pub fn is_complete(&self, files: &[InputFile]) -> bool {
        files.iter().all(|found| self.0.get(&found.path).is_some_and(|(_, was)| was.is_some()))
    }
}

impl FileCache<Seen> for Known {
    fn file(&self, path: &Path, row: Option<&Row>) -> Option<Result<Seen, Skip>> {
        match self.0.get(path) {
            Some((_, Some(Was::File { row: was, outcome }))) if *was == digest(row) => {
                Some(outcome.clone().map(Seen::Known))
            }
            _ => None,
        }
    }

    fn archive(&self, path: &Path) -> Option<ArchiveOutcome<Seen>> {
        let Some((_, Some(Was::Archive { members, table_reports }))) = self.0.get(path) else { return None };
        let seen =
            |(path, outcome): &(PathBuf, Result<Content, Skip>)| (path.clone(), outcome.clone().map(Seen::Known));
        Some((members.iter().map(seen).collect(), table_reports.clone()))
    }
}

/// Of what the export says, or 0.
pub fn digest(row: Option<&Row>) -> u128 {
    row.map_or(0, Row::digest)
}

/// The path of a file in an archive on disk.
fn path_within(archive: &Path, name: &[u8]) -> PathBuf {
    path_of_key([&key_of_path(archive), &b"/"[..], name].concat())
}

/// The name of a file in an archive on disk, empty for any other file.
pub fn name_within(archive: Option<&Path>, path: &Path) -> Vec<u8> {
    let start = archive.map(|archive| key_of_path(archive).len() + 1);
    start.and_then(|start| key_of_path(path).get(start..).map(<[u8]>::to_vec)).unwrap_or_default()
}

fn was(db: &Connection, place: &Place, path: &Path) -> Result<Option<Was>> {
    let Some(modified) = place.settled_ns() else { return Ok(None) };
    let file: Option<(i64, Option<String>)> = db
        .prepare_cached(
            "SELECT id, listings FROM file WHERE path = ?1 AND size = ?2 AND modified_ns = ?3 AND reading = ?4",
        )?
        .query_row(params![place.key, place.size as i64, modified, READER_VERSION], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((id, table_reports)) = file else { return Ok(None) };
    let mut ask = db.prepare_cached("SELECT name, row, content, skip FROM member WHERE file = ?1")?;
    let mut rows = ask.query([id])?;
    let mut members = Vec::new();
    while let Some(row) = rows.next()? {
        let skip: Option<String> = row.get(3)?;
        let outcome = match row.get(2)? {
            Some(content) => Ok(Content(content)),
            None => Err(serde_json::from_str(&skip.unwrap_or_default())?),
        };
        members.push((row.get::<_, Vec<u8>>(0)?, u128::from_le_bytes(row.get(1)?), outcome));
    }
    let Some(table_reports) = table_reports else {
        return Ok(members.pop().map(|(_, row, outcome)| Was::File { row, outcome }));
    };
    // Where the user names the archive otherwise than before, its files are named otherwise too.
    let named = |table_report: TableReport| {
        let name = name_within(table_report.archive.as_deref(), &table_report.path);
        TableReport { path: path_within(path, &name), archive: Some(path.to_owned()), ..table_report }
    };
    let table_reports: Vec<TableReport> = serde_json::from_str(&table_reports)?;
    let table_reports = table_reports.into_iter().map(named).collect();
    let members = members.into_iter().map(|(name, _, outcome)| (path_within(path, &name), outcome)).collect();
    Ok(Some(Was::Archive { members, table_reports }))
}

//! Writes contents with their activities, and the content of each file.
//!
//! The key of a content is its bytes and its table row. Parsing a content again updates the content and its activities
//! in place, which keeps ids and decisions of the user. At most one of several contents with the same bytes is
//! imported.

use std::collections::{HashMap, HashSet};
use std::sync::mpsc::Receiver;

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params, params};

use super::blob::VertexCodes;
use super::file_cache::ContentKey;
use super::file_state::FileState;
use super::notes::Notes;
use super::{ContentId, PARSER_VERSION, REMOVED_MEANWHILE};
use crate::activity::summary::Summary;
use crate::activity::tidy::DroppedPoints;
use crate::source::Skip;

/// Limits of a batch, which is one transaction. A killed run loses the batch and the queued outcomes.
const BATCH_FILES: usize = 64;
const BATCH_BYTES: usize = 8 << 20;

/// Outcome of reading a file, for the writer.
pub struct WriteRequest<'a> {
    /// `None` for a member of an archive: members are stored once the whole archive is read.
    pub state: Option<&'a FileState>,
    pub row_digest: u128,
    pub outcome: ReadOutcome,
}

pub enum ReadOutcome {
    Stored(ContentId),
    New(Box<PackedContent>),
    Skipped(Skip),
}

/// See [`ParsedFile`](crate::source::ParsedFile) for the fields.
pub struct PackedContent {
    pub key: ContentKey,
    pub format: String,
    pub device: Option<String>,
    pub notes: Notes,
    pub unreadable_points: u64,
    pub dropped: DroppedPoints,
    pub activities: Vec<PackedActivity>,
}

pub struct PackedActivity {
    pub summary: Summary,
    /// The blobs of [`blob`](super::blob).
    pub positions: Vec<u8>,
    pub sensors: Vec<u8>,
    pub vertex_codes: VertexCodes,
}

impl PackedActivity {
    fn bytes(&self) -> usize {
        self.positions.len() + self.sensors.len() + self.vertex_codes.blob.len()
    }
}

/// Imports a content, unless it or another with the same bytes is imported: then no row changes.
const IMPORT_NEW: &str = "UPDATE content SET imported = 1 WHERE id = ?1 AND NOT EXISTS
    (SELECT 1 FROM content AS other WHERE other.hash = content.hash AND other.imported = 1)";

/// Outcome of [`write_all`].
#[derive(Default)]
pub struct Written {
    /// Contents that were parsed.
    pub contents: HashMap<ContentKey, ContentId>,
    /// Number of contents that are imported now and were not before.
    pub imported: u64,
}

/// Writes requests in batches, one transaction each, until the channel is closed. New contents are imported at once if
/// `import` is true.
///
/// Each file on disk is stored with its content, or with the reason for skipping it if `is_permanent`. A batch ends at
/// its limits or when the channel closes; while the batch waits for a request, other runs cannot write.
///
/// # Errors
/// If the library cannot be written; then the batch is lost.
pub fn write_all(db: &mut Connection, receiver: &Receiver<WriteRequest<'_>>, import: bool) -> Result<Written> {
    let mut written = Written::default();
    while let Ok(first) = receiver.recv() {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut files, mut bytes, mut next) = (0, 0, Some(first));
        while let Some(WriteRequest { state, row_digest, outcome }) = next.take() {
            let outcome = match outcome {
                ReadOutcome::Stored(content) => Ok(content),
                ReadOutcome::New(packed) => {
                    bytes += packed.activities.iter().map(PackedActivity::bytes).sum::<usize>();
                    let content = upsert_content(&transaction, &packed)?;
                    if import {
                        written.imported += transaction.prepare_cached(IMPORT_NEW)?.execute([content.0])? as u64;
                    }
                    written.contents.insert(packed.key, content);
                    Ok(content)
                }
                ReadOutcome::Skipped(skip) => Err(skip),
            };
            if let Some(state) = state.filter(|_| outcome.as_ref().err().is_none_or(is_permanent)) {
                let file = upsert_file(&transaction, state, None)?;
                insert_member(&transaction, file, &[], row_digest, outcome.as_ref().copied())?;
            }
            files += 1;
            if files < BATCH_FILES && bytes < BATCH_BYTES {
                next = receiver.recv().ok();
            }
        }
        transaction.commit()?;
    }
    Ok(written)
}

/// Returns true if parsing the file again would skip it again. Skips that need no parsing are not worth storing.
fn is_permanent(skip: &Skip) -> bool {
    matches!(skip, Skip::NoTrack(_) | Skip::Stray | Skip::Planned(_) | Skip::NotRecording(_))
}

/// Stores the state of a file, deletes its previous members, and returns its id. `table_reports` is JSON for an
/// archive, `None` for another file.
pub fn upsert_file(
    transaction: &Transaction<'_>,
    state: &FileState,
    table_reports: Option<&str>,
) -> rusqlite::Result<i64> {
    let file: i64 = transaction
        .prepare_cached(
            "INSERT INTO file (path, size, modified_ns, reader_version, tables) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (path) DO UPDATE SET size = excluded.size, modified_ns = excluded.modified_ns,
                 reader_version = excluded.reader_version, tables = excluded.tables
             RETURNING id",
        )?
        .query_row(
            params![state.key, state.size as i64, state.reliable_mtime_ns(), PARSER_VERSION, table_reports],
            |row| row.get(0),
        )?;
    transaction.prepare_cached("DELETE FROM member WHERE file = ?1")?.execute([file])?;
    Ok(file)
}

/// Stores the outcome of a member of an archive, or of a file on disk with an empty name.
pub fn insert_member(
    transaction: &Transaction<'_>,
    file: i64,
    name: &[u8],
    row_digest: u128,
    outcome: Result<ContentId, &Skip>,
) -> Result<()> {
    let (content, skip) = match outcome {
        Ok(ContentId(content)) => (Some(content), None),
        Err(skip) => (None, Some(serde_json::to_string(skip)?)),
    };
    transaction
        .prepare_cached("INSERT OR REPLACE INTO member (file, name, row, content, skip) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![file, name, row_digest.to_le_bytes(), content, skip])?;
    Ok(())
}

/// Imports contents. Returns those that were merged into an imported content with the same bytes, and the number of
/// contents that were not imported before.
///
/// If several contents have the same bytes, the table row of the last one with a row is used. A content that is already
/// imported keeps its id and the decisions of the user, and gets that row and its facts (`merge_content.sql`). A
/// content without a row is imported only if no content with the same bytes is.
///
/// # Errors
/// If another run deleted a content meanwhile, or the library cannot be written.
pub fn import(transaction: &Transaction<'_>, contents: &[ContentId]) -> Result<(HashMap<ContentId, ContentId>, u64)> {
    let mut key = transaction.prepare("SELECT hash, row = zeroblob(16) FROM content WHERE id = ?1")?;
    let mut older = transaction.prepare("SELECT id FROM content WHERE hash = ?1 AND imported = 1 AND id <> ?2")?;
    let mut import_new = transaction.prepare(IMPORT_NEW)?;
    let (mut hashes_with_row, mut without_row, mut replaced) = (HashSet::new(), Vec::new(), HashMap::new());
    let mut imported = 0;
    for ContentId(content) in contents.iter().rev() {
        let hash_and_is_empty = key.query_row([content], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (hash, has_no_row): ([u8; 16], bool) = hash_and_is_empty.context(REMOVED_MEANWHILE)?;
        if has_no_row {
            without_row.push(content);
        } else if hashes_with_row.insert(hash) {
            match older.query_row((hash, content), |row| row.get::<_, i64>(0)).optional()? {
                Some(old) => {
                    transaction.execute_batch(&format!(include_str!("merge_content.sql"), old = old, new = content))?;
                    replaced.insert(ContentId(*content), ContentId(old));
                }
                None => imported += import_new.execute([content])?,
            }
        }
    }
    for content in without_row {
        imported += import_new.execute([content])?;
    }
    Ok((replaced, imported as u64))
}

/// Deletes contents that are not imported and that no stored file has any more.
pub fn delete_orphans(transaction: &Transaction<'_>, in_use: &HashSet<ContentId>) -> rusqlite::Result<()> {
    let mut orphans = transaction.prepare(
        "SELECT id FROM content WHERE imported = 0
             AND NOT EXISTS (SELECT 1 FROM member WHERE member.content = content.id)",
    )?;
    let orphans: Vec<i64> = orphans.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for orphan in orphans.into_iter().filter(|orphan| !in_use.contains(&ContentId(*orphan))) {
        transaction.prepare_cached("DELETE FROM content WHERE id = ?1")?.execute([orphan])?;
    }
    Ok(())
}

/// Writes a content with its activities, or updates those with the same key in place. A new content is not imported; an
/// imported one stays imported.
fn upsert_content(transaction: &Transaction<'_>, packed: &PackedContent) -> Result<ContentId> {
    let dropped = &packed.dropped;
    let mut content = transaction.prepare_cached(
        "INSERT INTO content (hash, row, reader_version, imported, format, device, warnings, unreadable_points,
                              out_of_range, null_island, spikes, repeated)
         VALUES (:hash, :row, :reader_version, 0, :format, :device, :warnings, :unreadable_points,
                 :out_of_range, :null_island, :spikes, :repeated)
         ON CONFLICT (hash, row) DO UPDATE SET reader_version = excluded.reader_version,
             format = excluded.format, device = excluded.device, warnings = excluded.warnings,
             unreadable_points = excluded.unreadable_points,
             out_of_range = excluded.out_of_range, null_island = excluded.null_island, spikes = excluded.spikes,
             repeated = excluded.repeated
         RETURNING id",
    )?;
    let content: i64 = content.query_row(
        named_params! {
            ":hash": packed.key.hash.to_le_bytes(),
            ":row": packed.key.row_digest.to_le_bytes(),
            ":reader_version": PARSER_VERSION,
            ":format": packed.format,
            ":device": packed.device,
            ":warnings": packed.notes.to_json()?,
            ":unreadable_points": packed.unreadable_points as i64,
            ":out_of_range": dropped.out_of_range as i64,
            ":null_island": dropped.null_island as i64,
            ":spikes": dropped.spikes as i64,
            ":repeated": dropped.repeated as i64,
        },
        |row| row.get(0),
    )?;
    let count = packed.activities.len() as i64;
    transaction
        .prepare_cached("DELETE FROM activity WHERE content = ?1 AND number >= ?2")?
        .execute([content, count])?;
    for (number, activity) in packed.activities.iter().enumerate() {
        let summary = &activity.summary;
        let mut insert = transaction.prepare_cached(
            "INSERT INTO activity (content, number, sport, name, gear, commute, planned, start_ms, end_ms, metres,
                                   ascent_m, points, completeness, start_x, start_y, min_x, min_y, max_x, max_y, fingerprint)
             VALUES (:content, :number, :sport, :name, :gear, :commute, :planned, :start_ms, :end_ms, :metres,
                     :ascent_m, :points, :completeness, :start_x, :start_y, :min_x, :min_y, :max_x, :max_y, :fingerprint)
             ON CONFLICT (content, number) DO UPDATE SET sport = excluded.sport, name = excluded.name,
                 gear = excluded.gear, commute = excluded.commute, planned = excluded.planned,
                 start_ms = excluded.start_ms, end_ms = excluded.end_ms, metres = excluded.metres,
                 ascent_m = excluded.ascent_m, points = excluded.points, completeness = excluded.completeness,
                 start_x = excluded.start_x, start_y = excluded.start_y, min_x = excluded.min_x,
                 min_y = excluded.min_y, max_x = excluded.max_x, max_y = excluded.max_y,
                 fingerprint = excluded.fingerprint
             RETURNING id",
        )?;
        let id: i64 = insert.query_row(
            named_params! {
                ":content": content,
                ":number": number as i64,
                ":sport": summary.sport,
                ":name": summary.name,
                ":gear": summary.gear,
                ":commute": summary.commute,
                ":planned": summary.planned,
                ":start_ms": summary.start_ms,
                ":end_ms": summary.end_ms,
                ":metres": summary.metres,
                ":ascent_m": summary.ascent_m,
                ":points": summary.points as i64,
                ":completeness": summary.completeness,
                ":start_x": summary.start[0],
                ":start_y": summary.start[1],
                ":min_x": summary.extent.min[0],
                ":min_y": summary.extent.min[1],
                ":max_x": summary.extent.max[0],
                ":max_y": summary.extent.max[1],
                ":fingerprint": summary.fingerprint.to_le_bytes(),
            },
            |row| row.get(0),
        )?;
        let VertexCodes { version, blob } = &activity.vertex_codes;
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO track (activity, places, sensors, simplifier_version, marks)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, activity.positions, activity.sensors, version, blob])?;
    }
    Ok(ContentId(content))
}

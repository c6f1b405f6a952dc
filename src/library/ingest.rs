//! Files → library: what is known is not read again, what is new is read in parallel and written by one.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use anyhow::{Context, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::blob::{pack_positions, pack_sensors, pack_vertex_codes};
use super::file_cache::{ContentKey, ContentRef, StoredFiles, member_name, row_digest};
use super::file_state::FileState;
use super::write::{self, PackedActivity, PackedContent, ReadOutcome, WriteRequest};
use super::{ContentId, Library, READER_VERSION};
use crate::activity::Activity;
use crate::activity::tidy::Dropped;
use crate::collection::NOWHERE;
use crate::collection::visible::whole;
use crate::control::Control;
use crate::control::progress::Progress;
use crate::source::{self, FileOutcome, InputFile, OpenedFile, PlannedActivities, Skip, TableReport};

/// Files that may wait for being written.
const QUEUE_LENGTH: usize = 16;

/// What the library knows now of the files, those in archives too.
#[derive(Debug)]
pub struct Ingested {
    /// The files, by path, and their contents.
    pub outcomes: Vec<FileOutcome<ContentId>>,
    /// Tables of activities that they were joined with.
    pub table_reports: Vec<TableReport>,
    /// How many of them, without those of the same bytes, the library did not have.
    pub new: u64,
}

/// What the library has and need not read.
struct StoredContents {
    ids: HashMap<ContentKey, ContentId>,
    /// Of files on disk: one of another size is surely new.
    file_sizes: HashSet<u64>,
}

impl StoredContents {
    fn of(db: &Connection) -> rusqlite::Result<Self> {
        let mut statement = db.prepare("SELECT hash, row, id FROM content WHERE reader_version = ?1")?;
        let ids = statement.query_map([READER_VERSION], |row| {
            let [hash, row_digest] = [row.get(0)?, row.get(1)?].map(u128::from_le_bytes);
            Ok((ContentKey { hash, row_digest }, ContentId(row.get(2)?)))
        })?;
        let ids = ids.collect::<Result<_, _>>()?;
        let mut statement = db.prepare("SELECT DISTINCT size FROM file WHERE reader_version = ?1")?;
        let file_sizes = statement.query_map([READER_VERSION], |row| row.get::<_, i64>(0).map(|size| size as u64))?;
        Ok(Self { ids, file_sizes: file_sizes.collect::<Result<_, _>>()? })
    }
}

impl Library {
    /// Makes sure that the library knows what is in the files, and says for each which content it has. With `keep`
    /// they become part of the library.
    ///
    /// # Errors
    /// When the library cannot be written, or the user interrupts; what was written until then stays.
    pub fn ingest(&mut self, files: &[InputFile], import: bool, progress: &dyn Progress) -> Result<Ingested> {
        let cancel = self.cancel.clone();
        let stored_files = StoredFiles::of(&self.db, files, &cancel)?;
        let stored_contents = if stored_files.contains_all(files) { None } else { Some(StoredContents::of(&self.db)?) };
        let (sender, receiver) = sync_channel(QUEUE_LENGTH);
        let writer_failed = AtomicBool::new(false);
        let db = &mut self.db;
        let (written, (outcomes, table_reports)) = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let written = write::write_all(db, &receiver, import);
                writer_failed.store(written.is_err(), Ordering::Relaxed);
                // Whoever waits for a place in the channel is let go.
                drop(receiver);
                written
            });
            let outcomes = source::read_all(files, &stored_files, Control { progress, cancel: &cancel }, |file| {
                if writer_failed.load(Ordering::Relaxed) {
                    return Err(Skip::Unreadable("the library cannot be written".into()));
                }
                let state = stored_files.state(file.path());
                let row_digest = row_digest(file.row());
                let path = file.path().to_owned();
                let outcome = read_file(file, state, stored_contents.as_ref());
                if state.is_some() && matches!(outcome, ReadOutcome::New(_)) {
                    drop_cached_pages(&path);
                }
                let content = match &outcome {
                    ReadOutcome::Stored(content) => Ok(ContentRef::Stored(*content)),
                    ReadOutcome::New(packed) => Ok(ContentRef::New(packed.key)),
                    ReadOutcome::Skipped(skip) => Err(skip.clone()),
                };
                // It fails only when the writer has failed, which says why.
                let _ = sender.send(WriteRequest { state, row_digest, outcome });
                content
            });
            drop(sender);
            let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            anyhow::Ok((written, outcomes?))
        })?;
        let mut new = HashSet::new();
        let mut content_id = |content| match content {
            ContentRef::Stored(content) => Ok(content),
            ContentRef::New(key) => {
                new.insert(key.hash);
                written.get(&key).copied().context("what was written is not there")
            }
        };
        let outcomes = outcomes.into_iter().map(|file| file.try_map(&mut content_id));
        let mut outcomes = outcomes.collect::<Result<Vec<_>>>()?;
        self.finish_ingest(&stored_files, &mut outcomes, &table_reports, import)?;
        Ok(Ingested { outcomes, table_reports, new: new.len() as u64 })
    }

    /// Notes what was in archives, takes what is to be kept into the library, and drops what nobody asks for any more.
    fn finish_ingest(
        &mut self,
        stored_files: &StoredFiles,
        outcomes: &mut [FileOutcome<ContentId>],
        table_reports: &[TableReport],
        import: bool,
    ) -> Result<()> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if import {
            import_contents(&transaction, outcomes)?;
        }
        record_archives(&transaction, stored_files, outcomes, table_reports)?;
        write::delete_orphans(&transaction)?;
        Ok(transaction.commit()?)
    }
}

fn import_contents(transaction: &Transaction<'_>, outcomes: &mut [FileOutcome<ContentId>]) -> Result<()> {
    let mut unique = HashSet::new();
    let mut contents: Vec<ContentId> =
        outcomes.iter().rev().filter_map(|file| file.outcome.as_ref().ok()).copied().collect();
    contents.retain(|content| unique.insert(*content));
    contents.reverse();
    let replaced = write::import(transaction, &contents)?;
    for content in outcomes.iter_mut().filter_map(|file| file.outcome.as_mut().ok()) {
        *content = replaced.get(content).copied().unwrap_or(*content);
    }
    Ok(())
}

fn record_archives(
    transaction: &Transaction<'_>,
    stored_files: &StoredFiles,
    outcomes: &[FileOutcome<ContentId>],
    table_reports: &[TableReport],
) -> Result<()> {
    let is_new = |archive: &&Path| stored_files.state_if_unknown(archive).is_some();
    let mut archives: HashMap<&Path, Vec<&FileOutcome<ContentId>>> = HashMap::new();
    for file in outcomes {
        if let Some(archive) = file.archive.as_deref().filter(is_new) {
            archives.entry(archive).or_default().push(file);
        }
    }
    for (archive, files) in archives {
        let state = stored_files.state_if_unknown(archive).filter(|state| state.is_unchanged(archive));
        let Some(state) = state else { continue };
        let table_reports: Vec<&TableReport> =
            table_reports.iter().filter(|table_report| table_report.archive.as_deref() == Some(archive)).collect();
        let file = write::upsert_file(transaction, state, Some(&serde_json::to_string(&table_reports)?))?;
        for FileOutcome { path, outcome, .. } in files {
            let name = member_name(Some(archive), path);
            write::insert_member(transaction, file, &name, 0, outcome.as_ref().copied())?;
        }
    }
    Ok(())
}

/// Reads a file, unless one with the same bytes is known.
fn read_file(file: OpenedFile, state: Option<&FileState>, stored: Option<&StoredContents>) -> ReadOutcome {
    let (path, row_digest) = (file.path(), row_digest(file.row()));
    let stored_id = |hash: u128| stored.and_then(|stored| stored.ids.get(&ContentKey { hash, row_digest })).copied();
    // Hashing is cheaper than reading, but worth while only where the file may be known.
    let may_be_stored = state.is_some_and(|state| stored.is_some_and(|stored| stored.file_sizes.contains(&state.size)));
    let same_bytes = if may_be_stored { source::content_hash(path).ok().and_then(stored_id) } else { None };
    let outcome = match same_bytes {
        Some(content) => ReadOutcome::Stored(content),
        None => match pack(file, row_digest) {
            Ok(packed) => {
                stored_id(packed.key.hash).map_or_else(|| ReadOutcome::New(Box::new(packed)), ReadOutcome::Stored)
            }
            Err(skip) => ReadOutcome::Skipped(skip),
        },
    };
    // So that a time is never that of other bytes than were read.
    if state.is_none_or(|state| state.is_unchanged(path)) {
        outcome
    } else {
        ReadOutcome::Skipped(Skip::Unreadable("it changed while it was read; run again".into()))
    }
}

/// Lets the system use the memory in which it keeps a file for the next: what is remembered is not read again. Years of
/// activities would push out what other programs read, and on virtual machines fresh memory costs more than reading.
fn drop_cached_pages(path: &Path) {
    #[cfg(target_os = "linux")]
    if let Ok(file) = std::fs::File::open(path) {
        // Only advice.
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = path;
}

fn pack(file: OpenedFile, row_digest: u128) -> Result<PackedContent, Skip> {
    let reading = source::read_into(file, PlannedActivities::CoursesAndRoutes, ActivityPacker::default())?;
    let ActivityPacker { activities, dropped } = reading.activities;
    if activities.is_empty() {
        return Err(Skip::NoTrack(NOWHERE.to_owned()));
    }
    Ok(PackedContent {
        key: ContentKey { hash: reading.content_hash, row_digest },
        format: reading.format.to_string(),
        device: reading.device,
        warnings: reading.warnings,
        unreadable_points: reading.bad_points,
        dropped,
        activities,
    })
}

/// Packs activities as they are read, so that their points need not stay.
#[derive(Default)]
struct ActivityPacker {
    activities: Vec<PackedActivity>,
    dropped: Dropped,
}

impl Extend<Activity> for ActivityPacker {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let (tidied, dropped) = whole(&activity);
            self.dropped += dropped;
            self.activities.extend(tidied.map(|tidied| PackedActivity {
                positions: pack_positions(&activity),
                sensors: pack_sensors(&activity),
                vertex_codes: pack_vertex_codes(&activity, &tidied),
                summary: tidied.summary,
            }));
        }
    }
}

//! Reads files into the library.
//!
//! Unchanged files are looked up by path, size and time, other files of a known size by the hash of their bytes. The
//! rest is read and packed in parallel. All outcomes go through a channel to one writer thread, which writes them in
//! batches ([`write_all`](write::write_all)). A last transaction imports the contents if wanted, records which archive
//! holds which files, and deletes contents that no file has any more.

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
use crate::activity::tidy::DroppedPoints;
use crate::collection::NO_VALID_POSITION;
use crate::collection::visible::without_privacy;
use crate::control::Control;
use crate::control::progress::Progress;
use crate::source::{self, FileOutcome, InputFile, OpenedFile, PlannedActivities, Skip, TableReport};

/// Maximum number of outcomes that wait for the writer.
const QUEUE_LENGTH: usize = 16;

/// Outcome of [`Library::ingest`].
#[derive(Debug)]
pub struct Ingested {
    /// All files by path, those in archives too, each with its content.
    pub outcomes: Vec<FileOutcome<ContentId>>,
    /// Tables of activities that the files were joined with.
    pub table_reports: Vec<TableReport>,
    /// Number of different contents that were not in the library.
    pub new: u64,
}

/// Contents in the library, read by the current version of the readers.
struct StoredContents {
    ids: HashMap<ContentKey, ContentId>,
    /// Sizes of files on disk: a file of another size is new.
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
    /// Stores the activities of files and returns the content of each file. With `import` the contents are imported,
    /// and remembered otherwise.
    ///
    /// # Errors
    /// If the library cannot be written, or the user interrupts. Files written before that stay in the library.
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
                // Makes senders fail that wait for a free slot.
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
                // Fails only if the writer has failed, and the writer returns the reason.
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
                written
                    .get(&key)
                    .copied()
                    .context("a content that was just written is missing in the library; run again")
            }
        };
        let outcomes = outcomes.into_iter().map(|file| file.try_map(&mut content_id));
        let mut outcomes = outcomes.collect::<Result<Vec<_>>>()?;
        self.finish_ingest(&stored_files, &mut outcomes, &table_reports, import)?;
        Ok(Ingested { outcomes, table_reports, new: new.len() as u64 })
    }

    /// The last transaction of an ingest.
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

/// Imports the contents of files, in the order of the last file of each content.
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

/// Stores the members of archives that were read.
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

/// Reads a file, unless a content with the same bytes and row is stored.
fn read_file(file: OpenedFile, state: Option<&FileState>, stored: Option<&StoredContents>) -> ReadOutcome {
    let (path, row_digest) = (file.path(), row_digest(file.row()));
    let stored_id = |hash: u128| stored.and_then(|stored| stored.ids.get(&ContentKey { hash, row_digest })).copied();
    // Hashing is cheaper than reading, but useful only if the content may be stored.
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
    // A stored time must belong to the bytes that were read.
    if state.is_none_or(|state| state.is_unchanged(path)) {
        outcome
    } else {
        ReadOutcome::Skipped(Skip::Unreadable("the file changed while it was read; run again".into()))
    }
}

/// Lets the system drop a file from its page cache, because a remembered file is not read again. Years of activities
/// would push out files of other programs, and on virtual machines new pages cost more than reading.
fn drop_cached_pages(path: &Path) {
    #[cfg(target_os = "linux")]
    if let Ok(file) = std::fs::File::open(path) {
        // Only advice, so errors do not matter.
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = path;
}

fn pack(file: OpenedFile, row_digest: u128) -> Result<PackedContent, Skip> {
    let reading = source::read_into(file, PlannedActivities::CoursesAndRoutes, ActivityPacker::default())?;
    let ActivityPacker { activities, dropped } = reading.activities;
    if activities.is_empty() {
        return Err(Skip::NoTrack(NO_VALID_POSITION.to_owned()));
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

/// Packs each activity as soon as it is read, to hold the points of one activity at a time.
#[derive(Default)]
struct ActivityPacker {
    activities: Vec<PackedActivity>,
    dropped: DroppedPoints,
}

impl Extend<Activity> for ActivityPacker {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let (tidied, dropped) = without_privacy(&activity);
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

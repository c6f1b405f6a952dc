//! Reads files into the library.
//!
//! 1. A file with a stored outcome for its path, size, modification time and table row is not opened
//!    ([`file_cache`](super::file_cache)).
//! 2. Any other file on disk is hashed if a stored file has its size, and not parsed if its content is stored. Which
//!    row of Garmin's table applies is known only after parsing.
//! 3. All other files, members of archives included, are parsed and packed in parallel. If the content turns out to be
//!    stored, the stored one is used.
//! 4. The outcomes of steps 2 and 3 go through a channel to one writer thread, which writes one transaction per batch
//!    and, with `import`, imports new contents at once ([`write_all`](write::write_all)).
//! 5. A last transaction, with `import`, imports stored contents too and settles which table row byte-identical
//!    contents get ([`write::import`]). It also records the members of archives, and deletes contents that are not
//!    imported and that no stored file has.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use anyhow::{Context, Result};
use rusqlite::{Connection, Transaction};

use super::blob::{VertexCodes, pack_positions, pack_sensors};
use super::file_cache::{ContentKey, ContentRef, FileLookup, member_name, row_digest};
use super::file_state::FileState;
use super::notes::Notes;
use super::write::{self, PackedActivity, PackedContent, ReadOutcome, WriteRequest};
use super::{ContentId, Library, PARSER_VERSION};
use crate::activity::Activity;
use crate::activity::tidy::DroppedPoints;
use crate::collection::nothing_left;
use crate::collection::visible::without_privacy;
use crate::control::Control;
use crate::control::progress::Progress;
use crate::source::{self, FileOutcome, InputFile, OpenedFile, PlannedActivities, Skip, TableReport};

/// Outcomes that may wait for the writer; bounds the memory if reading is faster than writing.
const QUEUE_LENGTH: usize = 16;

/// Outcome of [`Library::ingest`].
#[derive(Debug)]
pub struct Ingested {
    /// All files by path, those in archives too, each with its content.
    pub outcomes: Vec<FileOutcome<ContentId>>,
    /// Tables of activities that the files were joined with.
    pub table_reports: Vec<TableReport>,
    /// Number of files with different bytes that were parsed and written: new ones, and stored ones that an older
    /// version of the parsers read or that have another table row now.
    pub parsed: u64,
    /// Number of files with different bytes that were not imported before and are imported now, those that a render
    /// had stored included.
    pub imported: u64,
}

/// Contents in the library, read by the current version of the parsers.
struct StoredContents {
    ids: HashMap<ContentKey, ContentId>,
    /// Sizes of stored files on disk. A file of another size is probably new, and parsed without hashing first.
    file_sizes: HashSet<u64>,
}

impl StoredContents {
    fn of(db: &Connection) -> rusqlite::Result<Self> {
        let mut statement = db.prepare("SELECT hash, row, id FROM content WHERE reader_version = ?1")?;
        let ids = statement.query_map([PARSER_VERSION], |row| {
            let [hash, row_digest] = [row.get(0)?, row.get(1)?].map(u128::from_le_bytes);
            Ok((ContentKey { hash, row_digest }, ContentId(row.get(2)?)))
        })?;
        let ids = ids.collect::<Result<_, _>>()?;
        let mut statement = db.prepare("SELECT DISTINCT size FROM file WHERE reader_version = ?1")?;
        let file_sizes = statement.query_map([PARSER_VERSION], |row| row.get::<_, i64>(0).map(|size| size as u64))?;
        Ok(Self { ids, file_sizes: file_sizes.collect::<Result<_, _>>()? })
    }
}

impl Library {
    /// Stores the activities of files and returns the content of each file. With `import` the contents are imported:
    /// they stay until the user deletes them. Otherwise they stay until no stored file has them. A file that cannot be
    /// read is an outcome, not an error.
    ///
    /// # Errors
    /// If the library cannot be read or written, another run deleted a content meanwhile, or the job is cancelled. A
    /// failed write loses its batch; after a cancellation all outcomes so far are written. Earlier batches stay in
    /// either case, but step 5 above does not take place.
    pub fn ingest(&mut self, files: &[InputFile], import: bool, progress: &dyn Progress) -> Result<Ingested> {
        let ingested = self.read_into_library(files, import, progress);
        ingested.map_err(|error| self.explain(error))
    }

    fn read_into_library(&mut self, files: &[InputFile], import: bool, progress: &dyn Progress) -> Result<Ingested> {
        let cancel = self.cancel.clone();
        let lookup = FileLookup::of(&self.db, files, &cancel)?;
        let stored_contents = if lookup.all_stored(files) { None } else { Some(StoredContents::of(&self.db)?) };
        let (sender, receiver) = sync_channel(QUEUE_LENGTH);
        let writer_failed = AtomicBool::new(false);
        let db = &mut self.db;
        let (written, (outcomes, table_reports)) = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let written = write::write_all(db, &receiver, import);
                writer_failed.store(written.is_err(), Ordering::Relaxed);
                // Readers that wait for a free slot would wait forever; without a receiver, `send` fails at once.
                drop(receiver);
                written
            });
            let outcomes = source::read_all(files, &lookup, Control { progress, cancel: &cancel }, |file| {
                if writer_failed.load(Ordering::Relaxed) {
                    return Err(Skip::Unreadable("the library cannot be written".into()));
                }
                let state = lookup.state(file.path());
                let row_digest = row_digest(file.metadata());
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
        let mut parsed = HashSet::new();
        let mut content_id = |content| match content {
            ContentRef::Stored(content) => Ok(content),
            ContentRef::New(key) => {
                parsed.insert(key.hash);
                written
                    .contents
                    .get(&key)
                    .copied()
                    .context("a content that was just written is missing in the library; run again")
            }
        };
        let outcomes = outcomes.into_iter().map(|file| file.try_map(&mut content_id));
        let mut outcomes = outcomes.collect::<Result<Vec<_>>>()?;
        let imported_later = self.finish_ingest(&lookup, &mut outcomes, &table_reports, import)?;
        let imported = written.imported + imported_later;
        Ok(Ingested { outcomes, table_reports, parsed: parsed.len() as u64, imported })
    }

    /// Imports if wanted, records archives and deletes orphans, in one transaction: all or nothing. Returns the number
    /// of contents that are imported now and were not before.
    fn finish_ingest(
        &mut self,
        lookup: &FileLookup,
        outcomes: &mut [FileOutcome<ContentId>],
        table_reports: &[TableReport],
        import: bool,
    ) -> Result<u64> {
        self.transact(|transaction| {
            let imported = if import { import_contents(transaction, outcomes)? } else { 0 };
            record_archives(transaction, lookup, outcomes, table_reports)?;
            let in_use = outcomes.iter().filter_map(|file| file.outcome.as_ref().ok()).copied().collect();
            write::delete_orphans(transaction, &in_use)?;
            Ok(imported)
        })
    }
}

/// Imports the contents of files, and replaces ids in `outcomes` of contents that were merged into an older one.
/// Returns the number of contents that were not imported before.
///
/// A content of several files counts at the last of them, because [`write::import`] lets the last table row win.
fn import_contents(transaction: &Transaction<'_>, outcomes: &mut [FileOutcome<ContentId>]) -> Result<u64> {
    let mut unique = HashSet::new();
    let mut contents: Vec<ContentId> =
        outcomes.iter().rev().filter_map(|file| file.outcome.as_ref().ok()).copied().collect();
    contents.retain(|content| unique.insert(*content));
    contents.reverse();
    let (replaced, imported) = write::import(transaction, &contents)?;
    for content in outcomes.iter_mut().filter_map(|file| file.outcome.as_mut().ok()) {
        *content = replaced.get(content).copied().unwrap_or(*content);
    }
    Ok(imported)
}

/// Stores the members of newly read archives. An archive that changed meanwhile is left out, so that the next run reads
/// it again.
fn record_archives(
    transaction: &Transaction<'_>,
    lookup: &FileLookup,
    outcomes: &[FileOutcome<ContentId>],
    table_reports: &[TableReport],
) -> Result<()> {
    let mut archives: HashMap<(&Path, u128), Vec<&FileOutcome<ContentId>>> = HashMap::new();
    for file in outcomes {
        if let Some(archive) = file.archive.as_deref()
            && lookup.state_to_store(archive, file.outer_digest).is_some()
        {
            archives.entry((archive, file.outer_digest)).or_default().push(file);
        }
    }
    for ((archive, outer_digest), files) in archives {
        let state = lookup.state_to_store(archive, outer_digest).filter(|state| state.is_unchanged(archive));
        let Some(state) = state else { continue };
        let table_reports: Vec<&TableReport> =
            table_reports.iter().filter(|table_report| table_report.archive.as_deref() == Some(archive)).collect();
        let file = write::upsert_file(transaction, state, Some(&serde_json::to_string(&table_reports)?))?;
        for FileOutcome { path, outcome, .. } in files {
            let name = member_name(Some(archive), path);
            write::insert_member(transaction, file, &name, outer_digest, outcome.as_ref().copied())?;
        }
    }
    Ok(())
}

/// Hashes or parses a file. Returns the stored content if one has the same bytes and table row. Skips a file that
/// changed meanwhile.
fn read_file(file: OpenedFile, state: Option<&FileState>, stored: Option<&StoredContents>) -> ReadOutcome {
    let path = file.path();
    let stored_id = |key: ContentKey| stored.and_then(|stored| stored.ids.get(&key)).copied();
    // Hashing is cheaper than parsing, but wasted if no stored file has this size. Members of archives have no state.
    let may_be_stored = state.is_some_and(|state| stored.is_some_and(|stored| stored.file_sizes.contains(&state.size)));
    let row_digest = file.metadata().map_or(Some(0), |metadata| metadata.row_digest()).filter(|_| may_be_stored);
    let same_bytes =
        row_digest.and_then(|row_digest| stored_id(ContentKey { hash: source::content_hash(path).ok()?, row_digest }));
    let outcome = match same_bytes {
        Some(content) => ReadOutcome::Stored(content),
        None => match pack(file) {
            Ok(packed) => stored_id(packed.key).map_or_else(|| ReadOutcome::New(Box::new(packed)), ReadOutcome::Stored),
            Err(skip) => ReadOutcome::Skipped(skip),
        },
    };
    // The time in `state` is stored with this content. If the file changed after that time was taken, the next run
    // would trust the wrong content.
    if state.is_none_or(|state| state.is_unchanged(path)) {
        outcome
    } else {
        ReadOutcome::Skipped(Skip::Unreadable("the file changed while it was read; run again".into()))
    }
}

/// Advises Linux to drop the cached pages of a file, which is not read again while unchanged. Years of activities would
/// push out files of other programs, and on virtual machines fresh pages cost more time than reading.
fn drop_cached_pages(path: &Path) {
    #[cfg(target_os = "linux")]
    if let Ok(file) = std::fs::File::open(path) {
        // Only advice, so errors do not matter.
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = path;
}

/// Parses a file, courses and routes included, and packs its activities. Skips a file of which tidying keeps no point.
fn pack(file: OpenedFile) -> Result<PackedContent, Skip> {
    let parsed = source::read_into(file, PlannedActivities::CoursesAndRoutes, ActivityPacker::default())?;
    let ActivityPacker { activities, dropped } = parsed.activities;
    if activities.is_empty() {
        return Err(nothing_left(dropped, parsed.damage.as_ref()));
    }
    Ok(PackedContent {
        key: ContentKey { hash: parsed.content_hash, row_digest: parsed.row_digest },
        format: parsed.format.to_string(),
        device: parsed.device,
        notes: Notes { damage: parsed.damage, warnings: parsed.warnings },
        unreadable_points: parsed.unreadable_points,
        dropped,
        activities,
    })
}

/// Packs each activity as soon as it is parsed, to hold the points of one activity at a time. Drops activities of
/// which tidying keeps no point.
///
/// The packed points are those of the file, because privacy hides before tidying; summary and vertex codes are of the
/// tidied points.
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
                vertex_codes: VertexCodes::pack(&activity, &tidied),
                summary: tidied.summary,
            }));
        }
    }
}

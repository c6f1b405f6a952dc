//! Files → library: what is known is not read again, what is new is read in parallel and written by one.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use anyhow::{Context, Result};
use rusqlite::{Connection, TransactionBehavior};

use super::blob::{pack_marks, pack_places, pack_sensors};
use super::known::{Key, Known, Place, Seen, digest, name_within};
use super::write::{self, News, Packed, PackedActivity, What};
use super::{Content, Library, READER_VERSION};
use crate::activity::Activity;
use crate::activity::tidy::Dropped;
use crate::collection::NOWHERE;
use crate::collection::visible::whole;
use crate::control::Control;
use crate::control::progress::Progress;
use crate::source::{self, FileOutcome, InputFile, OpenedFile, PlannedActivities, Skip, TableReport};

/// Files that may wait for being written.
const WAITING: usize = 16;

/// What the library knows now of the files, those in archives too.
#[derive(Debug)]
pub struct Remembered {
    /// The files, by path, and their contents.
    pub outcomes: Vec<FileOutcome<Content>>,
    /// Tables of activities that they were joined with.
    pub table_reports: Vec<TableReport>,
    /// How many of them, without those of the same bytes, the library did not have.
    pub new: u64,
}

/// What the library has and need not read.
struct Stock {
    contents: HashMap<Key, Content>,
    /// Of files on disk: one of another size is surely new.
    sizes: HashSet<u64>,
}

impl Stock {
    fn of(db: &Connection) -> rusqlite::Result<Self> {
        let mut ask = db.prepare("SELECT hash, row, id FROM content WHERE reading = ?1")?;
        let contents = ask.query_map([READER_VERSION], |row| {
            let [hash, row_hash] = [row.get(0)?, row.get(1)?].map(u128::from_le_bytes);
            Ok((Key { hash, row: row_hash }, Content(row.get(2)?)))
        })?;
        let contents = contents.collect::<Result<_, _>>()?;
        let mut ask = db.prepare("SELECT DISTINCT size FROM file WHERE reading = ?1")?;
        let sizes = ask.query_map([READER_VERSION], |row| row.get::<_, i64>(0).map(|size| size as u64))?;
        Ok(Self { contents, sizes: sizes.collect::<Result<_, _>>()? })
    }
}

impl Library {
    /// Makes sure that the library knows what is in the files, and says for each which content it has. With `keep`
    /// they become part of the library.
    ///
    /// # Errors
    /// When the library cannot be written, or the user interrupts; what was written until then stays.
    pub fn remember(&mut self, files: &[InputFile], keep: bool, progress: &dyn Progress) -> Result<Remembered> {
        let cancel = self.cancel.clone();
        let known = Known::of(&self.db, files, &cancel)?;
        let stock = if known.is_complete(files) { None } else { Some(Stock::of(&self.db)?) };
        let (sender, receiver) = sync_channel(WAITING);
        let given_up = AtomicBool::new(false);
        let db = &mut self.db;
        let (written, (outcomes, table_reports)) = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let written = write::news(db, &receiver, keep);
                given_up.store(written.is_err(), Ordering::Relaxed);
                // Whoever waits for a place in the channel is let go.
                drop(receiver);
                written
            });
            let outcomes = source::read_all(files, &known, Control { progress, cancel: &cancel }, |file| {
                if given_up.load(Ordering::Relaxed) {
                    return Err(Skip::Unreadable("the library cannot be written".into()));
                }
                let place = known.place(file.path());
                let row = digest(file.row());
                let path = file.path().to_owned();
                let what = what(file, place, stock.as_ref());
                if place.is_some() && matches!(what, What::Packed(_)) {
                    let_go(&path);
                }
                let outcome = match &what {
                    What::Same(content) => Ok(Seen::Known(*content)),
                    What::Packed(packed) => Ok(Seen::New(packed.key)),
                    What::Nothing(skip) => Err(skip.clone()),
                };
                // It fails only when the writer has failed, which says why.
                let _ = sender.send(News { place, row, what });
                outcome
            });
            drop(sender);
            let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            anyhow::Ok((written, outcomes?))
        })?;
        let mut new = HashSet::new();
        let mut content = |seen| match seen {
            Seen::Known(content) => Ok(content),
            Seen::New(key) => {
                new.insert(key.hash);
                written.get(&key).copied().context("what was written is not there")
            }
        };
        let outcomes = outcomes.into_iter().map(|file| file.try_map(&mut content));
        let mut outcomes = outcomes.collect::<Result<Vec<_>>>()?;
        self.note(&known, &mut outcomes, &table_reports, keep)?;
        Ok(Remembered { outcomes, table_reports, new: new.len() as u64 })
    }

    /// Notes what was in archives, takes what is to be kept into the library, and drops what nobody asks for any more.
    fn note(
        &mut self,
        known: &Known,
        outcomes: &mut [FileOutcome<Content>],
        table_reports: &[TableReport],
        keep: bool,
    ) -> Result<()> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if keep {
            let mut seen = HashSet::new();
            let mut contents: Vec<Content> =
                outcomes.iter().rev().filter_map(|file| file.outcome.as_ref().ok()).copied().collect();
            contents.retain(|content| seen.insert(*content));
            contents.reverse();
            let renewed = write::keep(&transaction, &contents)?;
            for content in outcomes.iter_mut().filter_map(|file| file.outcome.as_mut().ok()) {
                *content = renewed.get(content).copied().unwrap_or(*content);
            }
        }
        let mut archives: HashMap<&Path, Vec<&FileOutcome<Content>>> = HashMap::new();
        for file in outcomes.iter() {
            if let Some(archive) = file.archive.as_deref().filter(|archive| known.unknown(archive).is_some()) {
                archives.entry(archive).or_default().push(file);
            }
        }
        for (archive, files) in archives {
            let Some(place) = known.unknown(archive).filter(|place| place.is_still(archive)) else { continue };
            let table_reports: Vec<&TableReport> =
                table_reports.iter().filter(|table_report| table_report.archive.as_deref() == Some(archive)).collect();
            let file = write::file(&transaction, place, Some(&serde_json::to_string(&table_reports)?))?;
            for FileOutcome { path, outcome, .. } in files {
                write::member(&transaction, file, &name_within(Some(archive), path), 0, outcome.as_ref().copied())?;
            }
        }
        write::tidy_up(&transaction)?;
        Ok(transaction.commit()?)
    }
}

/// Reads a file, unless one with the same bytes is known.
fn what(file: OpenedFile, place: Option<&Place>, stock: Option<&Stock>) -> What {
    let (path, row) = (file.path(), digest(file.row()));
    let known = |hash: u128| stock.and_then(|stock| stock.contents.get(&Key { hash, row })).copied();
    // Hashing is cheaper than reading, but worth while only where the file may be known.
    let may_be_known = place.is_some_and(|place| stock.is_some_and(|stock| stock.sizes.contains(&place.size)));
    let same = if may_be_known { source::content_hash(path).ok().and_then(known) } else { None };
    let what = match same {
        Some(content) => What::Same(content),
        None => match packed(file, row) {
            Ok(packed) => known(packed.key.hash).map_or_else(|| What::Packed(Box::new(packed)), What::Same),
            Err(skip) => What::Nothing(skip),
        },
    };
    // So that a time is never that of other bytes than were read.
    if place.is_none_or(|place| place.is_still(path)) {
        what
    } else {
        What::Nothing(Skip::Unreadable("it changed while it was read; run again".into()))
    }
}

/// Lets the system use the memory in which it keeps a file for the next: what is remembered is not read again. Years of
/// activities would push out what other programs read, and on virtual machines fresh memory costs more than reading.
fn let_go(path: &Path) {
    #[cfg(target_os = "linux")]
    if let Ok(file) = std::fs::File::open(path) {
        // Only advice.
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = path;
}

fn packed(file: OpenedFile, row: u128) -> Result<Packed, Skip> {
    let reading = source::read_into(file, PlannedActivities::CoursesAndRoutes, Packing::default())?;
    let Packing { activities, dropped } = reading.activities;
    if activities.is_empty() {
        return Err(Skip::NoTrack(NOWHERE.to_owned()));
    }
    Ok(Packed {
        key: Key { hash: reading.content_hash, row },
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
struct Packing {
    activities: Vec<PackedActivity>,
    dropped: Dropped,
}

impl Extend<Activity> for Packing {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let (tidied, dropped) = whole(&activity);
            self.dropped += dropped;
            self.activities.extend(tidied.map(|tidied| PackedActivity {
                places: pack_places(&activity),
                sensors: pack_sensors(&activity),
                marks: pack_marks(&activity, &tidied),
                summary: tidied.summary,
            }));
        }
    }
}

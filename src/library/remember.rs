//! Files → library: what is known is not read again, what is new is read in parallel and written by one.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params, params};
use twox_hash::xxhash3_128::Hasher;

use super::blob::{MARKING, pack_marks, pack_places, pack_sensors};
use super::{Library, key_of_path};
use crate::about::{About, tidied};
use crate::activity::Activity;
use crate::collection::NOWHERE;
use crate::interrupt;
use crate::progress::Progress;
use crate::source::{self, Found, Reading, Skip};
use crate::tidy::Dropped;

/// To be raised whenever the readers give more or other things: what was read by an earlier version is read again.
const READING: i64 = 1;

/// Files in a transaction at most, and bytes after which it ends. A kill loses no more.
const BATCH_FILES: usize = 64;
const BATCH_BYTES: usize = 8 << 20;

/// Files that may wait for being written.
const WAITING: usize = 16;

/// The longest tick of a file system's clock: FAT's.
const TICK: Duration = Duration::from_secs(2);

/// The content of a file in the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content(pub(super) i64);

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it was when it was read before.
    Known(Content),
    /// It was read now.
    Read(Content),
    /// It gave nothing, and is not remembered.
    Skipped(Skip),
}

impl Outcome {
    /// The content, if it gave any.
    pub fn content(&self) -> Option<Content> {
        match self {
            Self::Known(content) | Self::Read(content) => Some(*content),
            Self::Skipped(_) => None,
        }
    }
}

/// A file as it lies there.
struct Place {
    key: Vec<u8>,
    size: u64,
    modified_ns: Option<i64>,
    /// Changed so recently that it may change again within the same tick of its clock, so its time proves nothing.
    is_fresh: bool,
}

impl Place {
    /// The time of the last change, if it can be relied on.
    fn settled_ns(&self) -> Option<i64> {
        self.modified_ns.filter(|_| !self.is_fresh)
    }

    fn is_as(&self, other: &Self) -> bool {
        (&self.key, self.size, self.modified_ns) == (&other.key, other.size, other.modified_ns)
    }
}

/// What a file gave, packed.
#[derive(Default)]
struct Packed {
    hash: [u8; 16],
    format: String,
    device: Option<String>,
    no_track: Option<String>,
    warnings: Vec<String>,
    unreadable_points: u64,
    dropped: Dropped,
    activities: Vec<Piece>,
}

struct Piece {
    about: About,
    places: Vec<u8>,
    sensors: Vec<u8>,
    marks: Vec<u8>,
}

enum Gave {
    Same(i64),
    Packed(Packed),
}

impl Library {
    /// Makes sure that the library knows what is in the files, and says for each which content it has. With `keep`
    /// they become part of the library.
    ///
    /// # Errors
    /// When the library cannot be written, or the user interrupts; what was written until then stays.
    pub fn remember(&mut self, files: &[Found], keep: bool, progress: &dyn Progress) -> Result<Vec<Outcome>> {
        let mut outcomes: Vec<Option<Outcome>> = Vec::with_capacity(files.len());
        let mut unknown: Vec<(usize, Option<Place>)> = Vec::new();
        let mut known = HashSet::new();
        {
            let mut ask = self.db.prepare(
                "SELECT content.id, content.kept FROM file JOIN content ON content.id = file.content
                 WHERE path = ?1 AND file.size = ?2 AND modified_ns = ?3 AND reading = ?4",
            )?;
            for (index, found) in files.iter().enumerate() {
                interrupt::check()?;
                let place = place(&found.path);
                let settled = place.as_ref().and_then(|place| Some((place, place.settled_ns()?)));
                let row = match settled {
                    Some((Place { key, size, .. }, modified)) => ask
                        .query_row(params![key, *size as i64, modified, READING], |row| {
                            Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?))
                        })
                        .optional()?,
                    None => None,
                };
                outcomes.push(row.map(|(content, _)| Outcome::Known(Content(content))));
                match row {
                    Some((content, false)) if keep => drop(known.insert(content)),
                    Some(_) => {}
                    None => unknown.push((index, place)),
                }
            }
        }
        if !known.is_empty() {
            let transaction = self.db.transaction()?;
            let mut set = transaction.prepare("UPDATE content SET kept = 1 WHERE id = ?1")?;
            known.into_iter().try_for_each(|content| set.execute([content]).map(drop))?;
            drop(set);
            transaction.commit()?;
        }
        for (index, outcome) in self.read(files, unknown, keep, progress)? {
            outcomes[index] = Some(outcome);
        }
        Ok(outcomes.into_iter().flatten().collect())
    }

    fn read(
        &mut self,
        files: &[Found],
        unknown: Vec<(usize, Option<Place>)>,
        keep: bool,
        progress: &dyn Progress,
    ) -> Result<Vec<(usize, Outcome)>> {
        if unknown.is_empty() {
            return Ok(Vec::new());
        }
        let contents = contents(&self.db)?;
        let wanted: Vec<Found> = unknown.iter().map(|(index, _)| files[*index].clone()).collect();
        let places: HashMap<&Path, (usize, &Option<Place>)> =
            unknown.iter().map(|(index, place)| (files[*index].path.as_path(), (*index, place))).collect();
        let (sender, receiver) = sync_channel(WAITING);
        let given_up = AtomicBool::new(false);
        let db = &mut self.db;
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let written = write(db, &receiver, keep);
                given_up.store(written.is_err(), Ordering::Relaxed);
                // Whoever waits for a place in the channel is let go.
                drop(receiver);
                written
            });
            let read = |path: &Path, sender: &SyncSender<_>| {
                let (index, place) = places[path];
                match gave(path, place.as_ref(), &contents) {
                    Err(skip) => Some((index, Outcome::Skipped(skip))),
                    Ok(gave) => {
                        // It fails only when the writer has failed, which says why.
                        if let Some(place) = place {
                            let _ = sender.send((index, place, gave));
                        }
                        None
                    }
                }
            };
            let skipped = source::each(&wanted, progress, |path| {
                if given_up.load(Ordering::Relaxed) { None } else { read(path, &sender) }
            });
            drop(sender);
            let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            Ok(skipped?.into_iter().flatten().chain(written).collect())
        })
    }
}

/// The contents of a size, by hash.
type Contents = HashMap<u64, Vec<([u8; 16], i64)>>;

fn contents(db: &Connection) -> rusqlite::Result<Contents> {
    let mut contents = Contents::new();
    let mut ask = db.prepare("SELECT size, hash, id FROM content WHERE reading = ?1")?;
    let mut rows = ask.query([READING])?;
    while let Some(row) = rows.next()? {
        let size: i64 = row.get(0)?;
        contents.entry(size as u64).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(contents)
}

fn place(path: &Path) -> Option<Place> {
    let key = key_of_path(&path.canonicalize().ok()?);
    let about = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let modified = about.modified().ok();
    let is_old = |time: SystemTime| SystemTime::now().duration_since(time).is_ok_and(|age| age >= TICK);
    let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).ok()?.as_nanos().try_into().ok();
    Some(Place {
        key,
        size: about.len(),
        modified_ns: modified.and_then(since),
        is_fresh: !modified.is_some_and(is_old),
    })
}

/// Reads a file, unless one with the same bytes is known.
fn gave(path: &Path, place: Option<&Place>, contents: &Contents) -> Result<Gave, Skip> {
    let vanished = || Skip::Unreadable("it changed while it was read; run again".into());
    let Some(place) = place else { return Err(source::read(path).err().unwrap_or_else(vanished)) };
    let gave = match contents.get(&place.size) {
        Some(same_size) => {
            let hash = hash(path)?;
            match same_size.iter().find(|(known, _)| *known == hash) {
                Some((_, content)) => Gave::Same(*content),
                None => Gave::Packed(Packed { hash, ..packed(path)? }),
            }
        }
        None => {
            let packed = packed(path)?;
            Gave::Packed(Packed { hash: hash(path)?, ..packed })
        }
    };
    // So that a hash is never that of other bytes than were read.
    if self::place(path).is_some_and(|now| now.is_as(place)) { Ok(gave) } else { Err(vanished()) }
}

fn packed(path: &Path) -> Result<Packed, Skip> {
    match source::read_into(path, Packing::default()) {
        Ok(Reading { activities: Packing { activities, dropped }, format, device, warnings, bad_points, .. }) => {
            Ok(Packed {
                format: format.to_string(),
                device,
                no_track: activities.is_empty().then(|| NOWHERE.to_owned()),
                warnings,
                unreadable_points: bad_points,
                dropped,
                activities,
                ..Packed::default()
            })
        }
        Err(Skip::NoTrack(what)) => Ok(Packed { no_track: Some(what), ..Packed::default() }),
        Err(skip) => Err(skip),
    }
}

fn hash(path: &Path) -> Result<[u8; 16], Skip> {
    let unreadable = |error: std::io::Error| Skip::Unreadable(error.to_string());
    let (mut file, mut hasher) = (File::open(path).map_err(unreadable)?, Hasher::new());
    let mut buffer = vec![0; 256 << 10];
    loop {
        if interrupt::check().is_err() {
            return Err(Skip::Unreadable("reading was interrupted".into()));
        }
        match file.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(hasher.finish_128().to_le_bytes()),
            count => hasher.write(&buffer[..count]),
        }
    }
}

/// Packs activities as they are read, so that their points need not stay.
#[derive(Default)]
struct Packing {
    activities: Vec<Piece>,
    dropped: Dropped,
}

impl Extend<Activity> for Packing {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let (tidied, dropped) = tidied(&activity);
            self.dropped += dropped;
            self.activities.extend(tidied.map(|tidied| Piece {
                places: pack_places(&activity),
                sensors: pack_sensors(&activity),
                marks: pack_marks(&activity, &tidied),
                about: tidied.about,
            }));
        }
    }
}

type Message<'a> = (usize, &'a Place, Gave);

fn write(db: &mut Connection, receiver: &Receiver<Message<'_>>, keep: bool) -> Result<Vec<(usize, Outcome)>> {
    let mut written = Vec::new();
    while let Ok(first) = receiver.recv() {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut files, mut bytes, mut next) = (0, 0, Some(first));
        while let Some((index, place, gave)) = next.take() {
            let content = match gave {
                Gave::Same(content) => {
                    if keep {
                        transaction.execute("UPDATE content SET kept = 1 WHERE id = ?1", [content])?;
                    }
                    written.push((index, Outcome::Known(Content(content))));
                    content
                }
                Gave::Packed(packed) => {
                    bytes +=
                        packed.activities.iter().map(|piece| piece.places.len() + piece.sensors.len()).sum::<usize>();
                    let content = insert(&transaction, place.size, &packed, keep)?;
                    written.push((index, Outcome::Read(Content(content))));
                    content
                }
            };
            point(&transaction, place, content)?;
            files += 1;
            if files < BATCH_FILES && bytes < BATCH_BYTES {
                next = receiver.recv().ok();
            }
        }
        transaction.commit()?;
    }
    Ok(written)
}

/// Notes that a file has this content now. What was merely remembered of it, and is the content of no file any more, goes.
fn point(transaction: &Transaction<'_>, place: &Place, content: i64) -> rusqlite::Result<()> {
    let before: Option<i64> =
        transaction.query_row("SELECT content FROM file WHERE path = ?1", [&place.key], |row| row.get(0)).optional()?;
    transaction.execute(
        "INSERT OR REPLACE INTO file (path, size, modified_ns, content) VALUES (?1, ?2, ?3, ?4)",
        params![place.key, place.size as i64, place.settled_ns(), content],
    )?;
    if let Some(before) = before.filter(|before| *before != content) {
        transaction.execute(
            "DELETE FROM content WHERE id = ?1 AND kept = 0 AND NOT EXISTS (SELECT 1 FROM file WHERE content = ?1)",
            [before],
        )?;
    }
    Ok(())
}

/// Writes what a file gave. Where the content is there already, read by an earlier version or just now under another
/// name, its activities keep their numbers and what the user has decided about them.
fn insert(transaction: &Transaction<'_>, size: u64, packed: &Packed, keep: bool) -> Result<i64> {
    let dropped = &packed.dropped;
    let content: i64 = transaction.query_row(
        "INSERT INTO content (size, hash, reading, kept, format, device, no_track, warnings, unreadable_points,
                              out_of_range, null_island, spikes)
         VALUES (:size, :hash, :reading, :kept, :format, :device, :no_track, :warnings, :unreadable_points,
                 :out_of_range, :null_island, :spikes)
         ON CONFLICT (hash, size) DO UPDATE SET reading = excluded.reading, kept = max(kept, excluded.kept),
             format = excluded.format, device = excluded.device, no_track = excluded.no_track,
             warnings = excluded.warnings, unreadable_points = excluded.unreadable_points,
             out_of_range = excluded.out_of_range, null_island = excluded.null_island, spikes = excluded.spikes
         RETURNING id",
        named_params! {
            ":size": size as i64,
            ":hash": packed.hash,
            ":reading": READING,
            ":kept": keep,
            ":format": packed.format,
            ":device": packed.device,
            ":no_track": packed.no_track,
            ":warnings": serde_json::to_string(&packed.warnings)?,
            ":unreadable_points": packed.unreadable_points as i64,
            ":out_of_range": dropped.out_of_range as i64,
            ":null_island": dropped.null_island as i64,
            ":spikes": dropped.spikes as i64,
        },
        |row| row.get(0),
    )?;
    let count = packed.activities.len() as i64;
    transaction.execute("DELETE FROM activity WHERE content = ?1 AND number >= ?2", [content, count])?;
    for (number, piece) in packed.activities.iter().enumerate() {
        let about = &piece.about;
        let activity: i64 = transaction.query_row(
            "INSERT INTO activity (content, number, sport, name, start_ms, end_ms, metres, ascent_m, points, sensors,
                                   start_x, start_y, min_x, min_y, max_x, max_y, fingerprint)
             VALUES (:content, :number, :sport, :name, :start_ms, :end_ms, :metres, :ascent_m, :points, :sensors,
                     :start_x, :start_y, :min_x, :min_y, :max_x, :max_y, :fingerprint)
             ON CONFLICT (content, number) DO UPDATE SET sport = excluded.sport, name = excluded.name,
                 start_ms = excluded.start_ms, end_ms = excluded.end_ms, metres = excluded.metres,
                 ascent_m = excluded.ascent_m, points = excluded.points, sensors = excluded.sensors,
                 start_x = excluded.start_x, start_y = excluded.start_y, min_x = excluded.min_x,
                 min_y = excluded.min_y, max_x = excluded.max_x, max_y = excluded.max_y,
                 fingerprint = excluded.fingerprint
             RETURNING id",
            named_params! {
                ":content": content,
                ":number": number as i64,
                ":sport": about.sport,
                ":name": about.name,
                ":start_ms": about.start_ms,
                ":end_ms": about.end_ms,
                ":metres": about.metres,
                ":ascent_m": about.ascent_m,
                ":points": about.points as i64,
                ":sensors": about.sensors,
                ":start_x": about.start[0],
                ":start_y": about.start[1],
                ":min_x": about.extent.min[0],
                ":min_y": about.extent.min[1],
                ":max_x": about.extent.max[0],
                ":max_y": about.extent.max[1],
                ":fingerprint": about.fingerprint.to_le_bytes(),
            },
            |row| row.get(0),
        )?;
        transaction.execute(
            "INSERT OR REPLACE INTO track (activity, places, readings, marking, marks) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![activity, piece.places, piece.sensors, MARKING, piece.marks],
        )?;
    }
    Ok(content)
}

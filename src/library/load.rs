//! Loads activities ready for drawing.
//!
//! For most activities the stored positions and vertex codes ([`blob`]) give the polylines at once. An activity is hidden,
//! tidied and simplified from its stored points if it has no vertex codes of this version of the simplifier, another
//! simplification is wanted, or privacy may change it. Blobs are read one after the other, and unpacked in parallel
//! batch by batch.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use anyhow::{Context, Result};
use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, Row};

use super::blob::{self, SIMPLIFIER_VERSION};
use super::listed_activity::{ListedActivity, SUMMARY_COLUMN_COUNT, SUMMARY_COLUMNS, is_affected, summary};
use super::notes::Notes;
use super::{ContentId, Library, REMOVED_MEANWHILE};
use crate::activity::Activity;
use crate::activity::summary::Summary;
use crate::activity::tidy::DroppedPoints;
use crate::bytes::codec::DecodeError;
use crate::collection::{Invisible, PrepareOptions, Prepared, ReadFile};
use crate::engine::geometry::polyline::Track;
use crate::engine::geometry::simplify::Simplification;
use crate::privacy::Shares;
use crate::selection::Origin;
use crate::source::FileOutcome;

/// A batch is unpacked once its blobs exceed this size in bytes; contents are never split between batches.
const BATCH_BYTES: usize = 4 << 20;

struct ActivityRow {
    /// Index of the file.
    file: usize,
    id: i64,
    index_in_file: usize,
    summary: Summary,
    positions: Vec<u8>,
    vertex_codes: Vec<u8>,
    /// `None` if the vertex codes can be used.
    sensors: Option<Vec<u8>>,
}

impl Library {
    /// Metadata of files, without their activities.
    ///
    /// # Errors
    /// If the library cannot be read, or another run deleted a content meanwhile.
    pub fn read_files(&self, outcomes: Vec<FileOutcome<ContentId>>) -> Result<Vec<FileOutcome<ReadFile>>> {
        let file = |outcome: FileOutcome<ContentId>| {
            let path = outcome.path.clone();
            outcome.try_map(|ContentId(content)| read_file(&self.db, content, path))
        };
        outcomes.into_iter().map(file).collect()
    }

    /// Activities of files, ready for drawing, equal to those of reading the files again, except that
    /// [`Prepared::index_in_file`] does not count activities that tidying drops whole. With `wanted`, only these ids.
    ///
    /// # Errors
    /// If the library cannot be read or is damaged, another run deleted a content meanwhile, or the job is cancelled.
    pub fn load(
        &self,
        outcomes: Vec<FileOutcome<ContentId>>,
        options: PrepareOptions,
        wanted: Option<&HashSet<i64>>,
    ) -> Result<Vec<FileOutcome<ReadFile>>> {
        // One transaction, because each query would lock the library otherwise.
        let _snapshot = self.db.unchecked_transaction()?;
        let contents: Vec<Option<ContentId>> =
            outcomes.iter().map(|file| file.outcome.as_ref().ok().copied()).collect();
        let mut files = self.read_files(outcomes)?;
        let contents = contents.into_iter().enumerate().filter_map(|(index, content)| Some((index, content?)));
        self.prepare(contents, options, wanted, |index, _, prepared| {
            let Ok(file) = &mut files[index].outcome else { return };
            match prepared {
                Ok(prepared) => file.activities.push(prepared),
                Err(Invisible::Hidden(shares)) => file.hidden_activities.push(shares),
                Err(Invisible::Dropped) => file.stray_activities += 1,
            }
        })?;
        Ok(files)
    }

    /// Visible part of each listed activity that privacy may change, by id, or the reason why nothing is visible.
    ///
    /// # Errors
    /// If the library cannot be read or is damaged, or the job is cancelled.
    pub fn prepare_affected(
        &self,
        listed: &[ListedActivity],
        options: PrepareOptions,
    ) -> Result<HashMap<i64, Result<Prepared, Invisible>>> {
        let affected = listed.iter().filter(|activity| activity.is_affected(options.privacy));
        let (ids, contents): (HashSet<i64>, BTreeSet<ContentId>) =
            affected.map(|activity| (activity.id, activity.content)).unzip();
        let mut prepared_by_id = HashMap::with_capacity(ids.len());
        self.prepare(contents.into_iter().enumerate(), options, Some(&ids), |_, id, prepared| {
            drop(prepared_by_id.insert(id, prepared))
        })?;
        Ok(prepared_by_id)
    }

    /// Calls `emit` with the index of the file, the id and the visible part of each activity, in the order of
    /// `contents` and of the activities in the file. With `wanted`, only for these ids.
    pub(super) fn prepare(
        &self,
        contents: impl Iterator<Item = (usize, ContentId)>,
        options: PrepareOptions,
        wanted: Option<&HashSet<i64>>,
        mut emit: impl FnMut(usize, i64, Result<Prepared, Invisible>),
    ) -> Result<()> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let mut activities = self.db.prepare(&format!(
            "SELECT {SUMMARY_COLUMNS}, activity.id, places, marks, track.sensors, simplifier_version, spikes, number
             FROM activity JOIN track ON track.activity = activity.id JOIN content ON content.id = activity.content
             WHERE activity.content = ?1 ORDER BY number"
        ))?;
        for (index, ContentId(content)) in contents {
            self.cancel.check()?;
            let mut rows = activities.query([content])?;
            while let Some(row) = rows.next()? {
                let id = row.get(SUMMARY_COLUMN_COUNT)?;
                if wanted.is_some_and(|wanted| !wanted.contains(&id)) {
                    continue;
                }
                let row = read_row(index, id, row, options)?;
                bytes += row.positions.len() + row.vertex_codes.len() + row.sensors.as_ref().map_or(0, Vec::len);
                batch.push(row);
            }
            if bytes > BATCH_BYTES {
                unpack_batch(std::mem::take(&mut batch), options, &mut emit)?;
                bytes = 0;
            }
        }
        unpack_batch(batch, options, &mut emit)
    }
}

fn read_row(file: usize, id: i64, row: &Row<'_>, options: PrepareOptions) -> rusqlite::Result<ActivityRow> {
    let [positions, vertex_codes, sensors, simplifier_version, spikes] =
        [1, 2, 3, 4, 5].map(|column| SUMMARY_COLUMN_COUNT + column);
    let summary = summary(row)?;
    let codes_are_valid = row.get::<_, i64>(simplifier_version)? == SIMPLIFIER_VERSION
        && options.simplify.iter().all(|simplification| *simplification == Simplification::Shape)
        && !is_affected(&summary, row.get(spikes)?, options.privacy);
    Ok(ActivityRow {
        file,
        summary,
        id,
        positions: row.get(positions)?,
        vertex_codes: row.get(vertex_codes)?,
        sensors: if codes_are_valid { None } else { Some(row.get(sensors)?) },
        index_in_file: row.get::<_, i64>(SUMMARY_COLUMN_COUNT + 6)? as usize,
    })
}

fn read_file(db: &Connection, content: i64, path: PathBuf) -> Result<ReadFile> {
    let read = |row: &Row<'_>| {
        let count = |column| row.get::<_, i64>(column).map(|count| count as u64);
        let Notes { damage, warnings } = Notes::from_json(row.get(0)?);
        Ok(ReadFile {
            content_hash: u128::from_le_bytes(row.get(7)?),
            activities: Vec::new(),
            hidden_activities: Vec::new(),
            stray_activities: 0,
            damage,
            warnings,
            unreadable_points: count(1)?,
            dropped: DroppedPoints {
                out_of_range: count(2)?,
                null_island: count(3)?,
                spikes: count(4)?,
                repeated: count(8)?,
            },
            origin: Origin { paths: vec![path], format: row.get(5)?, device: row.get(6)? },
        })
    };
    let mut statement = db.prepare_cached(
        "SELECT warnings, unreadable_points, out_of_range, null_island, spikes, format, device, hash, repeated
         FROM content WHERE id = ?1",
    )?;
    statement.query_row([content], read).optional()?.context(REMOVED_MEANWHILE)
}

fn unpack_batch(
    batch: Vec<ActivityRow>,
    options: PrepareOptions,
    emit: &mut impl FnMut(usize, i64, Result<Prepared, Invisible>),
) -> Result<()> {
    let prepared: Vec<(usize, i64, Result<Prepared, Invisible>)> = batch
        .into_par_iter()
        .map(|row| {
            let (file, id) = (row.file, row.id);
            Ok((file, id, unpack(row, options).with_context(|| format!("activity {id}"))?))
        })
        .collect::<Result<_>>()?;
    prepared.into_iter().for_each(|(file, id, prepared)| emit(file, id, prepared));
    Ok(())
}

/// Prepares an activity. Tidying may drop all of it although an older version stored it.
///
/// # Errors
/// If a blob is damaged.
fn unpack(row: ActivityRow, options: PrepareOptions) -> Result<Result<Prepared, Invisible>> {
    let ActivityRow { summary, positions, vertex_codes, sensors, index_in_file, .. } = row;
    let Some(sensors) = sensors else {
        let track = |finest| {
            let (polylines, sketch) = blob::polylines(&positions, &vertex_codes, finest)?;
            Ok::<_, DecodeError>((Track { polylines }, sketch))
        };
        let way = options.keeps_way.then(|| track(blob::ALL_POINTS)).transpose()?;
        let (tracks, way, sketch) = match (options.simplify, way) {
            ([], Some((way, sketch))) => (Vec::new(), Some(way), sketch),
            (simplify, way) => {
                let (track, sketch) = track(options.finest)?;
                (vec![track; simplify.len()], way.map(|(way, _)| way), sketch)
            }
        };
        return Ok(Ok(Prepared {
            tracks,
            way,
            summary,
            hidden_points: 0,
            shares: Shares::default(),
            beyond_points: 0,
            sketch,
            index_in_file,
            is_copy: false,
            copies: Vec::new(),
        }));
    };
    Ok(Prepared::from_activity(&unpack_activity(summary, &positions, &sensors)?, index_in_file, options).0)
}

/// The activity with all its points as the file has them, before hiding and tidying.
pub(super) fn unpack_activity(summary: Summary, positions: &[u8], sensors: &[u8]) -> Result<Activity, DecodeError> {
    let segments = blob::segments(positions, sensors)?;
    let is_timed = segments.iter().flatten().any(|point| point.time_ms.is_some());
    Ok(Activity {
        sport: summary.sport,
        name: summary.name,
        gear: summary.gear,
        commute: summary.commute,
        // If points have times, the stored start is the time of a point, perhaps of a hidden one.
        table_start_ms: summary.start_ms.filter(|_| !is_timed),
        planned: summary.planned,
        segments,
    })
}

//! Library → what is drawn.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, Row};

use super::blob::{self, SIMPLIFIER_VERSION};
use super::listed_activity::{ListedActivity, SUMMARY_COLUMN_COUNT, SUMMARY_COLUMNS, is_affected, summary};
use super::{ContentId, Library, REMOVED_MEANWHILE};
use crate::activity::Activity;
use crate::activity::summary::Summary;
use crate::activity::tidy::Dropped;
use crate::bytes::codec::DecodeError;
use crate::collection::{Prepared, ReadFile, View};
use crate::engine::geometry::simplify::Simplification;
use crate::engine::geometry::strip::Track;
use crate::selection::Origin;
use crate::source::FileOutcome;

/// Bytes of blobs that are unpacked together.
const BATCH_BYTES: usize = 16 << 20;

/// An activity as it lies in the library.
struct ActivityRow {
    /// Which of the files asked for it is in.
    file: usize,
    id: i64,
    number: usize,
    summary: Summary,
    positions: Vec<u8>,
    vertex_codes: Vec<u8>,
    /// Only where the marks do not hold: they are of an earlier version, or of other vertices, or something may be hidden.
    sensors: Option<Vec<u8>>,
}

impl Library {
    /// What the files are like, without their activities.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn read_files(&self, outcomes: Vec<FileOutcome<ContentId>>) -> Result<Vec<FileOutcome<ReadFile>>> {
        let file = |outcome: FileOutcome<ContentId>| {
            let path = outcome.path.clone();
            outcome.try_map(|ContentId(content)| read_file(&self.db, content, path))
        };
        outcomes.into_iter().map(file).collect()
    }

    /// What the files hold, ready for drawing: the same as reading them again would give, but that activities without
    /// any place have no [number](Placed::number) here. With `wanted`, only these activities.
    ///
    /// # Errors
    /// When the library cannot be read or is damaged, or the user interrupts.
    pub fn load(
        &self,
        outcomes: Vec<FileOutcome<ContentId>>,
        view: View,
        wanted: Option<&HashSet<i64>>,
    ) -> Result<Vec<FileOutcome<ReadFile>>> {
        // Else each question would lock the library anew.
        let _snapshot = self.db.unchecked_transaction()?;
        let contents: Vec<Option<ContentId>> =
            outcomes.iter().map(|file| file.outcome.as_ref().ok().copied()).collect();
        let mut files = self.read_files(outcomes)?;
        let contents = contents.into_iter().enumerate().filter_map(|(index, content)| Some((index, content?)));
        self.prepare(contents, view, wanted, |index, _, prepared| {
            let Ok(file) = &mut files[index].outcome else { return };
            match prepared {
                Some(prepared) => file.activities.push(prepared),
                None => file.hidden += 1,
            }
        })?;
        Ok(files)
    }

    /// Of imported activities, what a view shows of those that it does not show wholly, by their numbers; nothing of
    /// one that is hidden wholly.
    ///
    /// # Errors
    /// As [`Library::load`].
    pub fn prepare_affected(&self, listed: &[ListedActivity], view: View) -> Result<HashMap<i64, Option<Prepared>>> {
        let affected = listed.iter().filter(|activity| activity.is_affected(view.privacy));
        let (ids, contents): (HashSet<i64>, BTreeSet<ContentId>) =
            affected.map(|activity| (activity.id, activity.content)).unzip();
        let mut prepared_by_id = HashMap::with_capacity(ids.len());
        self.prepare(contents.into_iter().enumerate(), view, Some(&ids), |_, id, prepared| {
            drop(prepared_by_id.insert(id, prepared))
        })?;
        Ok(prepared_by_id)
    }

    /// Gives what a view shows of each activity, with the number that comes with its content, and its own.
    fn prepare(
        &self,
        contents: impl Iterator<Item = (usize, ContentId)>,
        view: View,
        wanted: Option<&HashSet<i64>>,
        mut emit: impl FnMut(usize, i64, Option<Prepared>),
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
                let row = read_row(index, id, row, view)?;
                bytes += row.positions.len() + row.vertex_codes.len() + row.sensors.as_ref().map_or(0, Vec::len);
                batch.push(row);
            }
            if bytes > BATCH_BYTES {
                unpack_batch(std::mem::take(&mut batch), view, &mut emit)?;
                bytes = 0;
            }
        }
        unpack_batch(batch, view, &mut emit)
    }
}

fn read_row(file: usize, id: i64, row: &Row<'_>, view: View) -> rusqlite::Result<ActivityRow> {
    let [positions, vertex_codes, sensors, simplifier_version, spikes] =
        [1, 2, 3, 4, 5].map(|column| SUMMARY_COLUMN_COUNT + column);
    let summary = summary(row)?;
    let codes_are_valid = row.get::<_, i64>(simplifier_version)? == SIMPLIFIER_VERSION
        && view.simplify == Simplification::SHAPE
        && !is_affected(&summary, row.get(spikes)?, view.privacy);
    Ok(ActivityRow {
        file,
        summary,
        id,
        positions: row.get(positions)?,
        vertex_codes: row.get(vertex_codes)?,
        sensors: if codes_are_valid { None } else { Some(row.get(sensors)?) },
        number: row.get::<_, i64>(SUMMARY_COLUMN_COUNT + 6)? as usize,
    })
}

fn read_file(db: &Connection, content: i64, path: PathBuf) -> Result<ReadFile> {
    let read = |row: &Row<'_>| {
        let count = |column| row.get::<_, i64>(column).map(|count| count as u64);
        let warnings: String = row.get(0)?;
        Ok(ReadFile {
            fingerprint: u128::from_le_bytes(row.get(7)?),
            activities: Vec::new(),
            hidden: 0,
            // Written by us, or damaged, and then it is a warning itself.
            warnings: serde_json::from_str(&warnings).unwrap_or_else(|_| vec![warnings]),
            unreadable_points: count(1)?,
            dropped: Dropped { out_of_range: count(2)?, null_island: count(3)?, spikes: count(4)? },
            origin: Origin { paths: vec![path], format: row.get(5)?, device: row.get(6)? },
        })
    };
    let mut statement = db.prepare_cached(
        "SELECT warnings, unreadable_points, out_of_range, null_island, spikes, format, device, hash
         FROM content WHERE id = ?1",
    )?;
    statement.query_row([content], read).optional()?.context(REMOVED_MEANWHILE)
}

fn unpack_batch(
    batch: Vec<ActivityRow>,
    view: View,
    emit: &mut impl FnMut(usize, i64, Option<Prepared>),
) -> Result<()> {
    let prepared: Vec<(usize, i64, Option<Prepared>)> = batch
        .into_par_iter()
        .map(|row| {
            let (file, id) = (row.file, row.id);
            Ok((file, id, unpack(row, view).with_context(|| format!("activity {id}"))?))
        })
        .collect::<Result<_>>()?;
    prepared.into_iter().for_each(|(file, id, prepared)| emit(file, id, prepared));
    Ok(())
}

/// There is nothing where nothing is to be seen of it.
fn unpack(row: ActivityRow, view: View) -> Result<Option<Prepared>> {
    let ActivityRow { summary, positions, vertex_codes, sensors, number, .. } = row;
    let Some(sensors) = sensors else {
        let (polylines, sketch) = blob::polylines(&positions, &vertex_codes, view.finest)?;
        return Ok(Some(Prepared {
            track: Track { polylines },
            summary,
            hidden: 0,
            sketch,
            number,
            is_copy: false,
            copies: Vec::new(),
        }));
    };
    let prepared = Prepared::of(&unpack_activity(summary, &positions, &sensors)?, number, view).0;
    if prepared.is_none() && view.privacy.is_nothing() {
        bail!("tidying leaves nothing of it any more; import its file again");
    }
    Ok(prepared)
}

/// The activity as it was read.
pub(super) fn unpack_activity(summary: Summary, positions: &[u8], sensors: &[u8]) -> Result<Activity, DecodeError> {
    let segments = blob::segments(positions, sensors)?;
    let is_timed = segments.iter().flatten().any(|point| point.time_ms.is_some());
    Ok(Activity {
        sport: summary.sport,
        name: summary.name,
        gear: summary.gear,
        commute: summary.commute,
        // Where points have times, it is theirs, and perhaps that of a hidden one.
        listed_start_ms: summary.start_ms.filter(|_| !is_timed),
        planned: summary.planned,
        segments,
    })
}

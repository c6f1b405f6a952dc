//! Library → what is drawn.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, Row};

use super::blob::{self, SIMPLIFIER_VERSION};
use super::listed::{Listed, SUMMARY_COLUMN_COUNT, SUMMARY_COLUMNS, is_touched, summary};
use super::{Content, Library, TAKEN_OUT};
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
struct Packed {
    /// Which of the files asked for it is in.
    file: usize,
    id: i64,
    number: usize,
    summary: Summary,
    places: Vec<u8>,
    marks: Vec<u8>,
    /// Only where the marks do not hold: they are of an earlier version, or of other vertices, or something may be hidden.
    sensors: Option<Vec<u8>>,
}

impl Library {
    /// What the files are like, without their activities.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn files(&self, outcomes: Vec<FileOutcome<Content>>) -> Result<Vec<FileOutcome<ReadFile>>> {
        let file = |outcomes: FileOutcome<Content>| {
            let path = outcomes.path.clone();
            outcomes.try_map(|Content(content)| file(&self.db, content, path))
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
        outcomes: Vec<FileOutcome<Content>>,
        view: View,
        wanted: Option<&HashSet<i64>>,
    ) -> Result<Vec<FileOutcome<ReadFile>>> {
        // Else each question would lock the library anew.
        let _reading = self.db.unchecked_transaction()?;
        let contents: Vec<Option<Content>> = outcomes.iter().map(|file| file.outcome.as_ref().ok().copied()).collect();
        let mut files = self.files(outcomes)?;
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
    pub fn partly_hidden(&self, listed: &[Listed], view: View) -> Result<HashMap<i64, Option<Prepared>>> {
        let touched = listed.iter().filter(|activity| activity.is_touched(view.privacy));
        let (ids, contents): (HashSet<i64>, BTreeSet<Content>) =
            touched.map(|activity| (activity.id, activity.content)).unzip();
        let mut partly_hidden = HashMap::with_capacity(ids.len());
        self.prepare(contents.into_iter().enumerate(), view, Some(&ids), |_, id, prepared| {
            drop(partly_hidden.insert(id, prepared))
        })?;
        Ok(partly_hidden)
    }

    /// Gives what a view shows of each activity, with the number that comes with its content, and its own.
    fn prepare(
        &self,
        contents: impl Iterator<Item = (usize, Content)>,
        view: View,
        wanted: Option<&HashSet<i64>>,
        mut take: impl FnMut(usize, i64, Option<Prepared>),
    ) -> Result<()> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let mut activities = self.db.prepare(&format!(
            "SELECT {SUMMARY_COLUMNS}, activity.id, places, marks, readings, marking, spikes, number
             FROM activity JOIN track ON track.activity = activity.id JOIN content ON content.id = activity.content
             WHERE activity.content = ?1 ORDER BY number"
        ))?;
        for (index, Content(content)) in contents {
            self.cancel.check()?;
            let mut rows = activities.query([content])?;
            while let Some(row) = rows.next()? {
                let id = row.get(SUMMARY_COLUMN_COUNT)?;
                if wanted.is_some_and(|wanted| !wanted.contains(&id)) {
                    continue;
                }
                let packed = packed(index, id, row, view)?;
                bytes += packed.places.len() + packed.marks.len() + packed.sensors.as_ref().map_or(0, Vec::len);
                batch.push(packed);
            }
            if bytes > BATCH_BYTES {
                unpack_all(std::mem::take(&mut batch), view, &mut take)?;
                bytes = 0;
            }
        }
        unpack_all(batch, view, &mut take)
    }
}

fn packed(file: usize, id: i64, row: &Row<'_>, view: View) -> rusqlite::Result<Packed> {
    let [places, marks, sensors, marking, spikes] = [1, 2, 3, 4, 5].map(|column| SUMMARY_COLUMN_COUNT + column);
    let summary = summary(row)?;
    let is_as_marked = row.get::<_, i64>(marking)? == SIMPLIFIER_VERSION
        && view.simplify == Simplification::SHAPE
        && !is_touched(&summary, row.get(spikes)?, view.privacy);
    Ok(Packed {
        file,
        summary,
        id,
        places: row.get(places)?,
        marks: row.get(marks)?,
        sensors: if is_as_marked { None } else { Some(row.get(sensors)?) },
        number: row.get::<_, i64>(SUMMARY_COLUMN_COUNT + 6)? as usize,
    })
}

fn file(db: &Connection, content: i64, path: PathBuf) -> Result<ReadFile> {
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
    let mut ask = db.prepare_cached(
        "SELECT warnings, unreadable_points, out_of_range, null_island, spikes, format, device, hash
         FROM content WHERE id = ?1",
    )?;
    ask.query_row([content], read).optional()?.context(TAKEN_OUT)
}

fn unpack_all(batch: Vec<Packed>, view: View, take: &mut impl FnMut(usize, i64, Option<Prepared>)) -> Result<()> {
    let prepared: Vec<(usize, i64, Option<Prepared>)> = batch
        .into_par_iter()
        .map(|packed| {
            let (file, id) = (packed.file, packed.id);
            Ok((file, id, unpack(packed, view).with_context(|| format!("activity {id}"))?))
        })
        .collect::<Result<_>>()?;
    prepared.into_iter().for_each(|(file, id, prepared)| take(file, id, prepared));
    Ok(())
}

/// There is nothing where nothing is to be seen of it.
fn unpack(packed: Packed, view: View) -> Result<Option<Prepared>> {
    let Packed { summary, places, marks, sensors, number, .. } = packed;
    let Some(sensors) = sensors else {
        let (polylines, sketch) = blob::polylines(&places, &marks, view.finest)?;
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
    let prepared = Prepared::of(&activity(summary, &places, &sensors)?, number, view).0;
    if prepared.is_none() && view.privacy.is_nothing() {
        bail!("tidying leaves nothing of it any more; import its file again");
    }
    Ok(prepared)
}

/// The activity as it was read.
pub(super) fn activity(summary: Summary, places: &[u8], sensors: &[u8]) -> Result<Activity, DecodeError> {
    let segments = blob::segments(places, sensors)?;
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

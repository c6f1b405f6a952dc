//! Which activities of the library are one recording: what was found, and what the user says.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::path::PathBuf;

use anyhow::{Context, Result};
use rayon::prelude::*;
use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};

use super::blob::{self, SIMPLIFIER_VERSION};
use super::listed::{Listed, SUMMARY_COLUMN_COUNT, SUMMARY_COLUMNS, summary};
use super::load::activity;
use super::{Content, Library};
use crate::activity::summary::Summary;
use crate::collection::copies::TraceRequest;
use crate::collection::visible::{visible_part, without_privacy};
use crate::collection::{PrepareOptions, Prepared};
use crate::duplicates::{self, CopyRank, Features, Link, Pair, Scope, Sketch, Trace, Verdict};
use crate::engine::geometry::extent::Extent;
use crate::privacy::{NO_PRIVACY, Privacy};

/// Activities whose points are unpacked together.
const BATCH: usize = 64;

/// What is known of two activities.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The lesser number.
    pub a: i64,
    /// The other.
    pub b: i64,
    /// Whether they are one recording, as far as comparing says.
    pub verdict: Verdict,
    /// What was seen, or nothing.
    pub reason: Option<String>,
    /// Whether the user says that they are one.
    pub decided: Option<bool>,
}

impl Library {
    /// All pairs of which anything is known, by number.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn compared(&self) -> Result<Vec<Compared>> {
        let mut ask = self.db.prepare(
            "SELECT a, b, sure, reason, same FROM pair LEFT JOIN decision USING (a, b)
             UNION ALL SELECT a, b, NULL, NULL, same FROM decision WHERE NOT EXISTS
                 (SELECT 1 FROM pair WHERE pair.a = decision.a AND pair.b = decision.b)
             ORDER BY a, b",
        )?;
        let rows = ask.query_map([], |row| {
            let verdict = match row.get(2)? {
                None => Verdict::Different,
                Some(false) => Verdict::Unsure,
                Some(true) => Verdict::Same,
            };
            Ok(Compared { a: row.get(0)?, b: row.get(1)?, verdict, reason: row.get(3)?, decided: row.get(4)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Compares what was imported since the last time with all that is there.
    ///
    /// # Errors
    /// When the library cannot be read and written or is damaged, or the user interrupts, and then nothing is kept.
    pub(super) fn compare(&mut self) -> Result<()> {
        let is_new = "SELECT EXISTS (SELECT 1 FROM activity JOIN content ON content.id = content
                      WHERE kept = 1 AND activity.id NOT IN (SELECT activity FROM compared))";
        if !self.db.query_row(is_new, [], |row| row.get(0))? {
            return Ok(());
        }
        let mut ids = Vec::new();
        let (mut features, mut news) = (Vec::new(), Vec::new());
        let mut ask = self.db.prepare(
            "SELECT activity.id, start_ms, end_ms, min_x, min_y, max_x, max_y, fingerprint, planned, points, sketch
             FROM activity JOIN content ON content.id = content LEFT JOIN compared ON activity = activity.id
             WHERE kept = 1 ORDER BY activity.id",
        )?;
        let mut rows = ask.query([])?;
        while let Some(row) = rows.next()? {
            let (row_features, is_new) = features_of_row(row)?;
            ids.push(row.get::<_, i64>(0)?);
            features.push(row_features);
            news.push(is_new);
        }
        drop(rows);
        drop(ask);
        let new: Vec<usize> = (0..ids.len()).filter(|&index| news[index]).collect();
        for batch in new.chunks(BATCH) {
            self.cancel.check()?;
            let sketches = self.sketches(batch.iter().map(|&index| ids[index]))?;
            batch.iter().zip(sketches).for_each(|(&index, sketch)| features[index].sketch = sketch);
        }
        let found = duplicates::find(&features, &news, Scope::All, |wanted| {
            self.traces(wanted.iter().map(|&index| (index, ids[index])), &NO_PRIVACY)
        })?;
        self.keep(new.iter().map(|&index| (ids[index], &features[index].sketch)), &found, &ids)
    }

    /// The list as a map shows it: every activity is what is to be seen of it, and copies are those that are one recording
    /// by what is to be seen. Of how many nothing is to be seen is said too.
    ///
    /// # Errors
    /// When the library cannot be read or is damaged, or the user interrupts.
    pub fn as_visible(
        &self,
        listed: Vec<Listed>,
        partly_hidden: &HashMap<i64, Option<Prepared>>,
        options: PrepareOptions,
    ) -> Result<(Vec<Listed>, u64)> {
        let mut hidden = 0;
        let (mut left, mut features, mut news) = (Vec::new(), Vec::new(), Vec::new());
        let mut kept = self.db.prepare("SELECT sketch FROM compared WHERE activity = ?1")?;
        for mut activity in listed {
            let sketch = match partly_hidden.get(&activity.id) {
                Some(None) => {
                    hidden += u64::from(!activity.excluded);
                    continue;
                }
                Some(Some(prepared)) => {
                    activity.summary = prepared.summary.clone();
                    prepared.sketch.clone()
                }
                None => {
                    let sketch: Option<Vec<u8>> = kept.query_row([activity.id], |row| row.get(0)).optional()?;
                    sketch.as_deref().map(Sketch::from_bytes).unwrap_or_default()
                }
            };
            activity.copy_of = None;
            activity.copies.clear();
            features.push(Features::new(&activity.summary, sketch));
            news.push(partly_hidden.contains_key(&activity.id));
            left.push(activity);
        }
        // What was found of whole activities holds of those that are partly_hidden wholly.
        let mut compared = self.compared()?;
        for pair in compared
            .iter_mut()
            .filter(|pair| partly_hidden.contains_key(&pair.a) || partly_hidden.contains_key(&pair.b))
        {
            pair.verdict = Verdict::Different;
        }
        let found = duplicates::find(&features, &news, Scope::Sure, |wanted| {
            self.traces(wanted.iter().map(|&index| (index, left[index].id)), options.privacy)
        })?;
        let known: HashMap<(i64, i64), usize> =
            compared.iter().enumerate().map(|(index, pair)| ((pair.a, pair.b), index)).collect();
        for Pair { a, b, judgement } in found {
            let (a, b) = (left[a].id, left[b].id);
            match known.get(&(a, b)) {
                Some(&index) => compared[index].verdict = judgement.verdict,
                None => compared.push(Compared { a, b, verdict: judgement.verdict, reason: None, decided: None }),
            }
        }
        mark_copies(&mut left, &compared);
        Ok((left, hidden))
    }

    fn sketches(&self, ids: impl Iterator<Item = i64>) -> Result<Vec<Sketch>> {
        let mut ask = self.db.prepare_cached(&format!(
            "SELECT {SUMMARY_COLUMNS}, places, CASE marking WHEN ?2 THEN NULL ELSE readings END, marks
             FROM activity JOIN track ON activity = id WHERE id = ?1"
        ))?;
        let blobs = |row: &Row<'_>| {
            let [places, readings, marks] = [SUMMARY_COLUMN_COUNT, SUMMARY_COLUMN_COUNT + 1, SUMMARY_COLUMN_COUNT + 2];
            Ok((summary(row)?, row.get(places)?, row.get(readings)?, row.get(marks)?))
        };
        let blobs = ids.map(|id| Ok((id, ask.query_row(params![id, SIMPLIFIER_VERSION], blobs)?)));
        type Blobs = (Summary, Vec<u8>, Option<Vec<u8>>, Vec<u8>);
        let blobs: Vec<(i64, Blobs)> = blobs.collect::<Result<_>>()?;
        let sketch = |(id, (summary, places, readings, marks)): (i64, Blobs)| {
            sketch(summary, &places, readings.as_deref(), &marks).with_context(|| format!("activity {id}"))
        };
        blobs.into_par_iter().map(sketch).collect()
    }

    /// What is to be seen of the points of activities of contents, by index.
    ///
    /// # Errors
    /// When the library cannot be read or is damaged.
    pub fn traces_of(
        &self,
        contents: &HashMap<PathBuf, Content>,
        request: &[TraceRequest<'_>],
        privacy: &Privacy,
    ) -> Result<HashMap<usize, Trace>> {
        let mut ask = self.db.prepare_cached("SELECT id FROM activity WHERE content = ?1 AND number = ?2")?;
        let mut ids = Vec::with_capacity(request.len());
        for TraceRequest { index, path, index_in_file } in request {
            let Some(Content(content)) = contents.get(*path) else { continue };
            let id = ask.query_row(params![content, *index_in_file as i64], |row| row.get(0)).optional()?;
            ids.extend(id.map(|id: i64| (*index, id)));
        }
        self.traces(ids, privacy)
    }

    /// The traces of activities, each with its index and number.
    fn traces(
        &self,
        wanted: impl IntoIterator<Item = (usize, i64)>,
        privacy: &Privacy,
    ) -> Result<HashMap<usize, Trace>> {
        let mut ask = self.db.prepare_cached(&format!(
            "SELECT {SUMMARY_COLUMNS}, places, readings FROM activity JOIN track ON activity = id WHERE id = ?1"
        ))?;
        let blobs = |row: &Row<'_>| {
            Ok((
                summary(row)?,
                row.get::<_, Vec<u8>>(SUMMARY_COLUMN_COUNT)?,
                row.get::<_, Vec<u8>>(SUMMARY_COLUMN_COUNT + 1)?,
            ))
        };
        self.cancel.check()?;
        let mut packed = Vec::new();
        for (index, id) in wanted {
            // Another run may just have taken it out.
            packed.extend(ask.query_row([id], blobs).optional()?.map(|blobs| (index, id, blobs)));
        }
        let traces = packed.into_par_iter().map(|(index, id, (summary, places, readings))| {
            let activity = activity(summary, &places, &readings).with_context(|| format!("activity {id}"))?;
            let visible = visible_part(&activity, privacy).0;
            Ok(visible.map(|visible| (index, Trace::new(visible.summary.start_ms, &visible.segments))))
        });
        let traces: Vec<Option<(usize, Trace)>> = traces.collect::<Result<_>>()?;
        Ok(traces.into_iter().flatten().collect())
    }

    /// Keeps what was found, but not of what another run has taken out meanwhile.
    fn keep<'a>(
        &mut self,
        compared: impl Iterator<Item = (i64, &'a Sketch)>,
        found: &[Pair],
        ids: &[i64],
    ) -> Result<()> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut note = transaction.prepare(
                "INSERT OR REPLACE INTO compared (activity, sketch) SELECT id, ?2 FROM activity WHERE id = ?1",
            )?;
            for (id, sketch) in compared {
                note.execute(params![id, sketch.to_bytes()])?;
            }
            let mut pair = transaction.prepare(
                "INSERT OR REPLACE INTO pair (a, b, sure, reason)
                 SELECT one.id, other.id, ?3, ?4 FROM activity AS one, activity AS other WHERE one.id = ?1 AND other.id = ?2",
            )?;
            for Pair { a, b, judgement } in found {
                let sure = judgement.verdict == Verdict::Same;
                pair.execute(params![ids[*a], ids[*b], sure, judgement.reason.to_string()])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Notes what the user says of each pair of some activities: that they are one recording, or two; or nothing.
    ///
    /// # Errors
    /// As [`Library::set_excluded`].
    pub fn set_same(&mut self, ids: &[i64], same: Option<bool>) -> Result<()> {
        let ids = BTreeSet::from_iter(ids.iter().copied());
        let others = ids.clone();
        self.decide(&Vec::from_iter(ids), |db, a| {
            others.range((Bound::Excluded(a), Bound::Unbounded)).try_for_each(|b| match same {
                Some(same) => db
                    .execute("INSERT OR REPLACE INTO decision (a, b, same) VALUES (?1, ?2, ?3)", params![a, b, same])
                    .map(drop),
                None => db.execute("DELETE FROM decision WHERE a = ?1 AND b = ?2", [a, *b]).map(drop),
            })
        })
    }
}

/// Finds out which stand for others.
pub fn mark_copies(listed: &mut [Listed], compared: &[Compared]) {
    let index = |id: i64| listed.binary_search_by_key(&id, |activity| activity.id).ok();
    let link = |pair: &Compared| {
        let (a, b) = (index(pair.a)?, index(pair.b)?);
        match pair {
            Compared { decided: Some(true), .. } => Some(Link::UserSame(a, b)),
            Compared { decided: Some(false), .. } => Some(Link::UserDifferent(a, b)),
            Compared { verdict: Verdict::Same, .. } => Some(Link::Same(a, b)),
            _ => None,
        }
    };
    let links: Vec<Link> = compared.iter().filter_map(link).collect();
    if links.is_empty() {
        return;
    }
    let ranks: Vec<CopyRank> =
        listed.iter().map(|activity| CopyRank::new(&activity.summary, &activity.origin.format)).collect();
    let copies = duplicates::representatives(&ranks, &links);
    for (copy, stands) in copies.into_iter().enumerate() {
        let Some(stands) = stands else { continue };
        listed[copy].copy_of = Some(listed[stands].id);
        // Who does not want a recording drawn does not want it from another file, which may have come later.
        listed[stands].excluded |= listed[copy].excluded;
        let Listed { summary, origin, .. } = listed[copy].clone();
        listed[stands].summary.fill_missing_from(summary);
        listed[stands].copies.push(origin);
    }
}

/// The sketch that was kept with the marks; where these are of an earlier version, with `readings` anew.
fn sketch(summary: Summary, places: &[u8], readings: Option<&[u8]>, marks: &[u8]) -> Result<Sketch> {
    let Some(readings) = readings else { return Ok(blob::sketch(marks)?) };
    let seen = without_privacy(&activity(summary, places, readings)?).0;
    Ok(seen.map(|seen| Sketch::of_segments(&seen.segments)).unwrap_or_default())
}

/// What is asked of an activity, and whether it is new, so that its places are yet to be looked at.
fn features_of_row(row: &Row<'_>) -> rusqlite::Result<(Features, bool)> {
    let sketch: Option<Vec<u8>> = row.get(10)?;
    let features = Features {
        start_ms: row.get(1)?,
        end_ms: row.get(2)?,
        extent: Extent { min: [row.get(3)?, row.get(4)?], max: [row.get(5)?, row.get(6)?] },
        fingerprint: u128::from_le_bytes(row.get(7)?),
        planned: row.get(8)?,
        points: row.get::<_, i64>(9)? as u64,
        sketch: sketch.as_deref().map(Sketch::from_bytes).unwrap_or_default(),
    };
    Ok((features, sketch.is_none()))
}

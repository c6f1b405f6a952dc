//! Finds duplicates among imported activities, and stores verdicts and decisions of the user.
//!
//! Each new activity gets a sketch, and [`duplicates::find`] judges the pairs of a new activity and any other whose
//! features (time, bounding box, sketch) are similar. Table `compared` has the sketches of activities that were
//! compared with all others, `pair` the verdicts other than [`Verdict::Different`], and `decision` the decisions, which
//! override verdicts. Triggers delete the rows in `compared` of activities that must be compared again (`same.sql`).

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::Bound;

use anyhow::{Result, bail};
use rusqlite::{Row, params};

use super::Library;
use crate::duplicates::{self, Features, Pair, Scope, Sketch, Verdict};
use crate::engine::geometry::extent::Extent;
use crate::privacy::NO_PRIVACY;

/// Activities whose blobs are in memory at a time while sketches are read.
const BATCH: usize = 64;

/// Verdict and decision on two activities.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityPair {
    /// The smaller id.
    pub a: i64,
    /// The larger id.
    pub b: i64,
    /// Result of the comparison; [`Verdict::Different`] if there is only a decision.
    pub verdict: Verdict,
    /// Explanation of the verdict for the user.
    pub reason: Option<String>,
    /// The decision of the user: true for one recording, false for two.
    pub decided: Option<bool>,
}

impl Library {
    /// All pairs with a stored verdict or a decision, sorted by ids.
    ///
    /// # Errors
    /// If the library cannot be read.
    pub fn activity_pairs(&self) -> Result<Vec<ActivityPair>> {
        let mut statement = self.db.prepare(
            "SELECT a, b, sure, reason, same FROM pair LEFT JOIN decision USING (a, b)
             UNION ALL SELECT a, b, NULL, NULL, same FROM decision WHERE NOT EXISTS
                 (SELECT 1 FROM pair WHERE pair.a = decision.a AND pair.b = decision.b)
             ORDER BY a, b",
        )?;
        let rows = statement.query_map([], |row| {
            let verdict = match row.get(2)? {
                None => Verdict::Different,
                Some(false) => Verdict::Unsure,
                Some(true) => Verdict::Same,
            };
            Ok(ActivityPair { a: row.get(0)?, b: row.get(1)?, verdict, reason: row.get(3)?, decided: row.get(4)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Compares imported activities that are not in `compared` with all imported activities.
    ///
    /// # Errors
    /// If the library cannot be read or written or is damaged, or the job is cancelled; then no verdict is stored.
    pub(super) fn compare_new(&mut self) -> Result<()> {
        let any_new = "SELECT EXISTS (SELECT 1 FROM activity JOIN content ON content.id = content
                      WHERE imported = 1 AND activity.id NOT IN (SELECT activity FROM compared))";
        if !self.db.query_row(any_new, [], |row| row.get(0))? {
            return Ok(());
        }
        let mut ids = Vec::new();
        let (mut features, mut are_new) = (Vec::new(), Vec::new());
        let mut statement = self.db.prepare(
            "SELECT activity.id, start_ms, end_ms, min_x, min_y, max_x, max_y, fingerprint, planned, points, sketch
             FROM activity JOIN content ON content.id = content LEFT JOIN compared ON activity = activity.id
             WHERE imported = 1 ORDER BY activity.id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (row_features, is_new) = features_of_row(row)?;
            ids.push(row.get::<_, i64>(0)?);
            features.push(row_features);
            are_new.push(is_new);
        }
        drop(rows);
        drop(statement);
        let new: Vec<usize> = (0..ids.len()).filter(|&index| are_new[index]).collect();
        for batch in new.chunks(BATCH) {
            self.cancel.check()?;
            let sketches = self.sketches(batch.iter().map(|&index| ids[index]))?;
            batch.iter().zip(sketches).for_each(|(&index, sketch)| features[index].sketch = sketch);
        }
        let found = duplicates::find(&features, &are_new, Scope::All, |wanted| {
            self.traces_by_id(wanted.iter().map(|&index| (index, ids[index])), &NO_PRIVACY)
        })?;
        self.save_comparison(new.iter().map(|&index| (ids[index], &features[index].sketch)), &found, &ids)
    }

    /// Stores sketches and verdicts in one transaction, except of activities that another run has deleted meanwhile.
    fn save_comparison<'a>(
        &mut self,
        sketches: impl Iterator<Item = (i64, &'a Sketch)>,
        found: &[Pair],
        ids: &[i64],
    ) -> Result<()> {
        self.transact(|transaction| {
            let mut insert_sketch = transaction.prepare(
                "INSERT OR REPLACE INTO compared (activity, sketch) SELECT id, ?2 FROM activity WHERE id = ?1",
            )?;
            for (id, sketch) in sketches {
                insert_sketch.execute(params![id, sketch.to_bytes()])?;
            }
            let mut insert_pair = transaction.prepare(
                "INSERT OR REPLACE INTO pair (a, b, sure, reason)
                 SELECT one.id, other.id, ?3, ?4 FROM activity AS one, activity AS other
                 WHERE one.id = ?1 AND other.id = ?2",
            )?;
            for Pair { a, b, judgement } in found {
                let sure = judgement.verdict == Verdict::Same;
                insert_pair.execute(params![ids[*a], ids[*b], sure, judgement.reason.to_string()])?;
            }
            Ok(())
        })
    }

    /// Stores a decision for each pair among `ids`: true for one recording, false for two, `None` to delete decisions.
    ///
    /// # Errors
    /// As for [`Library::set_excluded`]; also if there is no decision to delete.
    pub fn set_same_recording(&mut self, ids: &[i64], same: Option<bool>) -> Result<()> {
        let ids = BTreeSet::from_iter(ids.iter().copied());
        let others = ids.clone();
        let changed = Cell::new(0);
        self.update_each(&Vec::from_iter(ids), |db, a| {
            others.range((Bound::Excluded(a), Bound::Unbounded)).try_for_each(|b| {
                let rows = match same {
                    Some(same) => db.execute(
                        "INSERT OR REPLACE INTO decision (a, b, same) VALUES (?1, ?2, ?3)",
                        params![a, b, same],
                    ),
                    None => db.execute("DELETE FROM decision WHERE a = ?1 AND b = ?2", [a, *b]),
                };
                rows.map(|rows| changed.set(changed.get() + rows))
            })
        })?;
        if changed.get() == 0 {
            bail!("nothing was decided about these activities; `trailglow duplicates` shows the decisions");
        }
        Ok(())
    }
}

/// Features of an activity, and true if it must be compared (no row in `compared`).
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

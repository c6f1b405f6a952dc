//! Lists activities without their points, and stores the user's decisions about activities.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use anyhow::{Result, bail};
use rusqlite::Transaction;

use super::copies::mark_copies;
use super::listed_activity::{ListedActivity, SUMMARY_COLUMNS, read_listed};
use super::location::key_to_path;
use super::{ContentId, Library};
use crate::activity::summary::Summary;
use crate::selection::{OmitReason, Omitted, Origin, Selection, Subject, Verdicts};

/// SQL for the path of a file, preceded by the path of its archive if it is in one.
const PATH: &str = "CASE member.name WHEN x'' THEN path ELSE CAST(path || '/' || member.name AS BLOB) END";

impl Library {
    /// All imported activities sorted by id, planned ones, excluded ones and copies included.
    ///
    /// First compares new activities with all others and stores the verdicts. Then marks copies (see
    /// [`representatives`](crate::duplicates::representatives)): the drawn activity takes over the facts that only a
    /// copy has, and is excluded if a copy is.
    ///
    /// # Errors
    /// If the library cannot be read or written or is damaged, or the job is cancelled.
    pub fn list(&mut self) -> Result<Vec<ListedActivity>> {
        self.compare_new()?;
        let mut statement = self.db.prepare(&format!(
            "WITH place AS MATERIALIZED
                 (SELECT content, min({PATH}) AS path FROM member JOIN file ON file.id = file GROUP BY content)
             SELECT {SUMMARY_COLUMNS}, activity.id, activity.content, excluded, format, device, spikes, place.path
             FROM activity JOIN content ON content.id = activity.content LEFT JOIN place ON place.content = content.id
             WHERE imported = 1 ORDER BY activity.id"
        ))?;
        let count: i64 = self.db.query_row("SELECT count(*) FROM activity", [], |row| row.get(0))?;
        let mut all = Vec::with_capacity(usize::try_from(count)?);
        statement.query_map([], read_listed)?.try_for_each(|row| row.map(|activity| all.push(activity)))?;
        let twin_paths = self.twin_paths()?;
        for activity in all.iter_mut().filter(|_| !twin_paths.is_empty()) {
            let paths = &mut activity.origin.paths;
            let first = paths.first().cloned();
            let others = twin_paths.get(&activity.content).into_iter().flatten();
            paths.extend(others.filter(|path| Some(*path) != first.as_ref()).cloned());
        }
        mark_copies(&mut all, &self.activity_pairs()?);
        Ok(all)
    }

    /// By content, the paths of several byte-identical files, also of those with another row in a table of activities.
    fn twin_paths(&self) -> Result<HashMap<ContentId, Vec<PathBuf>>> {
        let mut statement = self.db.prepare(&format!(
            "SELECT content, {PATH} AS place FROM member JOIN file ON file.id = file
             WHERE content IN (SELECT content FROM member GROUP BY content HAVING count(*) > 1)
             UNION SELECT chosen.id, {PATH} FROM content AS twin
             JOIN content AS chosen ON chosen.hash = twin.hash AND chosen.imported = 1
             JOIN member ON member.content = twin.id JOIN file ON file.id = file WHERE twin.imported = 0
             ORDER BY 1, 2"
        ))?;
        let mut rows = statement.query([])?;
        let mut twin_paths: HashMap<ContentId, Vec<PathBuf>> = HashMap::new();
        while let Some(row) = rows.next()? {
            twin_paths.entry(ContentId(row.get(0)?)).or_default().push(key_to_path(row.get(1)?));
        }
        Ok(twin_paths)
    }

    /// Excludes activities and all their copies, or includes them again.
    ///
    /// # Errors
    /// If there is no such activity (then no activity changes), the library cannot be read or written, or the job
    /// is cancelled.
    pub fn set_excluded(&mut self, ids: &[i64], excluded: bool) -> Result<()> {
        let listed = self.list()?;
        let representative = |activity: &ListedActivity| activity.copy_of.unwrap_or(activity.id);
        let representatives: HashSet<i64> =
            listed.iter().filter(|activity| ids.contains(&activity.id)).map(representative).collect();
        let with_copies = listed
            .iter()
            .filter(|activity| representatives.contains(&representative(activity)))
            .map(|activity| activity.id);
        // With the given ids, so that an unknown one is an error.
        let ids: Vec<i64> = with_copies.chain(ids.iter().copied()).collect();
        self.update_each(&ids, |db, id| {
            db.execute("UPDATE activity SET excluded = ?2 WHERE id = ?1", (id, excluded)).map(drop)
        })
    }

    /// Deletes activities with all other activities of their files, and then, after that transaction, all render
    /// records.
    ///
    /// # Errors
    /// If there is no such activity (then nothing is deleted), or the library cannot be written.
    pub fn forget(&mut self, ids: &[i64]) -> Result<()> {
        const FORGET: &str = "DELETE FROM content WHERE id = (SELECT content FROM activity WHERE id = ?1)";
        self.update_each(ids, |db, id| db.execute(FORGET, [id]).map(drop))?;
        self.forget_renders()
    }

    /// Deletes all remembered contents, then all render records. Returns the number of contents.
    ///
    /// # Errors
    /// If the library cannot be written.
    pub fn forget_remembered(&mut self) -> Result<usize> {
        let files =
            self.transact(|transaction| Ok(transaction.execute("DELETE FROM content WHERE imported = 0", [])?))?;
        self.forget_renders()?;
        Ok(files)
    }

    /// Deletes all render records, because they show where deleted activities were. `VACUUM` then rewrites the library
    /// without the deleted data.
    fn forget_renders(&mut self) -> Result<()> {
        // `VACUUM` cannot run in a transaction.
        self.db.execute_batch("DELETE FROM render; VACUUM").map_err(|error| self.explain(error.into()))
    }

    /// Updates activities in one transaction, or fails and updates none if one of them is not imported.
    pub(super) fn update_each(
        &mut self,
        ids: &[i64],
        update: impl Fn(&Transaction<'_>, i64) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let exists = "SELECT EXISTS (SELECT 1 FROM activity JOIN content ON content.id = content
                                       WHERE activity.id = ?1 AND imported = 1)";
        self.transact(|transaction| {
            for id in ids {
                if !transaction.query_row(exists, [id], |row| row.get::<_, bool>(0))? {
                    bail!(
                        "there is no activity {id} in the library; `trailglow list` shows the ids (nothing was changed)"
                    );
                }
            }
            Ok(ids.iter().try_for_each(|id| update(transaction, *id))?)
        })
    }
}

impl Subject for ListedActivity {
    fn summary(&self) -> &Summary {
        &self.summary
    }

    fn origins(&self) -> Vec<&Origin> {
        [&self.origin].into_iter().chain(&self.copies).collect()
    }
}

/// Splits a list into the selected activities and the numbers of omitted ones by reason: not selected, else a copy, else
/// excluded. Also returns latitude and longitude of home in degrees, if the selection refers to home.
pub fn select(
    mut listed: Vec<ListedActivity>,
    selection: &Selection,
) -> (Vec<ListedActivity>, Omitted, Option<(f64, f64)>) {
    let Verdicts { reasons, home } = selection.judge(&listed);
    let omitted = count_omitted(&listed, &reasons);
    let mut wanted = reasons.into_iter().map(|reason| reason.is_none());
    listed.retain(|activity| wanted.next() == Some(true) && activity.is_drawn());
    (listed, omitted, home)
}

/// Counts the activities that are not selected, copies, or excluded, each by the first of these reasons.
pub fn count_omitted(listed: &[ListedActivity], reasons: &[Option<OmitReason>]) -> Omitted {
    let mut omitted = Omitted::default();
    for (activity, reason) in listed.iter().zip(reasons) {
        match reason {
            Some(reason) => omitted.add(*reason),
            None if activity.copy_of.is_some() => omitted.copies += 1,
            None if activity.excluded => omitted.excluded += 1,
            None => {}
        }
    }
    omitted
}

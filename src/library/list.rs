//! What is in the library, without points; and what the user decides about it.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use anyhow::{Result, bail};
use rusqlite::{Transaction, TransactionBehavior};

use super::compare::mark_copies;
use super::listed::{Listed, SUMMARY_COLUMNS, listed};
use super::{Content, Library, path_of_key};
use crate::selection::{Filter, Omitted};

/// A file's path, with that in the archive it is in.
const PATH: &str = "CASE member.name WHEN x'' THEN path ELSE CAST(path || '/' || member.name AS BLOB) END";

impl Library {
    /// All imported activities by their number.
    ///
    /// What was imported since the last time is compared with the rest first. Of those that are one recording, one stands
    /// for all that are not excluded: see [`duplicates::representatives`](crate::duplicates::representatives). What it does not say of itself, its copies say.
    ///
    /// # Errors
    /// When the library cannot be read and written, or the user interrupts.
    pub fn list(&mut self) -> Result<Vec<Listed>> {
        self.compare()?;
        let mut ask = self.db.prepare(&format!(
            "WITH place AS MATERIALIZED
                 (SELECT content, min({PATH}) AS path FROM member JOIN file ON file.id = file GROUP BY content)
             SELECT {SUMMARY_COLUMNS}, activity.id, activity.content, excluded, format, device, spikes, place.path
             FROM activity JOIN content ON content.id = activity.content LEFT JOIN place ON place.content = content.id
             WHERE kept = 1 ORDER BY activity.id"
        ))?;
        let count: i64 = self.db.query_row("SELECT count(*) FROM activity", [], |row| row.get(0))?;
        let mut all = Vec::with_capacity(usize::try_from(count)?);
        ask.query_map([], listed)?.try_for_each(|row| row.map(|activity| all.push(activity)))?;
        let twins = self.twins()?;
        for activity in all.iter_mut().filter(|_| !twins.is_empty()) {
            let paths = &mut activity.origin.paths;
            let shown = paths.first().cloned();
            let more = twins.get(&activity.content).into_iter().flatten();
            paths.extend(more.filter(|path| Some(*path) != shown.as_ref()).cloned());
        }
        mark_copies(&mut all, &self.compared()?);
        Ok(all)
    }

    /// The paths of contents whose bytes lie under several, also where an export says something else of them.
    fn twins(&self) -> Result<HashMap<Content, Vec<PathBuf>>> {
        let mut ask = self.db.prepare(&format!(
            "SELECT content, {PATH} AS place FROM member JOIN file ON file.id = file
             WHERE content IN (SELECT content FROM member GROUP BY content HAVING count(*) > 1)
             UNION SELECT kept.id, {PATH} FROM content AS twin JOIN content AS kept ON kept.hash = twin.hash AND kept.kept = 1
             JOIN member ON member.content = twin.id JOIN file ON file.id = file WHERE twin.kept = 0
             ORDER BY 1, 2"
        ))?;
        let mut rows = ask.query([])?;
        let mut twins: HashMap<Content, Vec<PathBuf>> = HashMap::new();
        while let Some(row) = rows.next()? {
            twins.entry(Content(row.get(0)?)).or_default().push(path_of_key(row.get(1)?));
        }
        Ok(twins)
    }

    /// Decides whether activities are drawn, with all their copies.
    ///
    /// # Errors
    /// When there is no such activity, and then nothing is changed, or the library cannot be written.
    pub fn set_excluded(&mut self, ids: &[i64], excluded: bool) -> Result<()> {
        let listed = self.list()?;
        let drawn = |activity: &Listed| activity.copy_of.unwrap_or(activity.id);
        let meant: HashSet<i64> = listed.iter().filter(|activity| ids.contains(&activity.id)).map(drawn).collect();
        let with_copies = listed.iter().filter(|activity| meant.contains(&drawn(activity))).map(|activity| activity.id);
        // With those asked for, as there may be none of that number.
        let ids: Vec<i64> = with_copies.chain(ids.iter().copied()).collect();
        self.decide(&ids, |db, id| {
            db.execute("UPDATE activity SET excluded = ?2 WHERE id = ?1", (id, excluded)).map(drop)
        })
    }

    /// Takes the files of activities out of the library, with all that is in them.
    ///
    /// # Errors
    /// As [`Library::set_excluded`].
    pub fn forget(&mut self, ids: &[i64]) -> Result<()> {
        const FORGET: &str = "DELETE FROM content WHERE id = (SELECT content FROM activity WHERE id = ?1)";
        self.decide(ids, |db, id| db.execute(FORGET, [id]).map(drop))?;
        self.forget_renders()
    }

    /// Forgets all that was only remembered so that it need not be read again, and says of how many files.
    ///
    /// # Errors
    /// When the library cannot be written.
    pub fn forget_remembered(&mut self) -> Result<usize> {
        let files = self.db.execute("DELETE FROM content WHERE kept = 0", [])?;
        self.forget_renders()?;
        Ok(files)
    }

    /// What renders have left tells where activities were: nothing of what is forgotten may stay.
    fn forget_renders(&mut self) -> Result<()> {
        Ok(self.db.execute_batch("DELETE FROM render; VACUUM")?)
    }

    pub(super) fn decide(
        &mut self,
        ids: &[i64],
        decide: impl Fn(&Transaction<'_>, i64) -> rusqlite::Result<()>,
    ) -> Result<()> {
        // One that reads before it writes would not wait for another writer.
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let is_there = "SELECT EXISTS (SELECT 1 FROM activity JOIN content ON content.id = content
                                       WHERE activity.id = ?1 AND kept = 1)";
        for id in ids {
            if !transaction.query_row(is_there, [id], |row| row.get::<_, bool>(0))? {
                bail!("there is no activity {id}; `trailglow list` shows them (nothing was changed)");
            }
        }
        ids.iter().try_for_each(|id| decide(&transaction, *id))?;
        Ok(transaction.commit()?)
    }
}

/// Those that are wanted, and how many are not.
pub fn choose(listed: Vec<Listed>, filter: &Filter<'_>) -> (Vec<Listed>, Omitted) {
    let mut omitted = Omitted::default();
    let is_wanted = |activity: &Listed| {
        match filter.omit_reason(&activity.summary, activity.origins()) {
            Some(why) => omitted.add(why),
            None if activity.copy_of.is_some() => omitted.copies += 1,
            None if activity.excluded => omitted.excluded += 1,
            None => return true,
        }
        false
    };
    (listed.into_iter().filter(is_wanted).collect(), omitted)
}

//! What is in the library, without points; and what the user decides about it.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::{Result, bail};
use rusqlite::{Row, Transaction};

use super::load::{ABOUT, ABOUTS, about, is_touched};
use super::{Compared, Content, Library, path_of_key};
use crate::about::About;
use crate::privacy::Privacy;
use crate::same::{self, Bond, Rich, Verdict};
use crate::selection::{Filter, Left, Origin};

/// An activity of the library.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// What the user calls it: a number that is never given again.
    pub id: i64,
    /// What it comes to.
    pub about: About,
    /// Its file.
    pub origin: Origin,
    /// Under which path its content was seen last; empty if that is another file now.
    pub path: PathBuf,
    /// What its file is in the library.
    pub content: Content,
    /// The user does not want it drawn.
    pub excluded: bool,
    /// The activity that is drawn instead, as both are one recording.
    pub copy_of: Option<i64>,
    /// Points of its file that were dropped as spikes.
    pub spikes: i64,
}

impl Listed {
    /// Whether something of it could be hidden.
    pub fn is_touched(&self, privacy: &Privacy) -> bool {
        is_touched(&self.about, self.spikes, privacy)
    }
}

impl Library {
    /// All imported activities by their number.
    ///
    /// What was imported since the last time is compared with the rest first. Of those that are one recording, one stands
    /// for all that are not excluded: see [`same::copies`]. What it does not say of itself, its copies say.
    ///
    /// # Errors
    /// When the library cannot be read and written, or the user interrupts.
    pub fn list(&mut self) -> Result<Vec<Listed>> {
        self.compare()?;
        let mut ask = self.db.prepare(&format!(
            "WITH place AS MATERIALIZED
                 (SELECT content, min(CASE member.name WHEN x'' THEN path ELSE CAST(path || '/' || member.name AS BLOB) END)
                  AS path FROM member JOIN file ON file.id = file GROUP BY content)
             SELECT {ABOUT}, activity.id, activity.content, excluded, format, device, spikes, place.path
             FROM activity JOIN content ON content.id = activity.content LEFT JOIN place ON place.content = content.id
             WHERE kept = 1 ORDER BY activity.id"
        ))?;
        let mut listed: Vec<Listed> = ask.query_map([], listed)?.collect::<Result<_, _>>()?;
        mark_copies(&mut listed, &self.compared()?);
        Ok(listed)
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
        let transaction = self.db.transaction()?;
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

/// Finds out which stand for others.
pub(super) fn mark_copies(listed: &mut [Listed], compared: &[Compared]) {
    let index = |id: i64| listed.binary_search_by_key(&id, |activity| activity.id).ok();
    let bond = |pair: &Compared| {
        let (a, b) = (index(pair.a)?, index(pair.b)?);
        match pair {
            Compared { decided: Some(true), .. } => Some(Bond::Decided(a, b)),
            Compared { decided: Some(false), .. } => Some(Bond::Apart(a, b)),
            Compared { verdict: Verdict::Same, .. } => Some(Bond::Same(a, b)),
            _ => None,
        }
    };
    let bonds: Vec<Bond> = compared.iter().filter_map(bond).collect();
    if bonds.is_empty() {
        return;
    }
    let rich: Vec<Rich> = listed.iter().map(|activity| Rich::new(&activity.about, &activity.origin.format)).collect();
    let copies = same::copies(&rich, &bonds);
    for (copy, stands) in copies.into_iter().enumerate() {
        let Some(stands) = stands else { continue };
        listed[copy].copy_of = Some(listed[stands].id);
        // Who does not want a recording drawn does not want it from another file, which may have come later.
        listed[stands].excluded |= listed[copy].excluded;
        let said = listed[copy].about.clone();
        listed[stands].about.complete(said);
    }
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        about: about(row)?,
        id: row.get(ABOUTS)?,
        content: Content(row.get(ABOUTS + 1)?),
        excluded: row.get(ABOUTS + 2)?,
        origin: Origin { format: row.get(ABOUTS + 3)?, device: row.get(ABOUTS + 4)? },
        spikes: row.get(ABOUTS + 5)?,
        path: row.get::<_, Option<Vec<u8>>>(ABOUTS + 6)?.map(path_of_key).unwrap_or_default(),
        copy_of: None,
    })
}

/// Those that are wanted, and how many are not.
pub fn choose(listed: Vec<Listed>, filter: &Filter<'_>) -> (Vec<Listed>, Left) {
    let mut left = Left::default();
    let is_wanted = |activity: &Listed| {
        let path = activity.path.to_string_lossy();
        match filter.unwanted(&activity.about, &activity.origin, &path) {
            Some(why) => left.add(why),
            None if activity.copy_of.is_some() => left.copies += 1,
            None if activity.excluded => left.excluded += 1,
            None => return true,
        }
        false
    };
    (listed.into_iter().filter(is_wanted).collect(), left)
}

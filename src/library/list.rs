//! What is in the library, without points; and what the user decides about it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Result, bail};
use rusqlite::{Row, Transaction};

use super::load::{ABOUT, ABOUTS, about, is_touched};
use super::{Content, Library, path_of_key};
use crate::about::About;
use crate::collection::Placed;
use crate::privacy::Privacy;
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
    /// The user says that it is no copy.
    pub apart: bool,
    /// The activity that has the same points and is drawn instead.
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
    /// Of those with the same positions and times, the one with the most sensors stands for all, and of these the first
    /// that was imported.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn list(&self) -> Result<Vec<Listed>> {
        let mut ask = self.db.prepare(&format!(
            "SELECT {ABOUT}, activity.id, content, excluded, apart, format, device, spikes,
                    (SELECT min(CASE name WHEN x'' THEN path ELSE CAST(path || '/' || name AS BLOB) END)
                     FROM member JOIN file ON file.id = file WHERE member.content = content.id)
             FROM activity JOIN content ON content.id = content WHERE kept = 1 ORDER BY activity.id"
        ))?;
        let mut listed: Vec<Listed> = ask.query_map([], listed)?.collect::<Result<_, _>>()?;
        mark_copies(&mut listed);
        Ok(listed)
    }

    /// Decides whether activities are drawn.
    ///
    /// # Errors
    /// When there is no such activity, and then nothing is changed, or the library cannot be written.
    pub fn set_excluded(&mut self, ids: &[i64], excluded: bool) -> Result<()> {
        self.decide(ids, |db, id| {
            db.execute("UPDATE activity SET excluded = ?2 WHERE id = ?1", (id, excluded)).map(drop)
        })
    }

    /// Decides whether activities are drawn although others have the same points.
    ///
    /// # Errors
    /// As [`Library::set_excluded`].
    pub fn set_apart(&mut self, ids: &[i64], apart: bool) -> Result<()> {
        self.decide(ids, |db, id| db.execute("UPDATE activity SET apart = ?2 WHERE id = ?1", (id, apart)).map(drop))
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

    fn decide(&mut self, ids: &[i64], decide: impl Fn(&Transaction<'_>, i64) -> rusqlite::Result<()>) -> Result<()> {
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

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        about: about(row)?,
        id: row.get(ABOUTS)?,
        content: Content(row.get(ABOUTS + 1)?),
        excluded: row.get(ABOUTS + 2)?,
        apart: row.get(ABOUTS + 3)?,
        origin: Origin { format: row.get(ABOUTS + 4)?, device: row.get(ABOUTS + 5)? },
        spikes: row.get(ABOUTS + 6)?,
        path: row.get::<_, Option<Vec<u8>>>(ABOUTS + 7)?.map(path_of_key).unwrap_or_default(),
        copy_of: None,
    })
}

/// Says of those with the same positions and times which stands for them.
fn mark_copies(listed: &mut [Listed]) {
    let mut same: HashMap<u128, Vec<usize>> = HashMap::with_capacity(listed.len());
    for (index, activity) in listed.iter().enumerate().filter(|(_, activity)| !activity.apart) {
        same.entry(activity.about.fingerprint).or_default().push(index);
    }
    for copies in same.into_values().filter(|copies| copies.len() > 1) {
        let best = copies.iter().copied().max_by_key(|&index| (listed[index].about.sensors, Reverse(index)));
        let best = best.unwrap_or(copies[0]);
        let id = listed[best].id;
        copies.into_iter().filter(|&index| index != best).for_each(|index| listed[index].copy_of = Some(id));
    }
}

/// The list as a map shows it: every activity is what is to be seen of it, and copies are those that look the same. Of
/// how many nothing is to be seen is said too.
pub fn as_seen(listed: Vec<Listed>, seen: &HashMap<i64, Option<Placed>>) -> (Vec<Listed>, u64) {
    let (mut left, mut hidden) = (Vec::with_capacity(listed.len()), 0);
    for mut activity in listed {
        match seen.get(&activity.id) {
            Some(None) => {
                hidden += u64::from(!activity.excluded);
                continue;
            }
            Some(Some(placed)) => activity.about = placed.about.clone(),
            None => {}
        }
        activity.copy_of = None;
        left.push(activity);
    }
    mark_copies(&mut left);
    (left, hidden)
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

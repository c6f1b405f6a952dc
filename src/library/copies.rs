//! Marks copies in a list of activities, and restricts a list to what privacy leaves visible.

use std::collections::HashMap;

use anyhow::Result;
use rusqlite::OptionalExtension;

use super::Library;
use super::compare::ActivityPair;
use super::listed_activity::{ListedActivity, SUMMARY_COLUMNS, summary};
use crate::collection::{Invisible, PrepareOptions, Prepared};
use crate::duplicates::{self, CopyRank, Features, Link, Pair, Scope, Sketch, Verdict};

impl Library {
    /// Restricts a list to what privacy leaves visible. Returns the list, and the reasons of the removed activities that
    /// were not excluded. The library is not changed.
    ///
    /// `listed` is sorted by id. `affected` comes from [`Library::prepare_affected`]: the visible part of each activity
    /// that privacy may change, an error without a visible point.
    ///
    /// 1. Each affected activity gets the summary of its visible part, or is removed. Each unaffected one gets its own
    ///    summary, without facts of its copies. Exclusions stay, also those that a removed copy caused.
    /// 2. The remaining affected activities are compared with all listed activities by their visible points.
    /// 3. Copies are marked by the new verdicts, the stored verdicts on unaffected pairs, and the user's decisions,
    ///    which override verdicts.
    ///
    /// # Errors
    /// If the library cannot be read or is damaged, or the job is cancelled.
    pub fn apply_privacy(
        &self,
        listed: Vec<ListedActivity>,
        affected: &HashMap<i64, Result<Prepared, Invisible>>,
        options: PrepareOptions,
    ) -> Result<(Vec<ListedActivity>, Vec<Invisible>)> {
        let mut invisible = Vec::new();
        let (mut visible, mut features, mut are_new) = (Vec::new(), Vec::new(), Vec::new());
        let mut stored = self.db.prepare("SELECT sketch FROM compared WHERE activity = ?1")?;
        let mut own_summary = self.db.prepare(&format!("SELECT {SUMMARY_COLUMNS} FROM activity WHERE id = ?1"))?;
        for mut activity in listed {
            let sketch = match affected.get(&activity.id) {
                Some(Err(why)) => {
                    invisible.extend((!activity.excluded).then(|| why.clone()));
                    continue;
                }
                Some(Ok(prepared)) => {
                    activity.summary = prepared.summary.clone();
                    prepared.sketch.clone()
                }
                None => {
                    // Without the facts that `list` took over from copies, which may be hidden.
                    if !activity.copies.is_empty() {
                        activity.summary = own_summary.query_row([activity.id], summary)?;
                    }
                    let sketch: Option<Vec<u8>> = stored.query_row([activity.id], |row| row.get(0)).optional()?;
                    sketch.as_deref().map(Sketch::from_bytes).unwrap_or_default()
                }
            };
            activity.copy_of = None;
            activity.copies.clear();
            features.push(Features::new(&activity.summary, sketch));
            are_new.push(affected.contains_key(&activity.id));
            visible.push(activity);
        }
        // A stored verdict is on whole activities, so it is dropped if one of the two is affected.
        let mut pairs = self.activity_pairs()?;
        for pair in pairs.iter_mut().filter(|pair| affected.contains_key(&pair.a) || affected.contains_key(&pair.b)) {
            pair.verdict = Verdict::Different;
        }
        let found = duplicates::find(&features, &are_new, Scope::SameOnly, |wanted| {
            self.traces_by_id(wanted.iter().map(|&index| (index, visible[index].id)), options.privacy)
        })?;
        let pair_indices: HashMap<(i64, i64), usize> =
            pairs.iter().enumerate().map(|(index, pair)| ((pair.a, pair.b), index)).collect();
        for Pair { a, b, judgement } in found {
            let (a, b) = (visible[a].id, visible[b].id);
            match pair_indices.get(&(a, b)) {
                Some(&index) => pairs[index].verdict = judgement.verdict,
                None => pairs.push(ActivityPair { a, b, verdict: judgement.verdict, reason: None, decided: None }),
            }
        }
        mark_copies(&mut visible, &pairs);
        Ok((visible, invisible))
    }
}

/// Groups activities by the user's decisions and by verdicts [`Verdict::Same`] without a decision, and sets `copy_of`
/// of all activities of a group but the drawn one (see [`representatives`](duplicates::representatives)).
///
/// The drawn activity gets the origins of its copies, and their sport, name, gear and commute where it has none; it is
/// excluded if a copy is. `listed` is sorted by id.
pub fn mark_copies(listed: &mut [ListedActivity], pairs: &[ActivityPair]) {
    let index = |id: i64| listed.binary_search_by_key(&id, |activity| activity.id).ok();
    let link = |pair: &ActivityPair| {
        let (a, b) = (index(pair.a)?, index(pair.b)?);
        match pair {
            ActivityPair { decided: Some(true), .. } => Some(Link::UserSame(a, b)),
            ActivityPair { decided: Some(false), .. } => Some(Link::UserDifferent(a, b)),
            ActivityPair { verdict: Verdict::Same, .. } => Some(Link::Same(a, b)),
            _ => None,
        }
    };
    let links: Vec<Link> = pairs.iter().filter_map(link).collect();
    if links.is_empty() {
        return;
    }
    let ranks: Vec<CopyRank> =
        listed.iter().map(|activity| CopyRank::new(&activity.summary, &activity.origin.format)).collect();
    let copies = duplicates::representatives(&ranks, &links);
    for (copy, shown) in copies.into_iter().enumerate() {
        let Some(shown) = shown else { continue };
        listed[copy].copy_of = Some(listed[shown].id);
        // An excluded recording stays excluded if another file of it, imported later, is now the drawn one.
        listed[shown].excluded |= listed[copy].excluded;
        let ListedActivity { summary, origin, .. } = listed[copy].clone();
        listed[shown].summary.fill_missing_from(summary);
        listed[shown].copies.push(origin);
    }
}

//! Duplicates in a list of activities.

use std::collections::HashMap;

use anyhow::Result;
use rusqlite::OptionalExtension;

use super::Library;
use super::compare::ActivityPair;
use super::listed_activity::ListedActivity;
use crate::collection::{Prepared, View};
use crate::duplicates::{self, CopyRank, Link, Outline, Pair, Scope, Sketch, Verdict};

impl Library {
    /// The list as a map shows it: every activity is what is to be seen of it, and copies are those that are one recording
    /// by what is to be seen. Of how many nothing is to be seen is said too.
    ///
    /// # Errors
    /// When the library cannot be read or is damaged, or the user interrupts.
    pub fn apply_privacy(
        &self,
        listed: Vec<ListedActivity>,
        affected: &HashMap<i64, Option<Prepared>>,
        view: View,
    ) -> Result<(Vec<ListedActivity>, u64)> {
        let mut hidden = 0;
        let (mut visible, mut outlines, mut are_new) = (Vec::new(), Vec::new(), Vec::new());
        let mut stored = self.db.prepare("SELECT sketch FROM compared WHERE activity = ?1")?;
        for mut activity in listed {
            let sketch = match affected.get(&activity.id) {
                Some(None) => {
                    hidden += u64::from(!activity.excluded);
                    continue;
                }
                Some(Some(prepared)) => {
                    activity.summary = prepared.summary.clone();
                    prepared.sketch.clone()
                }
                None => {
                    let sketch: Option<Vec<u8>> = stored.query_row([activity.id], |row| row.get(0)).optional()?;
                    sketch.as_deref().map(Sketch::from_bytes).unwrap_or_default()
                }
            };
            activity.copy_of = None;
            activity.copies.clear();
            outlines.push(Outline::new(&activity.summary, sketch));
            are_new.push(affected.contains_key(&activity.id));
            visible.push(activity);
        }
        // What was found of whole activities holds of those that are partly_hidden wholly.
        let mut pairs = self.activity_pairs()?;
        for pair in pairs.iter_mut().filter(|pair| affected.contains_key(&pair.a) || affected.contains_key(&pair.b)) {
            pair.verdict = Verdict::Different;
        }
        let found = duplicates::find(&outlines, &are_new, Scope::Sure, |wanted| {
            self.traces_by_id(wanted.iter().map(|&index| (index, visible[index].id)), view.privacy)
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
        Ok((visible, hidden))
    }
}

/// Finds out which stand for others.
pub fn mark_copies(listed: &mut [ListedActivity], pairs: &[ActivityPair]) {
    let index = |id: i64| listed.binary_search_by_key(&id, |activity| activity.id).ok();
    let link = |pair: &ActivityPair| {
        let (a, b) = (index(pair.a)?, index(pair.b)?);
        match pair {
            ActivityPair { decided: Some(true), .. } => Some(Link::Decided(a, b)),
            ActivityPair { decided: Some(false), .. } => Some(Link::Apart(a, b)),
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
    let copies = duplicates::copies(&ranks, &links);
    for (copy, shown) in copies.into_iter().enumerate() {
        let Some(shown) = shown else { continue };
        listed[copy].copy_of = Some(listed[shown].id);
        // Who does not want a recording drawn does not want it from another file, which may have come later.
        listed[shown].excluded |= listed[copy].excluded;
        let ListedActivity { summary, origin, .. } = listed[copy].clone();
        listed[shown].summary.complete(summary);
        listed[shown].copies.push(origin);
    }
}

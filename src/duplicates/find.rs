//! From candidates to verdicts, with few points in memory at a time.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use rayon::prelude::*;

use super::candidates::{Features, candidates};
use super::judge::{Judgement, Verdict, judge, judge_identical};
use super::trace::Trace;

/// Points whose traces are in memory at a time, unless two activities have more: 16 bytes each.
const MAX_BATCH_POINTS: u64 = 4_000_000;

/// Two activities, by index, that are or may be one recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The lesser index.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Never [`Verdict::Different`], and [`Verdict::Same`] where only sure ones are asked for.
    pub judgement: Judgement,
}

/// Which pairs are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Also those of which the user is to be asked.
    All,
    /// Those that are one recording for sure, which takes far fewer comparisons.
    Sure,
}

/// Finds the activities that are or may be one recording, of those pairs that a new one is in. `traces` gives the points
/// of those that are compared; of what it does not give, nothing is said.
///
/// # Errors
/// Those of `traces`, which is called for every few pairs, and so may stop a long search.
pub fn find(
    features: &[Features],
    is_new: &[bool],
    scope: Scope,
    mut traces: impl FnMut(&BTreeSet<usize>) -> Result<HashMap<usize, Trace>>,
) -> Result<Vec<Pair>> {
    let is_same = |&(a, b): &(usize, usize)| features[a].fingerprint == features[b].fingerprint;
    let is_in_scope = |&(a, b): &(usize, usize)| scope == Scope::All || features[a].can_be_same(&features[b]);
    let candidates = candidates(features, is_new).into_iter().filter(is_in_scope);
    let (same, others): (Vec<_>, Vec<_>) = candidates.partition(is_same);
    let starts = |a: usize, b: usize| (features[a].start_ms, features[b].start_ms);
    let same = same.into_iter().map(|(a, b)| Pair { a, b, judgement: judge_identical(starts(a, b)) });
    let mut pairs: Vec<Pair> = same.collect();
    let mut remaining = &others[..];
    while !remaining.is_empty() {
        let (mut batch_members, mut points, mut batch_size) = (BTreeSet::new(), 0, 0);
        for pair in remaining {
            let additional: Vec<usize> =
                [pair.0, pair.1].into_iter().filter(|index| !batch_members.contains(index)).collect();
            points += additional.iter().map(|index| features[*index].points).sum::<u64>();
            if batch_size > 0 && points > MAX_BATCH_POINTS {
                break;
            }
            batch_members.extend(additional);
            batch_size += 1;
        }
        let (batch, later) = remaining.split_at(batch_size);
        let traces = traces(&batch_members)?;
        let judged = batch.par_iter().filter_map(|&(a, b)| {
            let judgement = judge(traces.get(&a)?, traces.get(&b)?);
            (judgement.verdict != Verdict::Different).then_some(Pair { a, b, judgement })
        });
        pairs.par_extend(judged);
        remaining = later;
    }
    pairs.retain(|pair| scope == Scope::All || pair.judgement.verdict == Verdict::Same);
    Ok(pairs)
}

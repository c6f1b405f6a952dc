//! Duplicate search: candidate pairs → verdicts, in batches so that few traces are in memory at a time.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use rayon::prelude::*;

use super::candidates::{Features, candidates};
use super::judge::{Judgement, Verdict, judge, judge_identical};
use super::trace::Trace;

/// Maximum number of points per batch, 16 bytes each, unless a single pair has more.
const MAX_BATCH_POINTS: u64 = 4_000_000;

/// Pair of activities that are or may be one recording, by index, with `a < b`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Pair {
    pub a: usize,
    pub b: usize,
    /// Never [`Verdict::Different`]; always [`Verdict::Same`] with [`Scope::SameOnly`].
    pub judgement: Judgement,
}

/// Verdicts to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// [`Verdict::Same`] and [`Verdict::Unsure`].
    All,
    /// [`Verdict::Same`] only, which needs far fewer comparisons.
    SameOnly,
}

/// Finds pairs of duplicates with at least one new activity; `is_new` has one flag per activity.
///
/// Pairs with equal fingerprints are judged by their starts alone, all others by their traces. `traces` loads the
/// traces of a batch by index; pairs without both traces are skipped.
///
/// # Errors
/// If `traces` fails. It is called once per batch and can therefore cancel the search.
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

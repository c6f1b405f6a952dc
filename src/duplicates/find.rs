//! From candidates to verdicts, with few points in memory at a time.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use rayon::prelude::*;

use super::candidates::{Outline, candidates};
use super::judge::{Judgement, Verdict, judge, judge_same_points};
use super::trace::Trace;

/// Points whose traces are in memory at a time, unless two activities have more: 16 bytes each.
const MAX_POINTS: u64 = 4_000_000;

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
    outlines: &[Outline],
    news: &[bool],
    asked: Scope,
    mut traces: impl FnMut(&BTreeSet<usize>) -> Result<HashMap<usize, Trace>>,
) -> Result<Vec<Pair>> {
    let is_same = |&(a, b): &(usize, usize)| outlines[a].fingerprint == outlines[b].fingerprint;
    let is_asked = |&(a, b): &(usize, usize)| asked == Scope::All || outlines[a].may_surely_be(&outlines[b]);
    let candidates = candidates(outlines, news).into_iter().filter(is_asked);
    let (same, others): (Vec<_>, Vec<_>) = candidates.partition(is_same);
    let starts = |a: usize, b: usize| (outlines[a].start_ms, outlines[b].start_ms);
    let same = same.into_iter().map(|(a, b)| Pair { a, b, judgement: judge_same_points(starts(a, b)) });
    let mut found: Vec<Pair> = same.collect();
    let mut rest = &others[..];
    while !rest.is_empty() {
        let (mut wanted, mut points, mut taken) = (BTreeSet::new(), 0, 0);
        for pair in rest {
            let more: Vec<usize> = [pair.0, pair.1].into_iter().filter(|index| !wanted.contains(index)).collect();
            points += more.iter().map(|index| outlines[*index].points).sum::<u64>();
            if taken > 0 && points > MAX_POINTS {
                break;
            }
            wanted.extend(more);
            taken += 1;
        }
        let (batch, later) = rest.split_at(taken);
        let traces = traces(&wanted)?;
        let judged = batch.par_iter().filter_map(|&(a, b)| {
            let judgement = judge(traces.get(&a)?, traces.get(&b)?);
            (judgement.verdict != Verdict::Different).then_some(Pair { a, b, judgement })
        });
        found.par_extend(judged);
        rest = later;
    }
    found.retain(|pair| asked == Scope::All || pair.judgement.verdict == Verdict::Same);
    Ok(found)
}

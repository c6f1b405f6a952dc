//! Candidate pairs: cheap pre-selection of activities that may be one recording, instead of comparing all with all.
//!
//! Activities with equal fingerprints form a set: its first activity is paired with each of the others, and only the
//! first enters the search, since the others would find the same pairs. The search finds pairs in two ways: by an
//! inverted index from sketch hashes to activities (shared positions), and by a sweep over start times (same time, near
//! boxes).

use std::collections::HashMap;

use super::judge::{MAX_TIME_ZONE_OFFSET_MS, TIME_ROUNDING_MS};
use super::sketch::Sketch;
use crate::activity::summary::Summary;
use crate::engine::geometry::extent::Extent;

/// Least shared hashes of a pair, unless a sketch has fewer. Unrelated activities on one road share one or two by
/// chance.
const MIN_SHARED_HASHES: usize = 3;
/// Maximum number of activities that share a hash. A hash that more activities share is ignored: a common position,
/// such as that of a device left at home, is no evidence.
const MAX_BUCKET: usize = 64;
/// Maximum number of pairs per activity from the time sweep: more than the size of a riding group.
const MAX_CONCURRENT: usize = 32;
/// Least common part of the shorter of two time spans, 0 to 1; slightly below the limit for two devices side by side.
const MIN_TIME_OVERLAP: f64 = 0.45;

/// Features of an activity for the candidate search.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Features {
    /// See [`Summary::start_ms`].
    pub start_ms: Option<i64>,
    pub end_ms: Option<i64>,
    pub extent: Extent,
    pub fingerprint: u128,
    /// Planned and recorded activities are never paired.
    pub planned: bool,
    pub points: u64,
    pub sketch: Sketch,
}

impl Features {
    /// Takes the features from a summary and its sketch.
    pub fn new(summary: &Summary, sketch: Sketch) -> Self {
        let Summary { start_ms, end_ms, extent, fingerprint, planned, points, .. } = *summary;
        Self { start_ms, end_ms, extent, fingerprint, planned, points, sketch }
    }

    /// Returns true if [`Verdict::Same`](super::Verdict::Same) is possible: false if the time between both recordings
    /// exceeds every time zone difference.
    pub fn can_be_same(&self, other: &Self) -> bool {
        let starts_in_range = |one: &Self, other: &Self| {
            let both = one.start_ms.zip(other.end_ms);
            both.is_none_or(|(start, end)| start.saturating_sub(end) <= MAX_TIME_ZONE_OFFSET_MS + TIME_ROUNDING_MS)
        };
        starts_in_range(self, other) && starts_in_range(other, self)
    }
}

/// Returns sorted pairs of indices `(lesser, greater)` that may be one recording, with at least one new activity each.
/// `is_new` has one flag per activity.
pub fn candidates(features: &[Features], is_new: &[bool]) -> Vec<(usize, usize)> {
    let mut first = HashMap::with_capacity(features.len());
    let (mut pairs, mut distinct) = (Vec::new(), Vec::with_capacity(features.len()));
    for (index, activity) in features.iter().enumerate() {
        match *first.entry((activity.fingerprint, activity.planned)).or_insert(index) {
            same if same != index => pairs.push((same, index)),
            _ => distinct.push(index),
        }
    }
    let is_wanted = |a: usize, b: usize| (is_new[a] || is_new[b]) && features[a].planned == features[b].planned;
    pairs.retain(|&(a, b)| is_wanted(a, b));
    pairs_by_sketch(features, &distinct, &is_wanted, &mut pairs);
    pairs_by_time(features, &distinct, &is_wanted, &mut pairs);
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Adds pairs that share at least [`MIN_SHARED_HASHES`] hashes, or all hashes of the smaller sketch.
fn pairs_by_sketch(
    features: &[Features],
    distinct: &[usize],
    is_wanted: &dyn Fn(usize, usize) -> bool,
    pairs: &mut Vec<(usize, usize)>,
) {
    let hashes = |index: &usize| features[*index].sketch.hashes();
    let mut hash_entries: Vec<(u32, usize)> =
        distinct.iter().flat_map(|index| hashes(index).iter().map(|hash| (*hash, *index))).collect();
    hash_entries.sort_unstable();
    let mut shared = Vec::new();
    for bucket in hash_entries.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() <= MAX_BUCKET) {
        for (i, &(_, a)) in bucket.iter().enumerate() {
            shared.extend(bucket[i + 1..].iter().filter(|(_, b)| is_wanted(a, *b)).map(|&(_, b)| (a, b)));
        }
    }
    shared.sort_unstable();
    let required = |a: &usize, b: &usize| MIN_SHARED_HASHES.min(hashes(a).len()).min(hashes(b).len());
    let frequent = shared.chunk_by(|a, b| a == b).filter(|same| same.len() >= required(&same[0].0, &same[0].1));
    pairs.extend(frequent.map(|same| same[0]));
}

/// Adds pairs that overlap in time for at least [`MIN_TIME_OVERLAP`] of the shorter one, with boxes near each other.
/// For each activity, at most the next 1,024 starts are examined.
fn pairs_by_time(
    features: &[Features],
    distinct: &[usize],
    is_wanted: &dyn Fn(usize, usize) -> bool,
    pairs: &mut Vec<(usize, usize)>,
) {
    let time_span = |index: &usize| Some((features[*index].start_ms?, features[*index].end_ms?, *index));
    let mut by_start: Vec<(i64, i64, usize)> = distinct.iter().filter_map(time_span).collect();
    by_start.sort_unstable();
    for (i, &(start, end, a)) in by_start.iter().enumerate() {
        let overlaps = |&&(other_start, other_end, b): &&(i64, i64, usize)| {
            let both = (end.min(other_end) - other_start) as f64;
            let shorter = (end - start).min(other_end - other_start) as f64;
            both >= MIN_TIME_OVERLAP * shorter && are_near(features[a].extent, features[b].extent) && is_wanted(a, b)
        };
        let later = by_start[i + 1..].iter().take_while(|other| other.0 <= end).take(MAX_CONCURRENT * MAX_CONCURRENT);
        pairs.extend(later.filter(overlaps).take(MAX_CONCURRENT).map(|&(.., b)| (a.min(b), a.max(b))));
    }
}

/// Returns true if the gap between two boxes is at most 100 m (at the equator) on each axis.
fn are_near(a: Extent, b: Extent) -> bool {
    const MARGIN: u32 = 10_700;
    a.is_near(b, MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Point};
    use crate::collection::visible::without_privacy;

    /// An hour's ride on road `number`, starting at `minute`.
    fn ride(number: u32, minute: i64) -> Features {
        let place = |i: i64| (47.0 + f64::from(number) * 0.01 + (i as f64 / 9.0).sin() * 1e-3, 8.0 + i as f64 * 1e-4);
        let point = |i: i64| {
            let (lat, lon) = place(i);
            Point { time_ms: Some((minute * 60 + i) * 1000), ..Point::at(lat, lon) }
        };
        let activity = Activity { segments: vec![(0..=3600).map(point).collect()], ..Activity::default() };
        Features::new(&without_privacy(&activity).0.expect("points").summary, Sketch::new((0..=3600).map(place)))
    }

    #[test]
    fn pairs_share_positions_or_overlap_in_time() {
        let mut features = [ride(0, 0), ride(0, 600), ride(1, 0), ride(1, 0), ride(2, 1200), ride(50, 0)];
        assert_eq!(candidates(&features, &[true; 6]), [(0, 1), (2, 3)]);
        assert_eq!(candidates(&features, &[false, false, false, true, true, true]), [(2, 3)]);
        features[1].planned = true;
        assert_eq!(candidates(&features, &[true; 6]), [(2, 3)]);
        let mut pair = [ride(0, 0), ride(1, 3)];
        pair[1].extent = pair[0].extent;
        assert_eq!(candidates(&pair, &[true; 2]), [(0, 1)]);
        (pair[1].start_ms, pair[1].end_ms) = (Some(600_000), Some(4_200_000));
        assert_eq!(candidates(&pair, &[true; 2]), [(0, 1)], "for five sixths of the time");
        (pair[1].start_ms, pair[1].end_ms) = (Some(1_200_000), Some(2_400_000));
        assert_eq!(candidates(&pair, &[true; 2]), [(0, 1)], "for all of the shorter one");
        (pair[1].start_ms, pair[1].end_ms) = (Some(2_100_000), Some(5_700_000));
        assert_eq!(candidates(&pair, &[true; 2]), [], "for less than half of the time");
    }

    #[test]
    fn the_number_of_pairs_stays_linear() {
        let one = ride(0, 0);
        let number = 3000;
        let same = vec![one.clone(); number];
        assert_eq!(candidates(&same, &vec![true; number]).len(), number - 1);
        let similar: Vec<Features> = (0..number).map(|i| Features { fingerprint: i as u128, ..one.clone() }).collect();
        assert!(candidates(&similar, &vec![true; number]).len() <= number * MAX_CONCURRENT);
    }
}

//! Which pairs of many activities are worth a comparison, without comparing all with all.

use std::collections::HashMap;

use super::judge::{ROUNDING_MS, ZONES_MS};
use super::sketch::Sketch;
use crate::activity::summary::Summary;
use crate::engine::geometry::extent::Extent;

/// Hashes that two sketches share at least, unless one has fewer: by chance, strangers on one road share one or two.
const SHARED: usize = 3;
/// A place that more activities than this have in their sketch, as the recording of a device that lies at home, tells nothing.
const CROWD: usize = 64;
/// Activities at the same time and place that one is compared with at most: more than a group rides in.
const COMPANY: usize = 32;
/// Of the longer of two spans of time, so much must be in both: somewhat less than the judge asks.
const TOGETHER: f64 = 0.85;

/// What is asked of an activity before its points are.
#[derive(Clone, Debug)]
pub struct Outline {
    /// See [`Summary::start_ms`], like the others.
    pub start_ms: Option<i64>,
    /// Time of the last point that has one.
    pub end_ms: Option<i64>,
    /// Where it was.
    pub extent: Extent,
    /// Of its positions and times.
    pub fingerprint: u128,
    /// A plan is never the same as what came of it.
    pub planned: bool,
    /// Number of points.
    pub points: u64,
    /// Of its places.
    pub sketch: Sketch,
}

impl Outline {
    /// Of what an activity comes to, and its places.
    pub fn new(summary: &Summary, sketch: Sketch) -> Self {
        let Summary { start_ms, end_ms, extent, fingerprint, planned, points, .. } = *summary;
        Self { start_ms, end_ms, extent, fingerprint, planned, points, sketch }
    }

    /// Whether the judge may be sure that both are one recording: not if they were so long apart that no time zone
    /// explains it.
    pub fn may_surely_be(&self, other: &Self) -> bool {
        let begins_in_time = |one: &Self, other: &Self| {
            let both = one.start_ms.zip(other.end_ms);
            both.is_none_or(|(start, end)| start.saturating_sub(end) <= ZONES_MS + ROUNDING_MS)
        };
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// Pairs of indices that may be one recording, the lesser first, in order; of those with a new activity in them. `news`
/// says which are new, by index.
///
/// Of activities with the same fingerprint, the first is paired with each of the others and stands for them.
pub fn candidates(outlines: &[Outline], news: &[bool]) -> Vec<(usize, usize)> {
    let mut first = HashMap::with_capacity(outlines.len());
    let (mut pairs, mut distinct) = (Vec::new(), Vec::with_capacity(outlines.len()));
    for (index, outline) in outlines.iter().enumerate() {
        match *first.entry((outline.fingerprint, outline.planned)).or_insert(index) {
            same if same != index => pairs.push((same, index)),
            _ => distinct.push(index),
        }
    }
    let wanted = |a: usize, b: usize| (news[a] || news[b]) && outlines[a].planned == outlines[b].planned;
    pairs.retain(|&(a, b)| wanted(a, b));
    alike(outlines, &distinct, &wanted, &mut pairs);
    together(outlines, &distinct, &wanted, &mut pairs);
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Those that share places.
fn alike(
    outlines: &[Outline],
    among: &[usize],
    wanted: &dyn Fn(usize, usize) -> bool,
    pairs: &mut Vec<(usize, usize)>,
) {
    let hashes = |index: &usize| outlines[*index].sketch.hashes();
    let mut by_hash: Vec<(u32, usize)> =
        among.iter().flat_map(|index| hashes(index).iter().map(|hash| (*hash, *index))).collect();
    by_hash.sort_unstable();
    let mut sharing = Vec::new();
    for crowd in by_hash.chunk_by(|a, b| a.0 == b.0).filter(|crowd| crowd.len() <= CROWD) {
        for (i, &(_, a)) in crowd.iter().enumerate() {
            sharing.extend(crowd[i + 1..].iter().filter(|(_, b)| wanted(a, *b)).map(|&(_, b)| (a, b)));
        }
    }
    sharing.sort_unstable();
    let enough = |a: &usize, b: &usize| SHARED.min(hashes(a).len()).min(hashes(b).len());
    let often = sharing.chunk_by(|a, b| a == b).filter(|same| same.len() >= enough(&same[0].0, &same[0].1));
    pairs.extend(often.map(|same| same[0]));
}

/// Those that were about at one place at the same time from beginning to end.
fn together(
    outlines: &[Outline],
    among: &[usize],
    wanted: &dyn Fn(usize, usize) -> bool,
    pairs: &mut Vec<(usize, usize)>,
) {
    let span = |index: &usize| Some((outlines[*index].start_ms?, outlines[*index].end_ms?, *index));
    let mut by_start: Vec<(i64, i64, usize)> = among.iter().filter_map(span).collect();
    by_start.sort_unstable();
    for (i, &(start, end, a)) in by_start.iter().enumerate() {
        // However long the other is, it cannot begin later than this.
        let latest = start as f64 + (end - start) as f64 * (1.0 - TOGETHER);
        let meet = |&&(other_start, other_end, b): &&(i64, i64, usize)| {
            let both = (end.min(other_end) - other_start) as f64;
            let longer = (end - start).max(other_end - other_start) as f64;
            both >= TOGETHER * longer && touch(outlines[a].extent, outlines[b].extent) && wanted(a, b)
        };
        let later = by_start[i + 1..].iter().take_while(|other| other.0 as f64 <= latest).take(COMPANY * COMPANY);
        pairs.extend(later.filter(meet).take(COMPANY).map(|&(.., b)| (a.min(b), a.max(b))));
    }
}

/// Whether two boxes touch when each is a little larger: by 100 m at the equator.
fn touch(a: Extent, b: Extent) -> bool {
    const MARGIN: u32 = 10_700;
    (0..2).all(|axis| {
        a.min[axis].saturating_sub(MARGIN) <= b.max[axis] && b.min[axis].saturating_sub(MARGIN) <= a.max[axis]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Point};
    use crate::collection::visible::without_privacy;

    /// An hour's ride on its own road, from some minute on.
    fn ride(number: u32, minute: i64) -> Outline {
        let place = |i: i64| (47.0 + f64::from(number) * 0.01 + (i as f64 / 9.0).sin() * 1e-3, 8.0 + i as f64 * 1e-4);
        let point = |i: i64| {
            let (lat, lon) = place(i);
            Point { time_ms: Some((minute * 60 + i) * 1000), ..Point::at(lat, lon) }
        };
        let activity = Activity { segments: vec![(0..=3600).map(point).collect()], ..Activity::default() };
        Outline::new(&without_privacy(&activity).0.expect("points").summary, Sketch::new((0..=3600).map(place)))
    }

    #[test]
    fn copies_are_paired_at_any_time_and_company_at_the_same() {
        let mut outlines = [ride(0, 0), ride(0, 600), ride(1, 0), ride(1, 0), ride(2, 1200), ride(50, 0)];
        assert_eq!(candidates(&outlines, &[true; 6]), [(0, 1), (2, 3)]);
        assert_eq!(candidates(&outlines, &[false, false, false, true, true, true]), [(2, 3)]);
        outlines[1].planned = true;
        assert_eq!(candidates(&outlines, &[true; 6]), [(2, 3)]);
        let mut beside = [ride(0, 0), ride(1, 3)];
        beside[1].extent = beside[0].extent;
        assert_eq!(candidates(&beside, &[true; 2]), [(0, 1)]);
        (beside[1].start_ms, beside[1].end_ms) = (Some(600_000), Some(4_200_000));
        assert_eq!(candidates(&beside, &[true; 2]), [], "only for three quarters of the time");
        (beside[1].start_ms, beside[1].end_ms) = (Some(0), Some(60_000));
        assert_eq!(candidates(&beside, &[true; 2]), [], "only for a minute");
    }

    #[test]
    fn crowds_do_not_make_pairs_of_all_with_all() {
        let one = ride(0, 0);
        let number = 3000;
        let same = vec![one.clone(); number];
        assert_eq!(candidates(&same, &vec![true; number]).len(), number - 1);
        let alike: Vec<Outline> = (0..number).map(|i| Outline { fingerprint: i as u128, ..one.clone() }).collect();
        assert!(candidates(&alike, &vec![true; number]).len() <= number * COMPANY);
    }
}

//! Groups of copies and the representative that is drawn for each.
//!
//! 1. Pairs that the user declared one recording are merged into groups.
//! 2. Verdicts "same" on two activities of equal length (ratio at least 0.9) merge their groups: first where both have
//!    times, then the rest, except that an untimed activity never connects two groups with times.
//! 3. A group that is a part of longer groups, by a verdict "same" on unequal lengths, is attached to the longest of
//!    them.
//! 4. The representative of a group and of the groups attached to it is, of the members of the group with at least 0.9
//!    of its greatest length, the most complete one, then the one with most points.
//!
//! Groups with members that the user declared different are never merged or attached. Except for such conflicts and for
//! exact ties, the result does not depend on the order of activities or links.

use std::cmp::Reverse;

use crate::activity::summary::Summary;

/// Minimum length of a representative, as a share of the longest length. Rounding and thinning shorten an activity by
/// less; an even shorter activity is only a part of the recording and would hide the rest.
const MIN_LENGTH_RATIO: f64 = 0.9;

/// Properties that decide which copy is the representative.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct CopyRank {
    pub metres: f64,
    pub completeness: u16,
    pub points: u64,
    /// True if points have times.
    pub timed: bool,
    pub fingerprint: u128,
    /// First two letters of the file format.
    pub format: [u8; 2],
}

impl CopyRank {
    /// Takes the properties from a summary.
    pub fn new(summary: &Summary, format: &str) -> Self {
        let Summary { metres, completeness, points, fingerprint, end_ms, .. } = *summary;
        Self {
            metres,
            completeness,
            points,
            timed: end_ms.is_some(),
            fingerprint,
            format: format.as_bytes().first_chunk().copied().unwrap_or_default(),
        }
    }
}

/// Relation between two activities, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// One recording, or one is a part of the other.
    Same(usize, usize),
    /// One recording by the user's decision.
    UserSame(usize, usize),
    /// Two recordings by the user's decision.
    UserDifferent(usize, usize),
}

/// For every activity, returns the index of the copy that is drawn instead; `None` for drawn activities.
///
/// Ties between copies go to the least fingerprint, then to the format (FIT, GPX, GeoJSON, KML, TCX), then to the least
/// index.
pub fn representatives(activities: &[CopyRank], links: &[Link]) -> Vec<Option<usize>> {
    let mut groups = Groups::new(activities.len(), links);
    for link in links {
        if let Link::UserSame(a, b) = *link {
            groups.unite(a, b);
        }
    }
    let pairs = links.iter().filter_map(|link| match *link {
        Link::Same(a, b) => Some(if activities[a].metres <= activities[b].metres { (a, b) } else { (b, a) }),
        _ => None,
    });
    let is_part = |&(a, b): &(usize, usize)| activities[a].metres < MIN_LENGTH_RATIO * activities[b].metres;
    let (partial, equal): (Vec<_>, Vec<_>) = pairs.partition(is_part);
    let (timed, mut untimed): (Vec<_>, Vec<_>) =
        equal.into_iter().partition(|&(a, b)| activities[a].timed && activities[b].timed);
    timed.into_iter().for_each(|(a, b)| groups.unite(a, b));
    let by_identity = |&(a, b): &(usize, usize)| {
        let [a, b] = [a, b].map(|i| (activities[i].fingerprint, activities[i].format, i));
        (a.min(b), a.max(b))
    };
    untimed.sort_by_key(by_identity);
    for (a, b) in untimed {
        if ![a, b].into_iter().all(|i| groups.any_member(i, |member| activities[member].timed)) {
            groups.unite(a, b);
        }
    }
    groups.representatives(activities, &partial)
}

/// Disjoint sets of copies, each named by the index of one member.
struct Groups {
    group_of: Vec<usize>,
    members: Vec<Vec<usize>>,
    separated: Vec<(usize, usize)>,
}

impl Groups {
    fn new(activities: usize, links: &[Link]) -> Self {
        let separated = links.iter().filter_map(|link| match *link {
            Link::UserDifferent(a, b) => Some((a, b)),
            _ => None,
        });
        let members = (0..activities).map(|index| vec![index]).collect();
        Self { group_of: (0..activities).collect(), members, separated: separated.collect() }
    }

    /// Returns true if the user declared members of the two groups different.
    fn are_separated(&self, a: usize, b: usize) -> bool {
        let sides = |(x, y): &(usize, usize)| [self.group_of[*x], self.group_of[*y]];
        self.separated.iter().any(|pair| sides(pair) == [a, b] || sides(pair) == [b, a])
    }

    /// Returns true if a member of the activity's group satisfies the predicate.
    fn any_member(&self, activity: usize, predicate: impl Fn(usize) -> bool) -> bool {
        self.members[self.group_of[activity]].iter().any(|member| predicate(*member))
    }

    /// Merges the groups of two activities unless they are separated.
    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.group_of[a], self.group_of[b]);
        let (larger, smaller) = if self.members[a].len() >= self.members[b].len() { (a, b) } else { (b, a) };
        if a == b || self.are_separated(a, b) {
            return;
        }
        let joined = std::mem::take(&mut self.members[smaller]);
        joined.iter().for_each(|member| self.group_of[*member] = larger);
        self.members[larger].extend(joined);
    }

    /// Returns the representative of every copy, `None` for representatives. `partial` holds pairs of a part and its
    /// whole.
    fn representatives(&self, activities: &[CopyRank], partial: &[(usize, usize)]) -> Vec<Option<usize>> {
        let max_metres = |group: usize| self.members[group].iter().map(|&i| activities[i].metres).fold(0.0, f64::max);
        let by_length = |a: &usize, b: &usize| max_metres(*b).total_cmp(&max_metres(*a)).then(a.cmp(b));
        let mut containers: Vec<(usize, usize)> =
            partial.iter().map(|(part, whole)| (self.group_of[*part], self.group_of[*whole])).collect();
        containers.sort_by(|a, b| a.0.cmp(&b.0).then(by_length(&a.1, &b.1)));
        let mut order: Vec<usize> = (0..activities.len()).filter(|group| !self.members[*group].is_empty()).collect();
        order.sort_by(by_length);
        // Groups are visited from longest to shortest, so the container of a part is final and no cycle arises.
        let mut drawn_group: Vec<Option<usize>> = vec![None; activities.len()];
        let mut representative = vec![None; activities.len()];
        for group in order {
            let of_group = containers.partition_point(|(part, _)| *part < group);
            let containing = containers[of_group..].iter().take_while(|(part, _)| *part == group);
            let container = containing
                .filter_map(|(_, whole)| drawn_group[*whole])
                .find(|container| !self.are_separated(group, *container));
            drawn_group[group] = Some(container.unwrap_or(group));
            let min_metres = MIN_LENGTH_RATIO * max_metres(container.unwrap_or(group));
            let copy_rank = |&&i: &&usize| {
                let CopyRank { completeness, points, fingerprint, format, .. } = activities[i];
                (completeness, points, Reverse((fingerprint, format, i)))
            };
            let members = &self.members[container.unwrap_or(group)];
            let best = members.iter().filter(|i| activities[**i].metres >= min_metres).max_by_key(copy_rank);
            for &member in &self.members[group] {
                representative[member] = best.copied().filter(|best| *best != member);
            }
        }
        representative
    }
}

#[cfg(test)]
mod tests {
    use super::Link::*;
    use super::*;

    /// Ranks of these lengths in metres and completeness.
    fn ranks(activities: &[(f64, u16)]) -> Vec<CopyRank> {
        activities
            .iter()
            .map(|&(metres, completeness)| CopyRank {
                metres,
                completeness,
                points: 100,
                timed: true,
                fingerprint: 0,
                format: [0; 2],
            })
            .collect()
    }

    #[test]
    fn the_highest_rank_represents_all_connected_copies() {
        let mut four = ranks(&[(1000.0, 2), (990.0, 2), (1010.0, 2), (700.0, 4)]);
        assert_eq!(representatives(&four, &[]), [None; 4]);
        assert_eq!(representatives(&four, &[Same(1, 2), Same(0, 1)]), [None, Some(0), Some(0), None], "the first");
        four[2].points = 101;
        assert_eq!(representatives(&four, &[Same(0, 1), Same(2, 1)]), [Some(2), Some(2), None, None], "most points");
        (four[1].points, four[1].fingerprint, four[2].fingerprint) = (101, 4, 5);
        assert_eq!(
            representatives(&four, &[Same(0, 1), Same(2, 1)]),
            [Some(1), None, Some(1), None],
            "in whatever order"
        );
        four[1].completeness = 3;
        assert_eq!(representatives(&four, &[Same(0, 1), Same(2, 1)]), [Some(1), None, Some(1), None], "most complete");
    }

    #[test]
    fn a_part_never_represents_the_whole() {
        let three = ranks(&[(1000.0, 1), (500.0, 4), (500.0, 3)]);
        assert_eq!(representatives(&three, &[Same(0, 1), Same(2, 0)]), [None, Some(0), Some(0)]);
        // Two recordings that overlap, and their common part: neither may hide the other.
        let chain = ranks(&[(1000.0, 1), (300.0, 4), (1000.0, 3)]);
        assert_eq!(representatives(&chain, &[Same(0, 1), Same(2, 1)]), [None, Some(0), None]);
        // A part of a part.
        let nested = ranks(&[(300.0, 1), (1000.0, 1), (500.0, 1)]);
        assert_eq!(representatives(&nested, &[Same(0, 2), Same(2, 1)]), [Some(1), None, Some(1)]);
    }

    #[test]
    fn decisions_of_the_user_prevail() {
        let three = ranks(&[(1000.0, 1), (1000.0, 2), (1000.0, 3)]);
        assert_eq!(representatives(&three, &[UserSame(0, 1)]), [Some(1), None, None]);
        assert_eq!(representatives(&three, &[Same(0, 1), UserDifferent(1, 0)]), [None; 3]);
        let all = [Same(0, 1), Same(1, 2), Same(0, 2)];
        assert_eq!(representatives(&three, &all), [Some(2), Some(2), None]);
        assert_eq!(
            representatives(&three, &[&all[..], &[UserDifferent(0, 2)]].concat()),
            [Some(1), None, None],
            "not through another"
        );
        assert_eq!(
            representatives(&three, &[&all[..], &[UserDifferent(0, 2), UserSame(1, 2)]].concat()),
            [None, Some(2), None]
        );
        let part = ranks(&[(1000.0, 1), (500.0, 2)]);
        assert_eq!(representatives(&part, &[Same(0, 1)]), [None, Some(0)]);
        assert_eq!(representatives(&part, &[Same(0, 1), UserDifferent(0, 1)]), [None; 2]);
        assert_eq!(representatives(&part, &[UserSame(1, 0)]), [None, Some(0)]);
    }

    #[test]
    fn an_untimed_copy_does_not_merge_two_days() {
        // Two days with a timed copy each, and two untimed copies of both.
        let mut six = ranks(&[(1000.0, 3), (1000.0, 3), (1000.0, 2), (1000.0, 2), (1000.0, 1), (1000.0, 1)]);
        for (i, activity) in six.iter_mut().enumerate() {
            (activity.timed, activity.fingerprint) = (i < 4, 10 - i as u128);
        }
        let days = [Same(0, 2), Same(1, 3)];
        let links: Vec<Link> =
            days.into_iter().chain((0..5).flat_map(|i| (4.max(i + 1)..6).map(move |j| Same(i, j)))).collect();
        let found = representatives(&six, &links);
        assert_eq!(found[..4], [None, None, Some(0), Some(1)]);
        assert!(found[4] == found[5] && found[4].is_some(), "{found:?}");
        let back: Vec<Link> = links.into_iter().rev().collect();
        assert_eq!(representatives(&six, &back), found, "in whatever order");
    }

    #[test]
    fn a_hundred_copies_are_one_group() {
        let many = ranks(&[(1000.0, 1); 100]);
        let links: Vec<Link> = (1..100).map(|i| Same(i - 1, i)).collect();
        let representative = representatives(&many, &links);
        assert!(
            representative[0].is_none() && representative[1..].iter().all(|representative| *representative == Some(0))
        );
    }
}

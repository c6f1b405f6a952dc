//! From pairs to groups, and which of a group is drawn for all.

use std::cmp::Reverse;

use crate::activity::summary::Summary;

/// An activity may stand for those that are at most a ninth longer, as rounding and thinning out make them; of longer
/// ones it is a part, and would hide the rest.
const ALIKE: f64 = 0.9;

/// What is asked of an activity to find out whether it stands for its copies.
#[derive(Clone, Copy, Debug)]
pub struct CopyRank {
    /// Length in metres.
    pub metres: f64,
    /// Kinds of sensors that gave something.
    pub sensors: u8,
    /// Number of points.
    pub points: u64,
    /// Whether it says when it was.
    pub timed: bool,
    /// See [`Summary::fingerprint`].
    pub fingerprint: u128,
    /// First letter of its file's format.
    pub format: u8,
}

impl CopyRank {
    /// Of what an activity comes to.
    pub fn new(summary: &Summary, format: &str) -> Self {
        let Summary { metres, sensors, points, fingerprint, end_ms, .. } = *summary;
        Self {
            metres,
            sensors,
            points,
            timed: end_ms.is_some(),
            fingerprint,
            format: format.bytes().next().unwrap_or_default(),
        }
    }
}

/// Two activities, by index, and what is known of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// They are one recording, or one is a part of the other.
    Same(usize, usize),
    /// The user says that they are one.
    Decided(usize, usize),
    /// The user says that they are two.
    Apart(usize, usize),
}

/// For every activity, which one is drawn instead, if another is.
///
/// Of copies, that is one of the longest: of these the one with the most sensors, then with the most points, then with
/// the least fingerprint and format (FIT, GPX, TCX), so that it is the same in whatever order they came. No activity is hidden by one that the user told apart from it.
///
/// A copy without times is as good a copy of one day as of another: it joins one of them, and does not make them one.
pub fn copies(activities: &[CopyRank], links: &[Link]) -> Vec<Option<usize>> {
    let mut groups = Groups::new(activities.len(), links);
    for link in links {
        if let Link::Decided(a, b) = *link {
            groups.unite(a, b);
        }
    }
    let pairs = links.iter().filter_map(|link| match *link {
        Link::Same(a, b) => Some(if activities[a].metres <= activities[b].metres { (a, b) } else { (b, a) }),
        _ => None,
    });
    let is_part = |&(a, b): &(usize, usize)| activities[a].metres < ALIKE * activities[b].metres;
    let (parts, alike): (Vec<_>, Vec<_>) = pairs.partition(is_part);
    let (timed, mut untimed): (Vec<_>, Vec<_>) =
        alike.into_iter().partition(|&(a, b)| activities[a].timed && activities[b].timed);
    timed.into_iter().for_each(|(a, b)| groups.unite(a, b));
    let by_what_they_are = |&(a, b): &(usize, usize)| {
        let [a, b] = [a, b].map(|i| (activities[i].fingerprint, activities[i].format, i));
        (a.min(b), a.max(b))
    };
    untimed.sort_by_key(by_what_they_are);
    for (a, b) in untimed {
        if ![a, b].into_iter().all(|i| groups.has(i, |member| activities[member].timed)) {
            groups.unite(a, b);
        }
    }
    groups.stand_ins(activities, &parts)
}

/// Groups of equal activities, each known by one of them.
struct Groups {
    leader: Vec<usize>,
    members: Vec<Vec<usize>>,
    apart: Vec<(usize, usize)>,
}

impl Groups {
    fn new(activities: usize, links: &[Link]) -> Self {
        let apart = links.iter().filter_map(|link| match *link {
            Link::Apart(a, b) => Some((a, b)),
            _ => None,
        });
        let members = (0..activities).map(|index| vec![index]).collect();
        Self { leader: (0..activities).collect(), members, apart: apart.collect() }
    }

    /// Whether somebody in one was told apart from somebody in the other.
    fn are_apart(&self, a: usize, b: usize) -> bool {
        let sides = |(x, y): &(usize, usize)| [self.leader[*x], self.leader[*y]];
        self.apart.iter().any(|pair| sides(pair) == [a, b] || sides(pair) == [b, a])
    }

    /// Whether such a one is in the group of an activity.
    fn has(&self, activity: usize, is_such: impl Fn(usize) -> bool) -> bool {
        self.members[self.leader[activity]].iter().any(|member| is_such(*member))
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.leader[a], self.leader[b]);
        let (kept, gone) = if self.members[a].len() >= self.members[b].len() { (a, b) } else { (b, a) };
        if a == b || self.are_apart(a, b) {
            return;
        }
        let joined = std::mem::take(&mut self.members[gone]);
        joined.iter().for_each(|member| self.leader[*member] = kept);
        self.members[kept].extend(joined);
    }

    /// The one of each group that is drawn, where it is another; with pairs of a part and its whole.
    fn stand_ins(&self, activities: &[CopyRank], parts: &[(usize, usize)]) -> Vec<Option<usize>> {
        let longest = |group: usize| self.members[group].iter().map(|&i| activities[i].metres).fold(0.0, f64::max);
        let by_length = |a: &usize, b: &usize| longest(*b).total_cmp(&longest(*a)).then(a.cmp(b));
        let mut wholes: Vec<(usize, usize)> =
            parts.iter().map(|(part, whole)| (self.leader[*part], self.leader[*whole])).collect();
        wholes.sort_by(|a, b| a.0.cmp(&b.0).then(by_length(&a.1, &b.1)));
        let mut order: Vec<usize> = (0..activities.len()).filter(|group| !self.members[*group].is_empty()).collect();
        order.sort_by(by_length);
        // What a part hangs on comes before it, so no part hangs on itself in the end.
        let mut root: Vec<Option<usize>> = vec![None; activities.len()];
        let mut drawn = vec![None; activities.len()];
        for group in order {
            let of_group = wholes.partition_point(|(part, _)| *part < group);
            let hosts = wholes[of_group..].iter().take_while(|(part, _)| *part == group);
            let host = hosts.filter_map(|(_, whole)| root[*whole]).find(|host| !self.are_apart(group, *host));
            root[group] = Some(host.unwrap_or(group));
            let least = ALIKE * longest(host.unwrap_or(group));
            let richest = |&&i: &&usize| {
                let CopyRank { sensors, points, fingerprint, format, .. } = activities[i];
                (sensors, points, Reverse((fingerprint, format, i)))
            };
            let members = &self.members[host.unwrap_or(group)];
            let stands = members.iter().filter(|i| activities[**i].metres >= least).max_by_key(richest);
            for &member in &self.members[group] {
                drawn[member] = stands.copied().filter(|stands| *stands != member);
            }
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::Link::*;
    use super::*;

    /// Of so many metres with so many sensors each.
    fn ranks(activities: &[(f64, u8)]) -> Vec<CopyRank> {
        activities
            .iter()
            .map(|&(metres, sensors)| CopyRank { metres, sensors, points: 100, timed: true, fingerprint: 0, format: 0 })
            .collect()
    }

    #[test]
    fn the_richest_stands_for_all_however_they_are_connected() {
        let mut four = ranks(&[(1000.0, 2), (990.0, 2), (1010.0, 2), (700.0, 4)]);
        assert_eq!(copies(&four, &[]), [None; 4]);
        assert_eq!(copies(&four, &[Same(1, 2), Same(0, 1)]), [None, Some(0), Some(0), None], "the first");
        four[2].points = 101;
        assert_eq!(copies(&four, &[Same(0, 1), Same(2, 1)]), [Some(2), Some(2), None, None], "most points");
        (four[1].points, four[1].fingerprint, four[2].fingerprint) = (101, 4, 5);
        assert_eq!(copies(&four, &[Same(0, 1), Same(2, 1)]), [Some(1), None, Some(1), None], "in whatever order");
        four[1].sensors = 3;
        assert_eq!(copies(&four, &[Same(0, 1), Same(2, 1)]), [Some(1), None, Some(1), None], "most sensors");
    }

    #[test]
    fn a_part_never_stands_for_the_whole() {
        let three = ranks(&[(1000.0, 1), (500.0, 4), (500.0, 3)]);
        assert_eq!(copies(&three, &[Same(0, 1), Same(2, 0)]), [None, Some(0), Some(0)]);
        // Two that overlap, and what they overlap in: nothing of either is lost.
        let chain = ranks(&[(1000.0, 1), (300.0, 4), (1000.0, 3)]);
        assert_eq!(copies(&chain, &[Same(0, 1), Same(2, 1)]), [None, Some(0), None]);
        // A part of a part.
        let nested = ranks(&[(300.0, 1), (1000.0, 1), (500.0, 1)]);
        assert_eq!(copies(&nested, &[Same(0, 2), Same(2, 1)]), [Some(1), None, Some(1)]);
    }

    #[test]
    fn what_the_user_says_counts() {
        let three = ranks(&[(1000.0, 1), (1000.0, 2), (1000.0, 3)]);
        assert_eq!(copies(&three, &[Decided(0, 1)]), [Some(1), None, None]);
        assert_eq!(copies(&three, &[Same(0, 1), Apart(1, 0)]), [None; 3]);
        let all = [Same(0, 1), Same(1, 2), Same(0, 2)];
        assert_eq!(copies(&three, &all), [Some(2), Some(2), None]);
        assert_eq!(copies(&three, &[&all[..], &[Apart(0, 2)]].concat()), [Some(1), None, None], "not through another");
        assert_eq!(copies(&three, &[&all[..], &[Apart(0, 2), Decided(1, 2)]].concat()), [None, Some(2), None]);
        let part = ranks(&[(1000.0, 1), (500.0, 2)]);
        assert_eq!(copies(&part, &[Same(0, 1)]), [None, Some(0)]);
        assert_eq!(copies(&part, &[Same(0, 1), Apart(0, 1)]), [None; 2]);
        assert_eq!(copies(&part, &[Decided(1, 0)]), [None, Some(0)]);
    }

    #[test]
    fn a_copy_without_times_does_not_make_two_days_one() {
        // Two days, a copy of each, and two without times, which are copies of all.
        let mut six = ranks(&[(1000.0, 3), (1000.0, 3), (1000.0, 2), (1000.0, 2), (1000.0, 1), (1000.0, 1)]);
        for (i, activity) in six.iter_mut().enumerate() {
            (activity.timed, activity.fingerprint) = (i < 4, 10 - i as u128);
        }
        let days = [Same(0, 2), Same(1, 3)];
        let links: Vec<Link> =
            days.into_iter().chain((0..5).flat_map(|i| (4.max(i + 1)..6).map(move |j| Same(i, j)))).collect();
        let found = copies(&six, &links);
        assert_eq!(found[..4], [None, None, Some(0), Some(1)]);
        assert!(found[4] == found[5] && found[4].is_some(), "{found:?}");
        let back: Vec<Link> = links.into_iter().rev().collect();
        assert_eq!(copies(&six, &back), found, "in whatever order");
    }

    #[test]
    fn a_hundred_copies_are_one_group() {
        let many = ranks(&[(1000.0, 1); 100]);
        let links: Vec<Link> = (1..100).map(|i| Same(i - 1, i)).collect();
        let drawn = copies(&many, &links);
        assert!(drawn[0].is_none() && drawn[1..].iter().all(|drawn| *drawn == Some(0)));
    }
}

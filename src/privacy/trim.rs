//! Trims: hides both ends of an activity up to a straight-line distance from the first and last point.

use crate::activity::tidy;
use crate::activity::{Activity, Point, Segment};
use crate::engine::geometry::mercator::great_circle_metres;

/// Keeps the points from `first` to `last`: the first point farther than `metres` from the start, and the last point
/// farther than `metres` from the end. Returns no segments if `last` is before `first`, or if there is no such point.
pub fn trimmed(activity: &Activity, metres: f64) -> Vec<Segment> {
    let (tidied, _) = tidy::tidy(activity);
    let tidied: Vec<&Point> = tidied.iter().flatten().collect();
    let (Some(start), Some(end)) = (tidied.first(), tidied.last()) else { return activity.segments.clone() };
    let is_beyond = |from: &Point, to: &Point| great_circle_metres((from.lon, from.lat), (to.lon, to.lat)) > metres;
    let first = tidied.iter().position(|point| is_beyond(start, point));
    let last = tidied.iter().rposition(|point| is_beyond(end, point));
    match first.zip(last) {
        Some((first, last)) if first <= last => between(activity, &tidied, first, last),
        _ => Vec::new(),
    }
}

/// Keeps the points of an activity from tidied point `first` to tidied point `last`.
fn between(activity: &Activity, tidied: &[&Point], first: usize, last: usize) -> Vec<Segment> {
    let mut next = 0;
    let mut is_between = |point: &&Point| {
        // Tidying keeps the order, so the first equal point is the right one or indistinguishable from it.
        let is_next = tidied.get(next).is_some_and(|tidied| is_same_point(tidied, point));
        next += usize::from(is_next);
        (first < next && next <= last) || (is_next && next == last + 1)
    };
    let mut visible = |segment: &Segment| segment.iter().filter(&mut is_between).copied().collect();
    activity.segments.iter().map(&mut visible).collect()
}

fn is_same_point(a: &Point, b: &Point) -> bool {
    (a.lat, a.lon, a.time_ms) == (b.lat, b.lon, b.time_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A walk north, past the given metres every ten seconds.
    fn walk(metres: impl IntoIterator<Item = i64>) -> Segment {
        let point = |(step, metre): (i64, i64)| Point {
            time_ms: Some(step * 10_000),
            ..Point::at(47.0 + metre as f64 / 111_195.08, 8.0)
        };
        (0..).zip(metres).map(point).collect()
    }

    fn metres(activity: &[Segment]) -> Vec<Vec<i64>> {
        let metre = |point: &Point| ((point.lat - 47.0) * 111_195.08).round() as i64;
        activity.iter().map(|segment| segment.iter().map(metre).collect()).collect()
    }

    fn trim(segments: Vec<Segment>, length: f64) -> Vec<Vec<i64>> {
        let sport = "cycling".to_owned();
        metres(&trimmed(&Activity { sport, segments, ..Activity::default() }, length))
    }

    fn tens(range: std::ops::RangeInclusive<i64>) -> Vec<i64> {
        range.map(|ten| ten * 10).collect()
    }

    #[test]
    fn both_ends_are_trimmed_to_the_first_point_beyond_the_length() {
        assert_eq!(trim(vec![walk(tens(0..=100))], 195.0), [tens(20..=80)]);
        assert_eq!(trim(vec![walk(tens(0..=10)), walk(tens(11..=100))], 195.0), [vec![], tens(20..=80)]);
    }

    #[test]
    fn the_trim_measures_straight_line_distance() {
        let wandering = [0, 50, 0, 50, 0, 50, 0];
        let path = wandering.into_iter().chain(tens(1..=100));
        assert_eq!(trim(vec![walk(path)], 195.0), [tens(20..=80)]);
    }

    #[test]
    fn a_later_pass_of_the_start_stays_visible() {
        let there_and_back = tens(0..=50).into_iter().chain(tens(-80..=49).into_iter().rev());
        let visible = trim(vec![walk(there_and_back)], 195.0).concat();
        assert!(visible.contains(&0) && visible[0] == 200 && visible[visible.len() - 1] == -600, "{visible:?}");
    }

    #[test]
    fn activities_within_the_trim_are_entirely_hidden() {
        assert_eq!(trim(vec![walk(tens(0..=15))], 200.0), [[0; 0]; 0]);
        assert_eq!(trim(vec![walk(tens(0..=30))], 200.0), [[0; 0]; 0], "the ends overlap");
    }

    #[test]
    fn a_spike_is_not_taken_for_the_start() {
        let mut spiky = walk(tens(0..=100));
        spiky[0].lat += 10.0;
        spiky[3].lon = f64::NAN;
        assert_eq!(trim(vec![spiky], 195.0), [tens(21..=80)], "from the second point on");
    }

    #[test]
    fn trimmed_points_do_not_affect_the_rest() {
        let walk = |early: i64| {
            walk(tens(0..=100).into_iter().map(|metre| if (1..150).contains(&metre) { early } else { metre }))
        };
        assert_eq!(trim(vec![walk(40)], 195.0), trim(vec![walk(-130)], 195.0));
    }
}

//! Trims: hides both ends of an activity up to a straight-line distance from the first and last point.
//!
//! A GPS fix that is off would measure the distance from a wrong place, or end the trim too early. A trim therefore ends
//! only where it is left by a step that is no jump: behind every jump met before, the trim begins anew. The circles of
//! earlier beginnings still hold, because the first point may have been right. The number of jumps away is limited, so
//! that a recording with long steps keeps its middle; a jump back into an earlier circle, as after a stray fix, takes a
//! jump away off the count.
//!
//! All times outside of zones decide the unit of the clock, a second or a minute, and with it which steps are impossible.
//! So hidden points contribute their times, but not their positions: moving them moves no trim.

use std::ops::Range;

use crate::activity::sport::Sport;
use crate::activity::tidy;
use crate::activity::{Point, Segment};
use crate::engine::geometry::mercator::great_circle_metres;

/// Longest trim of a library.
const MAX_TRIM_METRES: f64 = 50_000.0;

/// Number of jumps away without a jump back behind which a trim begins anew.
const MAX_JUMPS_AWAY: usize = 6;

/// Largest number of beginnings, which bounds the time. Further jumps do not end the trim either.
const MAX_BEGINNINGS: usize = 64;

/// Invalid trim of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid trim: use more than 0m and at most 50km, or off")]
pub struct TrimError;

/// Validates the trim of a library, in metres.
///
/// # Errors
/// If the trim is not within 0 (exclusive) and 50 km.
pub fn check_trim(metres: f64) -> Result<(), TrimError> {
    if metres > 0.0 && metres <= MAX_TRIM_METRES { Ok(()) } else { Err(TrimError) }
}

/// Keeps the points between both trims, also of the order in time if the segments are not in that order. Returns no
/// segments if the trims overlap or never end. Points without a valid position stay between the trims, and where no other
/// points are.
pub fn trimmed(sport: &str, segments: &[Segment], metres: f64) -> Vec<Segment> {
    let points: Vec<&Point> = segments.iter().flatten().collect();
    let is_valid = |index: &usize| tidy::is_valid_position(points[*index]);
    if !(0..points.len()).any(|index| is_valid(&index)) {
        return segments.to_vec();
    }
    let trim = Trim {
        metres,
        max_speed_mps: Sport::of(sport).max_speed_mps(),
        clock_seconds: tidy::clock_seconds(points.iter().copied().filter(|point| tidy::is_valid_position(point))),
    };
    let mut is_visible = vec![true; points.len()];
    for order in orders(segments) {
        let valid =
            || (0..order.len()).filter(|&place| is_valid(&order[place])).map(|place| (place, points[order[place]]));
        let (first, last) = (trim.first_beyond(valid()), trim.first_beyond(valid().rev()));
        let Some((first, last)) = first.zip(last).filter(|(first, last)| first <= last) else { return Vec::new() };
        order[..first].iter().chain(&order[last + 1..]).for_each(|&index| is_visible[index] = false);
    }
    let mut is_visible = is_visible.into_iter();
    let mut visible = |segment: &Segment| segment.iter().filter(|_| is_visible.next() == Some(true)).copied().collect();
    segments.iter().map(&mut visible).collect()
}

/// Indices of all points as recorded and, if all segments have times but are not in their order, by the times of their
/// first points: an export may write the second half of a ride first.
fn orders(segments: &[Segment]) -> Vec<Vec<usize>> {
    let mut end = 0;
    let mut ranges: Vec<(Option<i64>, Range<usize>)> = Vec::new();
    for segment in segments.iter().filter(|segment| !segment.is_empty()) {
        ranges.push((segment[0].time_ms, end..end + segment.len()));
        end += segment.len();
    }
    let mut orders = vec![(0..end).collect()];
    if ranges.iter().all(|(start, _)| start.is_some()) && !ranges.is_sorted_by_key(|(start, _)| *start) {
        ranges.sort_by_key(|(start, _)| *start);
        orders.push(ranges.into_iter().flat_map(|(_, range)| range).collect());
    }
    orders
}

/// Trim of one activity.
struct Trim {
    metres: f64,
    max_speed_mps: f64,
    /// Unit of the times.
    clock_seconds: f64,
}

impl Trim {
    /// Returns the place of the first visible point, `None` if the trim never ends.
    fn first_beyond<'a>(&self, mut points: impl Iterator<Item = (usize, &'a Point)>) -> Option<usize> {
        let mut previous = points.next()?.1;
        let (mut beginnings, mut jumps_away) = (vec![previous], 0);
        for (place, point) in points {
            let is_within = |beginning: &&Point| distance(beginning, point) <= self.metres;
            // The last circle does not count: the next point of a recording with long steps may be in it.
            let is_jump = self.is_jump(previous, point);
            let is_back = is_jump && beginnings[..beginnings.len() - 1].iter().any(is_within);
            if is_jump && (is_back || jumps_away < MAX_JUMPS_AWAY) {
                jumps_away = if is_back { jumps_away.saturating_sub(1) } else { jumps_away + 1 };
                if beginnings.len() < MAX_BEGINNINGS {
                    beginnings.push(point);
                }
            } else if !beginnings.iter().any(is_within) {
                return Some(place);
            }
            previous = point;
        }
        None
    }

    fn is_jump(&self, from: &Point, to: &Point) -> bool {
        distance(from, to) > self.metres / 2.0 || tidy::is_too_fast(from, to, self.max_speed_mps, self.clock_seconds)
    }
}

fn distance(from: &Point, to: &Point) -> f64 {
    great_circle_metres((from.lon, from.lat), (to.lon, to.lat))
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
        metres(&trimmed("cycling", &segments, length))
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
    fn a_trim_begins_anew_behind_a_jump() {
        let stray = |indices: std::ops::Range<usize>, metres: f64| {
            let mut stray = walk(tens(0..=100));
            stray[indices].iter_mut().for_each(|point| point.lat += metres / 111_195.08);
            trim(vec![stray], 195.0)
        };
        assert_eq!(stray(0..1, -300.0), [tens(21..=80)], "from the second point on");
        assert_eq!(stray(5..6, -300.0), [tens(26..=80)], "from the point behind the stray one on");
        assert_eq!(stray(5..6, 300.0), [tens(55..=80)], "also 200 m beyond the stray point at 350 m");
        assert_eq!(stray(96..101, 1100.0), [tens(20..=75)], "at the end");
        assert_eq!(stray(5..6, 80.0), [tens(20..=80)], "no jump");
    }

    #[test]
    fn ends_in_time_are_trimmed_whatever_the_order_of_the_segments() {
        let whole = walk(tens(0..=100));
        let (first, second) = (whole[..50].to_vec(), whole[50..].to_vec());
        let visible = trim(vec![second, first], 195.0);
        assert_eq!(visible, [tens(70..=80), tens(20..=29)], "the ends in the file, too");
    }

    #[test]
    fn any_number_of_stray_points_hides_the_start() {
        for strays in [3, 4, 8, 40] {
            let mut stray = walk((0..=strays * 2).map(|i| i * 2).chain(tens(20..=100)));
            stray.iter_mut().take(2 * strays as usize).step_by(2).for_each(|point| point.lat += 250.0 / 111_195.0);
            let visible = trim(vec![stray], 200.0).concat();
            assert!(!visible.is_empty() && visible[0] > 200, "{strays} stray points: {visible:?}");
        }
    }

    #[test]
    fn a_recording_with_long_steps_keeps_its_middle() {
        let steps: Vec<i64> = (0..=133).map(|step| step * 150).collect();
        let visible = trim(vec![walk(steps)], 200.0).concat();
        // The trims begin anew at 900 m, and end 200 m later.
        assert_eq!((visible[0], visible[visible.len() - 1]), (1200, 133 * 150 - 1200));
    }

    #[test]
    fn steps_within_a_minute_of_a_clock_without_seconds_are_no_jumps() {
        // A run at 3 m/s with a point every 20 s.
        let mut run = walk((0..=50).map(|step| step * 60));
        let times = |unit_ms: i64| (0..=50i64).map(move |step| Some(step * 20_000 / unit_ms * unit_ms));
        run.iter_mut().zip(times(1000)).for_each(|(point, time_ms)| point.time_ms = time_ms);
        let run_of = |run: &Segment| metres(&trimmed("running", std::slice::from_ref(run), 195.0)).concat();
        let visible = run_of(&run);
        assert_eq!((visible[0], visible[visible.len() - 1]), (240, 2760));
        run.iter_mut().zip(times(60_000)).for_each(|(point, time_ms)| point.time_ms = time_ms);
        assert_eq!(run_of(&run), visible);
        // The unit is a second if one valid point has seconds.
        run[25].time_ms = Some(run[25].time_ms.unwrap() + 1000);
        assert_ne!(run_of(&run), visible);
        run[25].lat = f64::NAN;
        assert_eq!(run_of(&run).len(), visible.len());
    }

    #[test]
    fn trimmed_points_do_not_affect_the_rest() {
        let walk = |early: i64| {
            walk(tens(0..=100).into_iter().map(|metre| if (1..150).contains(&metre) { early } else { metre }))
        };
        assert_eq!(trim(vec![walk(40)], 195.0), trim(vec![walk(-90)], 195.0));
    }

    #[test]
    fn invalid_trims_are_rejected() {
        assert_eq!([0.1, 200.0, 50_000.0].map(check_trim), [Ok(()); 3]);
        for metres in [0.0, -1.0, 50_000.1, f64::NAN, f64::INFINITY] {
            assert_eq!(check_trim(metres), Err(TrimError));
        }
    }
}

//! Tidying: what a device recorded, without what it cannot have meant.
//!
//! Pure and reversible: the original points are not changed. Points without a place on Earth are dropped, spikes are
//! dropped, and a line is cut where the recording has a hole, so that neither a pause nor a jump draws a straight line.

use crate::activity::sport::Sport;
use crate::activity::{Activity, Point, Segment};

/// A step of a timed recording is a hole if it takes longer than this, ...
const HOLE_SECONDS: f64 = 30.0;
/// ... longer than this many median steps of the activity (a point every minute or two is normal for some devices), ...
const HOLE_MEDIANS: f64 = 8.0;
/// ... or, whatever the median, longer than this, ...
const LONGEST_SECONDS: f64 = 4.0 * 3600.0;
/// ... and leads farther than this.
const HOLE_METRES: f64 = 100.0;
/// A device that stops by itself at a light starts a new segment behind it; what begins this near goes on.
const JOIN_METRES: f64 = 30.0;
/// A step of a recording without times is a hole if it is longer than this many median steps.
const UNTIMED_MEDIANS: f64 = 50.0;
/// Points that a spike may have at most; what stays away longer is another place.
const SPIKE_POINTS: usize = 10;

/// What was left out, counted under a reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Dropped {
    /// Not a number, or outside ±90° and ±180°.
    pub out_of_range: u64,
    /// Exactly 0° N 0° E: what devices write when they know nothing.
    pub null_island: u64,
    /// Reached and left at an impossible speed.
    pub spikes: u64,
}

impl std::ops::AddAssign for Dropped {
    fn add_assign(&mut self, other: Self) {
        self.out_of_range += other.out_of_range;
        self.null_island += other.null_island;
        self.spikes += other.spikes;
    }
}

/// The segments of an activity that can be drawn: none is empty.
pub fn tidy(activity: &Activity) -> (Vec<Segment>, Dropped) {
    let mut dropped = Dropped::default();
    let placed: Vec<Segment> = activity.segments.iter().map(|segment| on_earth(segment, &mut dropped)).collect();
    let points: usize = placed.iter().map(Vec::len).sum();
    let limits = Limits::new(&activity.sport, &placed);
    if placed.iter().all(|segment| limits.is_whole(segment)) {
        return (join(placed.into_iter().filter(|segment| !segment.is_empty()).collect()), dropped);
    }
    let (mut tidied, mut spikes) = cut_all(&placed, &limits);
    // Where most is impossible it is the sport that is wrong, or the clock, not the points.
    for metres_per_second in [Sport::of("").max_speed_mps(), f64::INFINITY] {
        if spikes * 2 > points as u64 {
            (tidied, spikes) = cut_all(&placed, &Limits { metres_per_second, ..limits });
        }
    }
    dropped.spikes = spikes;
    (join(tidied), dropped)
}

fn cut_all(segments: &[Segment], limits: &Limits) -> (Vec<Segment>, u64) {
    let (mut tidied, mut spikes) = (Vec::new(), 0);
    for segment in segments {
        cut(segment, limits, &mut tidied, &mut spikes);
    }
    (tidied, spikes)
}

fn is_in_range(point: &Point) -> bool {
    point.lat.abs() <= 90.0 && point.lon.abs() <= 180.0
}

fn is_null_island(point: &Point) -> bool {
    point.lat == 0.0 && point.lon == 0.0
}

/// Whether a point has a place on Earth that a device can have meant.
pub fn is_on_earth(point: &Point) -> bool {
    is_in_range(point) && !is_null_island(point)
}

fn on_earth(segment: &[Point], dropped: &mut Dropped) -> Segment {
    let keep = |point: &&Point| {
        dropped.out_of_range += u64::from(!is_in_range(point));
        dropped.null_island += u64::from(is_null_island(point));
        is_on_earth(point)
    };
    segment.iter().filter(keep).copied().collect()
}

/// What counts as a hole in this activity.
struct Limits {
    seconds: f64,
    untimed_metres: f64,
    metres_per_second: f64,
}

impl Limits {
    fn new(sport: &str, segments: &[Segment]) -> Self {
        let steps = || segments.iter().flat_map(|segment| segment.windows(2));
        let seconds = median(steps().filter_map(|pair| seconds_between(&pair[0], &pair[1])));
        // Asked only where times are missing, and it takes long.
        let metres = if steps().all(|pair| seconds_between(&pair[0], &pair[1]).is_some()) {
            0.0
        } else {
            median(steps().map(|pair| metres_between(&pair[0], &pair[1])).filter(|metres| *metres > 0.0))
        };
        Self {
            seconds: (HOLE_MEDIANS * seconds).clamp(HOLE_SECONDS, LONGEST_SECONDS),
            untimed_metres: HOLE_METRES.max(UNTIMED_MEDIANS * metres),
            metres_per_second: Sport::of(sport).max_speed_mps(),
        }
    }

    /// Whether nothing is to be cut: what almost every recording is, and then its points need not be copied.
    fn is_whole(&self, segment: &[Point]) -> bool {
        segment.windows(2).all(|pair| !self.is_impossible(&pair[0], &pair[1]) && !self.is_hole(&pair[0], &pair[1]))
    }

    fn is_hole(&self, from: &Point, to: &Point) -> bool {
        if is_within(HOLE_METRES, from, to) {
            return false;
        }
        let metres = metres_between(from, to);
        match seconds_between(from, to) {
            Some(seconds) => metres > HOLE_METRES && seconds > self.seconds,
            None => metres > self.untimed_metres,
        }
    }

    fn is_impossible(&self, from: &Point, to: &Point) -> bool {
        // Devices round times to the second, and GPS scatters: neither makes a short step impossible.
        const SCATTER_METRES: f64 = 30.0;
        if is_within(SCATTER_METRES, from, to) {
            return false;
        }
        let Some(seconds) = seconds_between(from, to) else { return false };
        metres_between(from, to) > SCATTER_METRES + self.metres_per_second * seconds.max(1.0)
    }
}

fn cut(segment: &[Point], limits: &Limits, tidied: &mut Vec<Segment>, spikes: &mut u64) {
    let mut line = Line::default();
    let mut next = 0;
    while let Some(point) = segment.get(next) {
        let Some(last) = line.points.last() else {
            line.points.push(*point);
            next += 1;
            continue;
        };
        if limits.is_impossible(last, point) {
            let ahead = segment[next..].iter().take(SPIKE_POINTS + 1);
            let back = ahead.skip(1).position(|later| !limits.is_impossible(last, later));
            if let Some(more) = back {
                *spikes += more as u64 + 1;
                next += more + 1;
                continue;
            }
            line.jumped = true;
            line.finish(segment, tidied, spikes);
            line.jumped = true;
        } else if limits.is_hole(last, point) {
            line.finish(segment, tidied, spikes);
        }
        line.points.push(*point);
        next += 1;
    }
    line.finish(segment, tidied, spikes);
}

/// A line in the making.
#[derive(Default)]
struct Line {
    points: Segment,
    /// Whether an impossible step leads to it or from it.
    jumped: bool,
}

impl Line {
    /// Keeps the line and begins the next, unless it is a spike at an end of the recording, from which nothing leads
    /// back: a few points that only an impossible step connects with the rest.
    fn finish(&mut self, segment: &[Point], tidied: &mut Vec<Segment>, spikes: &mut u64) {
        let Self { points, jumped } = std::mem::take(self);
        if jumped && points.len() <= SPIKE_POINTS && points.len() * 4 < segment.len() {
            *spikes += points.len() as u64;
        } else if !points.is_empty() {
            tidied.push(points);
        }
    }
}

/// Joins segments where the next begins where the last ended.
fn join(segments: Vec<Segment>) -> Vec<Segment> {
    let mut joined: Vec<Segment> = Vec::new();
    for segment in segments {
        let last = joined.last_mut();
        let near =
            |last: &Segment| last.last().zip(segment.first()).is_some_and(|(a, b)| metres_between(a, b) <= JOIN_METRES);
        match last.filter(|last| near(last)) {
            Some(last) => last.extend(segment),
            None => joined.push(segment),
        }
    }
    joined
}

/// Seconds between two points; a clock that is set back counts like one that is set forward.
fn seconds_between(from: &Point, to: &Point) -> Option<f64> {
    Some(to.time_ms?.abs_diff(from.time_ms?) as f64 / 1000.0)
}

/// Metres along a degree of a meridian.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// Metres between two points, on a plane: within 1 % up to some tens of kilometres, and short round the antimeridian.
pub fn metres_between(from: &Point, to: &Point) -> f64 {
    let turn = (to.lon - from.lon).abs();
    let east = turn.min(360.0 - turn) * (0.5 * (from.lat + to.lat)).to_radians().cos();
    let north = to.lat - from.lat;
    (north * north + east * east).sqrt() * METRES_PER_DEGREE
}

/// Whether two points are surely no farther apart than so many metres: what almost every step is, and quickly told.
fn is_within(metres: f64, from: &Point, to: &Point) -> bool {
    let degrees = metres / METRES_PER_DEGREE;
    let (north, east) = (to.lat - from.lat, to.lon - from.lon);
    north * north + east * east <= degrees * degrees
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    let middle = values.len() / 2;
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f64::total_cmp).1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A walk north at 1 m/s, a point per `every` seconds.
    fn walk(points: u32, every: u32) -> Segment {
        (0..points)
            .map(|i| Point {
                time_ms: Some(i64::from(i * every) * 1000),
                ..Point::at(47.0 + f64::from(i * every) / 111_195.0, 8.0)
            })
            .collect()
    }

    fn lines(sport: &str, segment: Segment) -> (Vec<usize>, Dropped) {
        let activity = Activity { sport: sport.to_owned(), segments: vec![segment], ..Activity::default() };
        let (segments, dropped) = tidy(&activity);
        (segments.iter().map(Vec::len).collect(), dropped)
    }

    #[test]
    fn a_pause_with_a_move_cuts_the_line_and_a_pause_on_the_spot_does_not() {
        let mut moved = walk(100, 1);
        for point in &mut moved[50..] {
            point.time_ms = point.time_ms.map(|ms| ms + 600_000);
        }
        assert_eq!(lines("walking", moved.clone()).0, [100], "came back to where it stopped");
        for point in &mut moved[50..] {
            point.lat += 0.01;
        }
        assert_eq!(lines("walking", moved).0, [50, 50]);
    }

    #[test]
    fn sparse_recordings_stay_one_line() {
        assert_eq!(lines("walking", walk(50, 120)).0, [50]);
    }

    #[test]
    fn a_spike_is_dropped_and_the_line_goes_on() {
        let mut spiky = walk(100, 1);
        spiky[40].lat += 1.0;
        spiky[41].lat += 1.0;
        let dropped = Dropped { spikes: 2, ..Dropped::default() };
        assert_eq!(lines("running", spiky), (vec![98], dropped));
    }

    #[test]
    fn a_spike_at_an_end_is_dropped_too() {
        let mut spiky = walk(100, 1);
        spiky[0].lat += 1.0;
        spiky[99].lon += 1.0;
        assert_eq!(lines("running", spiky), (vec![98], Dropped { spikes: 2, ..Dropped::default() }));
    }

    #[test]
    fn a_jump_for_good_cuts_the_line() {
        let mut jumped = walk(100, 1);
        for point in &mut jumped[40..] {
            point.lon += 1.0;
        }
        assert_eq!(lines("cycling", jumped).0, [40, 60]);
    }

    /// A walk of 100 points and then points at 60 m/s.
    fn walk_then_train(points: i64) -> Segment {
        let mut recording = walk(100, 1);
        let ride =
            |i: i64| Point { time_ms: Some((100 + i) * 1000), ..Point::at(47.1 + i as f64 * 60.0 / 111_195.0, 8.0) };
        recording.extend((0..points).map(ride));
        recording
    }

    #[test]
    fn what_is_impossible_on_foot_is_possible_in_a_train() {
        assert_eq!(lines("train", walk_then_train(50)).0, [100, 50]);
        assert_eq!(lines("running", walk_then_train(50)), (vec![100], Dropped { spikes: 50, ..Dropped::default() }));
    }

    #[test]
    fn a_night_between_two_points_is_a_hole_and_a_flight_is_a_flight() {
        let two = |seconds: i64, degrees: f64| {
            vec![
                Point { time_ms: Some(0), ..Point::at(47.0, 8.0) },
                Point { time_ms: Some(seconds * 1000), ..Point::at(47.0 + degrees, 8.0) },
            ]
        };
        assert_eq!((lines("", two(24 * 3600, 1.0)).0, lines("", two(3600, 1.0)).0), (vec![1, 1], vec![2]));
        let flight: Segment = (0..10).flat_map(|i| two(1800 * i64::from(i), 3.4 * f64::from(i)).split_off(1)).collect();
        assert_eq!(lines("", flight), (vec![10], Dropped::default()));
    }

    #[test]
    fn a_wrong_sport_does_not_cost_the_recording() {
        assert_eq!(lines("running", walk_then_train(500)).0, [100, 500]);
    }

    #[test]
    fn places_that_are_none_are_counted() {
        let mut odd = walk(10, 1);
        (odd[2].lat, odd[3].lon, odd[4]) = (f64::NAN, 181.0, Point::at(0.0, 0.0));
        let dropped = Dropped { out_of_range: 2, null_island: 1, spikes: 0 };
        assert_eq!(lines("walking", odd), (vec![7], dropped));
    }

    #[test]
    fn routes_without_times_are_cut_only_at_extreme_steps() {
        let mut route: Segment = (0..100).map(|i| Point::at(47.0 + f64::from(i) * 1e-4, 8.0)).collect();
        for point in &mut route[60..] {
            point.lat += 0.004;
        }
        assert_eq!(lines("", route.clone()).0, [100], "450 m after steps of 11 m");
        for point in &mut route[80..] {
            point.lat += 0.01;
        }
        assert_eq!(lines("", route).0, [80, 20]);
    }

    #[test]
    fn a_stop_at_a_light_leaves_no_gap_and_a_real_break_does() {
        let parts = |gap: f64| {
            let (first, mut second) = (walk(50, 1), walk(50, 1));
            for point in &mut second {
                point.lat += (50.0 + gap) / 111_195.0;
            }
            let activity = Activity { segments: vec![first, second], ..Activity::default() };
            tidy(&activity).0.len()
        };
        assert_eq!((parts(20.0), parts(40.0)), (1, 2));
    }

    proptest! {
        #[test]
        fn every_point_is_kept_or_counted(
            places in prop::collection::vec((-100.0..100.0f64, -200.0..200.0f64, any::<Option<i32>>()), 0..200),
        ) {
            let segment: Segment = places
                .iter()
                .map(|&(lat, lon, time)| Point { time_ms: time.map(i64::from), ..Point::at(lat, lon) })
                .collect();
            let (lens, dropped) = lines("", segment);
            let counted = dropped.out_of_range + dropped.null_island + dropped.spikes;
            prop_assert_eq!(lens.iter().sum::<usize>() as u64 + counted, places.len() as u64);
            prop_assert!(lens.iter().all(|len| *len > 0));
        }
    }
}

//! Trims: hides both ends of an activity up to a straight-line distance from the first and last point.
//!
//! A GPS fix that is off would measure the distance from a wrong place, or end the trim too early. A trim therefore ends
//! only where it is left by a step that is no jump: behind every jump met before, the trim begins anew. The circles of
//! earlier beginnings still hold, because the first point may have been right. The number of beginnings is limited, so
//! that a recording with long steps keeps its middle.
//!
//! Whether a step is impossible depends on the unit of the clock, a second or a minute, which all times outside of zones
//! decide. So hidden points contribute their times, but not their positions: moving them moves no trim.

use crate::activity::sport::Sport;
use crate::activity::tidy;
use crate::activity::{Point, Segment};
use crate::engine::geometry::mercator::great_circle_metres;

/// Longest trim of a library.
const MAX_TRIM_METRES: f64 = 50_000.0;

/// Number of jumps behind which a trim begins anew: three stray runs, each reached and left by a jump, or a stray start
/// and three more runs. The first true point then is a beginning, and no stray run passes for the way out.
const MAX_JUMPS: usize = 6;

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

/// Keeps the points between both trims. Returns no segments if the trims overlap or never end. Points without a valid
/// position stay between the trims, and where no other points are.
pub fn trimmed(sport: &str, segments: &[Segment], metres: f64) -> Vec<Segment> {
    let points: Vec<&Point> = segments.iter().flatten().collect();
    let valid = || (0..points.len()).filter(|&index| tidy::is_valid_position(points[index]));
    if valid().next().is_none() {
        return segments.to_vec();
    }
    let trim = Trim {
        metres,
        max_speed_mps: Sport::of(sport).max_speed_mps(),
        clock_seconds: tidy::clock_seconds(valid().map(|index| points[index])),
    };
    let first = trim.first_beyond(valid(), &points);
    let last = trim.first_beyond(valid().rev(), &points);
    let Some((first, last)) = first.zip(last).filter(|(first, last)| first <= last) else { return Vec::new() };
    let mut indices = 0..;
    let mut visible = |segment: &Segment| {
        let is_visible = |_: &&Point| indices.next().is_some_and(|index| (first..=last).contains(&index));
        segment.iter().filter(is_visible).copied().collect()
    };
    segments.iter().map(&mut visible).collect()
}

/// Trim of one activity.
struct Trim {
    metres: f64,
    max_speed_mps: f64,
    /// Unit of the times.
    clock_seconds: f64,
}

impl Trim {
    /// Returns the index of the first visible point, `None` if the trim never ends.
    fn first_beyond(&self, mut indices: impl Iterator<Item = usize>, points: &[&Point]) -> Option<usize> {
        let mut previous = points[indices.next()?];
        let mut beginnings = vec![previous];
        for index in indices {
            let point = points[index];
            if self.is_jump(previous, point) && beginnings.len() <= MAX_JUMPS {
                beginnings.push(point);
            } else if beginnings.iter().all(|beginning| distance(beginning, point) > self.metres) {
                return Some(index);
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

//! Properties of trims.

use std::f64::consts::PI;
use std::ops::Range;

use proptest::prelude::*;
use trailglow::activity::{Activity, Point, Segment};
use trailglow::privacy::Privacy;

use super::reference::{around, metres, metres_to_lines, visible_segments};

/// Trim length in metres.
const TRIM: f64 = 200.0;

/// Longest step of the recordings in metres; a step of more than half the trim is a jump.
const STEP: f64 = 60.0;

fn trimmed(segment: Segment) -> Vec<Segment> {
    let activity = Activity { sport: "flying".to_owned(), segments: vec![segment], ..Activity::default() };
    visible_segments(&activity, &Privacy::new(vec![], TRIM))
}

fn place(point: &Point) -> (f64, f64) {
    (point.lat, point.lon)
}

/// Recording with steps in the given directions, in radians, each with its length in metres and its seconds.
fn recording(steps: &[(f64, f64, i64)]) -> Segment {
    let mut segment = vec![Point { time_ms: Some(0), ..Point::at(47.0, 8.0) }];
    for &(direction, metres, seconds) in steps {
        let last = segment[segment.len() - 1];
        let next = around((last.lat, last.lon, metres), 1.0, direction);
        segment.push(Point { time_ms: last.time_ms.map(|ms| ms + seconds * 1000), ..next });
    }
    segment
}

/// Steps that do not come back: all directions are within a quarter turn.
fn steps_away() -> impl Strategy<Value = Vec<(f64, f64, i64)>> {
    let steps = prop::collection::vec((0.0..PI / 2.0, 3.0..STEP, 1i64..30), 40..200);
    (steps, 0.0..2.0 * PI).prop_map(|(mut steps, turn)| {
        steps.iter_mut().for_each(|step| step.0 += turn);
        steps
    })
}

/// Stray run: place in the trimmed end as a fraction from the outermost point, true for the end of the recording, number
/// of points, metres and direction of the displacement.
type StrayRun = (f64, bool, usize, f64, f64);

fn stray_runs() -> impl Strategy<Value = Vec<StrayRun>> {
    let metres = || prop_oneof![TRIM / 2.0 + 2.0 * STEP + 1.0..1000.0, 1000.0..100_000.0f64];
    let anywhere = (0.0..1.0f64, any::<bool>(), 1usize..=20, metres(), 0.0..2.0 * PI);
    // A stray start and three more runs: the most jumps that a trim must hold against, and none to spare.
    let run = move |fractions: Range<f64>, at_end: bool| (fractions, Just(at_end), 1usize..=2, metres(), 0.0..2.0 * PI);
    let at_one_end = any::<bool>().prop_flat_map(move |at_end| {
        [0.0..0.01, 0.25..0.4, 0.5..0.65, 0.75..0.9].map(|fractions| run(fractions, at_end))
    });
    prop_oneof![prop::collection::vec(anywhere, 0..=3), at_one_end.prop_map(Vec::from)]
}

/// Indices of the points up to the first one beyond a distance from the first point, and likewise from the last point.
fn ends_within(radius: f64, segment: &[Point]) -> [Range<usize>; 2] {
    let is_beyond = |from: &Point, to: &Point| metres(place(from), place(to)) > radius;
    let count = segment.len();
    let first = segment.iter().position(|point| is_beyond(&segment[0], point)).unwrap_or(count);
    let last = segment.iter().rposition(|point| is_beyond(&segment[count - 1], point)).map_or(0, |last| last + 1);
    [0..first, last..count]
}

/// Displaces runs of points in the trimmed ends, each run as one, with a true point between two runs. Returns the
/// indices of the displaced points.
fn displace(segment: &mut [Point], runs: &[StrayRun]) -> Vec<bool> {
    // A displacement of 100 km stretches a run by less than 1 %.
    let ends = ends_within(TRIM * 0.99, segment);
    let mut is_stray = vec![false; segment.len()];
    for &(fraction, at_end, points, metres, direction) in runs {
        let end = ends[usize::from(at_end)].clone();
        let from_outside = (fraction * end.len() as f64) as usize;
        let run = if at_end {
            let after = end.end - from_outside;
            after.saturating_sub(points).max(end.start)..after
        } else {
            let start = end.start + from_outside;
            start..(start + points).min(end.end)
        };
        let around_run = run.start.saturating_sub(1)..(run.end + 1).min(segment.len());
        if is_stray[around_run].iter().any(|stray| *stray) {
            continue;
        }
        for index in run {
            let Point { lat, lon, .. } = around((segment[index].lat, segment[index].lon, metres), 1.0, direction);
            (segment[index].lat, segment[index].lon) = (lat, lon);
            is_stray[index] = true;
        }
    }
    is_stray
}

/// Metres from the nearest line or single point to a position.
fn metres_to(at: (f64, f64), visible: &[Segment]) -> f64 {
    let points = visible.iter().flatten().map(|point| metres(at, place(point)));
    points.fold(metres_to_lines(at, visible), f64::min)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn stray_runs_do_not_reveal_the_ends(steps in steps_away(), runs in stray_runs()) {
        let mut segment = recording(&steps);
        let is_stray = displace(&mut segment, &runs);
        let visible = trimmed(segment.clone());
        let is_true = |index: &usize| !is_stray[*index];
        let ends = [(0..segment.len()).find(is_true), (0..segment.len()).rev().find(is_true)];
        for end in ends.into_iter().flatten() {
            let nearest = metres_to(place(&segment[end]), &visible);
            // The plane of the reference differs from the sphere by less than 1 %.
            prop_assert!(nearest > TRIM * 0.99, "{nearest} m from the end at {end}");
        }
        // Without stray runs, exactly the ends are hidden.
        if !is_stray.contains(&true) {
            let [start, end] = ends_within(TRIM, &segment);
            prop_assert_eq!(visible.concat(), segment.get(start.end..end.start).unwrap_or_default());
        }
    }

    #[test]
    fn moved_points_that_are_no_beginning_do_not_affect_the_rest(
        steps in prop::collection::vec((0.0..2.0 * PI, 40.0..STEP, 2i64..60), 20..60),
        moved in prop::collection::vec((0.0..19.0f64, 0.0..2.0 * PI), 60),
    ) {
        let mut segment = recording(&steps);
        let visible = trimmed(segment.clone());
        let start = place(&segment[0]);
        let hidden = ends_within(TRIM, &segment)[0].end;
        // Moved points stay in the circle, and steps shorter than half the trim.
        for (point, (metres_moved, direction)) in segment[1..hidden.max(1)].iter_mut().zip(moved) {
            let next = around((point.lat, point.lon, metres_moved), 1.0, direction);
            if metres(start, place(&next)) < TRIM - 1.0 {
                (point.lat, point.lon) = place(&next);
            }
        }
        prop_assert_eq!(visible, trimmed(segment));
    }
}

#[test]
fn the_reference_detects_revealed_ends() {
    let segment = recording(&[(0.3, 50.0, 5); 60]);
    let visible = trimmed(segment.clone());
    assert!(metres_to(place(&segment[0]), &visible) > TRIM, "nothing is revealed");
    assert!(metres_to(place(&segment[0]), std::slice::from_ref(&segment)) < 1.0, "nothing is hidden");
    let mut stray = segment.clone();
    let is_stray = displace(&mut stray, &[(0.0, false, 2, 1000.0, 1.0), (0.0, true, 2, 300.0, 2.0)]);
    assert_eq!((0..61).filter(|index| is_stray[*index]).collect::<Vec<_>>(), [0, 1, 59, 60]);
    assert!(metres(place(&segment[0]), place(&stray[0])) > 999.0 && stray[2] == segment[2]);
}

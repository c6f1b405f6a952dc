//! Stray runs of an activity that a zone hides are hidden too.

use std::f64::consts::PI;

use proptest::prelude::*;
use trailglow::activity::{Activity, Point, Segment};

use super::reference::{around, metres, privacy, visible_segments};

/// Position of a stray run: metres and direction from the zone.
fn stray_origin(metres: f64, direction: f64) -> Point {
    around((52.52, 13.405, metres), 1.0, direction)
}

/// Stray run: number of points, metres and direction from the zone, number of hidden points before it.
type StrayRun = (usize, f64, f64, usize);

/// Up to three stray runs that are more than a distance apart.
fn stray_runs(run: impl Strategy<Value = StrayRun>, metres_apart: f64) -> impl Strategy<Value = Vec<StrayRun>> {
    prop::collection::vec(run, 1..=3).prop_filter("stray runs are near each other", move |runs| {
        let origins: Vec<Point> = runs.iter().map(|run| stray_origin(run.1, run.2)).collect();
        let distance = |a: &Point, b: &Point| metres((a.lat, a.lon), (b.lat, b.lon));
        origins.iter().enumerate().all(|(i, a)| origins[..i].iter().all(|b| distance(a, b) > metres_apart))
    })
}

/// Recordings that stay in a zone but for stray runs, which are too far from each other to be reached in the time between
/// them, or near each other in one direction with more than two minutes between them, or at one place.
fn recording_with_stray_runs() -> impl Strategy<Value = Segment> {
    let far = stray_runs((1usize..=10, 1_200.0..100_000.0f64, 0.0..2.0 * PI, 1usize..30), 10_000.0);
    // Points scatter by up to 60 m, and runs of one point are the hardest case.
    let points = prop_oneof![Just(1usize), 1usize..=10];
    let near = stray_runs((points, 60_000.0..63_000.0f64, 0.0..0.01f64, 125usize..2000), 630.0);
    let points = prop::collection::vec((1usize..=10, 31usize..200), 1..=3);
    let at_one_place =
        points.prop_map(|runs| runs.into_iter().map(|(count, hidden)| (count, 3_000.0, 1.0, hidden)).collect());
    prop_oneof![far, near, at_one_place].prop_map(|runs| {
        let mut scatter = (0..).map(|i| (f64::from(i % 7) * 5.0, f64::from(i)));
        let mut points = Vec::new();
        let mut add = |count: usize, origin: Point| {
            let scattered = |(metres, direction)| around((origin.lat, origin.lon, 1.0), metres, direction);
            points.extend(scatter.by_ref().take(count).map(scattered));
        };
        for (count, metres, direction, hidden) in runs {
            add(hidden, Point::at(52.52, 13.405));
            add(count, stray_origin(metres, direction));
        }
        points
    })
}

proptest! {
    #[test]
    fn stray_runs_of_a_hidden_activity_are_hidden(
        mut segment in recording_with_stray_runs(),
        seconds in 1i64..=2,
    ) {
        for (i, point) in (0i64..).zip(&mut segment) {
            point.time_ms = Some(i * seconds * 1000);
        }
        let activity = Activity { sport: "cycling".to_owned(), segments: vec![segment], ..Activity::default() };
        let privacy = privacy(&[(52.52, 13.405, 600.0)]);
        prop_assert_eq!(visible_segments(&activity, &privacy), Vec::<Segment>::new());
    }
}

//! Properties of zones on random recordings, and exact comparison of cuts with a slow reference.

use std::f64::consts::PI;

use proptest::prelude::*;
use trailglow::activity::tidy;
use trailglow::activity::{Activity, Point, Segment};
use trailglow::engine::geometry::mercator::canvas_from_degrees;
use trailglow::privacy::{Circle, Privacy};

use super::reference::{Place, along, around, metres, metres_to_lines, privacy, visible_segments};

/// Rounding of the canvas: a unit is at most 9 mm, and a cut is at most two units off.
const ROUNDING_METRES: f64 = 0.03;

/// Returns fractions of an edge to sample: evenly spaced, and closely around every crossing of a circle.
fn sample_fractions(a: &Point, b: &Point, depth: impl Fn((f64, f64)) -> f64) -> Vec<f64> {
    const PLACES: u32 = 400;
    let even = |i: u32| f64::from(i) / f64::from(PLACES);
    let mut sample_fractions: Vec<f64> = (0..=PLACES).map(even).collect();
    let is_inside = |fraction: f64| depth(along(a, b, fraction)) > 0.0;
    let close = 1.5 * ROUNDING_METRES / metres((a.lat, a.lon), (b.lat, b.lon)).max(1.0);
    for i in 0..PLACES {
        let (mut from, mut to) = (even(i), even(i + 1));
        if is_inside(from) != is_inside(to) {
            for _ in 0..40 {
                let middle = f64::midpoint(from, to);
                if is_inside(middle) == is_inside(from) { from = middle } else { to = middle }
            }
            sample_fractions.extend([from - close, from + close].map(|fraction| fraction.clamp(0.0, 1.0)));
        }
    }
    sample_fractions
}

/// Samples a line and its visible part, and describes every exposed or missing position.
fn violations(line: &[Point], visible: &[Segment], zones: &[Place]) -> Vec<String> {
    let depth = |place: (f64, f64)| {
        zones.iter().map(|&(lat, lon, radius)| radius - metres((lat, lon), place)).fold(f64::MIN, f64::max)
    };
    let places = |lines: &[Segment]| -> Vec<(f64, f64)> {
        let positions = |pair: &[Point]| {
            sample_fractions(&pair[0], &pair[1], depth)
                .into_iter()
                .map(|fraction| along(&pair[0], &pair[1], fraction))
                .collect::<Vec<_>>()
        };
        lines.iter().flat_map(|line| line.windows(2)).flat_map(positions).collect()
    };
    let exposed = places(visible)
        .into_iter()
        .filter(|place| depth(*place) > ROUNDING_METRES)
        .map(|place| format!("{place:?} is shown"));
    let is_missing =
        |place: &(f64, f64)| depth(*place) < -ROUNDING_METRES && metres_to_lines(*place, visible) > ROUNDING_METRES;
    let missing = places(&[line.to_vec()]).into_iter().filter(is_missing).map(|place| format!("{place:?} is missing"));
    exposed.chain(missing).collect()
}

/// Random zones, often at edge cases of the canvas.
fn zone() -> impl Strategy<Value = Place> {
    let lat = prop_oneof![Just(0.0), Just(84.0), Just(-84.0), -84.0..84.0f64];
    let lon = prop_oneof![Just(180.0), Just(-180.0), Just(0.0), -180.0..180.0f64];
    let metres = prop_oneof![Just(50.0), Just(400.0), 50.0..50_000.0f64];
    (lat, lon, metres)
}

/// Points outside a zone but near it, so that the lines between them often cross the zone.
fn line_around(zone: Place) -> impl Strategy<Value = Segment> {
    let place = (1.02..4.0f64, 0.0..2.0 * PI);
    prop::collection::vec(place, 2..5)
        .prop_map(move |places| places.into_iter().map(|(radii, direction)| around(zone, radii, direction)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn edges_are_removed_exactly_inside((zone, line) in zone().prop_flat_map(|zone| (Just(zone), line_around(zone)))) {
        let hidden = |point: &Point| metres((zone.0, zone.1), (point.lat, point.lon)) < zone.2 + 1.0;
        prop_assume!(!line.iter().any(hidden));
        let visible = privacy(&[zone]).cut(vec![line.clone()]);
        prop_assert_eq!(violations(&line, &visible, &[zone]), Vec::<String>::new());
    }

    #[test]
    fn overlapping_zones_hide_their_union(
        (zone, line) in zone().prop_flat_map(|zone| (Just(zone), line_around(zone))),
        radii in 0.2..3.0f64,
        direction in 0.0..6.3f64,
    ) {
        let other = around(zone, radii, direction);
        let zones = [zone, (other.lat.clamp(-84.0, 84.0), other.lon, zone.2)];
        let in_zone = |point: &Point, zone: &Place| metres((zone.0, zone.1), (point.lat, point.lon)) < zone.2 + 1.0;
        let hidden = |point: &Point| zones.iter().any(|zone| in_zone(point, zone));
        prop_assume!(!line.iter().any(hidden));
        let visible = privacy(&zones).cut(vec![line.clone()]);
        prop_assert_eq!(violations(&line, &visible, &zones), Vec::<String>::new());
    }
}

#[test]
fn the_reference_detects_violations() {
    let zone = (52.5, 13.4, 400.0);
    let line = vec![Point::at(52.5, 13.3), Point::at(52.5, 13.5)];
    let right = privacy(&[zone]).cut(vec![line.clone()]);
    assert_eq!((right.len(), violations(&line, &right, &[zone]).len()), (2, 0));
    assert!(!violations(&line, std::slice::from_ref(&line), &[zone]).is_empty(), "nothing is hidden");
    assert!(!violations(&line, &right[..1], &[zone]).is_empty(), "too much is hidden");
    for moved in [3e-6, -3e-6] {
        let mut wrong = right.clone();
        wrong[0][1].lon += moved;
        assert!(!violations(&line, &wrong, &[zone]).is_empty(), "20 cm too far or too short");
    }
}

/// Recordings with sensor values that pass a zone repeatedly, with points inside and outside. Some files repeat the first
/// segments, as programs do that write each lap together with all laps before.
fn recording(zone: Place) -> impl Strategy<Value = Vec<Segment>> {
    let point = (0.0..3.0f64, 0.0..2.0 * PI, 1i64..90, any::<Option<u8>>()).prop_map(
        move |(radii, direction, seconds, heart)| {
            let mut point = around(zone, radii, direction);
            (point.time_ms, point.heart_rate_bpm) = (Some(seconds * 1000), heart);
            point.elevation_m = heart.map(f32::from);
            point
        },
    );
    let segments = prop::collection::vec(prop::collection::vec(point, 0..25), 1..4);
    (segments, prop::collection::vec(0..60usize, 0..3)).prop_map(|(mut segments, laps)| {
        let mut now = 0;
        for point in segments.iter_mut().flatten() {
            now += point.time_ms.unwrap_or(0);
            point.time_ms = Some(now);
        }
        if laps.is_empty() {
            return segments;
        }
        let all = segments.concat();
        let mut ends: Vec<usize> = laps.into_iter().map(|end| end.min(all.len())).collect();
        ends.sort_unstable();
        ends.into_iter().map(|end| all[..end].to_vec()).chain([all.clone()]).collect()
    })
}

/// Change to a hidden point.
#[derive(Clone, Copy, Debug)]
enum Change {
    Moved(f64, f64),
    Removed,
    Duplicated,
    Retimed(i64),
    Invalid,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0.0..0.98f64, 0.0..2.0 * PI).prop_map(|(radii, direction)| Change::Moved(radii, direction)),
        Just(Change::Removed),
        Just(Change::Duplicated),
        any::<i32>().prop_map(|ms| Change::Retimed(ms.into())),
        Just(Change::Invalid),
    ]
}

fn changed(segments: &[Segment], zone: Place, changes: &[Change]) -> Vec<Segment> {
    let circle = Circle::new(zone.0, zone.1, zone.2);
    let mut changes = changes.iter().cycle();
    let mut change = |point: &Point| {
        if !circle.contains(canvas_from_degrees(point.lon, point.lat)) {
            return vec![*point];
        }
        match *changes.next().expect("a cycle") {
            Change::Moved(radii, direction) => vec![around(zone, radii, direction)],
            Change::Removed => vec![],
            Change::Duplicated => vec![*point, *point],
            Change::Retimed(ms) => vec![Point { time_ms: Some(ms), elevation_m: None, ..*point }],
            Change::Invalid => vec![Point { lat: f64::NAN, ..*point }, Point { lon: 1000.0, ..*point }],
        }
    };
    segments.iter().map(|segment| segment.iter().flat_map(&mut change).collect()).collect()
}

proptest! {
    #[test]
    fn hidden_points_do_not_affect_the_visible_part(
        (zone, segments) in zone().prop_flat_map(|zone| (Just(zone), recording(zone))),
        changes in prop::collection::vec(change(), 1..40),
        trim in prop_oneof![Just(0.0), Just(1.0)],
    ) {
        let privacy = Privacy::new(vec![Circle::new(zone.0, zone.1, zone.2)], trim * zone.2);
        let activity = |segments| Activity { sport: "cycling".to_owned(), segments, ..Activity::default() };
        let (before, after) = (activity(segments.clone()), activity(changed(&segments, zone, &changes)));
        let visible = visible_segments(&before, &privacy);
        prop_assert!(visible.iter().all(|line| !line.is_empty()));
        prop_assert_eq!(&visible, &visible_segments(&after, &privacy));
        let points = |activity: &Activity| -> Vec<Point> {
            privacy.hide(activity).segments.concat().into_iter().filter(tidy::is_valid_position).collect()
        };
        prop_assert_eq!(points(&before), points(&after));
    }
}

#[test]
fn cuts_depend_only_on_visible_neighbours() {
    let zone = (52.5, 13.4, 400.0);
    let line = |lons: &[f64]| Activity {
        segments: vec![lons.iter().map(|lon| Point::at(52.5, *lon)).collect()],
        ..Activity::default()
    };
    let sparse = visible_segments(&line(&[13.38, 13.39, 13.41, 13.42]), &privacy(&[zone]));
    assert_eq!(sparse.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3]);
    let dense = visible_segments(&line(&[13.38, 13.39, 13.397, 13.4, 13.403, 13.41, 13.42]), &privacy(&[zone]));
    assert_eq!(dense, sparse);
    assert_eq!(visible_segments(&line(&[13.399, 13.4, 13.401]), &privacy(&[zone])), [[]; 0]);
}

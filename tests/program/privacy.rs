//! Properties of privacy on random recordings, and exact comparison of cuts with a slow reference.

use std::f64::consts::PI;

use proptest::prelude::*;
use trailglow::activity::tidy;
use trailglow::activity::{Activity, Point, Segment};
use trailglow::collection::visible::visible_part;
use trailglow::engine::geometry::mercator::canvas_from_degrees;
use trailglow::privacy::{Circle, Privacy, Rule};

/// Zone: latitude, longitude, radius in metres.
type Place = (f64, f64, f64);

fn privacy(zones: &[Place]) -> Privacy {
    Privacy::new(zones.iter().map(|&(lat, lon, metres)| Circle::new(lat, lon, metres)).collect(), 0.0)
}

/// Hides, tidies and cuts like the program.
fn visible_segments(activity: &Activity, privacy: &Privacy) -> Vec<Segment> {
    privacy.cut(tidy::tidy(&privacy.hide(activity)).0)
}

/// Returns the distance in metres from the angle between direction vectors, a formula that the program does not use.
fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let direction = |(lat, lon): (f64, f64)| {
        let (lat, lon) = (lat * PI / 180.0, lon * PI / 180.0);
        [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
    };
    let ([a, b, c], [d, e, f]) = (direction(a), direction(b));
    let cross = [b * f - c * e, c * d - a * f, a * e - b * d];
    let sine = cross.iter().map(|side| side * side).sum::<f64>().sqrt();
    6_371_008.8 * sine.atan2(a * d + b * e + c * f)
}

/// Returns Mercator's northing in radians.
fn northing(lat: f64) -> f64 {
    (PI / 4.0 + lat * PI / 360.0).tan().ln()
}

/// Returns the equivalent longitude within 180° of `around`.
fn unwrapped(lon: f64, around: f64) -> f64 {
    lon - ((lon - around) / 360.0).round() * 360.0
}

/// Returns the position at a fraction of the straight line on the map between two points.
fn along(a: &Point, b: &Point, fraction: f64) -> (f64, f64) {
    let y = northing(a.lat) + fraction * (northing(b.lat) - northing(a.lat));
    (2.0 * y.exp().atan() * 180.0 / PI - 90.0, a.lon + fraction * (unwrapped(b.lon, a.lon) - a.lon))
}

/// Returns metres on the ground from a position to the nearest line.
fn metres_to_lines((lat, lon): (f64, f64), lines: &[Segment]) -> f64 {
    let scale = 6_371_008.8 * (lat * PI / 180.0).cos();
    let flat = |point: &Point| {
        ((unwrapped(point.lon, lon) - lon) * PI / 180.0 * scale, (northing(point.lat) - northing(lat)) * scale)
    };
    let from = |a: (f64, f64), b: (f64, f64)| {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length2 = (dx * dx + dy * dy).max(1e-12);
        let fraction = (-(a.0 * dx + a.1 * dy) / length2).clamp(0.0, 1.0);
        (a.0 + fraction * dx).hypot(a.1 + fraction * dy)
    };
    let pairs = lines.iter().flat_map(|line| line.windows(2));
    pairs.map(|pair| from(flat(&pair[0]), flat(&pair[1]))).fold(f64::INFINITY, f64::min)
}

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

/// Returns the point at a distance in radii and a direction from the centre of a zone.
fn around((lat, lon, radius): Place, radii: f64, direction: f64) -> Point {
    let degrees = radii * radius / 111_195.08;
    let north = (lat + degrees * direction.cos()).clamp(-85.0, 85.0);
    let east = lon + degrees * direction.sin() / north.to_radians().cos().max(0.05);
    Point::at(north, (east + 540.0).rem_euclid(360.0) - 180.0)
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

/// Recordings with sensor values that pass a zone repeatedly, with points inside and outside.
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
    segments.prop_map(|mut segments| {
        let mut now = 0;
        for point in segments.iter_mut().flatten() {
            now += point.time_ms.unwrap_or(0);
            point.time_ms = Some(now);
        }
        segments
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
            privacy.hide(activity).points().filter(|point| tidy::is_valid_position(point)).copied().collect()
        };
        prop_assert_eq!(points(&before), points(&after));
    }

    #[test]
    fn points_hidden_by_a_trim_do_not_affect_the_rest(
        steps in prop::collection::vec((0.0..2.0 * PI, 2i64..60), 2..60),
        moved in prop::collection::vec((0.0..0.99f64, 0.0..2.0 * PI), 60),
    ) {
        // Two seconds allow any step here, so no hidden point is a spike.
        let (mut at, mut now) = (Point::at(47.0, 8.0), 0);
        let mut segment = vec![Point { time_ms: Some(0), ..at }];
        for (direction, seconds) in steps {
            at = around((at.lat, at.lon, 60.0), 1.0, direction);
            now += seconds;
            segment.push(Point { time_ms: Some(now * 1000), ..at });
        }
        let privacy = Privacy::new(vec![], 200.0);
        let activity = |segment: Segment| {
            Activity { sport: "flying".to_owned(), segments: vec![segment], ..Activity::default() }
        };
        let visible = visible_segments(&activity(segment.clone()), &privacy);
        let start = (segment[0].lat, segment[0].lon);
        let first = segment.iter().position(|point| metres(start, (point.lat, point.lon)) > 200.0);
        let first = first.unwrap_or(segment.len());
        for (point, (radii, direction)) in segment[1..first].iter_mut().zip(moved) {
            let Point { lat, lon, .. } = around((start.0, start.1, 195.0), radii, direction);
            (point.lat, point.lon) = (lat, lon);
        }
        prop_assert_eq!(visible, visible_segments(&activity(segment), &privacy));
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

/// Metres of a line inside a zone, by sampling: each step is cut into short pieces, and each piece counts whole.
fn sampled_metres_inside(segment: &[Point], zone: Place) -> f64 {
    const PIECES: u32 = 500;
    let inside = |a: &Point, b: &Point| {
        let middle = |piece: u32| along(a, b, (f64::from(piece) + 0.5) / f64::from(PIECES));
        let pieces = (0..PIECES).filter(|piece| metres((zone.0, zone.1), middle(*piece)) < zone.2).count();
        metres((a.lat, a.lon), (b.lat, b.lon)) * pieces as f64 / f64::from(PIECES)
    };
    segment.windows(2).map(|pair| inside(&pair[0], &pair[1])).sum()
}

/// Length in metres by rule of what a map leaves out of an activity.
fn shares(segments: Vec<Segment>, privacy: &Privacy) -> Vec<(Rule, f64)> {
    let activity = Activity { sport: "cycling".to_owned(), segments, ..Activity::default() };
    visible_part(&activity, privacy).2.iter().map(|(rule, centimetres)| (rule, centimetres as f64 / 100.0)).collect()
}

proptest! {
    #[test]
    fn the_share_of_a_zone_is_the_length_inside(
        start in (0.0..3.0f64, 0.0..2.0 * PI),
        steps in prop::collection::vec((0.0..2.0 * PI, 1.0..150.0f64), 1..60),
        lon in prop_oneof![Just(13.4), Just(179.9995), Just(-180.0)],
    ) {
        let (near, far) = ((52.5, lon, 300.0), (52.6, lon, 300.0));
        let mut segment = vec![around(near, start.0, start.1)];
        for (direction, metres) in steps {
            let last = segment[segment.len() - 1];
            segment.push(around((last.lat, last.lon, metres), 1.0, direction));
        }
        for (second, point) in (0..).zip(&mut segment) {
            point.time_ms = Some(second * 10_000);
        }
        let expected = sampled_metres_inside(&segment, near);
        let shares = shares(vec![segment], &privacy(&[far, near]));
        let hidden = shares.iter().map(|(_, metres)| metres).sum::<f64>();
        prop_assert!(shares.iter().all(|(rule, _)| *rule == Rule::Zone(1)), "{:?}", shares);
        prop_assert!((hidden - expected).abs() < 0.02 * expected + 3.0, "{hidden} instead of {expected}");
    }
}

#[test]
fn shares_tell_zones_and_trim_apart() {
    let north = |metre: i64| Point { time_ms: Some(metre * 200), ..Point::at(47.0 + metre as f64 / 111_195.0, 8.0) };
    let walk = |metres: std::ops::Range<i64>| metres.step_by(10).map(north).collect::<Segment>();
    let lengths = |segments: Vec<Segment>, privacy: &Privacy| -> Vec<(Rule, i64)> {
        shares(segments, privacy).into_iter().map(|(rule, metres)| (rule, metres.round() as i64)).collect()
    };
    let trim = Privacy::new(vec![], 195.0);
    assert_eq!(lengths(vec![walk(0..3000)], &trim), [(Rule::Trim, 400)], "the step to the first visible point too");
    assert_eq!(lengths(vec![walk(0..3000)], &Privacy::default()), []);
    assert_eq!(lengths(vec![walk(0..150)], &trim), [(Rule::Trim, 140)], "hidden wholly");
    assert_eq!(lengths(vec![walk(0..100), walk(100..3000)], &trim), [(Rule::Trim, 390)], "without the step between");
    let place = north(0);
    let both = Privacy::new(vec![Circle::new(place.lat, place.lon, 504.0)], 195.0);
    assert_eq!(lengths(vec![walk(0..3000)], &both), [(Rule::Zone(0), 504), (Rule::Trim, 400)]);
    assert_eq!(lengths(vec![walk(0..500)], &both), [(Rule::Zone(0), 490)], "nothing is left for the trim");
    // A single hidden point has no length, but is hidden.
    let zone = privacy(&[(place.lat, place.lon, 100.0)]);
    assert_eq!(lengths(vec![vec![place], walk(1000..3000)], &zone), [(Rule::Zone(0), 0)]);
    // A step without a point inside counts if it is drawn, and not if it is a pause.
    let pass = |seconds: i64| {
        let point = |ten: i64| {
            let second = ten * 5 + if ten > 0 { seconds - 160 } else { 0 };
            Point { time_ms: Some(second * 1000), ..north(ten * 10) }
        };
        vec![(-30..=30).filter(|ten: &i64| ten.abs() > 15).map(point).collect::<Segment>()]
    };
    assert_eq!(lengths(pass(25), &zone), [(Rule::Zone(0), 200)]);
    assert_eq!(lengths(pass(10_000), &zone), []);
    // A point far off adds no more than the trim.
    let mut stray = walk(0..3000);
    stray[5].lat += 1.0;
    let [(Rule::Trim, length)] = lengths(vec![stray], &trim)[..] else { panic!("only the trim hides") };
    assert!((400..=800).contains(&length), "{length}");
}

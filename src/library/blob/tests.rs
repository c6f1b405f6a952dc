//! Tests of the blobs: what is packed is unpacked, and damage is seen.

use super::*;
use crate::collection::visible::without_privacy;
use proptest::prelude::*;

fn point() -> impl Strategy<Value = Point> {
    let position = prop_oneof![
        (46_000_000i32..46_010_000, 7_000_000i32..7_010_000).prop_map(|(a, b)| (a.into(), b.into())),
        (any::<f64>(), any::<f64>()),
        Just((0.0, 0.0)),
        (-100e6..100e6f64, -200e6..200e6f64),
    ];
    let sensors = (any::<Option<i32>>(), any::<Option<f32>>(), any::<Option<f32>>());
    let whole_numbers = (any::<Option<u8>>(), any::<Option<u16>>(), any::<Option<u8>>(), any::<Option<i8>>());
    (position, sensors, whole_numbers).prop_map(|((lat, lon), sensors, whole_numbers): ((f64, f64), _, _)| {
        let ((time, elevation_m, speed_mps), (heart_rate_bpm, power_w, cadence_rpm, temperature_c)) =
            (sensors, whole_numbers);
        Point {
            lat: lat / 1e6,
            lon: wrap_longitude(lon / 1e6),
            time_ms: time.map(i64::from),
            elevation_m,
            speed_mps,
            heart_rate_bpm,
            power_w,
            cadence_rpm,
            temperature_c,
        }
    })
}

/// Activities, some of which repeat their first segments.
fn activity() -> impl Strategy<Value = Activity> {
    let segments = prop::collection::vec(prop::collection::vec(point(), 0..60), 0..4);
    (segments, prop::option::of(0usize..60)).prop_map(|(mut segments, repeated)| {
        if let Some((points, first)) = repeated.zip(segments.first().cloned()) {
            segments.insert(0, first.into_iter().take(points).collect());
        }
        Activity { segments, ..Activity::default() }
    })
}

/// Bit patterns, so that NaN equals itself.
fn bits(segments: &[Segment]) -> Vec<Vec<[u64; 4]>> {
    let float = |value: Option<f32>| value.map_or(u64::MAX, |value| value.to_bits().into());
    let point_bits = |point: &Point| {
        let Point { time_ms, heart_rate_bpm, power_w, cadence_rpm, temperature_c, .. } = point;
        let rest = format!("{time_ms:?} {heart_rate_bpm:?} {power_w:?} {cadence_rpm:?} {temperature_c:?}");
        let rest = rest.bytes().fold(7u64, |sum, byte| sum.wrapping_mul(257).wrapping_add(byte.into()));
        let sensors = float(point.elevation_m).rotate_left(32) ^ float(point.speed_mps);
        [point.lat.to_bits(), point.lon.to_bits(), sensors, rest]
    };
    segments.iter().map(|segment| segment.iter().map(point_bits).collect()).collect()
}

proptest! {
    #[test]
    fn unpacked_points_equal_packed_points_bit_for_bit(activity in activity()) {
        let unpacked = segments(&pack_positions(&activity), &pack_sensors(&activity)).expect("packed just now");
        prop_assert_eq!(bits(&unpacked), bits(&activity.segments));
    }

    #[test]
    fn polylines_from_blobs_equal_polylines_from_points(activity in activity(), finest in 0u8..=24) {
        if let Some(tidied) = without_privacy(&activity).0.filter(|tidied| tidied.beyond_points == 0) {
            let (positions, codes) = (pack_positions(&activity), VertexCodes::pack(&activity, &tidied).blob);
            let direct: Vec<Polyline> = tidied.projected.iter().map(|line| Polyline::new(line, finest)).collect();
            let sketch = Sketch::of_segments(&tidied.segments);
            prop_assert_eq!(super::sketch(&codes), Ok(sketch.clone()));
            prop_assert_eq!(polylines(&positions, &codes, finest), Ok((direct, sketch)));
        }
    }

    #[test]
    fn damage_is_an_error_or_changes_no_point(
        activity in activity(), at in any::<prop::sample::Index>(), flips in 1u8..,
    ) {
        let mut blobs = [pack_positions(&activity), pack_sensors(&activity)];
        for which in 0..2 {
            let (intact, at) = (blobs[which].clone(), at.index(blobs[which].len()));
            blobs[which][at] ^= flips;
            if let Ok(unpacked) = segments(&blobs[0], &blobs[1]) {
                prop_assert_eq!(bits(&unpacked), bits(&activity.segments));
            }
            let _ = polylines(&blobs[0], &blobs[1], 24);
            blobs[which] = intact;
        }
    }
}

#[test]
fn longitudes_of_older_libraries_are_wrapped() {
    let at = |lons: [f64; 3]| Activity {
        segments: vec![lons.map(|lon| Point::at(1.0, lon)).to_vec()],
        ..Activity::default()
    };
    let old = at([-346.595, -180.5, 400.0]);
    let unpacked = segments(&pack_positions(&old), &pack_sensors(&old)).expect("packed just now");
    assert_eq!(unpacked, at([13.405, 179.5, 400.0]).segments);
}

#[test]
fn an_activity_beyond_the_map_has_a_sketch_and_no_codes() {
    let walk = |lats: [f64; 3]| lats.map(|lat| Point::at(lat, 10.0)).to_vec();
    for (segments, version) in [
        (vec![walk([84.9, 85.0, 85.05])], SIMPLIFIER_VERSION),
        (vec![walk([84.9, 85.0, 85.1])], NO_CODES),
        (vec![walk([89.7, 89.8, 89.9]), walk([52.0, 52.1, 52.2])], NO_CODES),
    ] {
        let activity = Activity { segments, ..Activity::default() };
        let codes = VertexCodes::pack(&activity, &without_privacy(&activity).0.expect("points"));
        assert_eq!((codes.version, sketch(&codes.blob)), (version, Ok(Sketch::of_segments(&activity.segments))));
    }
}

#[test]
fn an_hour_takes_less_than_7_bytes_a_second() {
    let ride = |i: i32| {
        let (t, wobble) = (f64::from(i), f64::from((i * 7919) % 13 - 6));
        Point {
            time_ms: Some(i64::from(i) * 1000),
            elevation_m: Some(((300.0 + (t / 60.0).sin() * 20.0) * 10.0).round() as f32 / 10.0),
            heart_rate_bpm: Some((120.0 + 20.0 * (t / 100.0).sin()) as u8),
            ..Point::at(
                ((47.0 + t * 5e-5) * 1e7 + wobble * 5.0).round() / 1e7,
                ((8.0 + (t / 300.0).sin() / 100.0) * 1e7 - wobble * 5.0).round() / 1e7,
            )
        }
    };
    let activity = Activity { segments: vec![(0..3600).map(ride).collect()], ..Activity::default() };
    let tidied = without_privacy(&activity).0.expect("points");
    let bytes =
        [pack_positions(&activity), pack_sensors(&activity), VertexCodes::pack(&activity, &tidied).blob].concat().len();
    assert!(bytes < 7 * 3600, "{bytes}");
}

#[test]
fn older_blobs_have_fewer_sensors() {
    let activity = Activity {
        segments: vec![vec![Point { heart_rate_bpm: Some(90), ..Point::at(1.0, 2.0) }]],
        ..Activity::default()
    };
    // Times, elevations, speeds and heart rates of one point.
    let mut writer = ColumnWriter::default();
    writer.run_lengths([false].into_iter());
    writer.deltas(&[]);
    for _ in 0..2 {
        writer.run_lengths([false].into_iter());
        writer.floats::<f32>(&[]);
    }
    writer.run_lengths([true].into_iter());
    writer.deltas(&[90]);
    assert_eq!(segments(&pack_positions(&activity), &writer.pack()), Ok(activity.segments));
}

//! Tests of tidying as a whole: pauses, spikes, jumps, stray runs, clocks.

use super::*;
use proptest::prelude::*;

/// A walk north at 1 m/s with a point every `every` seconds.
fn walk(points: u32, every: u32) -> Segment {
    (0..points)
        .map(|i| Point {
            time_ms: Some(i64::from(i * every) * 1000),
            ..Point::at(47.0 + f64::from(i * every) / 111_195.0, 8.0)
        })
        .collect()
}

fn tidied_lengths(sport: &str, segment: Segment) -> (Vec<usize>, DroppedPoints) {
    let (segments, dropped) = tidy(sport, &[segment]);
    (segments.iter().map(Vec::len).collect(), dropped)
}

#[test]
fn a_pause_splits_the_segment_only_if_the_position_moved() {
    let mut moved = walk(100, 1);
    for point in &mut moved[50..] {
        point.time_ms = point.time_ms.map(|ms| ms + 600_000);
    }
    assert_eq!(tidied_lengths("walking", moved.clone()).0, [100], "came back to where it stopped");
    for point in &mut moved[50..] {
        point.lat += 0.01;
    }
    assert_eq!(tidied_lengths("walking", moved).0, [50, 50]);
}

#[test]
fn sparse_recordings_stay_one_segment() {
    assert_eq!(tidied_lengths("walking", walk(50, 120)).0, [50]);
}

#[test]
fn a_spike_is_dropped_and_the_segment_continues() {
    let mut spiky = walk(100, 1);
    spiky[40].lat += 1.0;
    spiky[41].lat += 1.0;
    let dropped = DroppedPoints { spikes: 2, ..DroppedPoints::default() };
    assert_eq!(tidied_lengths("running", spiky), (vec![98], dropped));
}

/// A spike of six points becomes slow enough to be reached, while the line goes on.
#[test]
fn the_points_of_a_spike_are_no_return() {
    for (spike, every, metres_off) in [(6, 20, 5_000.0), (5, 5, 1_000.0), (7, 20, 6_000.0)] {
        let mut spiky = walk(100, every);
        for point in &mut spiky[40..40 + spike] {
            point.lon += metres_off / 75_835.0;
        }
        let dropped = DroppedPoints { spikes: spike as u64, ..DroppedPoints::default() };
        assert_eq!(tidied_lengths("cycling", spiky), (vec![100 - spike], dropped), "{spike} points");
    }
}

#[test]
fn a_spike_at_either_end_is_dropped() {
    let mut spiky = walk(100, 1);
    spiky[0].lat += 1.0;
    spiky[99].lon += 1.0;
    assert_eq!(tidied_lengths("running", spiky), (vec![98], DroppedPoints { spikes: 2, ..DroppedPoints::default() }));
}

#[test]
fn a_permanent_jump_splits_the_segment() {
    let mut jumped = walk(100, 1);
    for point in &mut jumped[40..] {
        point.lon += 1.0;
    }
    assert_eq!(tidied_lengths("cycling", jumped).0, [40, 60]);
}

/// A walk of 100 points followed by `points` points at 60 m/s.
fn walk_then_train(points: i64) -> Segment {
    let mut recording = walk(100, 1);
    let ride = |i: i64| Point { time_ms: Some((100 + i) * 1000), ..Point::at(47.1 + i as f64 * 60.0 / 111_195.0, 8.0) };
    recording.extend((0..points).map(ride));
    recording
}

#[test]
fn the_speed_limit_depends_on_the_sport() {
    assert_eq!(tidied_lengths("train", walk_then_train(50)).0, [100, 50]);
    assert_eq!(
        tidied_lengths("running", walk_then_train(50)),
        (vec![100], DroppedPoints { spikes: 50, ..DroppedPoints::default() })
    );
}

#[test]
fn a_day_between_two_points_is_a_gap_but_a_sparse_flight_is_not() {
    let two = |seconds: i64, degrees: f64| {
        vec![
            Point { time_ms: Some(0), ..Point::at(47.0, 8.0) },
            Point { time_ms: Some(seconds * 1000), ..Point::at(47.0 + degrees, 8.0) },
        ]
    };
    let stray = DroppedPoints { spikes: 2, ..DroppedPoints::default() };
    for (seconds, degrees) in [(24 * 3600, 1.0), (3600, 1.0), (900, 700.0 / 111_195.0)] {
        assert_eq!(tidied_lengths("", two(seconds, degrees)), (vec![], stray), "two single points");
    }
    for points in [5, 10] {
        let point = |i| two(1800 * i64::from(i), 3.4 * f64::from(i)).split_off(1);
        let flight: Segment = (0..points).flat_map(point).collect();
        assert_eq!(tidied_lengths("", flight), (vec![points as usize], DroppedPoints::default()));
    }
}

#[test]
fn times_in_whole_minutes_make_no_spikes() {
    let mut ride: Segment = (0..60)
        .map(|i| Point { time_ms: Some(i64::from(i) * 20_000), ..Point::at(47.0 + f64::from(i) * 0.0018, 8.0) })
        .collect();
    let whole = (vec![60], DroppedPoints::default());
    assert_eq!(tidied_lengths("cycling", ride.clone()), whole, "200 m in 20 s");
    ride.iter_mut().for_each(|point| point.time_ms = point.time_ms.map(|ms| ms / 60_000 * 60_000));
    assert_eq!(tidied_lengths("cycling", ride.clone()), whole, "200 m in the same minute");
    ride[30].lat += 1.0;
    let spike = DroppedPoints { spikes: 1, ..DroppedPoints::default() };
    assert_eq!(tidied_lengths("cycling", ride), (vec![59], spike));
}

#[test]
fn a_wrong_clock_cuts_no_line() {
    let mut clock_set_late = walk(200, 1);
    clock_set_late[..30].iter_mut().for_each(|point| point.time_ms = point.time_ms.map(|ms| ms - 788_918_400_000));
    assert_eq!(tidied_lengths("walking", clock_set_late), (vec![200], DroppedPoints::default()));
    let mut clock_put_back = walk(200, 1);
    clock_put_back[100..].iter_mut().for_each(|point| point.time_ms = point.time_ms.map(|ms| ms - 3_600_000));
    assert_eq!(tidied_lengths("walking", clock_put_back), (vec![200], DroppedPoints::default()));
}

#[test]
fn a_wrong_sport_does_not_drop_the_recording() {
    assert_eq!(tidied_lengths("running", walk_then_train(500)).0, [100, 500]);
}

#[test]
fn invalid_positions_are_dropped_and_counted() {
    let mut odd = walk(20, 1);
    (odd[2].lat, odd[3].lon, odd[4]) = (f64::NAN, 181.0, Point::at(0.0, 0.0));
    let dropped = DroppedPoints { out_of_range: 2, null_island: 1, ..DroppedPoints::default() };
    assert_eq!(tidied_lengths("walking", odd), (vec![17], dropped));
}

#[test]
fn untimed_routes_split_only_at_extreme_steps() {
    let mut route: Segment = (0..100).map(|i| Point::at(47.0 + f64::from(i) * 1e-4, 8.0)).collect();
    for point in &mut route[60..] {
        point.lat += 0.004;
    }
    assert_eq!(tidied_lengths("", route.clone()).0, [100], "450 m after steps of 11 m");
    for point in &mut route[80..] {
        point.lat += 0.01;
    }
    assert_eq!(tidied_lengths("", route).0, [80, 20]);
}

#[test]
fn a_stray_run_is_dropped_and_its_neighbours_are_joined() {
    let mut recording = walk(100, 1);
    for point in &mut recording[40..] {
        point.time_ms = point.time_ms.map(|ms| ms + 600_000);
    }
    let stray = Point { time_ms: Some(300_000), ..Point::at(47.1, 8.0) };
    recording.insert(40, stray);
    let dropped = DroppedPoints { spikes: 1, ..DroppedPoints::default() };
    assert_eq!(tidied_lengths("walking", recording), (vec![100], dropped), "11 km in five minutes and back");
    assert_eq!(tidied_lengths("", walk(10, 10)), (vec![], DroppedPoints { spikes: 10, ..dropped }));
    assert_eq!(tidied_lengths("", walk(11, 9)), (vec![11], DroppedPoints::default()));
}

#[test]
fn segments_that_continue_nearby_are_joined() {
    let parts = |gap: f64| {
        let (first, mut second) = (walk(50, 1), walk(50, 1));
        for point in &mut second {
            point.lat += (50.0 + gap) / 111_195.0;
        }
        tidy("", &[first, second]).0.len()
    };
    assert_eq!((parts(20.0), parts(40.0)), (1, 2));
}

proptest! {
    #[test]
    fn every_point_is_kept_or_counted_as_dropped(
        places in prop::collection::vec((-100.0..100.0f64, -200.0..200.0f64, any::<Option<i32>>()), 0..200),
    ) {
        let segment: Segment = places
            .iter()
            .map(|&(lat, lon, time)| Point { time_ms: time.map(i64::from), ..Point::at(lat, lon) })
            .collect();
        let (lens, dropped) = tidied_lengths("", segment);
        let counted = dropped.out_of_range + dropped.null_island + dropped.spikes;
        prop_assert_eq!(lens.iter().sum::<usize>() as u64 + counted, places.len() as u64);
        prop_assert!(lens.iter().all(|len| *len > 0));
    }
}

use super::*;

/// A point every `step` metres northward, made by `point` from the distance and the position.
fn way(step: f64, count: usize, point: impl Fn(f64, Point) -> Point) -> Vec<Point> {
    let at = |i: usize| step * i as f64;
    (0..count).map(|i| point(at(i), Point::at(47.0 + at(i) / 111_195.0, 11.0))).collect()
}

fn seconds(seconds: f64) -> Option<i64> {
    Some((1000.0 * seconds) as i64)
}

fn readings(sport: &str, segment: &[Point]) -> Vec<EdgeReadings> {
    readings_along(sport, segment, &crate::activity::elapsed::elapsed(segment))
}

fn mean(values: impl Iterator<Item = Option<f32>>) -> f32 {
    let known: Vec<f32> = values.flatten().collect();
    known.iter().sum::<f32>() / known.len() as f32
}

#[test]
fn speeds_of_positions_resist_noise_and_leave_out_stops() {
    // 3 m/s with errors of up to 3 m, and a stop of five minutes after 600 m.
    let noisy = |metres: f64, point: Point| {
        let stop = if metres > 600.0 { 300.0 } else { 0.0 };
        let error = ((metres * 7.31).sin() * 3.0) / 111_195.0;
        Point { time_ms: seconds(metres / 3.0 + stop), lon: point.lon + error, ..point }
    };
    let found = readings("running", &way(3.0, 400, noisy));
    let speeds = || found.iter().map(|reading| reading.speed_mps);
    assert!((mean(speeds()) - 3.0).abs() < 0.3, "{}", mean(speeds()));
    assert!(speeds().flatten().all(|speed| (0.3..4.5).contains(&speed)));
    assert_eq!(speeds().filter(Option::is_none).count(), 2, "the first point, and the edge of the stop");
}

#[test]
fn speeds_of_the_device_count_if_they_agree_with_positions() {
    let at = |speed_mps: f32| {
        let point = |metres: f64, point| Point { time_ms: seconds(metres / 5.0), speed_mps: Some(speed_mps), ..point };
        readings("ride", &way(5.0, 100, point))[50].speed_mps.expect("a speed")
    };
    assert!((at(5.5) - 5.5).abs() < 1e-6);
    for wrong in [0.0, 18.0] {
        assert!((at(wrong) - 5.0).abs() < 0.05, "{wrong}: zeros, or km/h");
    }
    let fast = way(60.0, 50, |metres, point| Point { time_ms: seconds(metres / 60.0), ..point });
    assert!(readings("ride", &fast).iter().all(|reading| reading.speed_mps.is_none()), "impossible");
}

#[test]
fn slopes_are_those_of_the_way_and_noise_is_filtered() {
    // 10 % up for a kilometre, then level, with noise of a metre.
    let ramp = |metres: f64, point: Point| {
        let noise = (metres * 3.7).sin();
        Point { elevation_m: Some((500.0 + 0.1 * metres.min(1000.0) + noise) as f32), ..point }
    };
    let found = readings("ride", &way(4.0, 500, ramp));
    for (reading, metres) in found.iter().zip((0..).map(|i| 4.0 * f64::from(i) - 2.0)).skip(1) {
        let [slope, elevation] = [reading.slope, reading.elevation_m].map(|value| f64::from(value.expect("a value")));
        let (expected, height) = (if metres < 1000.0 { 0.1 } else { 0.0 }, 500.0 + 0.1 * metres.min(1000.0));
        let is_at_bend = (940.0..1060.0).contains(&metres);
        assert!((slope - expected).abs() < 0.01 || is_at_bend, "{slope} at {metres}");
        assert!((elevation - height).abs() < 1.2, "{elevation} at {metres}");
    }
}

#[test]
fn gaps_and_faults_of_elevations_have_no_values() {
    let faulty = |metres: f64, point: Point| {
        let elevation = match metres {
            m if (400.0..450.0).contains(&m) => None,
            m if (1000.0..1500.0).contains(&m) => None,
            m if (2000.0..2005.0).contains(&m) => Some(9000.0),
            _ => Some(300.0),
        };
        Point { elevation_m: elevation, ..point }
    };
    let found = readings("ride", &way(5.0, 600, faulty));
    let is_known = |metres: usize| found[metres / 5].elevation_m.is_some();
    assert_eq!(
        [390, 430, 700, 1200, 1600, 2000, 2005, 2100].map(is_known),
        [true, true, true, false, true, false, false, true]
    );
    assert!(found.iter().flat_map(|reading| reading.slope).all(|slope| slope.abs() < 1e-6));
}

#[test]
fn heart_rates_need_both_ends() {
    let beats = [Some(120), Some(130), None, Some(140), Some(20), Some(150), Some(160)];
    let points: Vec<Point> = beats.map(|heart_rate_bpm| Point { heart_rate_bpm, ..Point::at(47.0, 11.0) }).into();
    let found = readings("run", &points).into_iter().map(|reading| reading.heart_rate_bpm).collect::<Vec<_>>();
    assert_eq!(found, [None, Some(125.0), None, None, None, None, Some(155.0)]);
}

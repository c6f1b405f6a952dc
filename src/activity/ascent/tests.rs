use proptest::prelude::*;

use super::*;
use crate::activity::summary::step_metres;

/// Points of a way north: distance from the start and elevation, in metres.
type Way = Vec<(f64, f64)>;

fn segment(way: &[(f64, f64)]) -> Segment {
    let point = |&(metres, elevation): &(f64, f64)| Point {
        elevation_m: Some(elevation as f32),
        ..Point::at(metres / 111_195.0, 8.0)
    };
    way.iter().map(point).collect()
}

fn of_segments(segments: &[Segment]) -> Option<f64> {
    ascent(segments, &step_metres(segments))
}

fn ascent_of(way: &[(f64, f64)]) -> f64 {
    of_segments(&[segment(way)]).expect("elevations")
}

/// A way of `length` metres with a point every `step` metres.
fn way(length: f64, step: f64, elevation: impl Fn(f64) -> f64) -> Way {
    (0..=(length / step) as usize).map(|i| (i as f64 * step, elevation(i as f64 * step))).collect()
}

/// Nearly normal pseudorandom numbers with a standard deviation of 1.
fn noise() -> impl FnMut() -> f64 {
    let mut state = 1u64;
    move || {
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..12).map(|_| uniform()).sum::<f64>() - 6.0
    }
}

fn noisy(mut way: Way) -> Way {
    let mut noise = noise();
    way.iter_mut().for_each(|(_, elevation)| *elevation += noise());
    way
}

fn hills(wave: f64) -> impl Fn(f64) -> f64 {
    move |metres| 100.0 + 10.0 * (std::f64::consts::TAU * metres / wave).sin()
}

#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} m, expected {expected} m ± {tolerance} m");
}

#[test]
#[should_panic(expected = "expected 10 m")]
fn another_ascent_is_told() {
    assert_near(10.2, 10.0, 0.1);
}

#[test]
fn noise_on_flat_ground_is_no_climb() {
    for metres_per_second in [1.4, 2.8, 8.3] {
        assert_near(ascent_of(&noisy(way(3600.0 * metres_per_second, metres_per_second, |_| 100.0))), 0.0, 1.0);
    }
}

#[test]
fn drift_on_flat_ground_is_nearly_no_climb() {
    // Autocorrelated within half a minute, with a standard deviation of 2.5 m: satellite positions of a run.
    let (mut noise, mut drift) = (noise(), 0.0);
    let mut elevation = || {
        drift = 0.97 * drift + 0.6 * noise();
        100.0 + drift
    };
    let run: Way = (0..3600).map(|second| (2.8 * f64::from(second), elevation())).collect();
    assert_near(ascent_of(&run), 0.0, 40.0);
}

#[test]
fn steady_climbs_are_kept() {
    for step in [1.4, 3.0, 8.0, 15.0, 40.0] {
        for (slope, length) in [(0.08, 12_500.0), (0.01, 20_000.0), (0.25, 400.0)] {
            let clean = way(length, step, |metres| slope * metres);
            let climb = clean[clean.len() - 1].1;
            assert_near(ascent_of(&clean), climb, 0.02 * climb);
            assert_near(ascent_of(&noisy(clean)), climb, 0.02 * climb + 2.0);
        }
    }
}

#[test]
fn hills_are_kept_at_every_density() {
    for (wave, tolerance) in [(300.0, 0.12), (500.0, 0.05), (1000.0, 0.03)] {
        let found: Vec<f64> =
            [1.0, 3.0, 8.0, 15.0].map(|step| ascent_of(&way(20.0 * wave, step, hills(wave)))).to_vec();
        for ascent in &found {
            assert_near(*ascent, 400.0, 400.0 * tolerance);
            assert_near(*ascent, found[0], 0.01 * found[0]);
        }
        assert_near(ascent_of(&noisy(way(20.0 * wave, 3.0, hills(wave)))), 400.0, 400.0 * tolerance + 8.0);
    }
}

#[test]
fn stairs_are_kept() {
    let flight = |metres: f64| 3.0 * (metres / 55.0).floor() + (0.6 * metres.rem_euclid(55.0)).min(3.0);
    assert_near(ascent_of(&way(549.0, 1.0, flight)), 30.0, 0.1);
    assert_near(ascent_of(&way(500.0, 1.0, |metres| (0.6 * (metres - 100.0)).clamp(0.0, 3.0))), 3.0, 0.01);
}

#[test]
fn faults_are_not_climbed() {
    let climb = |metres: f64| 0.05 * metres;
    let clean = way(10_000.0, 5.0, climb);
    let mut spike = clean.clone();
    spike[500].1 += 655.0;
    spike[900].1 -= 327.0;
    let mut calibrated = clean.clone();
    calibrated[700..].iter_mut().for_each(|(_, elevation)| *elevation += 240.0);
    for way in [clean, spike, calibrated] {
        assert_near(ascent_of(&way), 500.0, 2.0);
    }
}

#[test]
fn a_cable_car_climbs() {
    assert_near(ascent_of(&[(0.0, 500.0), (2000.0, 500.0), (3000.0, 1300.0), (5000.0, 1300.0)]), 800.0, 0.1);
}

#[test]
fn drift_during_a_stop_is_no_climb() {
    let mut way: Way = (0..100).map(|i| (0.0, 100.0 + f64::from(i % 20))).collect();
    way.extend((0..300).map(|i| (f64::from(i) * 5.0, 100.0)));
    way.extend((0..100).map(|i| (1495.0, 100.0 + f64::from(i % 20))));
    assert_near(ascent_of(&way), 0.0, 0.0);
    assert_near(ascent_of(&way[..100]), 0.0, 0.0);
}

#[test]
fn segments_and_points_without_elevation_do_not_interrupt_a_climb() {
    let mut climb = segment(&way(1000.0, 10.0, |metres| 0.1 * metres));
    (20..60).filter(|i| i % 3 > 0).for_each(|i| climb[i].elevation_m = None);
    let second = climb.split_off(40);
    assert_near(of_segments(&[climb, second]).unwrap(), 100.0, 0.5);
    assert_eq!(of_segments(&[vec![Point::at(1.0, 2.0)]]), None);
    assert_eq!(of_segments(&[]), None);
    assert_eq!(ascent_of(&[(0.0, 5.0)]), 0.0);
}

/// Slow ascent by sums over small steps and by removing the smallest swings one after the other, with a threshold
/// multiplied by `factor`.
fn slow_ascent(way: &Way, factor: f64) -> f64 {
    let elevation = |metres: f64| {
        let after = way.iter().position(|vertex| vertex.0 >= metres).unwrap_or(way.len() - 1).max(1);
        let ((from, low), (to, high)) = (way[after - 1], way[after]);
        low + (high - low) * (metres - from) / (to - from)
    };
    let end = way[way.len() - 1].0;
    let mean = |metres: f64| {
        let half = metres.min(end - metres).min(30.0);
        (0..300).map(|i| elevation(metres - half + half * (f64::from(i) + 0.5) / 150.0)).sum::<f64>() / 300.0
    };
    let heights: Vec<f64> = way.iter().map(|vertex| mean(vertex.0)).collect();
    let deviations = (0..way.len() - 1).flat_map(|i| {
        let (a, b) = (way[i].1 - heights[i], way[i + 1].1 - heights[i + 1]);
        let length = way[i + 1].0 - way[i].0;
        (0..50).map(move |part| (a + (b - a) * (f64::from(part) + 0.5) / 50.0).abs() * length / 50.0)
    });
    let threshold = factor * (15.0 * deviations.sum::<f64>() / end).clamp(2.0, 10.0);
    let mut turns: Vec<f64> = Vec::new();
    for height in heights {
        match turns[..] {
            [.., a, b] if (b - a) * (height - b) >= 0.0 => turns[1..].last_mut().map_or((), |last| *last = height),
            _ => turns.push(height),
        }
    }
    loop {
        let swings = turns.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        match swings.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)) {
            Some((_, swing)) if swing >= threshold => break,
            None => break,
            Some((0, _)) => drop(turns.remove(0)),
            Some((i, _)) if i + 2 == turns.len() => drop(turns.pop()),
            Some((i, _)) => drop(turns.drain(i..i + 2)),
        }
    }
    turns.windows(2).map(|pair| (pair[1] - pair[0]).max(0.0)).sum()
}

proptest! {
    #[test]
    fn the_slow_ascent_is_equal(steps in prop::collection::vec((1.0..80.0f64, -9.0..9.0f64), 2..120)) {
        let mut way = vec![(0.0, 500.0)];
        for (metres, rise) in steps {
            let (from, height) = way[way.len() - 1];
            way.push((from + metres, f64::from((height + rise) as f32)));
        }
        let slow = [0.999, 1.0, 1.001].map(|factor| slow_ascent(&way, factor));
        let found = ascent_of(&way);
        let (least, most) = (slow.into_iter().fold(f64::INFINITY, f64::min), slow.into_iter().fold(0.0, f64::max));
        prop_assert!((least - 0.1..=most + 0.1).contains(&found), "{found} m, slowly {slow:?}");
    }

    #[test]
    fn a_denser_recording_has_the_same_ascent(
        (wave, step, parts) in (300.0..1500.0f64, 2.0..20.0f64, 2usize..9),
        is_noisy in any::<bool>(),
    ) {
        let sparse = way(20.0 * wave, step, hills(wave));
        let sparse = if is_noisy { noisy(sparse) } else { sparse };
        let mut dense = vec![sparse[0]];
        for pair in sparse.windows(2) {
            let ((from, low), (to, high)) = (pair[0], pair[1]);
            let share = |part: usize| part as f64 / parts as f64;
            dense.extend((1..=parts).map(|part| (from + (to - from) * share(part), low + (high - low) * share(part))));
        }
        let (sparse, dense) = (ascent_of(&sparse), ascent_of(&dense));
        // Between far points, the highest mean is missed.
        let missed = (step / 10.0).powi(2) * 0.01 * sparse;
        let tolerance = missed + if is_noisy { 0.03 * sparse + 3.0 } else { 0.5 };
        prop_assert!((sparse - dense).abs() <= tolerance, "{sparse} m, denser {dense} m");
    }
}

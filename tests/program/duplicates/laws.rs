//! Properties of the judge on random recordings and their copies.

use proptest::prelude::*;
use trailglow::activity::Point;
use trailglow::duplicates::{Verdict, judge};

use crate::distortions::{Random, later, moved, rounded, scattered, trace, untimed};

/// A winding line with a point per second.
fn line() -> impl Strategy<Value = Vec<Point>> {
    let place = (-70.0..70.0f64, -180.0..180.0f64);
    (place, 1.2..12.0f64, 200..900usize, any::<u64>()).prop_map(|((lat, lon), speed, points, seed)| {
        let (mut random, mut heading, mut point) = (Random(seed), 0.0f64, Point::at(lat, lon));
        let step = |second: usize| {
            heading += 0.2 * random.normal();
            let north = speed * heading.cos() + 0.3 * random.normal();
            let east = speed * heading.sin() + 0.3 * random.normal();
            point = moved(&point, north, east);
            Point { time_ms: Some(1_700_000_000_000 + 1000 * second as i64), ..point }
        };
        (0..points).map(step).collect()
    })
}

fn thinned(line: &[Point], every: usize) -> Vec<Point> {
    line.iter().step_by(every).copied().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_copy_is_found_however_rounded_thinned_trimmed_and_shifted(
        line in line(), decimals in 5..8i32, every in 1..6usize, trim in 0..30usize, quarters in -56..57i32, late in 0..500i64,
    ) {
        let whole = trace(&line);
        let copy = thinned(&rounded(&line[trim..line.len() - trim / 2], decimals), every);
        prop_assert_eq!(judge(&whole, &trace(&copy)).verdict, Verdict::Same);
        // A device that records between full seconds, and a format that truncates to seconds.
        let shifted = later(&line, late as f64 / 1000.0);
        prop_assert_eq!(judge(&trace(&shifted), &trace(&copy)).verdict, Verdict::Same);
        let zone = later(&copy, 900.0 * f64::from(quarters));
        prop_assert_eq!(judge(&whole, &trace(&zone)).verdict, Verdict::Same);
    }

    #[test]
    fn an_untimed_copy_of_a_long_ride_is_found(line in line(), decimals in 6..8i32, every in 1..4usize) {
        let copy = trace(&untimed(&thinned(&rounded(&line, decimals), every)));
        prop_assert_eq!(judge(&trace(&line), &copy).verdict, Verdict::Same);
        prop_assert_eq!(judge(&copy, &trace(&untimed(&line))).verdict, Verdict::Same);
    }

    #[test]
    fn another_device_is_never_a_copy(
        line in line(), metres in 1.0..20.0f64, seed in any::<u64>(), decimals in 5..8i32, every in 1..6usize,
        hours in -1..2i32,
    ) {
        let other = later(&scattered(&thinned(&line, every), metres, &mut Random(seed)), 3600.0 * f64::from(hours));
        let found = judge(&trace(&line), &trace(&rounded(&other, decimals)));
        prop_assert_ne!(found.verdict, Verdict::Same, "{}", found.reason);
        let found = judge(&trace(&line), &trace(&untimed(&rounded(&other, decimals))));
        prop_assert_ne!(found.verdict, Verdict::Same, "untimed, {}", found.reason);
    }

    #[test]
    fn judge_is_symmetric(
        line in line(), metres in 0.0..3.0f64, seed in any::<u64>(), from in 0..200usize, late in -3..4i32, timed: bool,
    ) {
        let other = later(&scattered(&line[from..], metres, &mut Random(seed)), f64::from(late) * 450.0);
        let (a, b) = (trace(&line), trace(&if timed { other } else { untimed(&other) }));
        prop_assert_eq!(judge(&a, &b), judge(&b, &a));
        prop_assert_eq!(judge(&a, &a).verdict, Verdict::Same);
    }

    #[test]
    fn a_second_device_is_offered_also_where_it_ran_for_a_part(
        line in line(), seed in any::<u64>(), metres in 1.0..4.0f64, from in 0.0..0.8f64, part in 0.2..1.0f64,
    ) {
        let from = (from * line.len() as f64) as usize;
        let until = (from + ((part * line.len() as f64) as usize).max(125)).min(line.len());
        prop_assume!(until - from >= 125);
        let other = scattered(&line[from..until], metres, &mut Random(seed));
        let found = judge(&trace(&line), &trace(&other));
        prop_assert_eq!(found.verdict, Verdict::Unsure, "{}", found.reason);
        // The other device also ran before.
        let (early, late) = (&line[..line.len() * 7 / 10], scattered(&line[line.len() * 3 / 10..], metres, &mut Random(seed)));
        if line.len() >= 400 {
            prop_assert_eq!(judge(&trace(early), &trace(&late)).verdict, Verdict::Unsure);
        }
    }
}

//! The parts of an activity that each zone and the trim hide.

use std::f64::consts::PI;

use proptest::prelude::*;
use trailglow::activity::{Activity, Point, Segment};
use trailglow::collection::visible::visible_part;
use trailglow::privacy::{Circle, Privacy, Rule};

use super::reference::{Place, along, around, metres, privacy};

/// Metres of the steps of a line inside a zone, by sampling: each step is cut into short pieces, and each piece counts
/// whole.
fn sampled_metres_inside<'a>(steps: impl Iterator<Item = &'a [Point]>, zone: Place) -> f64 {
    const PIECES: u32 = 500;
    let inside = |a: &Point, b: &Point| {
        let middle = |piece: u32| along(a, b, (f64::from(piece) + 0.5) / f64::from(PIECES));
        let pieces = (0..PIECES).filter(|piece| metres((zone.0, zone.1), middle(*piece)) < zone.2).count();
        metres((a.lat, a.lon), (b.lat, b.lon)) * pieces as f64 / f64::from(PIECES)
    };
    steps.map(|pair| inside(&pair[0], &pair[1])).sum()
}

/// Length in metres by rule of what a map leaves out of an activity, and the number of visible points that tidying
/// drops.
fn shares_and_spikes(segments: Vec<Segment>, privacy: &Privacy) -> (Vec<(Rule, f64)>, u64) {
    let activity = Activity { sport: "cycling".to_owned(), segments, ..Activity::default() };
    let (_, dropped, shares) = visible_part(&activity, privacy);
    (shares.iter().map(|(rule, centimetres)| (rule, centimetres as f64 / 100.0)).collect(), dropped.spikes)
}

fn shares(segments: Vec<Segment>, privacy: &Privacy) -> Vec<(Rule, f64)> {
    shares_and_spikes(segments, privacy).0
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
        let expected = sampled_metres_inside(segment.windows(2), near);
        let is_inside = |point: &Point| metres((near.0, near.1), (point.lat, point.lon)) < near.2;
        let ends_inside = segment.windows(2).filter(|pair| pair.iter().any(is_inside));
        let least = sampled_metres_inside(ends_inside, near);
        let (shares, spikes) = shares_and_spikes(vec![segment], &privacy(&[far, near]));
        let hidden = shares.iter().map(|(_, metres)| metres).sum::<f64>();
        prop_assert!(shares.iter().all(|(rule, _)| *rule == Rule::Zone(1)), "{:?}", shares);
        let tolerance = 0.02 * expected + 3.0;
        prop_assert!(hidden < expected + tolerance, "{hidden} instead of {expected}");
        // A step between two visible points that tidying drops as stray is neither drawn nor hidden.
        let least = if spikes > 0 { least } else { expected };
        prop_assert!(hidden > least - tolerance, "{hidden} instead of {least}");
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
    // The steps to and from a point far off add no more than the trim each.
    let mut stray = walk(0..3000);
    stray[5].lat += 1.0;
    let [(Rule::Trim, length)] = lengths(vec![stray], &trim)[..] else { panic!("only the trim hides") };
    assert!((400..=900).contains(&length), "{length}");
}

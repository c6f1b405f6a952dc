//! Straight stretches at steady speed. Devices with "smart" recording keep points only where direction or speed
//! changes, so a step over such a stretch is as fast as the movement around it. A stop makes a step slower, a ride on a
//! train makes it faster.

use super::distance::{planar_metres, seconds_between};
use crate::activity::Point;
use crate::activity::longitude::degrees_east;

/// Longest stretch. A stop of a minute halves the speed of a step of two minutes; a longer step hides it.
const MAX_SECONDS: f64 = 120.0;
const MAX_METRES: f64 = 1000.0;

/// Lower bound of the ratio of two steady speeds.
const MIN_SPEED_RATIO: f64 = 0.75;

/// Upper bound of the turns at both ends of a stretch together: a right angle at a crossing, with scatter.
const MAX_TURN_DEGREES: f64 = 120.0;

/// Duration of the movement that is compared with the stretch.
const WINDOW_SECONDS: f64 = 10.0;

/// Returns true if the step from the last point of `before` to the first of `after` is a straight stretch at the speed
/// of both. `after` ends where the recording ends, and `before` starts where it starts if `is_start`; a stretch at one
/// of these ends is compared with the movement at the other.
pub fn is_steady(before: &[Point], after: &[Point], is_start: bool) -> bool {
    let (Some(from), Some(to)) = (before.last(), after.first()) else { return false };
    let Some(step) = Movement::over([from, to].into_iter(), MAX_SECONDS) else { return false };
    if step.seconds > MAX_SECONDS || step.metres > MAX_METRES {
        return false;
    }
    let backwards = Movement::over(before.iter().rev(), WINDOW_SECONDS);
    let previous = backwards.map(|movement| Movement { heading: movement.heading.map(|part| -part), ..movement });
    let next = Movement::over(after.iter(), WINDOW_SECONDS);
    let movements = match (previous, next) {
        (Some(previous), Some(next)) => [previous, next],
        (None, Some(next)) if is_start && before.len() == 1 => [step, next],
        (Some(previous), None) if after.len() == 1 => [previous, step],
        _ => return false,
    };
    let turns: f64 = movements.iter().map(|movement| movement.turn_degrees(&step)).sum();
    movements.iter().all(|movement| movement.is_as_fast_as(&step)) && turns <= MAX_TURN_DEGREES
}

/// Movement over consecutive points.
#[derive(Clone, Copy)]
struct Movement {
    seconds: f64,
    /// Length of the path.
    metres: f64,
    /// Direction from the first to the last point: eastward and northward part, of any length.
    heading: [f64; 2],
}

impl Movement {
    /// Movement from the first point on, until it takes `seconds` or the points end. Returns `None` if it takes no time
    /// or a point has none.
    fn over<'a>(mut points: impl Iterator<Item = &'a Point>, seconds: f64) -> Option<Self> {
        let first = points.next()?;
        let mut movement = Self { seconds: 0.0, metres: 0.0, heading: [0.0; 2] };
        let mut last = first;
        for point in points {
            movement.seconds += seconds_between(last, point)?;
            movement.metres += planar_metres(last, point);
            last = point;
            if movement.seconds >= seconds {
                break;
            }
        }
        let east = degrees_east(first.lon, last.lon);
        movement.heading = [east * (0.5 * (first.lat + last.lat)).to_radians().cos(), last.lat - first.lat];
        (movement.seconds > 0.0).then_some(movement)
    }

    fn is_as_fast_as(&self, other: &Self) -> bool {
        let (a, b) = (self.metres / self.seconds, other.metres / other.seconds);
        a.min(b) >= MIN_SPEED_RATIO * a.max(b)
    }

    fn turn_degrees(&self, other: &Self) -> f64 {
        let ([a_east, a_north], [b_east, b_north]) = (self.heading, other.heading);
        let (along, across) = (a_east * b_east + a_north * b_north, a_east * b_north - a_north * b_east);
        across.atan2(along).to_degrees().abs()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::activity::Segment;
    use crate::activity::tidy::tidy;

    /// A ride from place to place: metres east and north, and seconds, since the start.
    #[derive(Clone, Copy)]
    struct Place {
        east: f64,
        north: f64,
        seconds: f64,
    }

    /// A ride at `speed` with a point every `every` seconds, that turns by `turns` degrees in between legs of `legs`
    /// seconds.
    fn ride(speed: f64, every: f64, legs: [f64; 3], turns: [f64; 2]) -> Vec<Place> {
        let mut places = vec![Place { east: 0.0, north: 0.0, seconds: 0.0 }];
        let mut heading = 30f64;
        for (leg, turn) in legs.into_iter().zip([0.0, turns[0], turns[1]]) {
            heading += turn;
            for _ in 0..(leg / every).round() as usize {
                let Place { east, north, seconds } = places[places.len() - 1];
                let (sin, cos) = heading.to_radians().sin_cos();
                let metres = speed * every;
                places.push(Place { east: east + sin * metres, north: north + cos * metres, seconds: seconds + every });
            }
        }
        places
    }

    fn segments(places: &[Place], scatter: &[(f64, f64)]) -> usize {
        let point = |(i, place): (usize, &Place)| {
            let (east, north) = scatter[i % scatter.len()];
            let lat = 47.0 + (place.north + north) / 111_195.0;
            let lon = 179.99 + (place.east + east) / 111_195.0 / 47f64.to_radians().cos();
            Point {
                time_ms: Some((place.seconds * 1000.0) as i64),
                ..Point::at(lat, (lon + 180.0).rem_euclid(360.0) - 180.0)
            }
        };
        let segment: Segment = places.iter().enumerate().map(point).collect();
        tidy("cycling", &[segment]).0.len()
    }

    /// Indices of the points at the start and end of the second leg.
    fn stretch(every: f64, legs: [f64; 3]) -> (usize, usize) {
        let points = |leg: f64| (leg / every).round() as usize;
        (points(legs[0]), points(legs[0]) + points(legs[1]))
    }

    #[test]
    fn stretches_at_the_ends_are_compared_with_one_side() {
        let places = ride(8.0, 3.0, [60.0, 60.0, 60.0], [0.0, 0.0]);
        let without = |range: std::ops::Range<usize>| [&places[..range.start], &places[range.end..]].concat();
        for left_out in [1..20, 21..40, 41..60, 1..40] {
            assert_eq!(segments(&without(left_out.clone()), &[(0.0, 0.0)]), 1, "{left_out:?}");
        }
        let two = [
            Point { time_ms: Some(0), ..Point::at(47.0, 8.0) },
            Point { time_ms: Some(60_000), ..Point::at(47.004, 8.0) },
        ];
        assert!(!is_steady(&two[..1], &two[1..], true), "nothing to compare with");
    }

    #[test]
    fn a_long_stretch_or_one_with_a_turn_back_splits() {
        let gap = |speed: f64, seconds: f64, turn: f64| {
            let legs = [60.0, seconds, 60.0];
            let (from, to) = stretch(3.0, legs);
            let places = ride(speed, 3.0, legs, [0.0, turn]);
            segments(&[&places[..=from], &places[to..]].concat(), &[(0.0, 0.0)])
        };
        assert_eq!((gap(8.0, 120.0, 0.0), gap(8.0, 126.0, 0.0)), (1, 2), "seconds");
        assert_eq!((gap(16.0, 60.0, 0.0), gap(16.0, 66.0, 0.0)), (1, 2), "metres");
        assert_eq!((gap(8.0, 60.0, 90.0), gap(8.0, 60.0, 150.0)), (1, 2), "turn");
    }

    proptest! {
        #[test]
        fn leaving_out_points_of_a_straight_stretch_never_splits(
            (speed, every, share) in (2.0..14.0f64, 1u32..6, 0.05..0.99f64),
            turns in [-50.0..50.0f64, -50.0..50.0],
            scatter in prop::collection::vec((-0.5..0.5f64, -0.5..0.5f64), 7),
            keep in prop::collection::vec(any::<bool>(), 130),
        ) {
            let every = f64::from(every);
            let longest = 120f64.min(990.0 / speed);
            let legs = [30.0, (share * longest / every).floor() * every, 30.0];
            let places = ride(speed, every, legs, turns);
            let (from, to) = stretch(every, legs);
            let left = |keep: &dyn Fn(usize) -> bool| -> Vec<Place> {
                let kept = |(i, place): (usize, &Place)| (i <= from || i >= to || keep(i)).then_some(*place);
                places.iter().enumerate().filter_map(kept).collect()
            };
            prop_assert_eq!(segments(&left(&|_| false), &scatter), 1);
            prop_assert_eq!(segments(&left(&|i| keep[i % keep.len()]), &scatter), 1);
        }

        #[test]
        fn a_stop_in_which_the_position_moves_always_splits(
            (speed, every, at) in (1.0..14.0f64, 1u32..6, 0.0..1.0f64),
            (minutes, metres, heading) in (1.0..10.0f64, 110.0..3000.0f64, 0.0..360.0f64),
            is_carried in any::<bool>(),
            scatter in prop::collection::vec((-0.5..0.5f64, -0.5..0.5f64), 7),
        ) {
            let mut places = ride(speed, f64::from(every), [120.0, 120.0, 120.0], [20.0, -40.0]);
            // The way on foot or wheels takes its time besides the stop; a train is twice as fast.
            let seconds = if is_carried {
                metres / (2.0 * speed)
            } else {
                60.0 * minutes + metres / speed
            };
            prop_assume!(seconds > 40.0);
            // Shorter parts would be stray runs.
            let middle = 11 + (at * (places.len() - 22) as f64) as usize;
            for place in &mut places[middle..] {
                place.seconds += seconds;
                place.east += metres * heading.to_radians().sin();
                place.north += metres * heading.to_radians().cos();
            }
            let step = (places[middle].east - places[middle - 1].east)
                .hypot(places[middle].north - places[middle - 1].north);
            prop_assume!(step > 105.0);
            prop_assert!(segments(&places, &scatter) > 1);
        }
    }
}

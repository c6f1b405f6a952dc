//! Removal of elevations of exactly 0 that stand for no value, as programs write them where a device measured none.

use super::distance::planar_metres;
use crate::activity::{Point, Segment};

/// A step between 0 and another elevation is false if it is higher than this and its length together.
const FALSE_STEP_METRES: f64 = 10.0;

/// Zeros stay if there are more of them than this multiple of the other elevations: then the others are the faults.
const MAX_ZEROS: usize = 2;

/// Removes all elevations if each is 0, else runs of zeros with a false step at one of their ends. Zeros along a shore
/// stay.
pub fn remove_false_zeros(segments: &mut [Segment]) {
    let is_zero = |point: &&Point| point.elevation_m == Some(0.0);
    let zeros = segments.iter().flatten().filter(is_zero).count();
    if zeros == 0 {
        return;
    }
    let others = segments.iter().flatten().filter(|point| point.elevation_m.is_some()).count() - zeros;
    if others == 0 {
        segments.iter_mut().flatten().for_each(|point| point.elevation_m = None);
    }
    if zeros > MAX_ZEROS * others {
        return;
    }
    let mut run: Vec<&mut Point> = Vec::new();
    let mut before: Option<Point> = None;
    for point in segments.iter_mut().flatten().filter(|point| point.elevation_m.is_some()) {
        if is_zero(&&*point) {
            run.push(point);
        } else {
            clear_if_false(&mut run, before, Some(*point));
            before = Some(*point);
        }
    }
    clear_if_false(&mut run, before, None);
}

/// Empties a run, and removes its elevations if they are false.
fn clear_if_false(run: &mut Vec<&mut Point>, before: Option<Point>, after: Option<Point>) {
    let is_false = |zero: Option<&&mut Point>, other: Option<Point>| {
        zero.zip(other).is_some_and(|(zero, other)| {
            let height = f64::from(other.elevation_m.unwrap_or_default()).abs();
            height > FALSE_STEP_METRES && height > FALSE_STEP_METRES + planar_metres(zero, &other)
        })
    };
    let is_false = is_false(run.first(), before) || is_false(run.last(), after);
    for point in run.drain(..).filter(|_| is_false) {
        point.elevation_m = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Elevations after tidying of points 3 m apart, in segments.
    fn tidied(elevations: &[&[f32]]) -> Vec<Option<f32>> {
        let mut metres = 0.0;
        let mut point = |elevation: &f32| {
            metres += 3.0;
            Point { elevation_m: Some(*elevation), ..Point::at(47.0 + metres / 111_195.0, 8.0) }
        };
        let mut segments: Vec<Segment> =
            elevations.iter().map(|segment| segment.iter().map(&mut point).collect()).collect();
        remove_false_zeros(&mut segments);
        segments.iter().flatten().map(|point| point.elevation_m).collect()
    }

    #[test]
    fn zeros_between_heights_are_no_value_and_zeros_at_sea_level_are() {
        let (no, some) = (None, Some::<f32>);
        for (elevations, expected) in [
            (&[&[300.0, 0.0, 301.0, 0.0][..]][..], vec![some(300.0), no, some(301.0), no]),
            (&[&[0.0, 0.0, 300.0]], vec![no, no, some(300.0)]),
            (&[&[0.0], &[0.0, -60.0]], vec![no, no, some(-60.0)]),
            (&[&[300.0], &[0.0, 0.0], &[300.0]], vec![some(300.0), no, no, some(300.0)]),
            (&[&[0.0, 0.0], &[-0.0]], vec![no; 3]),
            (&[&[1.0, 0.0, -1.0, 0.0]], vec![some(1.0), some(0.0), some(-1.0), some(0.0)]),
            (&[&[9.0, 0.0, 2.0, 0.0, 12.0]], vec![some(9.0), some(0.0), some(2.0), some(0.0), some(12.0)]),
            (&[&[0.0, 0.0, 0.0, 655.0, 0.0]], vec![some(0.0), some(0.0), some(0.0), some(655.0), some(0.0)]),
        ] {
            assert_eq!(tidied(elevations), expected, "{elevations:?}");
        }
    }

    #[test]
    fn points_without_elevation_are_passed_over() {
        let mut segment = vec![Point::at(47.0, 8.0); 3];
        (segment[0].elevation_m, segment[2].elevation_m) = (Some(500.0), Some(0.0));
        let mut segments = [segment];
        remove_false_zeros(&mut segments);
        assert_eq!(segments[0].iter().map(|point| point.elevation_m).collect::<Vec<_>>(), [Some(500.0), None, None]);
    }
}

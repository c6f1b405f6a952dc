//! Cuts segments at the north and south edge of the map, latitudes ±85.0511°, which Web Mercator cannot show beyond.
//!
//! Edges are straight on the Web Mercator plane, also beyond the canvas; a cut is where the edge crosses the border.

use std::f64::consts::PI;

use crate::activity::longitude::{degrees_east, wrap_longitude};
use crate::activity::{Point, Segment};
use crate::engine::geometry::mercator::MAX_LATITUDE;

/// The parts of an activity on the map.
#[derive(Debug, PartialEq)]
pub struct Cropped {
    /// None of them is empty. Points at cuts have no time and no sensor values.
    pub segments: Vec<Segment>,
    /// Number of points beyond the map, at least one.
    pub beyond_points: u64,
}

/// Removes the points beyond the map and ends segments at its edge. Returns `None` if all points are on the map, as in
/// almost every recording.
pub fn crop(segments: &[Segment]) -> Option<Cropped> {
    let beyond_points = segments.iter().flatten().filter(|point| is_beyond(point)).count() as u64;
    (beyond_points > 0).then(|| {
        let mut on_map = Vec::with_capacity(segments.len());
        segments.iter().for_each(|segment| crop_segment(segment, &mut on_map));
        Cropped { segments: on_map, beyond_points }
    })
}

fn is_beyond(point: &Point) -> bool {
    point.lat.abs() > MAX_LATITUDE
}

fn crop_segment(segment: &[Point], on_map: &mut Vec<Segment>) {
    let mut part = Segment::new();
    for (i, to) in segment.iter().enumerate() {
        let from = i.checked_sub(1).map(|before| &segment[before]);
        if let Some(from) = from.filter(|from| is_beyond(from) || is_beyond(to))
            && let Some([entry, exit]) = interval_on_map(from, to)
        {
            part.extend(is_beyond(from).then(|| point_on_edge(from, to, entry)));
            part.extend(is_beyond(to).then(|| point_on_edge(from, to, exit)));
        }
        if is_beyond(to) {
            on_map.extend(Some(std::mem::take(&mut part)).filter(|part| !part.is_empty()));
        } else {
            part.push(*to);
        }
    }
    on_map.extend(Some(part).filter(|part| !part.is_empty()));
}

/// Northing on the Mercator plane in radians, π at the north edge of the map. A number instead of infinity stands for
/// the poles, so large that edges to a pole follow the meridian of their other end.
fn northing(point: &Point) -> f64 {
    const POLE: f64 = 1e9;
    point.lat.to_radians().sin().atanh().clamp(-POLE, POLE)
}

/// Interval of the edge between two points that is on the map, as fractions from the first point; `None` if the edge
/// stays beyond.
fn interval_on_map(from: &Point, to: &Point) -> Option<[f64; 2]> {
    let (start, step) = (northing(from), northing(to) - northing(from));
    if step == 0.0 {
        return None;
    }
    let (south, north) = ((-PI - start) / step, (PI - start) / step);
    let [entry, exit] = [south.min(north).max(0.0), south.max(north).min(1.0)];
    (entry <= exit).then_some([entry, exit])
}

/// Cut at a fraction of the edge between two points, on the border of the map nearest to it.
fn point_on_edge(from: &Point, to: &Point, fraction: f64) -> Point {
    let northing = northing(from) + fraction * (northing(to) - northing(from));
    let step = degrees_east(from.lon, to.lon);
    Point::at(MAX_LATITUDE.copysign(northing), wrap_longitude(from.lon + fraction * step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::canvas_from_degrees;
    use proptest::prelude::*;

    fn line(places: &[(f64, f64)]) -> Segment {
        places.iter().map(|&(lat, lon)| Point { time_ms: Some(1), ..Point::at(lat, lon) }).collect()
    }

    /// Latitudes and longitudes in ten thousandths of degrees.
    fn rounded(segments: &[Segment]) -> Vec<Vec<[i64; 2]>> {
        let place = |point: &Point| [point.lat, point.lon].map(|degrees| (degrees * 1e4).round() as i64);
        segments.iter().map(|segment| segment.iter().map(place).collect()).collect()
    }

    /// Places along an edge that is straight on the Mercator plane, by the textbook formulas and in small steps.
    fn walk(from: &Point, to: &Point) -> impl Iterator<Item = (f64, f64)> {
        const STEPS: u32 = 20_000;
        let y = |lat: f64| (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan().ln();
        let (y_from, y_to, lon) = (y(from.lat), y(to.lat), from.lon);
        let mut turn = to.lon - lon;
        turn -= (turn / 360.0).round() * 360.0;
        (0..=STEPS).map(move |step| {
            let part = f64::from(step) / f64::from(STEPS);
            let lat = 2.0 * ((y_from + part * (y_to - y_from)).exp().atan() - std::f64::consts::FRAC_PI_4);
            (lat.to_degrees(), lon + part * turn)
        })
    }

    /// Distance in degrees along a parallel or meridian, whichever is longer.
    fn apart((lat, lon): (f64, f64), point: &Point) -> f64 {
        let turn = (lon - point.lon).rem_euclid(360.0);
        (lat - point.lat).abs().max(turn.min(360.0 - turn))
    }

    proptest! {
        #[test]
        fn lines_end_where_a_walk_along_the_edge_leaves_the_map(
            places in prop::collection::vec((prop_oneof![84.0..88.0f64, -88.0..-84.0f64], -180.0..180.0f64), 1..5),
        ) {
            let segment = line(&places);
            let parts = crop(std::slice::from_ref(&segment)).map_or(vec![segment.clone()], |cropped| cropped.segments);
            // Parts of the walk on the map, each with its first and last place.
            let mut walked: Vec<[(f64, f64); 2]> = Vec::new();
            let (mut is_on_map, mut largest_step) = (false, 0f64);
            let first = (segment[0].lat, segment[0].lon);
            let steps = segment.windows(2).flat_map(|pair| walk(&pair[0], &pair[1]));
            let mut last = first;
            for place in std::iter::once(first).chain(steps) {
                largest_step = largest_step.max(apart(last, &Point::at(place.0, place.1)));
                match (is_on_map, place.0.abs() <= MAX_LATITUDE) {
                    (false, true) => walked.push([place; 2]),
                    (true, true) => walked.last_mut().unwrap()[1] = place,
                    _ => {}
                }
                (is_on_map, last) = (place.0.abs() <= MAX_LATITUDE, place);
            }
            prop_assert_eq!(parts.len(), walked.len(), "{:?}", parts);
            for (part, [start, end]) in parts.iter().zip(walked) {
                prop_assert!(part.iter().all(|point| !is_beyond(point) && (-180.0..180.0).contains(&point.lon)));
                prop_assert!(apart(start, &part[0]) <= 1.01 * largest_step, "{:?} {:?}", start, part[0]);
                prop_assert!(apart(end, &part[part.len() - 1]) <= 1.01 * largest_step, "{:?} {:?}", end, part);
            }
            let kept: Segment = parts.concat().into_iter().filter(|point| point.time_ms.is_some()).collect();
            let on_map: Segment = segment.into_iter().filter(|point| !is_beyond(point)).collect();
            prop_assert_eq!(kept, on_map);
        }
    }

    #[test]
    fn segments_on_the_map_are_not_copied() {
        assert_eq!(crop(&[line(&[(MAX_LATITUDE, 0.0), (0.0, 0.0), (-MAX_LATITUDE, 5.0)])]), None);
    }

    #[test]
    fn a_traverse_is_cut_twice_and_the_polar_part_is_counted() {
        let places = [(85.0, 10.0), (85.1, 10.2), (86.0, 50.0), (85.1, -179.9), (85.0, 179.9), (84.9, 179.9)];
        let Cropped { segments, beyond_points } = crop(&[line(&places)]).expect("beyond");
        assert_eq!(beyond_points, 3);
        let rounded = rounded(&segments);
        assert_eq!(rounded.len(), 2);
        assert_eq!((rounded[0][0], rounded[0][1][0]), ([850_000, 100_000], 850_511));
        assert!((101_000..101_100).contains(&rounded[0][1][1]), "half way and a little, {rounded:?}");
        assert!(rounded[1][0][1] < -1_799_900 || rounded[1][0][1] > 1_799_900, "{rounded:?}");
        assert_eq!((rounded[1].len(), segments[1][0].time_ms, segments[1][2].time_ms), (3, None, Some(1)));
    }

    #[test]
    fn edges_to_a_pole_follow_the_meridian_and_lines_beyond_leave_nothing() {
        for (pole, edge) in [(90.0, MAX_LATITUDE), (-90.0, -MAX_LATITUDE)] {
            let Cropped { segments, .. } = crop(&[line(&[(pole, 120.0), (pole - edge / 17.0, 10.0)])]).expect("beyond");
            assert!(segments[0][0].lat == edge && (segments[0][0].lon - 10.0).abs() < 1e-6, "{segments:?}");
            let beyond = crop(&[line(&[(pole, 0.0), (pole * 0.999, 5.0), (pole, 10.0)])]);
            assert_eq!(beyond, Some(Cropped { segments: Vec::new(), beyond_points: 3 }));
        }
        let across = crop(&[line(&[(90.0, 10.0), (-90.0, 20.0)])]).expect("beyond").segments;
        assert_eq!(rounded(&across), [[[850_511, 150_000], [-850_511, 150_000]]]);
    }

    #[test]
    fn cuts_are_in_the_first_and_last_row_of_the_canvas() {
        for (lat, row) in [(86.0, 0), (-86.0, u32::MAX)] {
            let segments = crop(&[line(&[(lat, 10.0), (lat * 0.98, 10.0)])]).expect("beyond").segments;
            assert_eq!(canvas_from_degrees(segments[0][0].lon, segments[0][0].lat)[1], row);
        }
    }
}

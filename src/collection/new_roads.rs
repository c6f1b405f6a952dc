//! New roads: the part of an activity that is on roads where nobody was before.
//!
//! Activities are added in the order of their starts. A track is followed in steps of 10 m. A step is new if no earlier
//! activity came within 25 m, and the activity itself did not come within 12 m before: so a way back and further laps
//! are not new, but the next leg of a serpentine is. Steps mark the [cells](VisitedCells) around them. So the result
//! depends on the line, not on how densely a device recorded it.

use std::collections::VecDeque;

use super::visited_cells::VisitedCells;
use crate::engine::geometry::mercator::{CanvasPosition, metres_per_unit, step};
use crate::engine::geometry::polyline::{Polyline, Track};

/// Pixel zoom of the tracks: within 1.2 m of the recording.
pub const PIXEL_ZOOM: u8 = 14;

/// Raised whenever the lengths change, so that stored ones are computed again.
pub const VERSION: u32 = 1;

/// Distance of two steps.
const STEP_METRES: f64 = 10.0;

/// Distance from an earlier activity within which a road is the same.
const ROAD_METRES: f64 = 25.0;

/// Distance from the way of the same activity within which it is the same road.
const OWN_METRES: f64 = 12.0;

/// Steps that a way goes on before it can come back to itself: behind them, a straight way is out of reach.
const OWN_DELAY: usize = 6;

/// Where activities were.
#[derive(Debug, Default)]
pub struct VisitedRoads {
    visited: VisitedCells,
}

impl VisitedRoads {
    /// Adds an activity. Returns the share of its length, 0 to 1, that is on new roads.
    pub fn add(&mut self, track: &Track) -> f64 {
        let mut own = OwnWay::default();
        let (mut steps, mut new) = (0u64, 0u64);
        let mut way = Vec::new();
        for polyline in &track.polylines {
            each_step(polyline, |position, per_metre| {
                steps += 1;
                new += u64::from(!self.visited.contains(position) && !own.comes_back(position, per_metre));
                way.push((position, per_metre));
            });
        }
        way.into_iter().for_each(|(position, per_metre)| self.visited.add(position, ROAD_METRES * per_metre));
        if steps > 0 { new as f64 / steps as f64 } else { 0.0 }
    }
}

/// The way of one activity, apart from its last steps.
#[derive(Default)]
struct OwnWay {
    cells: VisitedCells,
    last: VecDeque<CanvasPosition>,
}

impl OwnWay {
    /// Goes a step on. Returns true if it is near the way before.
    fn comes_back(&mut self, position: CanvasPosition, per_metre: f64) -> bool {
        if self.last.len() == OWN_DELAY {
            let before = self.last.pop_front();
            before.into_iter().for_each(|before| self.cells.add(before, OWN_METRES * per_metre));
        }
        self.last.push_back(position);
        self.cells.contains(position)
    }
}

/// Calls `visit` with the middle of each step along a polyline, and the canvas units in a metre there. A polyline shorter
/// than half a step is one step.
fn each_step(polyline: &Polyline, mut visit: impl FnMut(CanvasPosition, f64)) {
    let vertices = polyline.vertices();
    let (mut until, mut is_short) = (STEP_METRES / 2.0, true);
    for pair in vertices.windows(2) {
        let delta = step(pair[0], pair[1]).map(|units| units as f64);
        // The middle, because the scale of a long edge changes.
        let middle = [pair[0][0], (f64::from(pair[0][1]) + delta[1] / 2.0) as u32];
        let metres_per_unit = metres_per_unit(middle);
        let metres = delta[0].hypot(delta[1]) * metres_per_unit;
        while until <= metres {
            let share = until / metres;
            let along = |axis: usize| (i64::from(pair[0][axis]) + (delta[axis] * share) as i64) as u32;
            visit([along(0), along(1)], 1.0 / metres_per_unit);
            is_short = false;
            until += STEP_METRES;
        }
        until -= metres;
    }
    if let Some(first) = vertices.first().filter(|_| is_short) {
        visit(*first, 1.0 / metres_per_unit(*first));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::geometry::mercator::canvas_from_degrees;

    /// A track from places in metres east and north of a place.
    fn track(places: &[[f64; 2]]) -> Track {
        let position = |[east, north]: &[f64; 2]| {
            let degree = 111_195.0;
            canvas_from_degrees(11.0 + east / degree / 48f64.to_radians().cos(), 48.0 + north / degree)
        };
        let line: Vec<CanvasPosition> = places.iter().map(position).collect();
        Track { polylines: vec![Polyline::new(&line, PIXEL_ZOOM)] }
    }

    fn shares(tracks: &[Track]) -> Vec<f64> {
        let mut roads = VisitedRoads::default();
        tracks.iter().map(|track| roads.add(track)).collect()
    }

    #[test]
    fn a_road_is_new_once() {
        let road = |north: f64| track(&[[0.0, north], [5000.0, north]]);
        assert_eq!(shares(&[road(0.0), road(0.0), road(15.0), road(60.0)]), [1.0, 0.0, 0.0, 1.0]);
        let longer = track(&[[-5000.0, 0.0], [5000.0, 0.0]]);
        let found = shares(&[road(0.0), longer])[1];
        assert!((found - 0.4975).abs() < 0.002, "half of the way, less 25 m: {found}");
    }

    #[test]
    fn the_way_back_and_laps_are_not_new() {
        let there_and_back = track(&[[0.0, 0.0], [3000.0, 0.0], [0.0, 3.0]]);
        assert!((shares(&[there_and_back])[0] - 0.5).abs() < 0.02);
        let block = [[0.0, 0.0], [400.0, 0.0], [400.0, 400.0], [0.0, 400.0]];
        let laps = track(&[&block.repeat(5)[..], &[[0.0, 0.0]]].concat());
        assert!((shares(&[laps])[0] - 0.2).abs() < 0.02);
        // Ten legs 20 m apart.
        let serpentine: Vec<[f64; 2]> =
            (0..20u32).map(|i| [if i.div_ceil(2) % 2 == 0 { 0.0 } else { 300.0 }, f64::from(i / 2) * 20.0]).collect();
        assert!(shares(&[track(&serpentine)])[0] > 0.95);
    }

    #[test]
    fn a_moment_in_one_place_is_one_step() {
        let dot = || track(&[[0.0, 0.0]]);
        assert_eq!(shares(&[dot(), dot(), Track::default()]), [1.0, 0.0, 0.0]);
    }

    /// Length of new road of the last line by brute force: in steps of a metre, the distance to every edge before.
    fn slow_share(lines: &[Vec<[f64; 2]>]) -> f64 {
        let (last, before) = lines.split_last().expect("a line");
        let distance = |p: [f64; 2], a: [f64; 2], b: [f64; 2]| {
            let (d, e) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
            let t = ((e[0] * d[0] + e[1] * d[1]) / (d[0] * d[0] + d[1] * d[1]).max(1e-9)).clamp(0.0, 1.0);
            (e[0] - t * d[0]).hypot(e[1] - t * d[1])
        };
        let (mut all, mut new) = (0, 0);
        for pair in last.windows(2) {
            let length = (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
            for metre in 0..length as u32 {
                let share = (f64::from(metre) + 0.5) / length;
                let p = [0, 1].map(|axis| pair[0][axis] + share * (pair[1][axis] - pair[0][axis]));
                let is_near = |line: &Vec<[f64; 2]>| line.windows(2).any(|edge| distance(p, edge[0], edge[1]) <= 25.0);
                all += 1;
                new += u32::from(!before.iter().any(is_near));
            }
        }
        f64::from(new) / f64::from(all)
    }

    /// A way of 20 legs that turns by up to 40°, so that it does not come back to itself.
    fn way() -> impl Strategy<Value = Vec<[f64; 2]>> {
        let start = [-800.0..800.0f64, -800.0..800.0f64];
        (start, 0.0..6.3f64, prop::collection::vec((-0.7..0.7f64, 40.0..200.0f64), 20)).prop_map(
            |(start, heading, legs)| {
                let (mut at, mut heading) = (start, heading);
                let mut places = vec![at];
                for (turn, metres) in legs {
                    heading += turn * 0.2;
                    at = [at[0] + metres * heading.cos(), at[1] + metres * heading.sin()];
                    places.push(at);
                }
                places
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn lengths_match_a_search_of_all_edges(ways in prop::collection::vec(way(), 2..6)) {
            let tracks: Vec<Track> = ways.iter().map(|way| track(way)).collect();
            let (found, expected) = (*shares(&tracks).last().expect("a share"), slow_share(&ways));
            prop_assert!((found - expected).abs() < 0.03, "{found}, not {expected}");
        }

        #[test]
        fn the_density_of_the_recording_does_not_matter(ways in prop::collection::vec(way(), 2..5), pieces in 2u32..40) {
            let denser = |way: &Vec<[f64; 2]>| -> Vec<[f64; 2]> {
                let along = |pair: &[[f64; 2]]| {
                    let (a, b) = (pair[0], pair[1]);
                    (0..pieces).map(move |i| [0, 1].map(|axis| a[axis] + f64::from(i) / f64::from(pieces) * (b[axis] - a[axis])))
                };
                way.windows(2).flat_map(along).chain(way.last().copied()).collect()
            };
            let of = |ways: &[Vec<[f64; 2]>]| shares(&ways.iter().map(|way| track(way)).collect::<Vec<_>>());
            let dense: Vec<Vec<[f64; 2]>> = ways.iter().map(denser).collect();
            for (a, b) in of(&ways).into_iter().zip(of(&dense)) {
                prop_assert!((a - b).abs() < 0.02, "{a} and {b}");
            }
        }
    }
}

//! New roads: the part of an activity that is on roads where nobody was before.
//!
//! Activities are added in the order of their starts. The way with all its points is followed in steps of 10 m. A step
//! is new if nobody came within 25 m before: neither an earlier activity nor the activity itself, so that a way back and
//! further laps are not new. Steps mark the cells around them. So the result depends on the line, not on
//! how densely a device recorded it.

use std::collections::VecDeque;

use super::visited_cells::VisitedCells;
use crate::engine::geometry::mercator::{CanvasPosition, metres_per_unit, step};
use crate::engine::geometry::polyline::{Polyline, Track};
use crate::selection::{Selection, Subject};

/// Raised whenever the lengths change, so that stored ones are computed again.
pub const VERSION: u32 = 1;

/// Distance of two steps.
const STEP_METRES: f64 = 10.0;

/// Distance within which a road is the same.
const ROAD_METRES: f64 = 25.0;

/// Steps that a way goes on before it can come back to itself: behind them, a straight way is out of reach.
const DELAY: usize = 6;

/// Longest edge that is followed; a longer one is no road.
const MAX_EDGE_METRES: f64 = 20_000.0;

/// Most steps of an activity that are followed, 20,000 km; the rest counts as new. Bounds the work for invented files.
const MAX_STEPS: u64 = 2_000_000;

/// Metres of north or south within which the scale of the map hardly changes, in canvas units.
const SAME_SCALE: u32 = 1 << 18;

/// Indices of the activities that a map shows by default, in the order of their starts. The others have no new roads, and
/// make no road old. `is_drawn` is false for copies and excluded activities.
pub fn in_order<S: Subject>(activities: &[S], is_drawn: impl Fn(&S) -> bool) -> Vec<usize> {
    let reasons = Selection::default().judge(activities).reasons;
    let is_shown = |&index: &usize| reasons[index].is_none() && is_drawn(&activities[index]);
    let mut order: Vec<usize> = (0..activities.len()).filter(is_shown).collect();
    order.sort_by_key(|&index| activities[index].summary().sort_key());
    order
}

/// Where activities were.
#[derive(Debug, Default)]
pub struct VisitedRoads {
    visited: VisitedCells,
}

impl VisitedRoads {
    /// Adds an activity by its way with all points. Returns the share of its length, 0 to 1, that is on new roads; `None`
    /// if none of it is on the map.
    pub fn add(&mut self, way: &Track) -> Option<f64> {
        let (mut length, mut new) = (0.0, 0.0);
        let mut last: VecDeque<Step> = VecDeque::with_capacity(DELAY + 1);
        each_step(way, |step| {
            length += step.metres;
            new += if step.is_followed && self.visited.contains(step.position) { 0.0 } else { step.metres };
            last.push_back(step);
            if last.len() > DELAY {
                last.pop_front().into_iter().for_each(|step| self.mark(step));
            }
        });
        last.into_iter().for_each(|step| self.mark(step));
        (!way.polylines.is_empty()).then(|| if length > 0.0 { new / length } else { 0.0 })
    }

    fn mark(&mut self, step: Step) {
        if step.is_followed {
            self.visited.add(step.position, ROAD_METRES * step.units_per_metre);
        }
    }
}

/// A part of a way.
#[derive(Clone, Copy)]
struct Step {
    /// Its middle.
    position: CanvasPosition,
    metres: f64,
    units_per_metre: f64,
    /// False for an edge that is no road.
    is_followed: bool,
}

/// Calls `visit` for each step of 10 m along a way. What is left at the end of a polyline belongs to no step, unless the
/// polyline has no other.
fn each_step(way: &Track, mut visit: impl FnMut(Step)) {
    let mut left = MAX_STEPS;
    for polyline in &way.polylines {
        each_step_of(polyline, &mut left, &mut visit);
    }
}

fn each_step_of(polyline: &Polyline, left: &mut u64, visit: &mut impl FnMut(Step)) {
    let vertices = polyline.vertices();
    let Some(first) = vertices.first() else { return };
    let (mut scale_y, mut metres_per_unit_there) = (first[1], metres_per_unit(*first));
    let (mut until, mut length, mut is_short) = (STEP_METRES / 2.0, 0.0, true);
    for pair in vertices.windows(2) {
        let delta = step(pair[0], pair[1]).map(|units| units as f64);
        if pair[1][1].abs_diff(scale_y) > SAME_SCALE {
            // The middle, because the scale of a long edge changes.
            scale_y = pair[0][1].midpoint(pair[1][1]);
            metres_per_unit_there = metres_per_unit([pair[0][0], scale_y]);
        }
        let units_per_metre = 1.0 / metres_per_unit_there;
        let metres = delta[0].hypot(delta[1]) * metres_per_unit_there;
        length += metres;
        if metres > MAX_EDGE_METRES || *left == 0 {
            visit(Step { position: pair[0], metres, units_per_metre, is_followed: false });
            is_short = false;
            continue;
        }
        while until <= metres {
            let share = until / metres;
            let along = |axis: usize| (i64::from(pair[0][axis]) + (delta[axis] * share) as i64) as u32;
            visit(Step { position: [along(0), along(1)], metres: STEP_METRES, units_per_metre, is_followed: true });
            *left = left.saturating_sub(1);
            is_short = false;
            until += STEP_METRES;
        }
        until -= metres;
    }
    if is_short {
        let units_per_metre = 1.0 / metres_per_unit_there;
        visit(Step { position: *first, metres: length, units_per_metre, is_followed: true });
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
        Track { polylines: vec![Polyline::whole(&line)] }
    }

    fn shares(tracks: &[Track]) -> Vec<f64> {
        let mut roads = VisitedRoads::default();
        tracks.iter().map(|track| roads.add(track).expect("a way on the map")).collect()
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
        // Ten legs 40 m apart.
        let serpentine: Vec<[f64; 2]> =
            (0..20u32).map(|i| [if i.div_ceil(2) % 2 == 0 { 0.0 } else { 300.0 }, f64::from(i / 2) * 40.0]).collect();
        assert!(shares(&[track(&serpentine)])[0] > 0.95);
    }

    #[test]
    fn short_lines_count_by_their_length_and_dots_not_at_all() {
        let short = || track(&[[0.0, 0.0], [3.0, 0.0]]);
        assert_eq!(shares(&[short(), short(), track(&[[0.0, 0.0]])]), [1.0, 0.0, 0.0]);
        assert_eq!(VisitedRoads::default().add(&Track::default()), None, "beyond the map");
        let polylines = [short(), track(&[[500.0, 0.0], [1500.0, 0.0]])].map(|track| track.polylines).concat();
        assert!(shares(&[short(), Track { polylines }])[1] > 0.99, "three metres of a thousand are not new");
    }

    #[test]
    fn laps_of_one_straight_street_are_not_new() {
        let laps: Vec<[f64; 2]> = (0..21).map(|i| [if i % 2 == 0 { 0.0 } else { 1000.0 }, 0.0]).collect();
        assert!((shares(&[track(&laps)])[0] - 0.05).abs() < 0.01);
    }

    #[test]
    fn a_lap_beside_an_old_road_makes_its_own_way_old() {
        // The first lap is within 25 m of the old road, the second only of the first.
        let old = track(&[[0.0, 0.0], [2000.0, 0.0]]);
        let laps = track(&[[0.0, 20.0], [2000.0, 20.0], [2000.0, 40.0], [0.0, 40.0]]);
        let found = shares(&[old, laps])[1];
        assert!(found < 0.03, "{found}");
    }

    #[test]
    fn edges_around_the_world_are_not_followed() {
        let line: Vec<CanvasPosition> = (0..4000u32).map(|i| [if i % 2 == 0 { 0 } else { 1 << 31 }, 1 << 31]).collect();
        let way = || Track { polylines: vec![Polyline::whole(&line)] };
        assert_eq!(shares(&[way(), way()]), [1.0, 1.0]);
    }

    /// Share of new road of the last line by brute force: in steps of a metre, the distance to every edge before is compared
    /// with a radius in metres.
    fn slow_share(lines: &[Vec<[f64; 2]>], radius: f64) -> f64 {
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
                let is_near =
                    |line: &Vec<[f64; 2]>| line.windows(2).any(|edge| distance(p, edge[0], edge[1]) <= radius);
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
            let found = *shares(&tracks).last().expect("a share");
            // Two cells are each up to 2.3 m off their positions, and steps leave half a metre out. A parallel road at that
            // distance is new or not by chance.
            let (least, most) = (slow_share(&ways, 25.0 + 6.0), slow_share(&ways, 25.0 - 6.0));
            prop_assert!((least - 0.02..=most + 0.02).contains(&found), "{found}, not {least} to {most}");
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

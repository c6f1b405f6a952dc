//! Focus of a map: the box of the everyday activities, which a map shows first.
//!
//! 1. Only activities in the fullest cell of a grid and its neighbours count. Their median centre is the centre.
//! 2. Activities at another place are omitted: those that begin farther from the centre than twice the median reach.
//!    The reach of an activity is the distance from the centre to its farthest side.
//! 3. Journeys are omitted: activities that reach more than three times as far as nine tenths of the others. With twice
//!    as far, a fifth of random libraries of 200 demo activities lost an everyday ride; with three times as far, none.
//!
//! All rides from home, short and long, remain, whatever their share; distances are those of the longer axis.

use crate::engine::geometry::extent::Extent;

/// Returns the box of the everyday activities, given the boxes of all.
pub fn focus(activities: impl Iterator<Item = Extent>) -> Extent {
    let mut everyday = around_the_fullest_cell(activities.collect());
    if everyday.is_empty() {
        return Extent::EMPTY;
    }
    let (origin, center) = (everyday[0].min, median_center(&everyday));
    let farther = |extent: &Extent, distance: fn(Offsets, i64) -> i64| {
        (0..2).map(|axis| distance(offsets(extent, origin, axis), center[axis])).max().unwrap_or_default()
    };
    let gap = |extent: &Extent| farther(extent, |(first, last), center| (first - center).max(center - last));
    let reach = |extent: &Extent| farther(extent, |(first, last), center| (last - center).max(center - first));
    let max_gap = 2 * quantile(everyday.iter().map(reach), 0.5);
    everyday.retain(|extent| gap(extent) <= max_gap);
    let max_reach = 3 * quantile(everyday.iter().map(reach), 0.9);
    everyday.retain(|extent| reach(extent) <= max_reach);
    Extent::of_boxes(everyday)
}

fn around_the_fullest_cell(activities: Vec<Extent>) -> Vec<Extent> {
    // 1/256 of the canvas: 156 km at the equator.
    const CELL_SHIFT: u32 = 32 - 8;
    let cell = |extent: &Extent| extent.center().map(|axis| axis >> CELL_SHIFT);
    let mut cells: Vec<[u32; 2]> = activities.iter().map(cell).collect();
    cells.sort_unstable();
    let fullest = cells.chunk_by(|a, b| a == b).max_by_key(|same| (same.len(), same[0]));
    let Some(&[column, row]) = fullest.and_then(|same| same.first()) else { return Vec::new() };
    // Columns have 8 bits and wrap.
    let is_near = |[x, y]: [u32; 2]| (x as i8).wrapping_sub(column as i8).unsigned_abs() <= 1 && y.abs_diff(row) <= 1;
    activities.into_iter().filter(|extent| is_near(cell(extent))).collect()
}

/// First and last position on an axis, relative to an origin.
type Offsets = (i64, i64);

/// Offsets of a box, the short way around the world.
fn offsets(extent: &Extent, origin: [u32; 2], axis: usize) -> Offsets {
    let first = i64::from(extent.min[axis].wrapping_sub(origin[axis]) as i32);
    (first, first + i64::from(extent.max[axis].wrapping_sub(extent.min[axis])))
}

/// Median of the centres on each axis, relative to the corner of the first box.
fn median_center(boxes: &[Extent]) -> [i64; 2] {
    let center = |extent: &Extent, axis| {
        let (first, last) = offsets(extent, boxes[0].min, axis);
        first.midpoint(last)
    };
    std::array::from_fn(|axis| quantile(boxes.iter().map(|extent| center(extent, axis)), 0.5))
}

/// Returns the least value that at least `share` of the values do not exceed; there must be a value.
fn quantile(values: impl Iterator<Item = i64>, share: f64) -> i64 {
    let mut values: Vec<i64> = values.collect();
    values.sort_unstable();
    values[((values.len() as f64 * share).ceil() as usize).clamp(1, values.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::canvas_from_degrees;

    const HOME: (f64, f64) = (10.0, 50.0);

    /// Box around a longitude and latitude; `half` is half its side in degrees.
    fn square((lon, lat): (f64, f64), half: f64) -> Extent {
        let mut extent = Extent::EMPTY;
        extent.add(canvas_from_degrees(lon - half, lat - half));
        extent.add(canvas_from_degrees(lon + half, lat + half));
        extent
    }

    fn focus_of(activities: &[Extent]) -> Extent {
        focus(activities.iter().copied())
    }

    /// 80 laps of the park, and rides of all lengths from home into all directions.
    fn everyday() -> Vec<Extent> {
        let laps = (0..80).map(|_| square(HOME, 0.01));
        let rides = (1..=20).map(|ride| {
            let half = 0.01 * f64::from(ride);
            let (east, north) = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][ride as usize % 4];
            square((HOME.0 + half * east, HOME.1 + half * north), half)
        });
        laps.chain(rides).collect()
    }

    #[test]
    fn all_everyday_rides_are_in_the_focus() {
        assert_eq!(focus_of(&everyday()), Extent::of_boxes(everyday()));
        assert_eq!(focus_of(&[square(HOME, 0.3)]), square(HOME, 0.3));
        assert!(focus_of(&[]).is_empty());
    }

    #[test]
    fn journeys_and_other_places_are_not_in_the_focus() {
        let expected = focus_of(&everyday());
        let several = |center| (0..30).map(|_| square(center, 0.05)).collect();
        for (name, others) in [
            ("a tour from home", vec![square((HOME.0 + 1.0, HOME.1), 1.01)]),
            ("a holiday nearby", several((HOME.0 + 1.3, HOME.1 + 0.5))),
            ("a holiday far away", several((-HOME.0, HOME.1))),
            ("a flight", vec![square((HOME.0 + 30.0, HOME.1), 30.5)]),
        ] {
            assert_eq!(focus_of(&[everyday(), others.clone()].concat()), expected, "{name}");
            assert_eq!(focus_of(&[others, everyday()].concat()), expected, "{name}, first");
        }
    }

    #[test]
    fn quantiles_are_values_of_the_list() {
        assert_eq!([0.0, 0.5, 0.9, 1.0].map(|share| quantile([3, 1, 2, 4].into_iter(), share)), [1, 2, 4, 4]);
        assert_eq!(quantile([7].into_iter(), 0.5), 7);
    }
}

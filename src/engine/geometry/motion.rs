//! Search for the split vertex of Douglas-Peucker in space and time: the vertex that is farthest from where a steady
//! movement along the chord would be at its time.
//!
//! The synchronized distance of Meratnia and de By (Spatiotemporal Compression Techniques for Moving Point Objects, 2004),
//! with distances along the chord counted half: across a line, an error moves the line, along it only time.

use super::chord::LocalCoordinates;
use super::path::Path;

/// Weight of distances along the chord.
const ALONG: f64 = 0.5;

/// Index of the vertex strictly between `first` and `last` that is farthest off (the first of equals), and its squared
/// distance in canvas units. `last` must be later than `first`.
///
/// Plain additions and multiplications in a fixed order give equal results on every machine.
pub fn farthest_in_time(line: &LocalCoordinates, path: Path, first: usize, last: usize) -> (usize, f64) {
    let (ax, ay) = (line.x[first], line.y[first]);
    let (dx, dy) = (line.x[last] - ax, line.y[last] - ay);
    let length2 = dx * dx + dy * dy;
    let per_length2 = if length2 > 0.0 { 1.0 / length2 } else { 0.0 };
    let start = path.time(first);
    let per_ms = 1.0 / f64::from(path.time(last).saturating_sub(start));
    let (mut farthest, mut most) = (first + 1, -1.0);
    for i in first + 1..last {
        let (x, y) = (line.x[i] - ax, line.y[i] - ay);
        let share = f64::from(path.time(i).saturating_sub(start)) * per_ms;
        let (ex, ey) = (x - share * dx, y - share * dy);
        let (along, across) = (ex * dx + ey * dy, ex * dy - ey * dx);
        let distance2 = match length2 > 0.0 {
            true => (across * across + ALONG * ALONG * (along * along)) * per_length2,
            false => ex * ex + ey * ey,
        };
        if distance2 > most {
            (farthest, most) = (i, distance2);
        }
    }
    (farthest, most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::engine::geometry::mercator::CanvasPosition;
    use crate::engine::geometry::path::Path;
    use crate::engine::geometry::simplify::{REDUNDANT, Simplification, vertex_min_zooms};

    /// Position at a time in plain f64, by a search for the edge; shares no code with the simplification.
    fn position(positions: &[CanvasPosition], times: &[u32], time: u32) -> [f64; 2] {
        let after = times.iter().rposition(|&t| t <= time).unwrap_or(0).min(times.len() - 2);
        let f = |i: usize| positions[i].map(f64::from);
        let ms = f64::from(times[after + 1] - times[after]);
        let share = if ms > 0.0 { f64::from(time - times[after]) / ms } else { 1.0 };
        std::array::from_fn(|axis| f(after)[axis] + share * (f(after + 1)[axis] - f(after)[axis]))
    }

    proptest! {
        #[test]
        fn nobody_is_farther_off_at_any_time_than_the_tolerance(
            steps in prop::collection::vec((-9000i64..9000, -9000i64..9000, prop_oneof![Just(1u32), 0u32..5000]), 2..60),
        ) {
            let (mut at, mut now) = ([1i64 << 31, 1 << 31], 0);
            let (mut positions, mut times) = (Vec::new(), Vec::new());
            for (dx, dy, ms) in steps {
                positions.push(at.map(|axis| axis as u32));
                times.push(now);
                (at, now) = ([at[0] + dx, at[1] + dy], now + ms);
            }
            let zooms = vertex_min_zooms(Path { positions: &positions, times: &times, ..Path::default() }, Simplification::Motion);
            for zoom in [8u8, 12, 14, 18] {
                let kept: Vec<usize> = (0..zooms.len()).filter(|&i| zooms[i] <= zoom).collect();
                let tolerance = (if zoom < 12 { 20.0 } else { 21.0 } - f64::from(zoom)).exp2();
                for pair in kept.windows(2) {
                    let ends = [positions[pair[0]], positions[pair[1]]];
                    let end_times = [times[pair[0]], times[pair[1]]];
                    for i in pair[0] + 1..pair[1] {
                        if end_times[0] == end_times[1] {
                            continue;
                        }
                        let [x, y] = position(&ends, &end_times, times[i]);
                        let off = [f64::from(positions[i][0]) - x, f64::from(positions[i][1]) - y];
                        let chord = [0, 1].map(|axis| f64::from(ends[1][axis]) - f64::from(ends[0][axis]));
                        let length = chord[0].hypot(chord[1]);
                        // Without a chord, all directions count as across.
                        let unit = if length > 0.0 { chord.map(|axis| axis / length) } else { [0.0, 0.0] };
                        let along = off[0] * unit[0] + off[1] * unit[1];
                        let across = (off[0] * off[0] + off[1] * off[1] - along * along).max(0.0).sqrt();
                        let limits = [tolerance, 2.0 * tolerance].map(|limit| limit * (1.0 + 1e-6) + 1e-3);
                        prop_assert!(across <= limits[0] && along.abs() <= limits[1], "{off:?} at zoom {zoom}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_stay_is_kept_and_steady_movement_is_not() {
        let east = |units: u32| [(1 << 30) + units, 1 << 30];
        let positions: Vec<CanvasPosition> = [0, 1 << 16, 2 << 16, 2 << 16, 2 << 16, 3 << 16, 4 << 16].map(east).into();
        let kept = |times: &[u32]| -> Vec<usize> {
            let zooms =
                vertex_min_zooms(Path { positions: &positions, times, ..Path::default() }, Simplification::Motion);
            (0..zooms.len()).filter(|&i| zooms[i] != REDUNDANT).collect()
        };
        assert_eq!(kept(&[0, 1000, 2000, 5000, 60_000, 61_000, 62_000]), [0, 2, 4, 6]);
        assert_eq!(kept(&[0, 1000, 2000, 2000, 2000, 3000, 4000]), [0, 6]);
        assert_eq!(kept(&[]), [0, 6], "without times, the shape counts");
    }
}

//! Which vertices of a line matter from which zoom on.
//!
//! One Douglas-Peucker pass in exact integers. The tree of splits does not depend on a tolerance, so a single pass
//! serves every zoom: a vertex matters from the zoom at which it, and every split above it, is farther than the
//! tolerance from the chord. Selecting the vertices of a zoom is then a filter; no error adds up from zoom to zoom.

use super::chord::{LocalCoordinates, farthest_u_turn, farthest_vertex};
use super::mercator::CanvasPosition;

/// Which vertices a layer needs besides those that give a line its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simplification {
    /// Where a line turns back along itself. Laps up and down one street have the shape of one pass, but they are several.
    pub keep_u_turns: bool,
}

impl Simplification {
    /// The shape alone.
    pub const SHAPE: Self = Self { keep_u_turns: false };
    /// The shape and all turns.
    pub const SHAPE_AND_U_TURNS: Self = Self { keep_u_turns: true };
}

/// What a vertex gets that never matters.
pub const REDUNDANT: u8 = u8::MAX;

/// The highest pixel zoom that is told apart; at 24 a pixel is a canvas unit.
const MAX_PIXEL_ZOOM: u8 = 24;

/// Splits deeper than this go by half, so that no input makes the pass quadratic. Real recordings stay below 60.
const MAX_DEPTH: u32 = 256;

/// For each vertex the pixel zoom (see [`Grid::pixel_zoom`](super::grid::Grid::pixel_zoom)) from which on it is more
/// than an eighth of a pixel (below zoom 12, a sixteenth) off the line without it; 0 for both ends, [`REDUNDANT`] for what lies exactly on the line.
///
/// With [`Simplification::keep_u_turns`], a vertex also matters where the line turns back along itself by more than the tolerance.
pub fn vertex_min_zooms(points: &[CanvasPosition], Simplification { keep_u_turns }: Simplification) -> Vec<u8> {
    let mut zooms = vec![REDUNDANT; points.len()];
    let Some(last) = points.len().checked_sub(1) else { return zooms };
    (zooms[0], zooms[last]) = (0, 0);
    let coordinates = LocalCoordinates::new(points);
    let mut stack = vec![(0, last, 0u8, 0u32)];
    while let Some((first, last, parent_zoom, depth)) = stack.pop() {
        if last - first < 2 {
            continue;
        }
        let (split, zoom) = if depth < MAX_DEPTH {
            let (farthest, distance2) = farthest_vertex(&coordinates, first, last);
            let (u_turn, u_turn_distance2) =
                if keep_u_turns { farthest_u_turn(&coordinates, first, last) } else { (first, 0.0) };
            if u_turn_distance2 > distance2 {
                (u_turn, min_zoom_of(u_turn_distance2))
            } else {
                (farthest, min_zoom_of(distance2))
            }
        } else {
            (first + (last - first) / 2, parent_zoom)
        };
        let zoom = zoom.max(parent_zoom);
        if zoom == REDUNDANT {
            continue;
        }
        zooms[split] = zoom;
        stack.push((first, split, zoom, depth + 1));
        stack.push((split, last, zoom, depth + 1));
    }
    zooms
}

/// How far, in canvas units, a vertex of a pixel zoom may lie off the line without it: 1/8 pixel, and 1/16 where lines
/// are finer than a pixel, so that no pixel is off by more than a level or two. Squared.
const SQUARED_TOLERANCES: [f64; MAX_PIXEL_ZOOM as usize + 1] = {
    const MAX_FINE_ZOOM: usize = 11;
    let mut squared_tolerances = [0.0; MAX_PIXEL_ZOOM as usize + 1];
    let mut zoom = 0;
    while zoom < squared_tolerances.len() {
        let share = if zoom <= MAX_FINE_ZOOM { 1.0 / 16.0 } else { 1.0 / 8.0 };
        let tolerance = share * (1u64 << (MAX_PIXEL_ZOOM as usize - zoom)) as f64;
        squared_tolerances[zoom] = tolerance * tolerance;
        zoom += 1;
    }
    squared_tolerances
};

/// The first pixel zoom whose tolerance a squared distance exceeds.
fn min_zoom_of(distance2: f64) -> u8 {
    // Half of the vertices of a recording are noise: the finest zooms are asked first.
    let coarser = SQUARED_TOLERANCES.iter().rposition(|&squared_tolerance| distance2 <= squared_tolerance);
    match coarser.map_or(0, |zoom| zoom as u8 + 1) {
        zoom if zoom > MAX_PIXEL_ZOOM => REDUNDANT,
        zoom => zoom,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Distance from `p` to the chord `a b` in plain f64: shares nothing with the code above.
    fn distance(p: CanvasPosition, a: CanvasPosition, b: CanvasPosition) -> f64 {
        let f = |w: CanvasPosition| (f64::from(w[0]), f64::from(w[1]));
        let ((px, py), (ax, ay), (bx, by)) = (f(p), f(a), f(b));
        let (dx, dy) = (bx - ax, by - ay);
        let len2 = dx * dx + dy * dy;
        let t = if len2 == 0.0 { 0.0 } else { (((px - ax) * dx + (py - ay) * dy) / len2).clamp(0.0, 1.0) };
        (px - ax - t * dx).hypot(py - ay - t * dy)
    }

    fn line(extent: u32) -> impl Strategy<Value = Vec<CanvasPosition>> {
        let middle = 1u32 << 31;
        let position =
            (0..extent, 0..extent).prop_map(move |(x, y)| [middle + x - extent / 2, middle + y - extent / 2]);
        prop::collection::vec(position, 2..60)
    }

    /// Every vertex that a zoom drops lies within the tolerance of the chord that replaces it.
    fn assert_within_tolerance(points: &[CanvasPosition]) -> Result<(), TestCaseError> {
        let zooms = vertex_min_zooms(points, Simplification::SHAPE);
        for zoom in [0u8, 8, 14, 20] {
            let kept: Vec<usize> = (0..points.len()).filter(|&i| zooms[i] <= zoom).collect();
            for pair in kept.windows(2) {
                for dropped in &points[pair[0]..pair[1]] {
                    let off = distance(*dropped, points[pair[0]], points[pair[1]]);
                    let allowed = (if zoom < 12 { 20.0 } else { 21.0 } - f64::from(zoom)).exp2();
                    prop_assert!(off <= allowed * (1.0 + 1e-9), "{off} at zoom {zoom}");
                }
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn nothing_farther_than_the_tolerance_is_dropped(points in line(1 << 16), wide in line(1 << 30)) {
            assert_within_tolerance(&points)?;
            assert_within_tolerance(&wide)?;
        }

        #[test]
        fn collinear_vertices_are_redundant(points in line(1 << 18), at in 0usize..58) {
            let doubled: Vec<CanvasPosition> = points.iter().map(|p| [p[0] & !1, p[1] & !1]).collect();
            let at = at % (doubled.len() - 1);
            let (a, b) = (doubled[at], doubled[at + 1]);
            prop_assume!(a != b);
            let middle = [(a[0] / 2) + (b[0] / 2), (a[1] / 2) + (b[1] / 2)];
            let mut denser = doubled.clone();
            denser.insert(at + 1, middle);
            let mut zooms = vertex_min_zooms(&denser, Simplification::SHAPE);
            prop_assert_eq!(zooms.remove(at + 1), REDUNDANT);
            prop_assert_eq!(zooms, vertex_min_zooms(&doubled, Simplification::SHAPE));
        }
    }

    #[test]
    fn u_turns_on_one_street_are_kept_on_request() {
        let east = [0u32, 30, 60, 40, 20, 70, 100];
        let street: Vec<CanvasPosition> = east.iter().map(|x| [(1 << 20) + (x << 12), 1 << 20]).collect();
        let kept = |simplification| {
            vertex_min_zooms(&street, simplification).iter().map(|zoom| *zoom != REDUNDANT).collect::<Vec<_>>()
        };
        assert_eq!(kept(Simplification::SHAPE_AND_U_TURNS), [true, false, true, false, true, false, true]);
        assert_eq!(kept(Simplification::SHAPE), [true, false, false, false, false, false, true]);
    }

    #[test]
    fn a_line_over_the_antimeridian_is_continuous() {
        let points = [[u32::MAX - 1000, 5000], [u32::MAX - 10, 5400], [1000, 5000]];
        let shifted: Vec<CanvasPosition> = points.iter().map(|p| [p[0].wrapping_sub(1 << 31), p[1]]).collect();
        assert_eq!(vertex_min_zooms(&points, Simplification::SHAPE), vertex_min_zooms(&shifted, Simplification::SHAPE));
    }

    #[test]
    fn a_hostile_zigzag_does_not_take_quadratic_time() {
        let spiral: Vec<CanvasPosition> =
            (0..200_000u32).map(|i| [(1 << 31) + if i % 2 == 0 { i } else { 0 } * 50, (1 << 31) + i]).collect();
        assert!(vertex_min_zooms(&spiral, Simplification::SHAPE).iter().all(|&zoom| zoom != REDUNDANT));
    }

    #[test]
    fn short_and_degenerate_lines_are_simplified() {
        assert!(vertex_min_zooms(&[], Simplification::SHAPE).is_empty());
        assert_eq!(vertex_min_zooms(&[[1, 1]], Simplification::SHAPE), [0]);
        assert_eq!(vertex_min_zooms(&[[1, 1], [1, 1], [1, 1]], Simplification::SHAPE), [0, REDUNDANT, 0]);
    }
}

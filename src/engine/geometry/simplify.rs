//! Which vertices of a line matter from which zoom on.
//!
//! One Douglas-Peucker pass in exact integers. The tree of splits does not depend on a tolerance, so a single pass
//! serves every zoom: a vertex matters from the zoom at which it, and every split above it, is farther than the
//! tolerance from the chord. Selecting the vertices of a zoom is then a filter; no error adds up from zoom to zoom.

use super::chord::{Columns, farthest, farthest_back};
use super::mercator::CanvasPosition;

/// Which vertices a layer needs besides those that give a line its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simplify {
    /// Where a line turns back along itself. Laps up and down one street have the shape of one pass, but they are several.
    pub turns: bool,
}

impl Simplify {
    /// The shape alone.
    pub const SHAPE: Self = Self { turns: false };
    /// The shape and all turns.
    pub const TURNS: Self = Self { turns: true };
}

/// What a vertex gets that never matters.
pub const NEVER: u8 = u8::MAX;

/// The highest pixel zoom that is told apart; at 24 a pixel is a canvas unit.
const FINEST: u8 = 24;

/// Splits deeper than this go by half, so that no input makes the pass quadratic. Real recordings stay below 60.
const MAX_DEPTH: u32 = 256;

/// For each vertex the pixel zoom (see [`Grid::pixel_zoom`](super::grid::Grid::pixel_zoom)) from which on it is more
/// than an eighth of a pixel (below zoom 12, a sixteenth) off the line without it; 0 for both ends, [`NEVER`] for what lies exactly on the line.
///
/// With [`Simplify::turns`], a vertex also matters where the line turns back along itself by more than the tolerance.
pub fn vertex_zooms(points: &[CanvasPosition], Simplify { turns }: Simplify) -> Vec<u8> {
    let mut zooms = vec![NEVER; points.len()];
    let Some(last) = points.len().checked_sub(1) else { return zooms };
    (zooms[0], zooms[last]) = (0, 0);
    let local = Columns::of(points);
    let mut open = vec![(0, last, 0u8, 0u32)];
    while let Some((first, last, parent, depth)) = open.pop() {
        if last - first < 2 {
            continue;
        }
        let (split, zoom) = if depth < MAX_DEPTH {
            let (off, off2) = farthest(&local, first, last);
            let (turn, back2) = if turns { farthest_back(&local, first, last) } else { (first, 0.0) };
            if back2 > off2 { (turn, zoom_of(back2)) } else { (off, zoom_of(off2)) }
        } else {
            (first + (last - first) / 2, parent)
        };
        let zoom = zoom.max(parent);
        if zoom == NEVER {
            continue;
        }
        zooms[split] = zoom;
        open.push((first, split, zoom, depth + 1));
        open.push((split, last, zoom, depth + 1));
    }
    zooms
}

/// How far, in canvas units, a vertex of a pixel zoom may lie off the line without it: 1/8 pixel, and 1/16 where lines
/// are finer than a pixel, so that no pixel is off by more than a level or two. Squared.
const TOLERANCES2: [f64; FINEST as usize + 1] = {
    const FINE_LINES_UP_TO: usize = 11;
    let mut tolerances2 = [0.0; FINEST as usize + 1];
    let mut zoom = 0;
    while zoom < tolerances2.len() {
        let share = if zoom <= FINE_LINES_UP_TO { 1.0 / 16.0 } else { 1.0 / 8.0 };
        let tolerance = share * (1u64 << (FINEST as usize - zoom)) as f64;
        tolerances2[zoom] = tolerance * tolerance;
        zoom += 1;
    }
    tolerances2
};

/// The first pixel zoom whose tolerance a squared distance exceeds.
fn zoom_of(distance2: f64) -> u8 {
    // Half of the vertices of a recording are noise: the finest zooms are asked first.
    let coarser = TOLERANCES2.iter().rposition(|&tolerance2| distance2 <= tolerance2);
    match coarser.map_or(0, |zoom| zoom as u8 + 1) {
        zoom if zoom > FINEST => NEVER,
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
        let place = (0..extent, 0..extent).prop_map(move |(x, y)| [middle + x - extent / 2, middle + y - extent / 2]);
        prop::collection::vec(place, 2..60)
    }

    /// Every vertex that a zoom drops lies within the tolerance of the chord that replaces it.
    fn dropped_vertices_are_near(points: &[CanvasPosition]) -> Result<(), TestCaseError> {
        let zooms = vertex_zooms(points, Simplify::SHAPE);
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
            dropped_vertices_are_near(&points)?;
            dropped_vertices_are_near(&wide)?;
        }

        #[test]
        fn collinear_vertices_never_matter(points in line(1 << 18), at in 0usize..58) {
            let doubled: Vec<CanvasPosition> = points.iter().map(|p| [p[0] & !1, p[1] & !1]).collect();
            let at = at % (doubled.len() - 1);
            let (a, b) = (doubled[at], doubled[at + 1]);
            prop_assume!(a != b);
            let middle = [(a[0] / 2) + (b[0] / 2), (a[1] / 2) + (b[1] / 2)];
            let mut denser = doubled.clone();
            denser.insert(at + 1, middle);
            let mut zooms = vertex_zooms(&denser, Simplify::SHAPE);
            prop_assert_eq!(zooms.remove(at + 1), NEVER);
            prop_assert_eq!(zooms, vertex_zooms(&doubled, Simplify::SHAPE));
        }
    }

    #[test]
    fn laps_of_one_street_keep_their_turns_if_asked() {
        let east = [0u32, 30, 60, 40, 20, 70, 100];
        let street: Vec<CanvasPosition> = east.iter().map(|x| [(1 << 20) + (x << 12), 1 << 20]).collect();
        let kept = |simplify| vertex_zooms(&street, simplify).iter().map(|zoom| *zoom != NEVER).collect::<Vec<_>>();
        assert_eq!(kept(Simplify::TURNS), [true, false, true, false, true, false, true]);
        assert_eq!(kept(Simplify::SHAPE), [true, false, false, false, false, false, true]);
    }

    #[test]
    fn a_line_over_the_antimeridian_is_continuous() {
        let points = [[u32::MAX - 1000, 5000], [u32::MAX - 10, 5400], [1000, 5000]];
        let shifted: Vec<CanvasPosition> = points.iter().map(|p| [p[0].wrapping_sub(1 << 31), p[1]]).collect();
        assert_eq!(vertex_zooms(&points, Simplify::SHAPE), vertex_zooms(&shifted, Simplify::SHAPE));
    }

    #[test]
    fn a_hostile_zigzag_does_not_take_quadratic_time() {
        let spiral: Vec<CanvasPosition> =
            (0..200_000u32).map(|i| [(1 << 31) + if i % 2 == 0 { i } else { 0 } * 50, (1 << 31) + i]).collect();
        assert!(vertex_zooms(&spiral, Simplify::SHAPE).iter().all(|&zoom| zoom != NEVER));
    }

    #[test]
    fn lines_without_vertices_have_no_zooms() {
        assert!(vertex_zooms(&[], Simplify::SHAPE).is_empty());
        assert_eq!(vertex_zooms(&[[1, 1]], Simplify::SHAPE), [0]);
        assert_eq!(vertex_zooms(&[[1, 1], [1, 1], [1, 1]], Simplify::SHAPE), [0, NEVER, 0]);
    }
}

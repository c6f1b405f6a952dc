//! Line simplification for all zooms at once: for each vertex, the lowest pixel zoom that needs the vertex.
//!
//! One Douglas-Peucker pass, for shapes in exact integers: each part of the line is split at the vertex farthest from the
//! chord of the part, down to single edges. The tree of splits does not depend on a tolerance; a tolerance only decides how deep
//! the tree is followed. So the pass assigns each split vertex the first zoom whose tolerance is below the vertex's
//! distance, but no lower zoom than that of the enclosing split. The vertices of a zoom are then a filter by this
//! number, and errors do not accumulate from zoom to zoom.

use super::chord::{LocalCoordinates, farthest_u_turn, farthest_vertex};
use super::measured::RunningSums;
use super::motion::farthest_in_time;
use super::path::Path;

/// Vertices that simplification keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Simplification {
    /// The vertices that determine the shape.
    Shape,
    /// The vertices that determine where the activity is at each time, and what is measured there, for layers that add up
    /// edges. Laps up and down a street have the shape of one pass, but count as several.
    Motion,
}

/// Minimum zoom of a vertex that no zoom needs.
pub const REDUNDANT: u8 = u8::MAX;

/// Highest distinguished pixel zoom; a pixel of zoom 24 is one canvas unit.
const MAX_PIXEL_ZOOM: u8 = 24;

/// Depth of the split tree from which parts are halved, which bounds the time for adversarial input. Real recordings
/// stay below 60.
const MAX_DEPTH: u32 = 256;

/// For each vertex, the lowest pixel zoom (see [`Grid::pixel_zoom`](super::grid::Grid::pixel_zoom)) that needs it,
/// because the line without it would be off by more than the tolerance: 1/16 pixel below pixel zoom 12, 1/8 pixel from
/// there on. 0 for both ends, [`REDUNDANT`] for vertices within 1/8 canvas unit of the line. A zoom also needs the
/// vertices without which the line would go around the world the other way.
///
/// With [`Simplification::Motion`], a vertex is also needed where the activity would be off at the time of the vertex,
/// along the line by more than two tolerances; where no time passes, a vertex at which the line turns back along itself by
/// more than the tolerance; and a vertex up to which a quantity has other integrals than a steady value would give, by
/// more than 16 tolerances times its [visible difference](crate::engine::quantity::Scale::visible).
pub fn vertex_min_zooms<'a>(line: impl Into<Path<'a>>, simplification: Simplification) -> Vec<u8> {
    let line = line.into();
    debug_assert!(line.is_sound(), "times and integrals are as many as positions, or none, and times do not descend");
    let mut zooms = vec![REDUNDANT; line.positions.len()];
    let Some(last) = line.positions.len().checked_sub(1) else { return zooms };
    (zooms[0], zooms[last]) = (0, 0);
    let coordinates = LocalCoordinates::new(line.positions);
    let is_measured = simplification == Simplification::Motion && !line.integrals.is_empty();
    let sums = is_measured.then(|| RunningSums::new(line, coordinates.way()));
    let split_of_line = |first: usize, last: usize| match simplification {
        Simplification::Shape => farthest_vertex(&coordinates, first, last),
        Simplification::Motion if line.time(first) < line.time(last) => {
            farthest_in_time(&coordinates, line, first, last)
        }
        Simplification::Motion => {
            let (farthest, u_turn) =
                (farthest_vertex(&coordinates, first, last), farthest_u_turn(&coordinates, first, last));
            if u_turn.1 > farthest.1 { u_turn } else { farthest }
        }
    };
    let split_of = |first: usize, last: usize| {
        let split = split_of_line(first, last);
        sums.as_ref().map(|sums| sums.farthest(first, last)).filter(|measured| measured.1 > split.1).unwrap_or(split)
    };
    let mut stack = vec![(0, last, 0u8, 0u32)];
    while let Some((first, last, parent_zoom, depth)) = stack.pop() {
        if last - first < 2 {
            continue;
        }
        let (split, zoom) = if depth < MAX_DEPTH {
            let (split, distance2) = split_of(first, last);
            (split, min_zoom_of(distance2))
        } else {
            (first + (last - first) / 2, parent_zoom)
        };
        // Without the split, the edge would go around the world the other way. Of a straight line, any vertex will do.
        let (split, zoom) = match coordinates.spans_half_canvas(first, last) {
            true => (if zoom == REDUNDANT { first.midpoint(last) } else { split }, parent_zoom),
            false => (split, zoom),
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

/// Squared tolerance of each pixel zoom, in canvas units²: 1/8 pixel, and 1/16 below zoom 12, where lines are thinnest,
/// which keeps every pixel within one or two levels.
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

fn min_zoom_of(distance2: f64) -> u8 {
    // Searched from the finest zoom down, because half of the vertices of a recording are noise.
    let coarser = SQUARED_TOLERANCES.iter().rposition(|&squared_tolerance| distance2 <= squared_tolerance);
    match coarser.map_or(0, |zoom| zoom as u8 + 1) {
        zoom if zoom > MAX_PIXEL_ZOOM => REDUNDANT,
        zoom => zoom,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::CanvasPosition;
    use proptest::prelude::*;

    /// Distance from `p` to the chord `a b` in plain f64; shares no code with the search.
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

    /// Checks that every dropped vertex is within the tolerance of the chord that replaces it.
    fn assert_within_tolerance(points: &[CanvasPosition]) -> Result<(), TestCaseError> {
        let zooms = vertex_min_zooms(points, Simplification::Shape);
        for zoom in [0u8, 8, 14, 20] {
            let selected: Vec<usize> = (0..points.len()).filter(|&i| zooms[i] <= zoom).collect();
            for pair in selected.windows(2) {
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
            let mut zooms = vertex_min_zooms(&denser, Simplification::Shape);
            prop_assert_eq!(zooms.remove(at + 1), REDUNDANT);
            prop_assert_eq!(zooms, vertex_min_zooms(&doubled, Simplification::Shape));
        }
    }

    #[test]
    fn u_turns_on_one_street_are_kept_for_passes() {
        let east = [0u32, 30, 60, 40, 20, 70, 100];
        let street: Vec<CanvasPosition> = east.iter().map(|x| [(1 << 20) + (x << 12), 1 << 20]).collect();
        let selected = |simplification| {
            vertex_min_zooms(&street, simplification).iter().map(|zoom| *zoom != REDUNDANT).collect::<Vec<_>>()
        };
        assert_eq!(selected(Simplification::Motion), [true, false, true, false, true, false, true]);
        assert_eq!(selected(Simplification::Shape), [true, false, false, false, false, false, true]);
    }

    #[test]
    fn laps_are_kept_whatever_times_a_line_has() {
        // Three times up and down a street of 100 steps.
        let east = |lap: u32, i: u32| if lap.is_multiple_of(2) { i } else { 100 - i };
        let laps: Vec<u32> = (0..6).flat_map(|lap| (0..100).map(move |i| east(lap, i))).collect();
        let street: Vec<CanvasPosition> = laps.iter().map(|x| [(1 << 20) + (x << 12), 1 << 20]).collect();
        let turns: Vec<usize> = (1..6).map(|lap| 100 * lap).collect();
        let steady: Vec<u32> = (0..600).map(|i| i * 1000).collect();
        let middle: Vec<u32> = (0..600u32).map(|i| i.clamp(150, 350) * 1000).collect();
        let stopped: Vec<u32> = (0..600u32).map(|i| if i < 450 { i.min(150) } else { i - 300 } * 1000).collect();
        for times in [&[][..], &steady, &middle, &stopped] {
            let zooms = vertex_min_zooms(Path { positions: &street, times, ..Path::default() }, Simplification::Motion);
            for turn in &turns {
                let kept = (turn - 1..=turn + 1).any(|i| zooms[i] <= 20);
                assert!(kept, "turn {turn} of {:?}", &times.get(..3));
            }
        }
    }

    #[test]
    fn a_line_over_the_antimeridian_is_continuous() {
        let points = [[u32::MAX - 1000, 5000], [u32::MAX - 10, 5400], [1000, 5000]];
        let shifted: Vec<CanvasPosition> = points.iter().map(|p| [p[0].wrapping_sub(1 << 31), p[1]]).collect();
        assert_eq!(
            vertex_min_zooms(&points[..], Simplification::Shape),
            vertex_min_zooms(&shifted, Simplification::Shape)
        );
    }

    #[test]
    fn a_line_around_the_world_keeps_its_direction() {
        let parallel: Vec<CanvasPosition> = (0..100u32).map(|i| [i.wrapping_mul(1 << 27), 1 << 30]).collect();
        let zooms = vertex_min_zooms(&parallel, Simplification::Shape);
        let kept: Vec<usize> = (0..100).filter(|i| zooms[*i] == 0).collect();
        assert!(kept.windows(2).all(|pair| pair[1] - pair[0] < 16), "{kept:?}");
        assert!(kept.len() < 20, "{kept:?}");
    }

    #[test]
    fn a_hostile_zigzag_does_not_take_quadratic_time() {
        let spiral: Vec<CanvasPosition> =
            (0..200_000u32).map(|i| [(1 << 31) + if i % 2 == 0 { i } else { 0 } * 50, (1 << 31) + i]).collect();
        assert!(vertex_min_zooms(&spiral, Simplification::Shape).iter().all(|&zoom| zoom != REDUNDANT));
    }

    #[test]
    fn short_and_degenerate_lines_are_simplified() {
        assert!(vertex_min_zooms(&[][..], Simplification::Shape).is_empty());
        assert_eq!(vertex_min_zooms(&[[1, 1]][..], Simplification::Shape), [0]);
        assert_eq!(vertex_min_zooms(&[[1, 1], [1, 1], [1, 1]][..], Simplification::Shape), [0, REDUNDANT, 0]);
    }
}

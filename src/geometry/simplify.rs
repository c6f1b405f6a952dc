//! Which vertices of a line matter from which zoom on.
//!
//! One Douglas-Peucker pass in exact integers. The tree of splits does not depend on a tolerance, so a single pass
//! serves every zoom: a vertex matters from the zoom at which it, and every split above it, is farther than the
//! tolerance from the chord. Selecting the vertices of a zoom is then a filter; no error adds up from zoom to zoom.

use super::mercator::World;

/// What a vertex gets that never matters.
pub const NEVER: u8 = u8::MAX;

/// The highest pixel zoom that is told apart; at 24 a pixel is a canvas unit.
const FINEST: u8 = 24;

/// Splits deeper than this go by half, so that no input makes the pass quadratic. Real recordings stay below 60.
const MAX_DEPTH: u32 = 256;

/// For each vertex the pixel zoom (see [`Grid::pixel_zoom`](super::grid::Grid::pixel_zoom)) from which on it is more
/// than an eighth of a pixel (below zoom 12, a sixteenth) off the line without it; 0 for both ends, [`NEVER`] for what lies exactly on the line.
///
/// With `turns`, a vertex also matters where the line turns back along itself by more than the tolerance: laps up and
/// down one street have the shape of one pass, but they are several.
pub fn vertex_zooms(points: &[World], turns: bool) -> Vec<u8> {
    let mut zooms = vec![NEVER; points.len()];
    let Some(last) = points.len().checked_sub(1) else { return zooms };
    (zooms[0], zooms[last]) = (0, 0);
    let local = unwrapped(points);
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

/// Columns relative to the first vertex, so that a line across the antimeridian is continuous. Whole numbers below
/// 2^53, hence exact; f64 because its arithmetic vectorises.
struct Columns {
    x: Vec<f64>,
    y: Vec<f64>,
}

fn unwrapped(points: &[World]) -> Columns {
    let (mut at, mut previous) = (0i64, points[0][0]);
    let x = points.iter().map(|point| {
        at += i64::from(point[0].wrapping_sub(previous) as i32);
        previous = point[0];
        at as f64
    });
    Columns { x: x.collect(), y: points.iter().map(|point| f64::from(point[1])).collect() }
}

/// The vertex strictly between `first` and `last` that is farthest from their chord (the earliest of equals), and its
/// squared distance in canvas units, rounded.
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2"))]
fn farthest(line: &Columns, first: usize, last: usize) -> (usize, f64) {
    let (ax, ay) = (line.x[first], line.y[first]);
    let (dx, dy) = (line.x[last] - ax, line.y[last] - ay);
    let (xs, ys) = (&line.x[first + 1..last], &line.y[first + 1..last]);
    // Products stay below 2^53, and every comparison is exact, while a chord's neighbourhood is narrower than this.
    const EXACT: f64 = (1u64 << 25) as f64;
    let reach = widest(xs, ax, dx).max(widest(ys, ay, dy));
    if reach < EXACT {
        farthest_near(xs, ys, [ax, ay, dx, dy], first + 1)
    } else {
        farthest_far(xs, ys, [ax, ay, dx, dy], first + 1)
    }
}

/// The vertex from which the line goes back along the chord farthest before it goes on, and the square of how far.
fn farthest_back(line: &Columns, first: usize, last: usize) -> (usize, f64) {
    let (ax, ay) = (line.x[first], line.y[first]);
    let (dx, dy) = (line.x[last] - ax, line.y[last] - ay);
    let (mut top, mut at, mut turn, mut worst) = (0.0, first, first, 0.0);
    for i in first + 1..last {
        let along = (line.x[i] - ax) * dx + (line.y[i] - ay) * dy;
        if along > top {
            (top, at) = (along, i);
        } else if top - along > worst {
            (worst, turn) = (top - along, at);
        }
    }
    // What goes back behind the start of the chord is far from it and found as such.
    if turn == first { (first, 0.0) } else { (turn, worst * worst / (dx * dx + dy * dy)) }
}

#[inline(always)]
fn widest(values: &[f64], origin: f64, chord: f64) -> f64 {
    let mut lanes = [0f64; 8];
    let mut chunks = values.chunks_exact(8);
    for chunk in &mut chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            let width = (value - origin).abs();
            *lane = if width > *lane { width } else { *lane };
        }
    }
    let rest = chunks.remainder().iter().map(|value| (value - origin).abs());
    rest.chain(lanes).fold(chord.abs(), f64::max)
}

/// Squared distance to the chord, times its squared length where the foot is inside: see [`Candidate`].
#[derive(Clone, Copy)]
struct Candidate {
    /// `cross²` where the foot of the perpendicular lies on the chord, else the squared distance to the nearer end
    /// times `len²`; so that candidates of one chord compare without a division.
    scaled: u128,
    index: usize,
}

/// All in whole numbers of any size.
fn farthest_far(xs: &[f64], ys: &[f64], [ax, ay, dx, dy]: [f64; 4], base: usize) -> (usize, f64) {
    let (dx, dy) = (dx as i128, dy as i128);
    let len2 = (dx * dx + dy * dy) as u128;
    let mut best = Candidate { scaled: 0, index: base };
    for (offset, (x, y)) in xs.iter().zip(ys).enumerate() {
        let (ex, ey) = ((x - ax) as i128, (y - ay) as i128);
        let dot = ex * dx + ey * dy;
        let scaled = if dot <= 0 {
            ((ex * ex + ey * ey) as u128).saturating_mul(len2.max(1))
        } else if dot as u128 >= len2 {
            let (fx, fy) = (ex - dx, ey - dy);
            ((fx * fx + fy * fy) as u128).saturating_mul(len2)
        } else {
            let cross = (ex * dy - ey * dx).unsigned_abs();
            cross.saturating_mul(cross)
        };
        if scaled > best.scaled {
            best = Candidate { scaled, index: base + offset };
        }
    }
    (best.index, best.scaled as f64 / len2.max(1) as f64)
}

/// The same where products fit f64 exactly: three running maxima that vectorise, compared exactly at the end.
#[inline(always)]
fn farthest_near(xs: &[f64], ys: &[f64], chord: [f64; 4], base: usize) -> (usize, f64) {
    let [.., dx, dy] = chord;
    let len2 = dx * dx + dy * dy;
    let (inside, outside) = maxima(xs, ys, chord, len2);
    let scaled_inside = (inside as u128) * (inside as u128);
    let scaled_outside = (outside as u128) * (len2.max(1.0) as u128);
    let best = scaled_inside.max(scaled_outside);
    if best == 0 {
        return (base, 0.0);
    }
    let wanted = |value: f64, is_inside: bool| {
        if is_inside { scaled_inside == best && value == inside } else { scaled_outside == best && value == outside }
    };
    let index = xs.iter().zip(ys).position(|(x, y)| {
        let (value, is_inside) = measure(*x, *y, chord, len2);
        wanted(value, is_inside)
    });
    (base + index.unwrap_or(0), best as f64 / len2.max(1.0))
}

/// Either the doubled triangle area over the chord (foot inside, true) or the squared distance to the nearer end.
#[inline(always)]
fn measure(x: f64, y: f64, [ax, ay, dx, dy]: [f64; 4], len2: f64) -> (f64, bool) {
    let (ex, ey) = (x - ax, y - ay);
    let dot = ex * dx + ey * dy;
    let past_end = dot >= len2;
    let (fx, fy) = if past_end { (ex - dx, ey - dy) } else { (ex, ey) };
    let is_inside = (dot > 0.0) & !past_end;
    let value = if is_inside { (ex * dy - ey * dx).abs() } else { fx * fx + fy * fy };
    (value, is_inside)
}

#[inline(always)]
fn maxima(xs: &[f64], ys: &[f64], chord: [f64; 4], len2: f64) -> (f64, f64) {
    const LANES: usize = 16;
    let (mut inside, mut outside) = ([0f64; LANES], [0f64; LANES]);
    let (mut x_chunks, mut y_chunks) = (xs.chunks_exact(LANES), ys.chunks_exact(LANES));
    for (x, y) in (&mut x_chunks).zip(&mut y_chunks) {
        for lane in 0..LANES {
            let (value, is_inside) = measure(x[lane], y[lane], chord, len2);
            let (a, b) = if is_inside { (value, 0.0) } else { (0.0, value) };
            inside[lane] = if a > inside[lane] { a } else { inside[lane] };
            outside[lane] = if b > outside[lane] { b } else { outside[lane] };
        }
    }
    for (x, y) in x_chunks.remainder().iter().zip(y_chunks.remainder()) {
        let (value, is_inside) = measure(*x, *y, chord, len2);
        let class = if is_inside { &mut inside[0] } else { &mut outside[0] };
        *class = class.max(value);
    }
    (inside.into_iter().fold(0.0, f64::max), outside.into_iter().fold(0.0, f64::max))
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
    fn distance(p: World, a: World, b: World) -> f64 {
        let f = |w: World| (f64::from(w[0]), f64::from(w[1]));
        let ((px, py), (ax, ay), (bx, by)) = (f(p), f(a), f(b));
        let (dx, dy) = (bx - ax, by - ay);
        let len2 = dx * dx + dy * dy;
        let t = if len2 == 0.0 { 0.0 } else { (((px - ax) * dx + (py - ay) * dy) / len2).clamp(0.0, 1.0) };
        (px - ax - t * dx).hypot(py - ay - t * dy)
    }

    fn line(extent: u32) -> impl Strategy<Value = Vec<World>> {
        let middle = 1u32 << 31;
        let place = (0..extent, 0..extent).prop_map(move |(x, y)| [middle + x - extent / 2, middle + y - extent / 2]);
        prop::collection::vec(place, 2..60)
    }

    /// Every vertex that a zoom drops lies within the tolerance of the chord that replaces it.
    fn dropped_vertices_are_near(points: &[World]) -> Result<(), TestCaseError> {
        let zooms = vertex_zooms(points, false);
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
        fn both_ways_of_counting_choose_alike(points in line(1 << 20)) {
            let columns = unwrapped(&points);
            let last = points.len() - 1;
            prop_assume!(last >= 2);
            let (x, y) = (&columns.x, &columns.y);
            let chord = [x[0], y[0], x[last] - x[0], y[last] - y[0]];
            let near = farthest_near(&x[1..last], &y[1..last], chord, 1);
            prop_assert_eq!(near.0, farthest_far(&x[1..last], &y[1..last], chord, 1).0);
        }

        #[test]
        fn collinear_vertices_never_matter(points in line(1 << 18), at in 0usize..58) {
            let doubled: Vec<World> = points.iter().map(|p| [p[0] & !1, p[1] & !1]).collect();
            let at = at % (doubled.len() - 1);
            let (a, b) = (doubled[at], doubled[at + 1]);
            prop_assume!(a != b);
            let middle = [(a[0] / 2) + (b[0] / 2), (a[1] / 2) + (b[1] / 2)];
            let mut denser = doubled.clone();
            denser.insert(at + 1, middle);
            let mut zooms = vertex_zooms(&denser, false);
            prop_assert_eq!(zooms.remove(at + 1), NEVER);
            prop_assert_eq!(zooms, vertex_zooms(&doubled, false));
        }
    }

    #[test]
    fn laps_of_one_street_keep_their_turns_if_asked() {
        let east = [0u32, 30, 60, 40, 20, 70, 100];
        let street: Vec<World> = east.iter().map(|x| [(1 << 20) + (x << 12), 1 << 20]).collect();
        let kept = |turns| vertex_zooms(&street, turns).iter().map(|zoom| *zoom != NEVER).collect::<Vec<_>>();
        assert_eq!(kept(true), [true, false, true, false, true, false, true]);
        assert_eq!(kept(false), [true, false, false, false, false, false, true]);
    }

    #[test]
    fn a_line_over_the_antimeridian_is_continuous() {
        let points = [[u32::MAX - 1000, 5000], [u32::MAX - 10, 5400], [1000, 5000]];
        let shifted: Vec<World> = points.iter().map(|p| [p[0].wrapping_sub(1 << 31), p[1]]).collect();
        assert_eq!(vertex_zooms(&points, false), vertex_zooms(&shifted, false));
    }

    #[test]
    fn a_hostile_zigzag_does_not_take_quadratic_time() {
        let spiral: Vec<World> =
            (0..200_000u32).map(|i| [(1 << 31) + if i % 2 == 0 { i } else { 0 } * 50, (1 << 31) + i]).collect();
        assert!(vertex_zooms(&spiral, false).iter().all(|&zoom| zoom != NEVER));
    }

    #[test]
    fn lines_without_vertices_have_no_zooms() {
        assert!(vertex_zooms(&[], false).is_empty());
        assert_eq!(vertex_zooms(&[[1, 1]], false), [0]);
        assert_eq!(vertex_zooms(&[[1, 1], [1, 1], [1, 1]], false), [0, NEVER, 0]);
    }
}

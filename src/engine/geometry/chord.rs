//! Exact search for the split vertex of Douglas-Peucker: the vertex of a line part that is farthest from the chord
//! between its ends.
//!
//! If the foot of the perpendicular from a vertex lies inside the chord, the distance is `|cross| / length` (cross
//! product of the chord and the vertex offset), else the distance to the nearer end. Distances are compared squared and
//! multiplied by the squared chord length: `cross²` inside, `distance² × length²` outside. These numbers are integers,
//! so comparisons are exact and the result does not depend on the processor.
//! Narrow parts are computed in f64, 16 vertices at a time: one pass finds the maximum of each kind, exact 128-bit
//! products decide between the two kinds, and a second pass finds the first vertex with the maximum. Wider parts are
//! computed in i128.

use super::mercator::CanvasPosition;

/// Coordinates of a line, x continuous over the antimeridian. Integers below 2^53, so f64 holds them exactly; f64
/// arithmetic vectorises, i64 multiplication does not.
pub struct LocalCoordinates {
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    /// True if no two vertices are [`MAX_EXACT_EXTENT`] or more apart on either axis.
    is_narrow: bool,
}

/// Below this distance from the first vertex on both axes, all products and sums stay below 2^53: f64 is exact.
const MAX_EXACT_EXTENT: f64 = (1u64 << 25) as f64;

impl LocalCoordinates {
    /// Coordinates of a line of at least one position.
    pub fn new(points: &[CanvasPosition]) -> Self {
        let (mut unwrapped, mut previous) = (0i64, points[0][0]);
        let x = points.iter().map(|point| {
            unwrapped += i64::from(point[0].wrapping_sub(previous) as i32);
            previous = point[0];
            unwrapped as f64
        });
        let (x, y): (Vec<f64>, Vec<f64>) = (x.collect(), points.iter().map(|point| f64::from(point[1])).collect());
        // Two vertices less than half the extent from the first are less than the extent from each other.
        let is_narrow = extent_from(&x, x[0], 0.0).max(extent_from(&y, y[0], 0.0)) < MAX_EXACT_EXTENT / 2.0;
        Self { x, y, is_narrow }
    }

    /// Returns true if two vertices are at least half of the canvas apart along the line: an edge between them would go
    /// around the world the other way.
    pub fn spans_half_canvas(&self, first: usize, last: usize) -> bool {
        (self.x[last] - self.x[first]).abs() >= (1u64 << 31) as f64
    }

    /// Length of the way at each vertex.
    pub fn way(&self) -> Vec<f64> {
        let mut way = 0.0;
        let steps = self.x.windows(2).zip(self.y.windows(2)).map(|(x, y)| (x[1] - x[0]).hypot(y[1] - y[0]));
        std::iter::once(0.0)
            .chain(steps)
            .map(|step| {
                way += step;
                way
            })
            .collect()
    }
}

/// Index of the vertex strictly between `first` and `last` that is farthest from their chord (the first of equals), and
/// its squared distance in canvas units, rounded.
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2"))]
pub fn farthest_vertex(line: &LocalCoordinates, first: usize, last: usize) -> (usize, f64) {
    let (ax, ay) = (line.x[first], line.y[first]);
    let (dx, dy) = (line.x[last] - ax, line.y[last] - ay);
    let (xs, ys) = (&line.x[first + 1..last], &line.y[first + 1..last]);
    if line.is_narrow || extent_from(xs, ax, dx).max(extent_from(ys, ay, dy)) < MAX_EXACT_EXTENT {
        farthest_in_f64(xs, ys, [ax, ay, dx, dy], first + 1)
    } else {
        farthest_in_i128(xs, ys, [ax, ay, dx, dy], first + 1)
    }
}

/// Index of the vertex after which the line returns farthest against the chord direction before it passes that vertex
/// again, and the squared length of the return in canvas units²; `(first, 0.0)` if the line returns nowhere or only
/// behind `first`.
pub fn farthest_u_turn(line: &LocalCoordinates, first: usize, last: usize) -> (usize, f64) {
    let (ax, ay) = (line.x[first], line.y[first]);
    let (dx, dy) = (line.x[last] - ax, line.y[last] - ay);
    let (mut max_along, mut max_index, mut u_turn, mut max_return) = (0.0, first, first, 0.0);
    for i in first + 1..last {
        let along = (line.x[i] - ax) * dx + (line.y[i] - ay) * dy;
        if along > max_along {
            (max_along, max_index) = (along, i);
        } else if max_along - along > max_return {
            (max_return, u_turn) = (max_along - along, max_index);
        }
    }
    // A return behind the start of the chord is far from the chord: `farthest_vertex` finds it.
    if u_turn == first { (first, 0.0) } else { (u_turn, max_return * max_return / (dx * dx + dy * dy)) }
}

/// Largest distance from `origin` along an axis, at least `|chord|`.
#[inline(always)]
fn extent_from(values: &[f64], origin: f64, chord: f64) -> f64 {
    let mut lanes = [0f64; 8];
    let mut chunks = values.chunks_exact(8);
    for chunk in &mut chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            let width = (value - origin).abs();
            *lane = max_without_nan(width, *lane);
        }
    }
    let rest = chunks.remainder().iter().map(|value| (value - origin).abs());
    rest.chain(lanes).fold(chord.abs(), f64::max)
}

#[derive(Clone, Copy)]
struct Candidate {
    scaled: u128,
    index: usize,
}

fn farthest_in_i128(xs: &[f64], ys: &[f64], [ax, ay, dx, dy]: [f64; 4], base: usize) -> (usize, f64) {
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

#[inline(always)]
fn farthest_in_f64(xs: &[f64], ys: &[f64], chord: [f64; 4], base: usize) -> (usize, f64) {
    let [.., dx, dy] = chord;
    let len2 = dx * dx + dy * dy;
    let (best, index) =
        if xs.len() < LANES { farthest_scalar(xs, ys, chord, len2) } else { farthest_in_lanes(xs, ys, chord, len2) };
    // Converting from u64 is one instruction, from u128 a call.
    let distance2 = u64::try_from(best).map_or(best as f64, |best| best as f64);
    (base + index, distance2 / len2.max(1.0))
}

/// Largest scaled squared distance and the index of the first such vertex.
#[inline(always)]
fn farthest_scalar(xs: &[f64], ys: &[f64], chord: [f64; 4], len2: f64) -> (u128, usize) {
    let mut best = (0, 0);
    for (index, (x, y)) in xs.iter().zip(ys).enumerate() {
        let (value, is_inside) = measure(*x, *y, chord, len2);
        let scaled = exact_product(value, if is_inside { value } else { len2.max(1.0) });
        best = if scaled > best.0 { (scaled, index) } else { best };
    }
    best
}

#[inline(always)]
fn farthest_in_lanes(xs: &[f64], ys: &[f64], chord: [f64; 4], len2: f64) -> (u128, usize) {
    let (inside, outside) = max_measures(xs, ys, chord, len2);
    let (scaled_inside, scaled_outside) = (exact_product(inside, inside), exact_product(outside, len2.max(1.0)));
    let best = scaled_inside.max(scaled_outside);
    let inside = if scaled_inside == best { inside } else { -1.0 };
    let outside = if scaled_outside == best { outside } else { -1.0 };
    let is_farthest = |x: f64, y: f64| {
        let (value, is_inside) = measure(x, y, chord, len2);
        value == if is_inside { inside } else { outside }
    };
    let (x_chunks, y_chunks) = (xs.as_chunks::<LANES>().0, ys.as_chunks::<LANES>().0);
    let mut start = 0;
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        let mut is_here = false;
        for lane in 0..LANES {
            is_here |= is_farthest(x[lane], y[lane]);
        }
        if is_here {
            break;
        }
        start += LANES;
    }
    let index = xs[start..].iter().zip(&ys[start..]).position(|(x, y)| is_farthest(*x, *y));
    (best, start + index.unwrap_or(0))
}

#[inline(always)]
fn exact_product(a: f64, b: f64) -> u128 {
    u128::from(a as i64 as u64) * u128::from(b as i64 as u64)
}

const LANES: usize = 16;

/// `(|cross|, true)` if the foot of the vertex lies inside the chord, else (squared distance to the nearer end, false).
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

/// Largest measure of each kind: inside, outside.
#[inline(always)]
fn max_measures(xs: &[f64], ys: &[f64], chord: [f64; 4], len2: f64) -> (f64, f64) {
    let (mut inside, mut outside) = ([0f64; LANES], [0f64; LANES]);
    let ((x_chunks, x_rest), (y_chunks, y_rest)) = (xs.as_chunks::<LANES>(), ys.as_chunks::<LANES>());
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        for lane in 0..LANES {
            let (value, is_inside) = measure(x[lane], y[lane], chord, len2);
            let (a, b) = if is_inside { (value, 0.0) } else { (0.0, value) };
            inside[lane] = max_without_nan(a, inside[lane]);
            outside[lane] = max_without_nan(b, outside[lane]);
        }
    }
    for (x, y) in x_rest.iter().zip(y_rest) {
        let (value, is_inside) = measure(*x, *y, chord, len2);
        let class = if is_inside { &mut inside[0] } else { &mut outside[0] };
        *class = max_without_nan(value, *class);
    }
    (max_of_lanes(inside), max_of_lanes(outside))
}

/// Maximum of two numbers other than NaN: one instruction, unlike `f64::max`.
#[inline(always)]
fn max_without_nan(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline(always)]
fn max_of_lanes(mut lanes: [f64; LANES]) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = max_without_nan(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(extent: u32) -> impl Strategy<Value = Vec<CanvasPosition>> {
        let position = (0..extent, 0..extent).prop_map(move |(x, y)| [(1 << 31) + x, (1 << 30) + y]);
        prop::collection::vec(position, 3..120)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn i128_and_f64_find_one_vertex(points in prop_oneof![line(1 << 20), line(6), line(1 << 24)]) {
            let coordinates = LocalCoordinates::new(&points);
            let last = points.len() - 1;
            let (x, y) = (&coordinates.x, &coordinates.y);
            let chord = [x[0], y[0], x[last] - x[0], y[last] - y[0]];
            let expected = farthest_in_i128(&x[1..last], &y[1..last], chord, 1);
            prop_assert_eq!(farthest_in_f64(&x[1..last], &y[1..last], chord, 1), expected);
            prop_assert_eq!(farthest_vertex(&coordinates, 0, last), expected);
        }

        #[test]
        fn a_narrow_line_has_no_wide_part(points in line(1 << 25)) {
            let coordinates = LocalCoordinates::new(&points);
            let wide = [&coordinates.x, &coordinates.y].into_iter().any(|axis| {
                axis.iter().any(|a| axis.iter().any(|b| (a - b).abs() >= MAX_EXACT_EXTENT))
            });
            prop_assert!(!(coordinates.is_narrow && wide));
        }
    }

    #[test]
    fn a_line_is_narrow_below_half_the_exact_extent() {
        let line = |width: u32| LocalCoordinates::new(&[[5, 5], [5 + width, 5], [7, 9]]).is_narrow;
        assert_eq!([10, (1 << 24) - 1, 1 << 24, 1 << 26].map(line), [true, true, false, false]);
    }
}

//! The rectangle round an edge that its heat stays in, and which pixels it meets.

use std::ops::Range;

use super::accumulator::LANES;

/// A rectangle along an edge, in pixels of a tile.
pub struct Slab {
    from: [f32; 2],
    /// Rows that it may meet.
    rows: Range<usize>,
    /// The two sides across the edge.
    ends: Sides,
    /// The two sides along it.
    flanks: Sides,
}

/// Two parallel sides of the rectangle: where they cut the row of the edge's first vertex, from that vertex, and by
/// how much farther east they cut the next row to the south.
struct Sides {
    west: f32,
    east: f32,
    slope: f32,
}

impl Sides {
    /// All x with `low <= x * by <= high` in the first row and `low <= x * by + y * down <= high` in all.
    #[inline(always)]
    fn new(low: f32, high: f32, by: f32, down: f32) -> Self {
        // A direction this close to an axis moves less than a hundredth of a pixel within a tile: x does not matter.
        const LEVEL: f32 = 1e-5;
        if by.abs() < LEVEL {
            return Self { west: f32::NEG_INFINITY, east: f32::INFINITY, slope: 0.0 };
        }
        let (a, b) = (low / by, high / by);
        Self { west: least(a, b), east: greatest(a, b), slope: -down / by }
    }
}

impl Slab {
    /// The rectangle round an edge that goes from `from` by `delta`, `reach` to either side, from `before` to `after`
    /// along it as seen from its first vertex, at most `reach` beyond its ends. Nothing where it misses a tile of `size`
    /// pixels. A dot, without length, has a square.
    #[inline(always)]
    pub fn new(from: [f32; 2], delta: [f32; 2], [before, after]: [f32; 2], reach: f32, size: f32) -> Option<Self> {
        let [dx, dy] = delta;
        let rows = span(from[1].min(from[1] + dy) - reach, from[1].max(from[1] + dy) + reach, size);
        if rows.is_empty() || from[0].min(from[0] + dx) - reach > size || from[0].max(from[0] + dx) + reach < 0.0 {
            return None;
        }
        let length = (dx * dx + dy * dy).sqrt();
        let [ux, uy] = if length > 0.0 { [dx / length, dy / length] } else { [1.0, 0.0] };
        // To spare for rounding, so that which pixels are asked is decided pixel by pixel alone. Rounding is off by a
        // hundredth of a pixel across each side at most, however far along the row it cuts the side.
        const SPARE: f32 = 1.0 / 16.0;
        let (before, after) = (greatest(before, -reach) - SPARE, least(after, length + reach) + SPARE);
        Some(Self {
            from,
            rows,
            ends: Sides::new(before, after, ux, uy),
            flanks: Sides::new(-reach - SPARE, reach + SPARE, uy, -ux),
        })
    }

    /// Rows that it may meet.
    ///
    /// The loops over rows and blocks stand in the rasters and not in a function here that takes a closure: a closure is
    /// compiled without the vectors that its caller may use, which doubled the time of a map.
    #[inline(always)]
    pub fn rows(&self) -> Range<usize> {
        self.rows.clone()
    }

    /// Which pixels of [`LANES`] rows from `top` on it may meet; of those that are not among its [rows](Self::rows), none.
    #[inline(always)]
    pub fn runs(&self, top: usize, size: f32) -> Runs {
        let Self { from, ends, flanks, .. } = self;
        let (none, nowhere) = ([0; LANES], [0.0; LANES]);
        let mut runs = Runs { start: none, pixels: none, blocks: none, ex: nowhere, ey: nowhere };
        let (y, rows) = (top as f32 + 0.5, (self.rows.end - top) as u32);
        for lane in 0..LANES as u32 {
            let ey = y + lane as f32 - from[1];
            // A pixel is met if its centre, half a pixel farther east than its column says, is.
            let low = greatest(ends.west + ends.slope * ey, flanks.west + flanks.slope * ey) + from[0] - 0.5;
            let high = least(ends.east + ends.slope * ey, flanks.east + flanks.slope * ey) + from[0] + 0.5;
            let west = nearest_whole(least(greatest(low, 0.0), size));
            let east = nearest_whole(least(greatest(high, 0.0), size));
            let (west, east) = if lane < rows { (west, east) } else { (0, 0) };
            let lane = lane as usize;
            (runs.start[lane], runs.pixels[lane], runs.blocks[lane]) = runs_of(west, east);
            (runs.ex[lane], runs.ey[lane]) = (runs.start[lane] as f32 - from[0], ey);
        }
        runs
    }
}

/// For [`LANES`] rows as few runs of [`LANES`] pixels as hold the columns that are met, one after the other.
pub struct Runs {
    /// Where the first begins.
    start: [u32; LANES],
    /// How long they are together.
    pixels: [u32; LANES],
    /// The bits of all blocks in which they lie.
    blocks: [u32; LANES],
    /// How far east of the first vertex of the edge the first pixel begins.
    pub ex: [f32; LANES],
    /// How far south of it the centres of the row lie.
    pub ey: [f32; LANES],
}

impl Runs {
    /// Notes in which blocks of their rows they lie.
    #[inline(always)]
    pub fn mark(&self, rows: &mut [u32]) {
        for (bits, blocks) in rows[..LANES].iter_mut().zip(self.blocks) {
            *bits |= blocks;
        }
    }

    /// Where those of a row begin and end.
    #[inline(always)]
    pub fn of(&self, row: usize) -> Range<usize> {
        self.start[row] as usize..(self.start[row] + self.pixels[row]) as usize
    }
}

/// Start, length and blocks of the runs for the columns from `west` to before `east`, at most 512.
#[inline(always)]
fn runs_of(west: u32, east: u32) -> (u32, u32, u32) {
    const SHIFT: u32 = LANES.ilog2();
    let (first, last) = (west >> SHIFT, east.wrapping_sub(1) >> SHIFT);
    let runs = east.wrapping_sub(west).wrapping_add(LANES as u32 - 1) >> SHIFT;
    // There is one block more than runs at most, and then the runs end before it does. Else they are the blocks.
    let start = if last.wrapping_sub(first) < runs { first << SHIFT } else { west };
    let blocks = u32::MAX.wrapping_shr(31u32.wrapping_sub(last)) & u32::MAX.wrapping_shl(first);
    if west < east { (start, runs << SHIFT, blocks) } else { (0, 0, 0) }
}

/// Whole pixels whose centres may lie between two coordinates, clipped to the tile.
#[inline(always)]
fn span(low: f32, high: f32, size: f32) -> Range<usize> {
    // `as` saturates and takes NaN to 0.
    (low - 0.5).max(0.0) as usize..(high + 0.5).min(size).max(0.0) as usize
}

/// The whole number nearest to one from 0 to 2^22: the mantissa of its sum with 2^23. A cast would be done lane by lane,
/// since it must take care of all other numbers.
#[inline(always)]
fn nearest_whole(value: f32) -> u32 {
    const TWO_TO_23: f32 = 8_388_608.0;
    (value + TWO_TO_23).to_bits() & 0x007f_ffff
}

/// The lesser of two numbers, neither of which is NaN: one instruction, where `min` takes care of NaN.
#[inline(always)]
fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The greater of two numbers, neither of which is NaN.
#[inline(always)]
fn greatest(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_hold_all_columns_and_lie_in_blocks_that_the_columns_meet() {
        for (west, east) in (0..=512u32).flat_map(|west| (0..=512).map(move |east| (west, east))) {
            let (start, pixels, blocks) = runs_of(west, east);
            if west >= east {
                assert_eq!((start, pixels, blocks), (0, 0, 0), "{west}..{east}");
                continue;
            }
            let end = start + pixels;
            assert!(start <= west && east <= end && (end - start).is_multiple_of(LANES as u32));
            assert!(end - start < east - west + LANES as u32, "no run more than needed");
            let met = |from: u32, to: u32| (from / 16..=(to - 1) / 16).fold(0u32, |bits, block| bits | 1 << block);
            assert_eq!((blocks, blocks), (met(west, east), met(start, end)), "{west}..{east}");
        }
    }
}

//! The rectangle round an edge that its heat stays in, and which pixels it meets.

use std::ops::Range;

use super::accumulator::LANES;

/// A rectangle along an edge, in pixels of a tile.
pub struct OrientedRect {
    start: [f32; 2],
    /// Rows that it may meet.
    rows: Range<usize>,
    /// The two sides across the edge.
    along: Slab,
    /// The two sides along it.
    across: Slab,
}

/// Two parallel sides of the rectangle: where they cut the row of the edge's first vertex, from that vertex, and by
/// how much farther east they cut the next row to the south.
struct Slab {
    west: f32,
    east: f32,
    slope: f32,
}

impl Slab {
    /// All x with `low <= x * nx <= high` in the first row and `low <= x * nx + y * ny <= high` in all.
    #[inline(always)]
    fn new(low: f32, high: f32, nx: f32, ny: f32) -> Self {
        // A direction this close to an axis moves less than a hundredth of a pixel within a tile: x does not matter.
        const AXIS_ALIGNED: f32 = 1e-5;
        if nx.abs() < AXIS_ALIGNED {
            return Self { west: f32::NEG_INFINITY, east: f32::INFINITY, slope: 0.0 };
        }
        let (a, b) = (low / nx, high / nx);
        Self { west: fast_min(a, b), east: fast_max(a, b), slope: -ny / nx }
    }
}

impl OrientedRect {
    /// The rectangle round an edge that goes from `start` by `delta`, `reach` to either side, from `near` to `far`
    /// along it as seen from its first vertex, at most `reach` beyond its ends. Nothing where it misses a tile of `size`
    /// pixels. A dot, without length, has a square.
    #[inline(always)]
    pub fn new(start: [f32; 2], delta: [f32; 2], [near, far]: [f32; 2], reach: f32, size: f32) -> Option<Self> {
        let [dx, dy] = delta;
        let rows = pixel_range(start[1].min(start[1] + dy) - reach, start[1].max(start[1] + dy) + reach, size);
        if rows.is_empty() || start[0].min(start[0] + dx) - reach > size || start[0].max(start[0] + dx) + reach < 0.0 {
            return None;
        }
        let length = (dx * dx + dy * dy).sqrt();
        let [ux, uy] = if length > 0.0 { [dx / length, dy / length] } else { [1.0, 0.0] };
        // To spare for rounding, so that which pixels are asked is decided pixel by pixel alone. Rounding is off by a
        // hundredth of a pixel across each side at most, however far along the row it cuts the side.
        const ROUNDING_MARGIN: f32 = 1.0 / 16.0;
        let (near, far) = (fast_max(near, -reach) - ROUNDING_MARGIN, fast_min(far, length + reach) + ROUNDING_MARGIN);
        Some(Self {
            start,
            rows,
            along: Slab::new(near, far, ux, uy),
            across: Slab::new(-reach - ROUNDING_MARGIN, reach + ROUNDING_MARGIN, uy, -ux),
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
    pub fn spans(&self, top: usize, size: f32) -> RowSpans {
        let Self { start, along, across, .. } = self;
        let (none, nowhere) = ([0; LANES], [0.0; LANES]);
        let mut spans = RowSpans { start: none, len: none, blocks: none, ex: nowhere, ey: nowhere };
        let (y, rows) = (top as f32 + 0.5, (self.rows.end - top) as u32);
        for lane in 0..LANES as u32 {
            let ey = y + lane as f32 - start[1];
            // A pixel is met if its centre, half a pixel farther east than its column says, is.
            let low = fast_max(along.west + along.slope * ey, across.west + across.slope * ey) + start[0] - 0.5;
            let high = fast_min(along.east + along.slope * ey, across.east + across.slope * ey) + start[0] + 0.5;
            let west = round_to_u32(fast_min(fast_max(low, 0.0), size));
            let east = round_to_u32(fast_min(fast_max(high, 0.0), size));
            let (west, east) = if lane < rows { (west, east) } else { (0, 0) };
            let lane = lane as usize;
            (spans.start[lane], spans.len[lane], spans.blocks[lane]) = block_aligned_span(west, east);
            (spans.ex[lane], spans.ey[lane]) = (spans.start[lane] as f32 - start[0], ey);
        }
        spans
    }
}

/// For [`LANES`] rows as few runs of [`LANES`] pixels as hold the columns that are met, one after the other.
pub struct RowSpans {
    /// Where the first begins.
    start: [u32; LANES],
    /// How long they are together.
    len: [u32; LANES],
    /// The bits of all blocks in which they lie.
    blocks: [u32; LANES],
    /// How far east of the first vertex of the edge the first pixel begins.
    pub ex: [f32; LANES],
    /// How far south of it the centres of the row lie.
    pub ey: [f32; LANES],
}

impl RowSpans {
    /// Notes in which blocks of their rows they lie.
    #[inline(always)]
    pub fn mark_blocks(&self, rows: &mut [u32]) {
        for (bits, blocks) in rows[..LANES].iter_mut().zip(self.blocks) {
            *bits |= blocks;
        }
    }

    /// Where those of a row begin and end.
    #[inline(always)]
    pub fn columns(&self, row: usize) -> Range<usize> {
        self.start[row] as usize..(self.start[row] + self.len[row]) as usize
    }
}

/// Start, length and blocks of the runs for the columns from `west` to before `east`, at most 512.
#[inline(always)]
fn block_aligned_span(west: u32, east: u32) -> (u32, u32, u32) {
    const SHIFT: u32 = LANES.ilog2();
    let (first, last) = (west >> SHIFT, east.wrapping_sub(1) >> SHIFT);
    let blocks_needed = east.wrapping_sub(west).wrapping_add(LANES as u32 - 1) >> SHIFT;
    // There is one block more than runs at most, and then the runs end before it does. Else they are the blocks.
    let start = if last.wrapping_sub(first) < blocks_needed { first << SHIFT } else { west };
    let blocks = u32::MAX.wrapping_shr(31u32.wrapping_sub(last)) & u32::MAX.wrapping_shl(first);
    if west < east { (start, blocks_needed << SHIFT, blocks) } else { (0, 0, 0) }
}

/// Whole pixels whose centres may lie between two coordinates, clipped to the tile.
#[inline(always)]
fn pixel_range(low: f32, high: f32, size: f32) -> Range<usize> {
    // `as` saturates and takes NaN to 0.
    (low - 0.5).max(0.0) as usize..(high + 0.5).min(size).max(0.0) as usize
}

/// The whole number nearest to one from 0 to 2^22: the mantissa of its sum with 2^23. A cast would be done lane by lane,
/// since it must take care of all other numbers.
#[inline(always)]
fn round_to_u32(value: f32) -> u32 {
    const TWO_TO_23: f32 = 8_388_608.0;
    (value + TWO_TO_23).to_bits() & 0x007f_ffff
}

/// The lesser of two numbers, neither of which is NaN: one instruction, where `min` takes care of NaN.
#[inline(always)]
fn fast_min(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The greater of two numbers, neither of which is NaN.
#[inline(always)]
fn fast_max(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_aligned_spans_cover_the_columns_and_stay_in_their_blocks() {
        for (west, east) in (0..=512u32).flat_map(|west| (0..=512).map(move |east| (west, east))) {
            let (start, len, blocks) = block_aligned_span(west, east);
            if west >= east {
                assert_eq!((start, len, blocks), (0, 0, 0), "{west}..{east}");
                continue;
            }
            let end = start + len;
            assert!(start <= west && east <= end && (end - start).is_multiple_of(LANES as u32));
            assert!(end - start < east - west + LANES as u32, "no block more than needed");
            let blocks_of =
                |from: u32, to: u32| (from / 16..=(to - 1) / 16).fold(0u32, |bits, block| bits | 1 << block);
            assert_eq!((blocks, blocks), (blocks_of(west, east), blocks_of(start, end)), "{west}..{east}");
        }
    }
}

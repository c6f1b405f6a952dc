//! Scan conversion of the rectangle around an edge, outside of which the heat of the edge is 0.
//!
//! The rectangle is the intersection of two slabs, one along the edge and one across it. A slab cuts each row of pixels
//! in an interval that shifts by a constant slope from row to row. The intersection of both intervals, rounded to whole
//! pixels and widened to vectors of [`LANES`] pixels, is the span of pixels to process in that row. [`LANES`] rows are
//! converted at once.

use std::ops::Range;

use super::blocks::LANES;
use super::whole_numbers::round_to_u32;

/// Rectangle along an edge, in pixels of a tile.
pub struct OrientedRect {
    start: [f32; 2],
    rows: Range<usize>,
    /// Bounds the position along the edge.
    along: Slab,
    /// Bounds the distance from the line of the edge.
    across: Slab,
}

/// Region between two parallel lines: x from `west + slope * y` to `east + slope * y`, relative to the first vertex.
struct Slab {
    west: f32,
    east: f32,
    slope: f32,
}

impl Slab {
    /// All points with `low <= x * nx + y * ny <= high`.
    #[inline(always)]
    fn new(low: f32, high: f32, nx: f32, ny: f32) -> Self {
        // Lines this close to horizontal move by less than 0.01 pixel within a tile: they bound rows, not columns.
        const AXIS_ALIGNED: f32 = 1e-5;
        if nx.abs() < AXIS_ALIGNED {
            return Self { west: f32::NEG_INFINITY, east: f32::INFINITY, slope: 0.0 };
        }
        let (a, b) = (low / nx, high / nx);
        Self { west: fast_min(a, b), east: fast_max(a, b), slope: -ny / nx }
    }
}

impl OrientedRect {
    /// Rectangle of an edge from `start` by `delta` pixels: `reach` pixels to either side, and along the edge from
    /// `near` to `far` pixels after its first vertex, at most `reach` beyond its ends. A dot, of length 0, gets a
    /// square. Returns `None` if the rectangle is outside a tile of `size` pixels.
    #[inline(always)]
    pub fn new(start: [f32; 2], delta: [f32; 2], [near, far]: [f32; 2], reach: f32, size: f32) -> Option<Self> {
        let [dx, dy] = delta;
        let rows = pixel_range(start[1].min(start[1] + dy) - reach, start[1].max(start[1] + dy) + reach, size);
        if rows.is_empty() || start[0].min(start[0] + dx) - reach > size || start[0].max(start[0] + dx) + reach < 0.0 {
            return None;
        }
        let length = (dx * dx + dy * dy).sqrt();
        let [ux, uy] = if length > 0.0 { [dx / length, dy / length] } else { [1.0, 0.0] };
        // Rounding moves a side by at most 0.01 pixel. With this margin, no pixel within reach is left out, so results
        // do not depend on the rectangle.
        const ROUNDING_MARGIN: f32 = 1.0 / 16.0;
        let (near, far) = (fast_max(near, -reach) - ROUNDING_MARGIN, fast_min(far, length + reach) + ROUNDING_MARGIN);
        Some(Self {
            start,
            rows,
            along: Slab::new(near, far, ux, uy),
            across: Slab::new(-reach - ROUNDING_MARGIN, reach + ROUNDING_MARGIN, uy, -ux),
        })
    }

    /// Rows of the tile that the rectangle may touch.
    ///
    /// The callers loop over rows and vectors themselves: a closure passed to a function here would be compiled without
    /// the vector instructions of the caller, which doubled the render time of a map.
    #[inline(always)]
    pub fn rows(&self) -> Range<usize> {
        self.rows.clone()
    }

    /// Spans of [`LANES`] rows from `top` on, in a tile of `size` pixels; empty after the last of [`rows`](Self::rows).
    #[inline(always)]
    pub fn spans(&self, top: usize, size: f32) -> RowSpans {
        let Self { start, along, across, .. } = self;
        let (none, nowhere) = ([0; LANES], [0.0; LANES]);
        let mut spans = RowSpans { start: none, vectors: none, blocks: none, ex: nowhere, ey: nowhere };
        let (y, rows) = (top as f32 + 0.5, (self.rows.end - top) as u32);
        for lane in 0..LANES as u32 {
            let ey = y + lane as f32 - start[1];
            // A pixel is touched if its centre is.
            let low = fast_max(along.west + along.slope * ey, across.west + across.slope * ey) + start[0] - 0.5;
            let high = fast_min(along.east + along.slope * ey, across.east + across.slope * ey) + start[0] + 0.5;
            let west = round_to_u32(fast_min(fast_max(low, 0.0), size));
            let east = round_to_u32(fast_min(fast_max(high, 0.0), size));
            let (west, east) = if lane < rows { (west, east) } else { (0, 0) };
            let lane = lane as usize;
            (spans.start[lane], spans.vectors[lane], spans.blocks[lane]) = block_aligned_span(west, east);
            (spans.ex[lane], spans.ey[lane]) = (spans.start[lane] as f32 - start[0], ey);
        }
        spans
    }
}

/// For each of [`LANES`] rows, the pixels to process: whole vectors that cover the touched columns.
pub struct RowSpans {
    /// First column.
    start: [u32; LANES],
    /// Number of vectors.
    vectors: [u32; LANES],
    /// Bits of the blocks that contain the columns.
    blocks: [u32; LANES],
    /// x of the west side of the first column, in pixels from the first vertex.
    ex: [f32; LANES],
    /// y of the pixel centres of the row, in pixels from the first vertex.
    ey: [f32; LANES],
}

impl RowSpans {
    /// Sets the bits of the touched blocks in [`LANES`] rows of block masks.
    #[inline(always)]
    pub fn mark_blocks(&self, rows: &mut [u32]) {
        for (bits, blocks) in rows[..LANES].iter_mut().zip(self.blocks) {
            *bits |= blocks;
        }
    }

    /// For each vector of a row, the first column, and its corner in pixels from the first vertex: x of the west side,
    /// y of the pixel centres.
    #[inline(always)]
    pub fn vectors(&self, row: usize) -> impl Iterator<Item = (usize, [f32; 2])> {
        // The iterator computes no pixels, so it may be a closure.
        let (start, ex, ey) = (self.start[row], self.ex[row], self.ey[row]);
        (0..self.vectors[row]).map(move |number| {
            let pixels = number * LANES as u32;
            ((start + pixels) as usize, [ex + pixels as f32, ey])
        })
    }
}

/// Shortest span of whole vectors that covers the columns `west..east`, each at most 512. Returns the first column, the
/// number of vectors and the block bits.
#[inline(always)]
fn block_aligned_span(west: u32, east: u32) -> (u32, u32, u32) {
    const SHIFT: u32 = LANES.ilog2();
    let (first, last) = (west >> SHIFT, east.wrapping_sub(1) >> SHIFT);
    let blocks_needed = east.wrapping_sub(west).wrapping_add(LANES as u32 - 1) >> SHIFT;
    // The columns touch as many blocks as they need vectors, or one more. If one more, vectors from `west` on end
    // within the last block; otherwise the blocks themselves are the vectors.
    let start = if last.wrapping_sub(first) < blocks_needed { first << SHIFT } else { west };
    let blocks = u32::MAX.wrapping_shr(31u32.wrapping_sub(last)) & u32::MAX.wrapping_shl(first);
    if west < east { (start, blocks_needed, blocks) } else { (0, 0, 0) }
}

/// Pixels whose centres may be between two coordinates, clipped to the tile.
#[inline(always)]
fn pixel_range(low: f32, high: f32, size: f32) -> Range<usize> {
    // `as` saturates and turns NaN into 0.
    (low - 0.5).max(0.0) as usize..(high + 0.5).min(size).max(0.0) as usize
}

/// Minimum of two numbers that are not NaN: one instruction, unlike `f32::min`.
#[inline(always)]
fn fast_min(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// Maximum of two numbers that are not NaN.
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
            let (start, vectors, blocks) = block_aligned_span(west, east);
            if west >= east {
                assert_eq!((start, vectors, blocks), (0, 0, 0), "{west}..{east}");
                continue;
            }
            let end = start + vectors * LANES as u32;
            assert!(start <= west && east <= end && (end - start).is_multiple_of(LANES as u32));
            assert!(end - start < east - west + LANES as u32, "no block more than needed");
            let blocks_of =
                |from: u32, to: u32| (from / 16..=(to - 1) / 16).fold(0u32, |bits, block| bits | 1 << block);
            assert_eq!((blocks, blocks), (blocks_of(west, east), blocks_of(start, end)), "{west}..{east}");
        }
    }
}

//! The rectangle round a segment that its heat stays in, and where it cuts a row of pixels.

use std::ops::Range;

/// A rectangle along a segment.
pub struct Slab {
    from: [f32; 2],
    /// Direction of the segment, of length 1; east for a dot.
    pub along: [f32; 2],
    /// 1 over its components, infinite for an upright or a level segment.
    per_along: [f32; 2],
    /// Pixels along the segment, seen from its first vertex, between which the rectangle lies.
    least: f32,
    most: f32,
    /// Pixels to either side.
    reach: f32,
}

impl Slab {
    /// The rectangle from `least` to `most` pixels along a segment that starts at `from`, `reach` to either side. A
    /// quarter of a pixel is added for rounding.
    #[inline(always)]
    pub fn new(from: [f32; 2], along: [f32; 2], least: f32, most: f32, reach: f32) -> Self {
        Self { from, along, per_along: along.map(|a| 1.0 / a), least, most, reach: reach + 0.25 }
    }

    /// Columns of the pixels in a row whose centres may lie in the rectangle, clipped to the tile.
    #[inline(always)]
    pub fn columns(&self, row: usize, size: f32) -> Range<usize> {
        let ey = row as f32 + 0.5 - self.from[1];
        let [ux, uy] = self.along;
        // Along: least <= ex * ux + ey * uy <= most. Across: |ex * uy - ey * ux| <= reach.
        let (a0, a1) = interval(self.least - ey * uy, self.most - ey * uy, self.per_along[0]);
        let (b0, b1) = interval(ey * ux - self.reach, ey * ux + self.reach, self.per_along[1]);
        span(a0.max(b0) + self.from[0], a1.min(b1) + self.from[0], size)
    }
}

/// Whole pixels whose centres may lie between two coordinates, clipped to the tile; a pixel to spare on both sides.
#[inline(always)]
pub fn span(low: f32, high: f32, size: f32) -> Range<usize> {
    // `as` saturates and takes NaN to 0.
    (low - 1.0).max(0.0) as usize..(high + 1.0).min(size).max(0.0) as usize
}

/// All x with `low <= x / per <= high`; `per` may be infinite, then x does not matter.
#[inline(always)]
fn interval(low: f32, high: f32, per: f32) -> (f32, f32) {
    // A direction this close to an axis moves less than a hundredth of a pixel within a tile.
    const LEVEL: f32 = 1e5;
    if per.abs() > LEVEL {
        return (f32::NEG_INFINITY, f32::INFINITY);
    }
    let (a, b) = (low * per, high * per);
    (a.min(b), a.max(b))
}

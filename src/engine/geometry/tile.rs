//! Tile coordinates and their order along the Hilbert curve.

use std::ops::RangeInclusive;

/// XYZ tile coordinates: x from 180° W, y from the north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileCoord {
    z: u8,
    x: u32,
    y: u32,
}

/// Rectangle of tiles of one zoom (0 to 20), together with all their ancestors and descendants.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileWindow {
    pub zoom: u8,
    pub columns: RangeInclusive<u32>,
    pub rows: RangeInclusive<u32>,
}

impl TileWindow {
    /// True if a tile of any zoom is in the rectangle, or is an ancestor or descendant of a tile in it.
    ///
    /// ```
    /// use trailglow::engine::geometry::tile::{TileCoord, TileWindow};
    /// let window = TileWindow { zoom: 2, columns: 1..=2, rows: 0..=0 };
    /// let contains = |z, x, y| window.contains(TileCoord::new(z, x, y).unwrap());
    /// assert!(contains(2, 1, 0) && contains(3, 5, 1) && contains(1, 1, 0) && contains(0, 0, 0));
    /// assert!(!contains(2, 3, 0) && !contains(3, 6, 0) && !contains(1, 0, 1));
    /// ```
    pub fn contains(&self, tile: TileCoord) -> bool {
        let contains = |range: &RangeInclusive<u32>, index: u32| match tile.z.checked_sub(self.zoom) {
            Some(below) => range.contains(&(index >> below)),
            None => {
                let above = self.zoom - tile.z;
                (range.start() >> above..=range.end() >> above).contains(&index)
            }
        };
        contains(&self.columns, tile.x) && contains(&self.rows, tile.y)
    }
}

/// Deepest zoom.
pub const MAX_ZOOM: u8 = 20;

impl TileCoord {
    /// Checks the coordinates. Returns `None` if `z` exceeds [`MAX_ZOOM`], or if the zoom has no tile at `x`, `y`.
    ///
    /// ```
    /// use trailglow::engine::geometry::tile::TileCoord;
    /// assert!(TileCoord::new(2, 3, 0).is_some());
    /// assert!(TileCoord::new(2, 4, 0).is_none(), "zoom 2 has four columns");
    /// assert!(TileCoord::new(21, 0, 0).is_none(), "zoom 20 is the deepest");
    /// ```
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= MAX_ZOOM && x >> z == 0 && y >> z == 0).then_some(Self { z, x, y })
    }

    /// Inverse of [`id`](Self::id), `None` beyond [`MAX_ZOOM`].
    pub fn from_id(id: u64) -> Option<Self> {
        let z = (0..=MAX_ZOOM).find(|&z| id < first_id(z + 1))?;
        let (mut x, mut y, position) = (0u32, 0u32, id - first_id(z));
        for bit in 0..z {
            let side = 1u32 << bit;
            let quarter = (position >> (2 * bit)) as u32 & 3;
            let (right, below) = (quarter >> 1, (quarter ^ (quarter >> 1)) & 1);
            if below == 0 {
                if right != 0 {
                    x = (side - 1).wrapping_sub(x);
                    y = (side - 1).wrapping_sub(y);
                }
                (x, y) = (y, x);
            }
            x += side * right;
            y += side * below;
        }
        Self::new(z, x, y)
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn z(self) -> u8 {
        self.z
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn x(self) -> u32 {
        self.x
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn y(self) -> u32 {
        self.y
    }

    /// Tile ID over all zooms as in PMTiles v3 (specification, section 4.1).
    pub fn id(self) -> u64 {
        first_id(self.z) + self.hilbert()
    }

    /// Position along the Hilbert curve of the zoom, oriented as in PMTiles v3 (specification, section 4.1). Aligned
    /// blocks of 2^n × 2^n tiles are contiguous.
    pub fn hilbert(self) -> u64 {
        let (mut x, mut y, mut position) = (self.x, self.y, 0u64);
        for bit in (0..self.z).rev() {
            let side = 1u32 << bit;
            let (right, below) = (x & side, y & side);
            position += u64::from((3 * right) ^ below) << bit;
            if below == 0 {
                if right != 0 {
                    x = (side - 1).wrapping_sub(x);
                    y = (side - 1).wrapping_sub(y);
                }
                (x, y) = (y, x);
            }
        }
        position
    }
}

/// Id of the first tile of a zoom along the Hilbert curve.
pub fn first_id(zoom: u8) -> u64 {
    ((1 << (2 * zoom)) - 1) / 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(z: u8, x: u32, y: u32) -> u64 {
        TileCoord::new(z, x, y).expect("a tile of the pyramid").id()
    }

    #[test]
    fn the_order_is_that_of_the_pmtiles_specification() {
        assert_eq!([id(0, 0, 0), id(1, 0, 0), id(1, 0, 1), id(1, 1, 1), id(1, 1, 0)], [0, 1, 2, 3, 4]);
        assert_eq!((id(2, 0, 0), id(12, 3423, 1763)), (5, 19_078_479));
    }

    #[test]
    fn ids_and_tiles_are_inverse() {
        let last = id(20, (1 << 20) - 1, 0);
        let ids = (0..5461).chain((0..1000).map(|i| i * (last / 999))).chain([last]);
        for id in ids {
            assert_eq!(TileCoord::from_id(id).map(TileCoord::id), Some(id));
        }
        assert_eq!([last + 1, u64::MAX].map(TileCoord::from_id), [None; 2]);
    }

    #[test]
    fn hilbert_positions_of_a_zoom_are_a_permutation() {
        let mut positions: Vec<u64> =
            (0..64).flat_map(|x| (0..64).map(move |y| TileCoord::new(6, x, y).expect("a tile").hilbert())).collect();
        positions.sort_unstable();
        assert!(positions.iter().copied().eq(0..64 * 64));
    }
}

//! Part of a zoom: consecutive tiles along the Hilbert curve, which lie close together.

use std::ops::Range;

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::tiling::clip_mask::ROUNDING_MARGIN;

/// Boxes that touch more tiles count as meeting the span.
const MAX_QUERY_TILES: i64 = 64;

/// The tiles of a zoom whose [ids](TileCoord::id) are in a range.
pub struct TileSpan<'a> {
    grid: Grid,
    ids: &'a Range<u64>,
    /// Distance in canvas units at which a line can still show.
    overlap_margin: i64,
}

impl<'a> TileSpan<'a> {
    /// Span for lines of `reach` pixels.
    pub fn new(grid: Grid, ids: &'a Range<u64>, reach: f32) -> Self {
        // One more pixel than the rounding margin, so that no plan rounds its way to a strip that this span leaves out.
        let overlap_margin = f64::from(reach + ROUNDING_MARGIN + 1.0) * (1u64 << grid.pixel_shift()) as f64;
        Self { grid, ids, overlap_margin: overlap_margin.ceil() as i64 }
    }

    /// True if the tile is in the span.
    pub fn contains(&self, tile: TileCoord) -> bool {
        self.ids.contains(&tile.id())
    }

    /// True if a line within the box from `min` to `max`, in canvas units, may show in a tile of the span. x may exceed
    /// the canvas.
    pub fn meets(&self, min: [i64; 2], max: [i64; 2]) -> bool {
        let (shift, across) = (self.grid.tile_shift(), self.grid.tiles_across());
        let first = min.map(|axis| (axis - self.overlap_margin) >> shift);
        let last = max.map(|axis| (axis + self.overlap_margin) >> shift);
        if (last[0] - first[0] + 1) * (last[1] - first[1] + 1) > MAX_QUERY_TILES {
            return true;
        }
        (first[1]..=last[1]).any(|y| {
            (first[0]..=last[0]).any(|x| {
                let tile =
                    u32::try_from(y).ok().and_then(|y| TileCoord::new(self.grid.zoom, x.rem_euclid(across) as u32, y));
                tile.is_some_and(|tile| self.contains(tile))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_within_reach_of_a_tile_meet() {
        let grid = Grid { zoom: 4, tile_size: 256 };
        let tile = TileCoord::new(4, 15, 7).expect("a tile");
        let ids = tile.id()..tile.id() + 1;
        let span = TileSpan::new(grid, &ids, 2.0);
        let pixel = 1i64 << grid.pixel_shift();
        let [west, north] = [15i64 << 28, 7i64 << 28];
        let dot =
            |x: i64, y: i64| span.meets([west + x * pixel, north + y * pixel], [west + x * pixel, north + y * pixel]);
        assert!(
            dot(0, 0) && dot(255, 255) && dot(-2, 100) && dot(100, -2) && dot(257, 257),
            "also across the antimeridian"
        );
        assert!(!dot(-20, 100) && !dot(100, 280) && !dot(-300, -300));
        // The same place once around the world.
        let around = 1i64 << 32;
        assert!(span.meets([west + around, north], [west + around + pixel, north + pixel]));
        assert!(span.meets([0, 0], [around, around]), "a large box");
    }
}

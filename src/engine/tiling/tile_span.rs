//! Part of a zoom: consecutive tiles along the Hilbert curve, which lie close together.
//!
//! Aligned blocks of 2^n × 2^n tiles are contiguous along the curve, so a part is some squares of tiles.

use std::ops::Range;

use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::tile::{TileCoord, first_id};
use crate::engine::tiling::clip_mask::ROUNDING_MARGIN;

/// The tiles of a zoom whose [ids](TileCoord::id) are in a range.
pub struct TileSpan {
    grid: Grid,
    /// Columns and rows of squares of tiles.
    squares: Vec<[Range<i64>; 2]>,
    /// Distance in canvas units at which a line can still show.
    overlap_margin: i64,
}

impl TileSpan {
    /// Span for lines of `reach` pixels.
    pub fn new(grid: Grid, ids: &Range<u64>, reach: f32) -> Self {
        // One more pixel than the rounding margin, so that no plan rounds its way to a strip that this span leaves out.
        let overlap_margin = f64::from(reach + ROUNDING_MARGIN + 1.0) * (1u64 << grid.pixel_shift()) as f64;
        Self { grid, squares: squares(grid.zoom, ids), overlap_margin: overlap_margin.ceil() as i64 }
    }

    /// True if the tile is in the span.
    pub fn contains(&self, tile: TileCoord) -> bool {
        let (x, y) = (i64::from(tile.x()), i64::from(tile.y()));
        self.squares.iter().any(|[columns, rows]| columns.contains(&x) && rows.contains(&y))
    }

    /// True if a line within the box from `min` to `max`, in canvas units, may show in a tile of the span. x may exceed
    /// the canvas.
    pub fn meets(&self, min: [i64; 2], max: [i64; 2]) -> bool {
        let (shift, across) = (self.grid.tile_shift(), self.grid.tiles_across());
        let first = min.map(|axis| (axis - self.overlap_margin) >> shift);
        let last = max.map(|axis| (axis + self.overlap_margin) >> shift);
        let width = (last[0] - first[0]).min(across - 1);
        let west = first[0].rem_euclid(across);
        // Columns beyond the east side of the canvas continue at the west side: tests both places.
        let columns = [west, west - across].map(|west| [west, west + width]);
        let overlap = |range: &Range<i64>, [first, last]: [i64; 2]| range.start <= last && first < range.end;
        self.squares.iter().any(|[square_columns, rows]| {
            overlap(rows, [first[1], last[1]]) && columns.iter().any(|columns| overlap(square_columns, *columns))
        })
    }
}

/// The largest aligned squares whose tiles have the ids of a range.
fn squares(zoom: u8, ids: &Range<u64>) -> Vec<[Range<i64>; 2]> {
    let [first_id, end_id] = [zoom, zoom + 1].map(first_id);
    let (mut at, end) = (ids.start.max(first_id) - first_id, ids.end.min(end_id).max(first_id) - first_id);
    let mut squares = Vec::new();
    while at < end {
        let aligned = if at == 0 { u32::from(zoom) } else { at.trailing_zeros() / 2 };
        let n = aligned.min((end - at).ilog2() / 2);
        let tile = TileCoord::from_id(first_id + at).expect("an id of the zoom");
        squares.push([tile.x(), tile.y()].map(|axis| {
            let start = i64::from(axis >> n << n);
            start..start + (1 << n)
        }));
        at += 1 << (2 * n);
    }
    squares
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
        // Boxes with x beyond the canvas are moved back by the width of the world.
        let around = 1i64 << 32;
        assert!(span.meets([west + around, north], [west + around + pixel, north + pixel]));
        assert!(span.meets([0, 0], [around, around]), "a large box");
    }

    #[test]
    fn squares_have_the_tiles_of_the_ids() {
        for zoom in [0u8, 3, 5] {
            let grid = Grid { zoom, tile_size: 256 };
            let first_id = ((1u64 << (2 * zoom)) - 1) / 3;
            let count = 1u64 << (2 * zoom);
            for (from, to) in
                [(0, count), (1, count), (0, count / 2 + 1), (count / 3, count / 3), (5, 60), (0, u64::MAX / 2)]
            {
                let ids = first_id + from..first_id + to;
                let span = TileSpan::new(grid, &ids, 0.0);
                let tiles = (0..1u32 << zoom).flat_map(|x| (0..1u32 << zoom).map(move |y| (x, y)));
                for tile in tiles.filter_map(|(x, y)| TileCoord::new(zoom, x, y)) {
                    assert_eq!(span.contains(tile), ids.contains(&tile.id()), "{tile:?} of {ids:?}");
                }
                assert!(span.squares.len() <= 6 * usize::from(zoom) + 1, "{}", span.squares.len());
            }
            assert!(
                squares(zoom, &(0..first_id)).is_empty() && squares(zoom, &(first_id + count..u64::MAX)).is_empty()
            );
        }
    }
}

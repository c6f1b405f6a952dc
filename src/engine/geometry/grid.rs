//! The pixel grid of a zoom and tile size.

use super::mercator::CanvasPosition;
use crate::engine::geometry::tile::TileCoord;

/// Lattice steps per pixel, a power of two. Vertices of a zoom are rounded to this lattice, which f32 represents
/// exactly.
pub const LATTICE_STEPS: u32 = 256;

/// Rows of a table by zoom, ascending, between which a zoom lies, and its share of the way from the first to the second.
/// Zooms below the first or above the last row have the numbers of that row.
///
/// # Panics
/// If the table has less than two rows.
pub fn rows_around<T: Copy>(table: &[(u8, T)], zoom: u8) -> (T, T, f32) {
    let upper = table.iter().position(|row| row.0 >= zoom).unwrap_or(table.len() - 1).max(1);
    let ((before, a), (after, b)) = (table[upper - 1], table[upper]);
    (a, b, ((f32::from(zoom) - f32::from(before)) / f32::from(after - before)).clamp(0.0, 1.0))
}

/// Pixel grid of a zoom (0 to 20) with tiles of 256 or 512 pixels. All conversions between canvas units, pixels and
/// tiles are shifts.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub zoom: u8,
    pub tile_size: u32,
}

impl Grid {
    /// Pixel zoom: the zoom at which 256-pixel tiles have pixels of the same size as this grid. Line widths and
    /// tolerances depend on the pixel zoom.
    pub fn pixel_zoom(self) -> u8 {
        self.zoom + (self.tile_size / 256).ilog2() as u8
    }

    /// log2 of the canvas units per pixel.
    pub fn pixel_shift(self) -> u32 {
        24 - u32::from(self.pixel_zoom())
    }

    /// log2 of the canvas units per tile.
    pub fn tile_shift(self) -> u32 {
        32 - u32::from(self.zoom)
    }

    /// Number of tile columns (and rows) of the zoom.
    pub fn tiles_across(self) -> i64 {
        1 << self.zoom
    }

    /// Converts a distance from canvas units to pixels, exactly for multiples of 1/256 pixel below 32,768 pixels.
    pub fn pixels(self, units: i64) -> f32 {
        // Exact for these distances: 23 significant bits times a power of two.
        units as f32 * (1.0 / (1u64 << self.pixel_shift()) as f32)
    }

    /// Canvas units from the north-west corner of a tile to a position. `wrap` counts the turns around the cylinder by
    /// which the tile is moved east.
    pub fn units_from_corner(self, tile: TileCoord, wrap: i32, [x, y]: CanvasPosition) -> [i64; 2] {
        let column = i64::from(tile.x()) + i64::from(wrap) * self.tiles_across();
        let corner = [column << self.tile_shift(), i64::from(tile.y()) << self.tile_shift()];
        [i64::from(x) - corner[0], i64::from(y) - corner[1]]
    }

    /// Nearest position on the zoom's lattice of 1/256 pixel. From pixel zoom 16 on, the lattice is the canvas itself.
    pub fn round(self, [x, y]: CanvasPosition) -> CanvasPosition {
        let step = 1u32 << self.pixel_shift().saturating_sub(LATTICE_STEPS.ilog2());
        let half = step / 2;
        [x.wrapping_add(half) & !(step - 1), y.saturating_add(half) & !(step - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_a_shift() {
        let grid = Grid { zoom: 14, tile_size: 256 };
        assert_eq!((grid.pixel_shift(), grid.tile_shift()), (10, 18));
        assert_eq!(grid.pixels(1 << 10), 1.0);
        assert_eq!(grid.round([5, 6]), [4, 8]);
        let retina = Grid { zoom: 14, tile_size: 512 };
        assert_eq!((retina.pixel_zoom(), retina.pixels(1 << 9)), (15, 1.0));
    }

    #[test]
    fn rounding_wraps_east_and_stops_at_the_south_edge() {
        let grid = Grid { zoom: 0, tile_size: 256 };
        let [x, y] = grid.round([u32::MAX, u32::MAX]);
        assert_eq!(x, 0);
        assert_eq!(y, u32::MAX - 0xffff);
    }
}

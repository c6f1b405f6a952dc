//! The pixel grid of one zoom and tile size, and the window that a tile is on it.

use super::mercator::CanvasPosition;
use crate::engine::geometry::tile::TileCoord;

/// Lattice steps along a pixel, a power of two: vertices of a zoom are rounded to this lattice, which f32 holds exactly.
pub const LATTICE_STEPS: u32 = 256;

/// The pixels of one zoom: all conversions between canvas units, pixels and tiles are shifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Zoom of the tiles, 0 to 20.
    pub zoom: u8,
    /// Pixels along the side of a tile: 256 or 512.
    pub tile_size: u32,
}

impl Grid {
    /// Zoom at which a 256-pixel tile would have pixels of this size: what widths and tolerances go by.
    pub fn pixel_zoom(self) -> u8 {
        self.zoom + (self.tile_size / 256).ilog2() as u8
    }

    /// log2 of the canvas units along a pixel.
    pub fn pixel_shift(self) -> u32 {
        24 - u32::from(self.pixel_zoom())
    }

    /// log2 of the canvas units along a tile.
    pub fn tile_shift(self) -> u32 {
        32 - u32::from(self.zoom)
    }

    /// Tiles along the side of the world.
    pub fn tiles_across(self) -> i64 {
        1 << self.zoom
    }

    /// Pixels in a canvas distance: exact in f32 for multiples of 1/256 pixel below 32,768 pixels.
    pub fn pixels(self, units: i64) -> f32 {
        // Both conversions are exact for such multiples: 23 significant bits, then a power of two.
        units as f32 * (1.0 / (1u64 << self.pixel_shift()) as f32)
    }

    /// Canvas units from the north-west corner of a tile, as seen `wrap` turns round the cylinder, to a position.
    pub fn units_from_corner(self, tile: TileCoord, wrap: i32, [x, y]: CanvasPosition) -> [i64; 2] {
        let column = i64::from(tile.x()) + i64::from(wrap) * self.tiles_across();
        let corner = [column << self.tile_shift(), i64::from(tile.y()) << self.tile_shift()];
        [i64::from(x) - corner[0], i64::from(y) - corner[1]]
    }

    /// The nearest position on this zoom's lattice of 1/256 pixel (coarser than the canvas below pixel zoom 16).
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

//! Bounding boxes on the canvas.

use super::mercator::{CanvasPosition, degrees_from_canvas};

/// Bounding box in canvas units, both corners included. It does not cross the antimeridian.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    pub min: CanvasPosition,
    pub max: CanvasPosition,
}

impl Extent {
    /// Box without positions.
    pub const EMPTY: Self = Self { min: [u32::MAX; 2], max: [0; 2] };

    /// Grows the box to include a position.
    pub fn add(&mut self, world: CanvasPosition) {
        self.min = std::array::from_fn(|axis| self.min[axis].min(world[axis]));
        self.max = std::array::from_fn(|axis| self.max[axis].max(world[axis]));
    }

    /// Grows the box to include another box.
    pub fn join(&mut self, other: Self) {
        if !other.is_empty() {
            self.add(other.min);
            self.add(other.max);
        }
    }

    /// True if the box includes no position.
    pub fn is_empty(self) -> bool {
        self.min[0] > self.max[0]
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn center(self) -> CanvasPosition {
        std::array::from_fn(|axis| self.min[axis].midpoint(self.max[axis]))
    }

    /// West, south, east and north in degrees, rounded outwards to seven decimals; the box in degrees is never
    /// degenerate.
    pub fn degrees(self) -> [f64; 4] {
        let ((west, north), (east, south)) = (degrees_from_canvas(self.min), degrees_from_canvas(self.max));
        let (down, up) = (|d: f64| (d * 1e7).floor() / 1e7, |d: f64| (d * 1e7).ceil() / 1e7);
        const MARGIN: f64 = 1e-6;
        [down(west - MARGIN).max(-180.0), down(south - MARGIN), up(east + MARGIN).min(180.0), up(north + MARGIN)]
    }

    /// Deepest zoom, 0 to 20, at which the longer side is at most `pixels`, with 256-pixel tiles.
    pub fn zoom_to_fit(self, pixels: f64) -> u8 {
        let side = (0..2).map(|axis| self.max[axis].saturating_sub(self.min[axis])).max().unwrap_or(0);
        let world_pixels = pixels * 4_294_967_296.0 / f64::from(side.max(1)) / 256.0;
        world_pixels.log2().floor().clamp(0.0, 20.0) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::canvas_from_degrees;

    #[test]
    fn the_degrees_of_a_dot_enclose_it() {
        let mut dot = Extent::EMPTY;
        assert!(dot.is_empty());
        dot.add(canvas_from_degrees(7.5, 47.5));
        let [west, south, east, north] = dot.degrees();
        assert!(west < 7.5 && east > 7.5 && south < 47.5 && north > 47.5 && east - west < 1e-5);
        assert_eq!(dot.zoom_to_fit(1024.0), 20);
    }

    #[test]
    fn the_world_fits_a_small_window_at_zoom_0() {
        assert_eq!(Extent { min: [0; 2], max: [u32::MAX; 2] }.zoom_to_fit(256.0), 0);
        assert_eq!(Extent { min: [0; 2], max: [1 << 22; 2] }.zoom_to_fit(1024.0), 12);
    }
}

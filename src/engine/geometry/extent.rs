//! Bounding boxes on the canvas, a cylinder: the columns of a box are an arc, the smallest that holds the data.

use super::arc::smallest_arc;
use super::mercator::{CANVAS_SIZE, CanvasPosition, degrees_from_canvas};

/// Bounding box in canvas units, both corners included. The columns run east from `min[0]` to `max[0]`, across the
/// antimeridian if `min[0]` is greater than `max[0]`.
#[expect(missing_docs, reason = "the field names say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    pub min: CanvasPosition,
    pub max: CanvasPosition,
}

impl Extent {
    /// Box without positions.
    pub const EMPTY: Self = Self { min: [u32::MAX; 2], max: [0; 2] };

    /// Smallest box of lines and all their edges, which run the short way around the cylinder.
    pub fn of_lines(lines: &[Vec<CanvasPosition>]) -> Self {
        let mut extent = Self::EMPTY;
        lines.iter().flatten().for_each(|position| extent.add(*position));
        // In less than half the canvas, no edge leaves the box, and the gap outside is the largest.
        if extent.is_empty() || extent.width() < 1 << 31 {
            return extent;
        }
        let edge = |pair: &[CanvasPosition]| match [pair[0][0], pair[1][0]] {
            [from, to] if to.wrapping_sub(from) as i32 >= 0 => [from, to],
            [from, to] => [to, from],
        };
        let first = |line: &Vec<CanvasPosition>| line.first().map(|position| [position[0]; 2]);
        let arcs = lines.iter().flat_map(|line| line.windows(2).map(edge).chain(first(line)));
        extent.with_columns(smallest_arc(arcs.collect()))
    }

    /// Smallest box of several boxes.
    pub fn of_boxes(boxes: impl IntoIterator<Item = Self>) -> Self {
        let (mut extent, mut arcs) = (Self::EMPTY, Vec::new());
        for other in boxes.into_iter().filter(|other| !other.is_empty()) {
            extent.add(other.min);
            extent.add(other.max);
            arcs.push([other.min[0], other.max[0]]);
        }
        if arcs.is_empty() { extent } else { extent.with_columns(smallest_arc(arcs)) }
    }

    fn with_columns(self, [west, east]: [u32; 2]) -> Self {
        Self { min: [west, self.min[1]], max: [east, self.max[1]] }
    }

    /// Grows a box that does not cross the antimeridian to include a position, without crossing the antimeridian.
    pub fn add(&mut self, world: CanvasPosition) {
        self.min = std::array::from_fn(|axis| self.min[axis].min(world[axis]));
        self.max = std::array::from_fn(|axis| self.max[axis].max(world[axis]));
    }

    /// True if the box includes no position.
    pub fn is_empty(self) -> bool {
        self.min[1] > self.max[1]
    }

    /// Canvas units from the first to the last column.
    pub fn width(self) -> u32 {
        self.max[0].wrapping_sub(self.min[0])
    }

    /// Canvas units of the longer side.
    pub fn longer_side(self) -> u32 {
        self.width().max(self.max[1].saturating_sub(self.min[1]))
    }

    /// True if the gap between two boxes is at most `margin` canvas units on each axis.
    pub fn is_near(self, other: Self, margin: u32) -> bool {
        let (from, width) = (self.min[0].wrapping_sub(margin), u64::from(self.width()) + 2 * u64::from(margin));
        let in_columns =
            u64::from(other.min[0].wrapping_sub(from)) <= width || from.wrapping_sub(other.min[0]) <= other.width();
        in_columns
            && self.min[1].saturating_sub(margin) <= other.max[1]
            && other.min[1].saturating_sub(margin) <= self.max[1]
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn center(self) -> CanvasPosition {
        [self.min[0].wrapping_add(self.width() / 2), self.min[1].midpoint(self.max[1])]
    }

    /// West, south, east and north in degrees, rounded outwards to seven decimals; the box in degrees is never
    /// degenerate. West is greater than east if the box crosses the antimeridian, as in GeoJSON (RFC 7946, section
    /// 5.2).
    pub fn degrees(self) -> [f64; 4] {
        let ((west, north), (east, south)) = (degrees_from_canvas(self.min), degrees_from_canvas(self.max));
        let (down, up) = (|d: f64| (d * 1e7).floor() / 1e7, |d: f64| (d * 1e7).ceil() / 1e7);
        const MARGIN: f64 = 1e-6;
        [down(west - MARGIN).max(-180.0), down(south - MARGIN), up(east + MARGIN).min(180.0), up(north + MARGIN)]
    }

    /// Deepest zoom, 0 to 20, at which the longer side is at most `pixels`, with 256-pixel tiles.
    pub fn zoom_to_fit(self, pixels: f64) -> u8 {
        let world_pixels = pixels * CANVAS_SIZE / f64::from(self.longer_side().max(1)) / 256.0;
        world_pixels.log2().floor().clamp(0.0, 20.0) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::mercator::canvas_from_degrees;

    fn of_line(points: &[(f64, f64)]) -> Extent {
        Extent::of_lines(&[points.iter().map(|(lon, lat)| canvas_from_degrees(*lon, *lat)).collect()])
    }

    /// Degrees without the margin.
    fn rounded(extent: Extent) -> [f64; 4] {
        extent.degrees().map(|degrees| (degrees * 1e4).round() / 1e4)
    }

    #[test]
    fn the_degrees_of_a_dot_enclose_it() {
        assert!(Extent::EMPTY.is_empty());
        let dot = of_line(&[(7.5, 47.5)]);
        let [west, south, east, north] = dot.degrees();
        assert!(west < 7.5 && east > 7.5 && south < 47.5 && north > 47.5 && east - west < 1e-5);
        assert_eq!(dot.zoom_to_fit(1024.0), 20);
    }

    #[test]
    fn the_world_fits_a_small_window_at_zoom_0() {
        assert_eq!(Extent { min: [0; 2], max: [u32::MAX; 2] }.zoom_to_fit(256.0), 0);
        assert_eq!(Extent { min: [0; 2], max: [1 << 22; 2] }.zoom_to_fit(1024.0), 12);
    }

    #[test]
    fn lines_and_boxes_cross_the_antimeridian_where_that_is_shorter() {
        let ferry = of_line(&[(179.9, -17.5), (-179.8, -17.4)]);
        assert!(!ferry.is_empty());
        assert_eq!(rounded(ferry), [179.9, -17.5, -179.8, -17.4]);
        assert!(ferry.zoom_to_fit(1024.0) > 10);
        assert_eq!(canvas_from_degrees(-179.95, 0.0)[0] - ferry.center()[0], 0);
        let sides = [of_line(&[(179.0, 1.0)]), of_line(&[(-179.0, 2.0)])];
        assert_eq!(rounded(Extent::of_boxes(sides)), [179.0, 1.0, -179.0, 2.0]);
        assert_eq!(rounded(Extent::of_boxes([ferry, of_line(&[(7.0, 47.0)])])), [7.0, -17.5, -179.8, 47.0]);
        assert_eq!(Extent::of_boxes([Extent::EMPTY, ferry]), ferry);
        assert!(Extent::of_boxes([]).is_empty());
        let both_ways = [(0.0, 0.0), (120.0, 0.0), (-120.0, 0.0), (0.0, 0.0)];
        assert_eq!(of_line(&both_ways).degrees()[0..3], [-180.0, of_line(&both_ways).degrees()[1], 180.0]);
        assert_eq!(rounded(of_line(&both_ways[..3])), [0.0, 0.0, -120.0, 0.0], "the edges pass the antimeridian");
    }

    #[test]
    fn boxes_are_near_across_the_antimeridian() {
        let at = |lons: [f64; 2]| of_line(&lons.map(|lon| (lon, 0.0)));
        let (ferry, unit) = (at([179.9, -179.9]), canvas_from_degrees(-179.9, 0.0)[0] / 100);
        for (other, margin, is_near) in [
            (at([179.95, 179.99]), 0, true),
            (at([-179.99, -179.95]), 0, true),
            (at([178.0, 179.95]), 0, true),
            (at([179.0, -179.0]), 0, true),
            (at([-179.8, -179.7]), 0, false),
            (at([-179.8, -179.7]), 101 * unit, true),
            (at([-179.8, -179.7]), 99 * unit, false),
            (at([179.7, 179.8]), 101 * unit, true),
            (at([179.7, 179.8]), 99 * unit, false),
            (at([-10.0, 10.0]), 101 * unit, false),
            (at([-10.0, 10.0]), u32::MAX, true),
        ] {
            assert_eq!(
                [ferry.is_near(other, margin), other.is_near(ferry, margin)],
                [is_near; 2],
                "{other:?} {margin}"
            );
        }
        assert!(!ferry.is_near(of_line(&[(180.0, 1.0)]), 0), "rows count too");
    }
}

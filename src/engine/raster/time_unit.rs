//! Unit of layers of time, for each zoom.
//!
//! The heat of a pixel is the time spent in it, smoothed with the line profile: across a line the profile itself, along it
//! the [blur](super::profile::blur_integral), around a stay the profile of the distance. In all of them, the heat of all
//! pixels adds up to the time. One unit is the heat on a line that is passed once at 10 m/s, at the equator; so it
//! is as bright as one visit at every zoom.

use super::profile::Profile;
use crate::engine::accumulation::{Measure, PerActivity};
use crate::engine::geometry::grid::Grid;
use crate::engine::layer::Layer;

/// Speed of one unit in m/s.
const UNIT_SPEED: f64 = 10.0;

/// Length of the equator in metres, of the sphere of Web Mercator.
const EQUATOR: f64 = 2.0 * std::f64::consts::PI * 6_378_137.0;

/// Factors from times in ms to units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeUnit {
    /// Units on a line of one pixel that is passed in one ms.
    pub per_line: f32,
    /// Units at the place of a stay of one ms.
    pub per_stay: f32,
    /// Time in one pixel, in ms, at a heat of one unit.
    pub pixel_ms: f32,
}

impl TimeUnit {
    /// Unit of a zoom.
    pub fn new(grid: Grid, profile: Profile) -> Self {
        let pixels_around = (256u64 << grid.pixel_zoom()) as f64;
        let ms_per_pixel = EQUATOR / pixels_around / UNIT_SPEED * 1000.0;
        let (line, stay) = (profile.integral_across(), profile.integral_around());
        Self {
            per_line: (1.0 / ms_per_pixel) as f32,
            per_stay: (line / stay / ms_per_pixel) as f32,
            pixel_ms: (ms_per_pixel / line) as f32,
        }
    }

    /// Weight in units of the profile of an edge, which takes some ms over a length in pixels. A stay has length 0.
    #[inline(always)]
    pub fn weight(self, ms: u32, length: f32) -> f32 {
        if length > 0.0 { ms as f32 * self.per_line / length } else { ms as f32 * self.per_stay }
    }
}

/// Number in the unit of a layer at a heat of one, in a pixel of a zoom.
pub fn number_per_unit(layer: &Layer, grid: Grid) -> f64 {
    const MINUTE_MS: f64 = 60_000.0;
    match layer.per_activity {
        PerActivity::Integral(Measure::Time) => f64::from(TimeUnit::new(grid, Profile::new(grid)).pixel_ms) / MINUTE_MS,
        PerActivity::Integral(Measure::Length) | PerActivity::Nearest | PerActivity::Mean(_) => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::geometry::line::EDGE_MS_BITS;
    use crate::engine::layer::LAYERS;
    use crate::engine::raster::profile::BLUR_SCALE;

    fn grids() -> impl Iterator<Item = Grid> {
        (0..=20).flat_map(|zoom| [256, 512].map(|tile_size| Grid { zoom, tile_size }))
    }

    #[test]
    fn integrals_of_the_profile_match_sums() {
        for grid in grids() {
            let profile = Profile::new(grid);
            let steps = 20_000;
            let width = f64::from(profile.reach()) / f64::from(steps);
            let heat = |i: i32| {
                let distance = (f64::from(i) + 0.5) * width;
                (distance, f64::from(profile.heat(distance as f32)) * width)
            };
            let across: f64 = (0..steps).map(|i| 2.0 * heat(i).1).sum();
            let around: f64 = (0..steps).map(|i| std::f64::consts::TAU * heat(i).0 * heat(i).1).sum();
            assert!((profile.integral_across() / across - 1.0).abs() < 1e-4, "{grid:?}: {across}");
            assert!((profile.integral_around() / around - 1.0).abs() < 1e-4, "{grid:?}: {around}");
        }
    }

    #[test]
    fn no_edge_exceeds_the_largest_contribution() {
        let time = LAYERS.iter().find(|layer| layer.name == "time").expect("the layer");
        for grid in grids() {
            let profile = Profile::new(grid);
            let unit = TimeUnit::new(grid, profile);
            // Times of a polyline end at u32::MAX.
            let longest = 2f64.powi(EDGE_MS_BITS as i32 - i32::from(grid.pixel_zoom())).min(u32::MAX.into());
            // A very short edge adds the blur at its middle.
            let line = f64::from(unit.per_line * BLUR_SCALE / profile.falloff_along());
            let most = longest * line.max(unit.per_stay.into());
            assert!(most < f64::from(time.quantum.largest), "{grid:?}: {most} units");
        }
    }

    #[test]
    fn a_passage_at_the_unit_speed_is_one_unit() {
        let grid = Grid { zoom: 14, tile_size: 256 };
        let unit = TimeUnit::new(grid, Profile::new(grid));
        // 9.5546 m per pixel.
        assert!((unit.weight(955, 1.0) - 1.0).abs() < 1e-3, "{unit:?}");
        assert!((unit.pixel_ms * Profile::new(grid).integral_across() as f32 - 955.46).abs() < 0.1);
    }
}

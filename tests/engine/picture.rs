//! The picture: favourite roads stand out, and lines are thin where roads are close together.

use std::sync::OnceLock;

use trailglow::demo::{self, Options};
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::raster::profile::Profile;

use crate::rendered_zooms::{DecodedZoom, UNIT_LEVEL, collect, render_zooms};
use crate::tone_properties::{a_count_keeps_its_colour_from_zoom_to_zoom, favourite_roads_stand_out, lightness};

/// A demo of 400 activities at zooms 8 to 16.
fn demo() -> &'static [DecodedZoom] {
    static ZOOMS: OnceLock<Vec<DecodedZoom>> = OnceLock::new();
    ZOOMS.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        demo::write(folder.path(), &Options { activities: 400, seed: 1 }, &|| Ok(())).expect("space for a demo");
        render_zooms(&collect(folder.path()).variants[0].tracks, 8..=16)
    })
}

/// Pixels across a line of a zoom in which it has at least half of its heat.
fn width(zoom: u8) -> f64 {
    let profile = Profile::new(Grid { zoom, tile_size: 256 });
    let steps = (0..40_000).map(|step| f64::from(step) / 1000.0);
    2.0 * steps.take_while(|distance| profile.heat(*distance as f32) >= 0.5).last().expect("a line")
}

#[test]
fn the_favourite_roads_of_an_archive_stand_out() {
    favourite_roads_stand_out(&demo()[..7], 25.0);
}

#[test]
#[should_panic(expected = "zoom and L*: [(8, ")]
fn a_flat_picture_is_detected() {
    let [zoom, ..] = demo() else { return };
    let tile = |tile: &crate::rendered_zooms::Tile| crate::rendered_zooms::Tile {
        levels: tile.levels.iter().map(|level| UNIT_LEVEL + level / 8).collect(),
        ..*tile
    };
    let flat = DecodedZoom { grid: zoom.grid, curve: zoom.curve.clone(), tiles: zoom.tiles.iter().map(tile).collect() };
    favourite_roads_stand_out(&[flat], 25.0);
}

#[test]
fn a_count_of_an_archive_keeps_its_colour_from_zoom_to_zoom() {
    a_count_keeps_its_colour_from_zoom_to_zoom(demo());
}

#[test]
fn lines_are_hair_fine_up_to_zoom_9_and_then_grow_evenly() {
    for zoom in 0..=9 {
        assert!((1.2..1.5).contains(&width(zoom)), "zoom {zoom}: {} pixels", width(zoom));
    }
    for zoom in 1..=20 {
        let growth = width(zoom) / width(zoom - 1);
        assert!((0.999..=1.3).contains(&growth), "zoom {zoom}: {growth}");
    }
    for (zoom, expected) in [(13, 3.7), (14, 4.4), (16, 7.1), (18, 11.8)] {
        assert!((width(zoom) / expected - 1.0).abs() < 0.02, "zoom {zoom}: {} pixels", width(zoom));
    }
}

#[test]
fn lightness_is_that_of_the_standard() {
    // Gray of 119 is L* 50.03; red, green and blue of sRGB are 53.24, 87.73 and 32.30.
    for (colour, expected) in [
        ([0; 3], 0.0),
        ([255; 3], 100.0),
        ([119; 3], 50.03),
        ([255, 0, 0], 53.24),
        ([0, 255, 0], 87.73),
        ([0, 0, 255], 32.30),
        ([1; 3], 0.27),
    ] {
        assert!((lightness(colour) - expected).abs() < 0.05, "{colour:?}: {}", lightness(colour));
    }
}

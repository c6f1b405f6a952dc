//! Colours and tiles of maps: shuttle buses in Chicago, a large demo, and routes that all start at one door.

use std::process::Command;
use std::sync::OnceLock;

use trailglow::demo::{self, Options};
use trailglow::engine::geometry::mercator::canvas_from_degrees;
use trailglow::engine::tone::palette::Palette;
use trailglow::engine::tone::palettes::PALETTES;

use crate::rendered_zooms::{DecodedZoom, UNIT_LEVEL, collect, render_zooms};
use crate::requirement::{corpus, generator};
use crate::tone_properties::lightness;
use crate::{Test, tests, tone_properties};

/// Shuttle buses at zooms 10 to 16.
fn chicago() -> &'static [DecodedZoom] {
    static ZOOMS: OnceLock<Vec<DecodedZoom>> = OnceLock::new();
    ZOOMS.get_or_init(|| {
        render_zooms(&collect(&corpus().join("tracks/mapconstruction/chicago")).variants[0].tracks, 10..=16)
    })
}

fn the_hottest_pixels_reach_the_end_of_the_palette() {
    tone_properties::the_hottest_pixels_reach_the_end_of_the_palette(chicago());
}

fn a_count_keeps_its_colour_from_zoom_to_zoom() {
    tone_properties::a_count_keeps_its_colour_from_zoom_to_zoom(chicago());
}

fn no_tile_is_empty_and_every_tile_has_its_parent() {
    tone_properties::no_tile_is_empty_and_every_tile_has_its_parent(chicago());
}

/// 400 activities at zooms 8 to 16: nine of ten are one of 24 routes from a door, repeated with noise.
fn home_routes() -> &'static [DecodedZoom] {
    static ZOOMS: OnceLock<Vec<DecodedZoom>> = OnceLock::new();
    ZOOMS.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let status = Command::new("python3").arg(generator()).arg(folder.path()).arg("400").status();
        assert!(status.expect("python3 starts").success(), "the generator succeeds");
        render_zooms(&collect(folder.path()).variants[0].tracks, 8..=16)
    })
}

/// The door of the generated routes, in degrees east and north.
const DOOR: (f64, f64) = (7.8494, 47.9959);

fn favourite_roads_stand_out_in_a_large_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    demo::write(folder.path(), &Options { activities: 4000, seed: 1 }, &|| Ok(())).expect("space for a demo");
    let zooms = render_zooms(&collect(folder.path()).variants[0].tracks, 8..=14);
    tone_properties::favourite_roads_stand_out(&zooms, 25.0);
    tone_properties::a_count_keeps_its_colour_from_zoom_to_zoom(&zooms);
}

fn favourite_routes_stand_out() {
    tone_properties::favourite_roads_stand_out(&home_routes()[..7], 25.0);
    tone_properties::a_count_keeps_its_colour_from_zoom_to_zoom(home_routes());
}

/// Lightness on a circle around the door at zoom 16, on a black map. The radius is in pixels.
fn lightness_around_the_door(radius: f64) -> Vec<f32> {
    let zoom = home_routes().last().expect("zoom 16");
    let entries = Palette::from(&PALETTES[0]).entries(&zoom.curve);
    let pixel = f64::from(1u32 << zoom.grid.pixel_shift());
    let door = canvas_from_degrees(DOOR.0, DOOR.1).map(f64::from);
    let steps = (radius * std::f64::consts::TAU * 2.0) as u32;
    let at = |step: u32| {
        let angle = f64::from(step) / f64::from(steps) * std::f64::consts::TAU;
        let [x, y] = [angle.cos(), angle.sin()].map(|share| radius * pixel * share);
        let level = zoom.level_at([door[0] + x, door[1] + y].map(|axis| axis as u32));
        let [r, g, b, _] = entries[usize::from(level)];
        lightness([r, g, b]) * f32::from(level.min(UNIT_LEVEL)) / f32::from(UNIT_LEVEL)
    };
    (0..steps).map(at).collect()
}

/// Number of maxima on a circle that are lighter than the minima beside them by more than `prominence` L*.
fn strands(circle: &[f32], prominence: f32) -> usize {
    let darkest = (0..circle.len()).min_by(|a, b| circle[*a].total_cmp(&circle[*b])).unwrap_or(0);
    let (mut low, mut high, mut is_rising, mut count) = (f32::INFINITY, 0f32, true, 0);
    for value in circle[darkest..].iter().chain(&circle[..darkest]) {
        (low, high) = (low.min(*value), high.max(*value));
        if is_rising && *value > low + prominence {
            (is_rising, high, count) = (false, *value, count + 1);
        } else if !is_rising && *value < high - prominence {
            (is_rising, low) = (true, *value);
        }
    }
    count
}

/// The routes are strands up to near the door, and only the door and the favourite routes are pale.
fn a_busy_door_has_strands_and_a_clear_centre() {
    assert_eq!(strands(&[0.0, 30.0, 15.0, 31.0, 5.0, 60.0], 20.0), 2);
    for (radius, least_strands, most_pale) in [(25.0, 3, 0.36), (35.0, 6, 0.2), (50.0, 8, 0.1), (100.0, 15, 0.06)] {
        let circle = lightness_around_the_door(radius);
        let pale = circle.iter().filter(|lightness| **lightness > 90.0).count() as f32 / circle.len() as f32;
        let found = strands(&circle, 20.0);
        assert!(found >= least_strands && pale <= most_pale, "{radius} pixels: {found} strands, {pale} is pale");
    }
    assert!(lightness_around_the_door(2.0).iter().all(|lightness| *lightness > 95.0), "the door is bright");
}

pub const TESTS: &[Test] = tests![
    Corpus: the_hottest_pixels_reach_the_end_of_the_palette,
    Corpus: a_count_keeps_its_colour_from_zoom_to_zoom,
    Generator: favourite_roads_stand_out_in_a_large_archive,
    Generator: favourite_routes_stand_out,
    Generator: a_busy_door_has_strands_and_a_clear_centre,
    Corpus: no_tile_is_empty_and_every_tile_has_its_parent,
];

//! Properties of the tones of a map, synthetic or real.

use std::collections::BTreeMap;

use trailglow::engine::tone::palette::Palette;
use trailglow::engine::tone::palettes::PALETTES;
use trailglow::engine::tone::rgb::{Rgb, contrast};

use crate::rendered_zooms::{DecodedZoom, Tile, UNIT_LEVEL};

pub fn the_hottest_pixels_reach_the_end_of_the_palette(zooms: &[DecodedZoom]) {
    let mut failures = Vec::new();
    for zoom in zooms {
        let (median, top) = zoom.palette_positions();
        let line = format!("zoom {}: median {median:.2}, top percent {top:.2}", zoom.grid.zoom);
        if !(0.25..=0.6).contains(&median) || top < 0.9 {
            failures.push(line);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Favourite roads differ from the rest: the middle half of the road pixels spans at least `least` L* in the busiest
/// square of 512 × 512 pixels of each zoom, in the first palette.
pub fn favourite_roads_stand_out(zooms: &[DecodedZoom], least: f32) {
    let spans = zooms.iter().map(|zoom| (zoom.grid.zoom, lightness_span(zoom)));
    let failures: Vec<_> = spans.filter(|(_, span)| *span < least).collect();
    assert!(failures.is_empty(), "zoom and L*: {failures:?}");
}

fn lightness_span(zoom: &DecodedZoom) -> f32 {
    let entries = Palette::from(&PALETTES[0]).entries(&zoom.curve);
    let mut roads: Vec<u8> = busiest_square(&zoom.tiles).into_iter().flat_map(|tile| tile.levels.clone()).collect();
    roads.retain(|level| *level >= UNIT_LEVEL);
    roads.sort_unstable();
    let at = |quarter: usize| {
        let [r, g, b, _] = entries[usize::from(roads[roads.len() * quarter / 4])];
        lightness([r, g, b])
    };
    at(3) - at(1)
}

/// The two by two tiles with the most levels above one visit.
fn busiest_square(tiles: &[Tile]) -> Vec<&Tile> {
    let mut squares = BTreeMap::<(u32, u32), (u64, Vec<&Tile>)>::new();
    for tile in tiles {
        let above: u64 = tile.levels.iter().map(|level| u64::from(level.saturating_sub(UNIT_LEVEL))).sum();
        for (left, up) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let Some(corner) = tile.x.checked_sub(left).zip(tile.y.checked_sub(up)) else { continue };
            let (total, square) = squares.entry(corner).or_default();
            *total += above;
            square.push(tile);
        }
    }
    squares.into_values().max_by_key(|(total, _)| *total).map(|(_, square)| square).unwrap_or_default()
}

/// Lightness L* (CIE 1976), 0 to 100.
pub fn lightness(colour: Rgb) -> f32 {
    // The contrast with black is (Y + 0.05) / 0.05.
    let y = contrast(colour, [0; 3]) * 0.05 - 0.05;
    if y > 216.0 / 24389.0 { 116.0 * y.cbrt() - 16.0 } else { y * 24389.0 / 27.0 }
}

pub fn a_count_keeps_its_colour_from_zoom_to_zoom(zooms: &[DecodedZoom]) {
    let mut failures = Vec::new();
    for pair in zooms.windows(2) {
        for visits in [2.0, 5.0, 10.0, 20.0, 50.0] {
            let [a, b] = [0, 1].map(|i| pair[i].curve.position_of_heat(visits));
            let line = format!("zoom {} on: {visits} visits from {a:.2} to {b:.2}", pair[0].grid.zoom);
            if (a - b).abs() > 0.1 {
                failures.push(line);
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

pub fn no_tile_is_empty_and_every_tile_has_its_parent(zooms: &[DecodedZoom]) {
    for zoom in zooms {
        assert!(zoom.tiles.iter().all(|tile| tile.levels.iter().any(|level| *level > 0)), "zoom {}", zoom.grid.zoom);
    }
    for pair in zooms.windows(2) {
        let parents = pair[0].tile_coords();
        assert!(
            pair[1].tiles.iter().all(|tile| parents.contains(&(tile.x / 2, tile.y / 2))),
            "zoom {}",
            pair[0].grid.zoom
        );
    }
}

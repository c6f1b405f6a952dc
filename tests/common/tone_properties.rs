//! Properties of the tones of a map, synthetic or real.

use crate::rendered_zooms::DecodedZoom;

pub fn the_whole_palette_is_used(zooms: &[DecodedZoom]) {
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

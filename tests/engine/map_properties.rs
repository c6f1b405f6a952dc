//! Properties of maps of whole collections, from files to pixels.

use std::sync::OnceLock;

use trailglow::collection::Collection;
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::mercator::{CanvasPosition, canvas_from_degrees};
use trailglow::engine::raster::profile::Profile;
use trailglow::engine::tone::palette::Palette;
use trailglow::engine::tone::palettes::{Background, PALETTES, PaletteKind};
use trailglow::engine::tone::rgb::contrast;

use crate::rendered_zooms::{DecodedZoom, UNIT_LEVEL, collect, render_zooms};
use crate::tone_properties;

/// The demo at zooms 4 to 15.
fn demo() -> &'static [DecodedZoom] {
    static ZOOMS: OnceLock<Vec<DecodedZoom>> = OnceLock::new();
    ZOOMS.get_or_init(|| render_zooms(&crate::demo_collection::collection().variants[0].tracks, 4..=15))
}

/// Collection of one activity with these points: latitude, longitude, seconds.
fn record(points: &[(f64, f64, i64)]) -> Collection {
    let clock = |s: i64| format!("2024-05-04T{:02}:{:02}:{:02}Z", s / 3600, s / 60 % 60, s % 60);
    let point = |(lat, lon, second): &(f64, f64, i64)| {
        format!("<trkpt lat=\"{lat:.7}\" lon=\"{lon:.7}\"><time>{}</time></trkpt>\n", clock(*second))
    };
    let points: String = points.iter().map(point).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let gpx = format!("<gpx><trk><type>cycling</type><trkseg>{points}</trkseg></trk></gpx>");
    std::fs::write(folder.path().join("ride.gpx"), gpx).expect("space");
    collect(folder.path())
}

#[test]
fn the_hottest_pixels_reach_the_end_of_the_palette() {
    tone_properties::the_hottest_pixels_reach_the_end_of_the_palette(demo());
}

#[test]
fn a_count_keeps_its_colour_from_zoom_to_zoom() {
    tone_properties::a_count_keeps_its_colour_from_zoom_to_zoom(demo());
}

#[test]
fn no_tile_is_empty_and_every_tile_has_its_parent() {
    tone_properties::no_tile_is_empty_and_every_tile_has_its_parent(demo());
}

#[test]
fn one_visit_has_contrast_on_the_intended_base_map() {
    const MAPS: [(Background, [u8; 3]); 2] = [(Background::Dark, [0x12; 3]), (Background::Light, [0xf2, 0xef, 0xe9])];
    let mut checked = 0;
    for zoom in demo() {
        for row in PALETTES {
            let [r, g, b, alpha] = Palette::from(row).entries(&zoom.curve)[usize::from(UNIT_LEVEL)];
            assert_eq!(alpha, 255, "{}", row.name);
            // The linear palettes are data for programs.
            let is_picture = row.follows_curve && row.kind == PaletteKind::Sequential;
            for (_, map) in MAPS.iter().filter(|(background, _)| *background == row.background && is_picture) {
                assert!(contrast([r, g, b], *map) >= 3.0, "{}, zoom {}", row.name, zoom.grid.zoom);
                checked += 1;
            }
        }
    }
    let pictures = PALETTES.iter().filter(|row| row.follows_curve && row.kind == PaletteKind::Sequential).count();
    assert!(checked >= demo().len() * pictures, "every palette for a base map is checked");
}

/// Positions along the straight line between two positions, except within `margin` pixels of either end.
fn positions_between(a: CanvasPosition, b: CanvasPosition, grid: Grid, margin: f64) -> Vec<CanvasPosition> {
    let delta: [f64; 2] = std::array::from_fn(|axis| f64::from(b[axis].wrapping_sub(a[axis]) as i32));
    let pixels = delta[0].hypot(delta[1]) / f64::from(1u32 << grid.pixel_shift());
    assert!(pixels > 4.0 * margin, "the line is long enough to be seen");
    let position = |share: f64| std::array::from_fn(|axis| a[axis].wrapping_add((delta[axis] * share) as i32 as u32));
    (0..=1000).map(|i| position(margin / pixels + f64::from(i) / 1000.0 * (1.0 - 2.0 * margin / pixels))).collect()
}

#[test]
fn pauses_and_spikes_draw_no_line() {
    // Ten minutes north at 5 m/s, 20 minutes by train to the east without points, then north again, with a spike of two
    // points.
    const METRE: f64 = 1.0 / 111_195.0;
    let (lat, lon, east) = (47.0, -20.0, 0.04);
    let mut points: Vec<(f64, f64, i64)> = (0..600).map(|s| (lat + s as f64 * 5.0 * METRE, lon, s)).collect();
    let stop = points[599];
    points.extend((0..600).map(|s| (stop.0 + s as f64 * 5.0 * METRE, lon + east, 1800 + s)));
    let go_on = points[600];
    let (before, spike) = (points[899], (points[900].0 + 0.01, points[900].1 + 0.05));
    for point in &mut points[900..902] {
        (point.0, point.1) = spike;
    }
    let ride = record(&points);
    assert_eq!((ride.totals.points, ride.report.dropped.spikes), (1198, 2));
    let world = |(lat, lon, _): (f64, f64, i64)| canvas_from_degrees(lon, lat);
    for zoom in render_zooms(&ride.variants[0].tracks, 13..=16) {
        let reach = f64::from(Profile::new(zoom.grid).reach()) + 2.0;
        for (from, to) in [(world(stop), world(go_on)), (world(before), canvas_from_degrees(spike.1, spike.0))] {
            let lit = positions_between(from, to, zoom.grid, reach)
                .into_iter()
                .filter(|position| zoom.level_at(*position) > 0)
                .count();
            assert_eq!(lit, 0, "zoom {}", zoom.grid.zoom);
        }
        for (from, to) in [(world(points[0]), world(stop)), (world(go_on), world(points[1199]))] {
            let dark = positions_between(from, to, zoom.grid, reach)
                .into_iter()
                .filter(|position| zoom.level_at(*position) < UNIT_LEVEL / 4)
                .count();
            assert_eq!(dark, 0, "zoom {}: what was recorded is drawn", zoom.grid.zoom);
        }
    }
}

#[test]
fn distant_points_have_all_tiles_in_between() {
    // A point every half an hour is one line; some devices record like this.
    let points =
        [(46.95, -20.1, 0), (47.05, -19.7, 1800), (46.9, -19.2, 3600), (46.95, -18.9, 5400), (47.0, -18.5, 7200)];
    for zoom in render_zooms(&record(&points).variants[0].tracks, 8..=14) {
        let names = zoom.tile_coords();
        for pair in points.windows(2) {
            let [a, b] = [0, 1].map(|i| canvas_from_degrees(pair[i].1, pair[i].0));
            for position in positions_between(a, b, zoom.grid, 0.0) {
                assert!(zoom.level_at(position) >= UNIT_LEVEL / 4, "zoom {}: a gap in the line", zoom.grid.zoom);
                assert!(
                    names.contains(&(position[0] >> zoom.grid.tile_shift(), position[1] >> zoom.grid.tile_shift()))
                );
            }
        }
    }
}

#[test]
fn a_line_over_the_antimeridian_is_drawn_on_both_sides_only() {
    let points = (0..=40).map(|i| (-17.0 + 0.01 * f64::from(i), 179.8 + 0.01 * f64::from(i), i64::from(i) * 300));
    let points: Vec<_> = points.map(|(lat, lon, s)| (lat, if lon > 180.0 { lon - 360.0 } else { lon }, s)).collect();
    for zoom in render_zooms(&record(&points).variants[0].tracks, 3..=12) {
        let last = (1u32 << zoom.grid.zoom) - 1;
        let (west, east): (Vec<_>, Vec<_>) = zoom.tile_coords().into_iter().partition(|(x, _)| *x <= last / 2);
        assert!(west.iter().any(|(x, _)| *x == 0) && east.iter().any(|(x, _)| *x == last));
        // 0.2° are less than three tiles of zoom 12.
        assert!(west.iter().all(|(x, _)| *x <= 3) && east.iter().all(|(x, _)| *x >= last - 3));
        for pair in points.windows(2) {
            let [a, b] = [0, 1].map(|i| canvas_from_degrees(pair[i].1, pair[i].0));
            let middle =
                std::array::from_fn(|axis| a[axis].wrapping_add((b[axis].wrapping_sub(a[axis]) as i32 / 2) as u32));
            assert!(zoom.level_at(middle) >= UNIT_LEVEL / 4, "zoom {}: a gap at {middle:?}", zoom.grid.zoom);
        }
    }
}

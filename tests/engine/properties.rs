//! Properties of the CPU raster over random scenes.

use std::collections::BTreeMap;
use std::sync::Mutex;

use proptest::prelude::*;
use trailglow::engine::accumulation::{Measure, PerActivity};
use trailglow::engine::drawing::{Drawing, LEFT_OUT};
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::mercator::CanvasPosition;
use trailglow::engine::geometry::polyline::Track;
use trailglow::engine::geometry::simplify::Simplification;
use trailglow::engine::layer::{LAYERS, Layer};
use trailglow::engine::raster::cpu::Cpu;
use trailglow::engine::raster::profile::Profile;
use trailglow::engine::raster::{Levels, Raster};
use trailglow::engine::tone::heat_code::HeatCode;
use trailglow::engine::tone::level_code::LevelCode;
use trailglow::engine::{TileFilter, TrackSet, ZoomGeometry};

use crate::drawing::{Picture, difference, draw, draw_layer, draw_steady, draw_with, grid};
use crate::scenes::{Scene, distinct_layers, numbered, polyline, scene, varied};

impl Scene {
    /// Scene with every line replaced.
    pub fn map_lines(&self, f: impl Fn(&[CanvasPosition]) -> Vec<CanvasPosition>) -> Self {
        let activity = |lines: &Vec<Vec<CanvasPosition>>| lines.iter().map(|line| f(line)).collect();
        Self { activities: self.activities.iter().map(activity).collect() }
    }

    /// True if no line comes near the north or south edge of the canvas, here or `dy` canvas units farther south.
    pub fn is_far_from_the_poles(&self, zoom: u8, dy: u32) -> bool {
        let margin = 1u64 << (24 - zoom.min(18) + 6);
        let inside = |y: u32| u64::from(y) > margin && u64::from(y) < (1 << 32) - margin;
        let ys: Vec<u32> = self.activities.iter().flatten().flatten().map(|p| p[1]).collect();
        let same_side = ys.iter().all(|y| y.checked_add(dy).is_some());
        same_side && ys.iter().all(|y| inside(*y) && inside(y.wrapping_add(dy)))
    }
}

/// Tolerance in levels where edges are cut differently: visits do not depend on it, each part of a pass is rounded.
fn tolerance(layer: &Layer) -> u8 {
    match layer.per_activity {
        PerActivity::Nearest => 0,
        PerActivity::Integral(_) | PerActivity::Mean(_) => 1,
    }
}

fn visits_code() -> HeatCode {
    LAYERS[0].code.heat_code().expect("visits")
}

fn zoom() -> impl Strategy<Value = u8> {
    prop::sample::select(vec![0u8, 1, 6, 10, 13, 14, 16, 18, 20])
}

/// Levels of every tile in each drawing, drawn at once.
fn drawn_together(
    scene: &Scene,
    zoom: u8,
    simplify: Simplification,
    drawings: &[Drawing],
) -> Vec<BTreeMap<usize, Vec<u8>>> {
    let layer = LAYERS.iter().find(|layer| layer.simplify == simplify).expect("a layer");
    let line = |line: &Vec<CanvasPosition>| polyline(line, &varied(line), layer);
    let track = |lines: &Vec<Vec<CanvasPosition>>| Track { polylines: lines.iter().map(line).collect() };
    let tracks = TrackSet::new(scene.activities.iter().map(track).collect(), 24);
    let geometry = ZoomGeometry::new(&tracks, &tracks.select_all(), grid(zoom), TileFilter::ALL);
    let drawn = Mutex::new(vec![BTreeMap::new(); drawings.len()]);
    let emit = |tile: usize, drawing: usize, levels: &Levels| {
        drawn.lock().expect("no panic")[drawing].insert(tile, levels.pixels.clone());
        Ok(())
    };
    Cpu.render(&geometry.scene(drawings), &emit).expect("the CPU does not fail");
    drawn.into_inner().expect("no panic")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn drawings_together_are_those_of_each_alone(
        (scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z))), left_out in any::<u8>(),
    ) {
        for simplify in [Simplification::Shape, Simplification::Motion] {
            let layers = LAYERS.iter().filter(|layer| layer.simplify == simplify);
            let mut drawings: Vec<Drawing> = layers.map(|layer| numbered(scene.activities.len(), layer)).collect();
            // Once more without some activities.
            let values = (0..scene.activities.len()).map(|activity| if left_out >> activity & 1 == 1 { LEFT_OUT } else { 0 });
            drawings.push(Drawing { values: Some(values.collect()), ..drawings[0].clone() });
            let together = drawn_together(&scene, zoom, simplify, &drawings);
            for (drawing, drawn) in drawings.iter().zip(&together) {
                let alone = drawn_together(&scene, zoom, simplify, std::slice::from_ref(drawing));
                prop_assert!(alone[0] == *drawn, "{}", drawing.layer.name);
            }
        }
    }

    #[test]
    fn collinear_vertices_change_no_level((scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z)))) {
        let denser = scene.map_lines(|line| {
            let even: Vec<CanvasPosition> = line.iter().map(|p| [p[0] & !3, p[1] & !3]).collect();
            even.windows(2).flat_map(|pair| {
                let delta = [pair[1][0].wrapping_sub(pair[0][0]) as i32, pair[1][1].wrapping_sub(pair[0][1]) as i32];
                (0..4).map(move |quarter: i32| {
                    std::array::from_fn(|axis| pair[0][axis].wrapping_add((delta[axis] / 4 * quarter) as u32))
                })
            }).chain(even.last().copied()).collect()
        });
        let even = scene.map_lines(|line| line.iter().map(|p| [p[0] & !3, p[1] & !3]).collect());
        for layer in distinct_layers() {
            let (even, denser) = (draw_steady(&even, grid(zoom), layer), draw_steady(&denser, grid(zoom), layer));
            prop_assert!(difference(&even, &denser) <= tolerance(layer), "{}", layer.name);
        }
    }

    #[test]
    fn tile_borders_change_no_pixel((scene, zoom) in (1u8..=19).prop_flat_map(|z| (scene(z), Just(z)))) {
        // A 512-pixel tile of the zoom above has the pixels of four tiles: it is drawn in one piece, then cut.
        let profile = Profile::new(grid(zoom));
        for layer in distinct_layers() {
        let (tiles, counts) = draw_with(&scene, grid(zoom), profile, layer, varied);
        let (pieces, counts_of_pieces) = draw_with(&scene, Grid { zoom: zoom - 1, tile_size: 512 }, profile, layer, varied);
        let mut cut = Picture::new();
        for ((x, y), pixels) in &pieces {
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let row = |row: usize| &pixels[(dy * 256 + row) * 512 + dx * 256..][..256];
                let tile: Vec<u8> = (0..256).flat_map(|r| row(r).to_vec()).collect();
                if tile.iter().any(|level| *level > 0) {
                    cut.insert((x * 2 + dx as u32, y * 2 + dy as u32), tile);
                }
            }
        }
        prop_assert!(difference(&tiles, &cut) == 0, "{} by {}", layer.name, difference(&tiles, &cut));
        prop_assert!(counts.0[1..] == counts_of_pieces.0[1..]);
        }
    }

    #[test]
    fn translation_by_whole_tiles_translates_the_picture(
        (scene, zoom) in (2u8..=18).prop_flat_map(|z| (scene(z), Just(z))), dx in any::<u32>(),
    ) {
        // East by a random number of tiles, also across the antimeridian, and by half the canvas north or south.
        let (across, shift) = (1u32 << zoom, 32 - u32::from(zoom));
        let (dx, dy) = (dx % across, across / 2);
        let moved = scene.map_lines(|line| {
            line.iter().map(|p| [p[0].wrapping_add(dx << shift), p[1].wrapping_add(dy << shift)]).collect()
        });
        prop_assume!(scene.is_far_from_the_poles(zoom, dy << shift));
        for layer in distinct_layers() {
            let expected: Picture = draw_layer(&scene, grid(zoom), layer)
                .into_iter()
                .map(|((x, y), pixels)| (((x + dx) % across, (y + dy) % across), pixels))
                .collect();
            prop_assert!(draw_layer(&moved, grid(zoom), layer) == expected, "{}", layer.name);
        }
    }

    #[test]
    fn another_activity_lowers_no_level((scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z)))) {
        let mut fewer = scene.clone();
        fewer.activities.pop();
        // Sums only: more visits of one class may hide another class, and a later date an earlier one.
        for layer in distinct_layers().filter(|layer| matches!(layer.code, LevelCode::Heat(_))) {
            let all = draw_layer(&scene, grid(zoom), layer);
            for (place, pixels) in draw_layer(&fewer, grid(zoom), layer) {
                let more = all.get(&place).expect("no tile goes away");
                prop_assert!(pixels.iter().zip(more).all(|(few, many)| few <= many), "{}", layer.name);
            }
        }
    }

    #[test]
    fn visits_never_exceed_the_number_of_activities(
        (scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z))),
    ) {
        let most = visits_code().encode(scene.activities.len() as f32);
        prop_assert!(draw(&scene, grid(zoom)).values().flatten().all(|level| *level <= most));
    }

    #[test]
    fn repeating_a_line_adds_no_visit((scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z)))) {
        let laps = scene.map_lines(|line| [line.to_vec(), line.iter().rev().copied().collect()].concat());
        prop_assert!(difference(&draw(&scene, grid(zoom)), &draw(&laps, grid(zoom))) <= 1);
    }

    #[test]
    fn the_number_of_threads_changes_no_level((scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z)))) {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| distinct_layers().map(|layer| draw_layer(&scene, grid(zoom), layer)).collect::<Vec<_>>())
        };
        prop_assert!(on(1) == on(5));
    }
}

#[test]
fn laps_and_both_directions_are_passes() {
    let passes =
        LAYERS.iter().find(|layer| layer.per_activity == PerActivity::Integral(Measure::Length)).expect("the layer");
    // 400 pixels along the middle of a pixel row: there, back, and there again.
    let (y, pixel) = ((100 << 10) + (1 << 9), 1u32 << 10);
    let way = |points: u32| {
        (0..=points).map(|i| [50 * pixel + i * (400 * pixel / points), y]).collect::<Vec<CanvasPosition>>()
    };
    for points in [1, 4, 200] {
        for times in 1..=3u32 {
            let there_and_back = (0..times).flat_map(|lap| match lap % 2 {
                0 => way(points),
                _ => way(points).into_iter().rev().collect(),
            });
            let scene = Scene { activities: vec![vec![there_and_back.collect()]] };
            let picture = draw_layer(&scene, grid(14), passes);
            let found = picture[&(0, 0)][100 * 256 + 200];
            let expected = visits_code().encode(times as f32);
            assert!(found.abs_diff(expected) <= 1, "{times} times by {points}: {found}, not {expected}");
        }
    }
}

#[test]
fn ten_thousand_visits_add_up_without_loss() {
    let line = vec![vec![[1 << 20, 1 << 20], [1 << 21, 1 << 21]]];
    let scene = Scene { activities: vec![line; 10_000] };
    let picture = draw(&scene, grid(10));
    let hottest = picture.values().flatten().max().copied().expect("a picture");
    assert_eq!(hottest, visits_code().encode(10_000.0));
}

#[test]
fn an_activity_of_fifty_thousand_edges_in_one_spot_is_one_visit() {
    let spot: Vec<CanvasPosition> =
        (0..50_000u64).map(|i| [i * 7919, i * 104_729].map(|n| (1 << 20) + (n % 4096) as u32)).collect();
    let picture = draw(&Scene { activities: vec![vec![spot]] }, grid(14));
    assert_eq!(picture.values().flatten().max(), Some(&16));
}

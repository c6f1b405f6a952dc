//! What must always hold of the CPU raster, as laws over random scenes, and against a slow reference.

use std::collections::BTreeMap;
use std::sync::Mutex;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use trailglow::engine::accumulation::PerActivity;
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::mercator::World;
use trailglow::engine::geometry::strip::{Run, Strips, Track};
use trailglow::engine::layer::{LAYERS, Layer};
use trailglow::engine::raster::cpu::Cpu;
use trailglow::engine::raster::profile::Profile;
use trailglow::engine::raster::{self, Levels, Raster};
use trailglow::engine::tiling::plan::Plan;
use trailglow::engine::tone::histogram::Histogram;

use crate::reference;
use crate::scenes::{Scene, jittered, scene};

impl Scene {
    /// The same scene with every line replaced.
    pub fn map_lines(&self, f: impl Fn(&[World]) -> Vec<World>) -> Self {
        let activity = |lines: &Vec<Vec<World>>| lines.iter().map(|line| f(line)).collect();
        Self { activities: self.activities.iter().map(activity).collect() }
    }

    /// Whether nothing comes near the north or south edge of the canvas, neither here nor `dy` units farther south.
    pub fn keeps_away_from_the_poles(&self, zoom: u8, dy: u32) -> bool {
        let margin = 1u64 << (24 - zoom.min(18) + 6);
        let inside = |y: u32| u64::from(y) > margin && u64::from(y) < (1 << 32) - margin;
        let ys: Vec<u32> = self.activities.iter().flatten().flatten().map(|p| p[1]).collect();
        let same_side = ys.iter().all(|y| y.checked_add(dy).is_some());
        same_side && ys.iter().all(|y| inside(*y) && inside(y.wrapping_add(dy)))
    }
}

/// Levels of every tile that is not empty.
type Picture = BTreeMap<(u32, u32), Vec<u8>>;

fn tracks(scene: &Scene, layer: &Layer) -> Vec<Track> {
    let run = |line: &Vec<World>| Run::simplified(line, 24, layer.simplify);
    let track = |lines: &Vec<Vec<World>>| Track { runs: lines.iter().map(run).collect() };
    scene.activities.iter().map(track).collect()
}

fn draw_with(scene: &Scene, grid: Grid, profile: Profile, layer: &'static Layer) -> (Picture, Histogram) {
    let strips = Strips::new(&tracks(scene, layer), grid);
    let plan = Plan::new(&strips, grid, profile.reach());
    let (picture, histogram) = (Mutex::new(Picture::new()), Mutex::new(Histogram::default()));
    let emit = |index: usize, levels: &Levels| {
        histogram.lock().expect("no panic").add(&levels.histogram);
        if levels.max() > 0 {
            let tile = plan.tiles()[index];
            picture.lock().expect("no panic").insert((tile.x(), tile.y()), levels.pixels.clone());
        }
        Ok(())
    };
    let scene = raster::Scene { grid, layer, profile, strips: &strips, plan: &plan };
    Cpu.render(&scene, &emit).expect("the CPU does not fail");
    (picture.into_inner().expect("no panic"), histogram.into_inner().expect("no panic"))
}

fn draw_layer(scene: &Scene, grid: Grid, layer: &'static Layer) -> Picture {
    draw_with(scene, grid, Profile::new(grid), layer).0
}

/// Visits.
fn draw(scene: &Scene, grid: Grid) -> Picture {
    draw_layer(scene, grid, &LAYERS[0])
}

/// How many levels a law allows a layer: visits are exact, sums of segments are rounded.
fn tolerance(layer: &Layer) -> u8 {
    match layer.accumulation.per_activity {
        PerActivity::Nearest => 0,
        PerActivity::Integral => 1,
    }
}

/// The greatest difference of levels, with absent tiles as empty ones.
fn difference(a: &Picture, b: &Picture) -> u8 {
    let places = a.keys().chain(b.keys());
    let pixels = |picture: &Picture, place| picture.get(place).cloned().unwrap_or_default();
    let differences = places.map(|place| {
        let (a, b) = (pixels(a, place), pixels(b, place));
        let at = |pixels: &Vec<u8>, i: usize| pixels.get(i).copied().unwrap_or(0);
        (0..a.len().max(b.len())).map(|i| at(&a, i).abs_diff(at(&b, i))).max().unwrap_or(0)
    });
    differences.max().unwrap_or(0)
}

fn zoom() -> impl Strategy<Value = u8> {
    prop::sample::select(vec![0u8, 1, 6, 10, 13, 14, 16, 18, 20])
}

fn grid(zoom: u8) -> Grid {
    Grid { zoom, tile_size: 256 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn collinear_vertices_change_no_level((scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z)))) {
        let denser = scene.map_lines(|line| {
            let even: Vec<World> = line.iter().map(|p| [p[0] & !3, p[1] & !3]).collect();
            even.windows(2).flat_map(|pair| {
                let delta = [pair[1][0].wrapping_sub(pair[0][0]) as i32, pair[1][1].wrapping_sub(pair[0][1]) as i32];
                (0..4).map(move |quarter: i32| {
                    std::array::from_fn(|axis| pair[0][axis].wrapping_add((delta[axis] / 4 * quarter) as u32))
                })
            }).chain(even.last().copied()).collect()
        });
        let even = scene.map_lines(|line| line.iter().map(|p| [p[0] & !3, p[1] & !3]).collect());
        for layer in LAYERS {
            let (even, denser) = (draw_layer(&even, grid(zoom), layer), draw_layer(&denser, grid(zoom), layer));
            prop_assert!(difference(&even, &denser) <= tolerance(layer), "{}", layer.name);
        }
    }

    #[test]
    fn seams_do_not_exist((scene, zoom) in (1u8..=19).prop_flat_map(|z| (scene(z), Just(z)))) {
        // A 512-pixel tile of the zoom above has the same pixels as four tiles: drawn in one piece, then cut.
        let profile = Profile::new(grid(zoom));
        for layer in LAYERS {
        let (tiles, counts) = draw_with(&scene, grid(zoom), profile, layer);
        let (pieces, counts_of_pieces) = draw_with(&scene, Grid { zoom: zoom - 1, tile_size: 512 }, profile, layer);
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
        prop_assert!(difference(&tiles, &cut) <= tolerance(layer), "{} by {}", layer.name, difference(&tiles, &cut));
        prop_assert!(tolerance(layer) > 0 || counts.0[1..] == counts_of_pieces.0[1..]);
        }
    }

    #[test]
    fn whole_tiles_of_translation_move_the_picture(
        (scene, zoom) in (2u8..=18).prop_flat_map(|z| (scene(z), Just(z))), dx in any::<u32>(),
    ) {
        // Eastwards, also over the antimeridian, and half the world's height up or down.
        let (across, shift) = (1u32 << zoom, 32 - u32::from(zoom));
        let (dx, dy) = (dx % across, across / 2);
        let moved = scene.map_lines(|line| {
            line.iter().map(|p| [p[0].wrapping_add(dx << shift), p[1].wrapping_add(dy << shift)]).collect()
        });
        prop_assume!(scene.keeps_away_from_the_poles(zoom, dy << shift));
        for layer in LAYERS {
            let expected: Picture = draw_layer(&scene, grid(zoom), layer)
                .into_iter()
                .map(|((x, y), pixels)| (((x + dx) % across, (y + dy) % across), pixels))
                .collect();
            prop_assert!(draw_layer(&moved, grid(zoom), layer) == expected, "{}", layer.name);
        }
    }

    #[test]
    fn one_activity_more_lowers_no_level((scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z)))) {
        let mut fewer = scene.clone();
        fewer.activities.pop();
        for layer in LAYERS {
            let all = draw_layer(&scene, grid(zoom), layer);
            for (place, pixels) in draw_layer(&fewer, grid(zoom), layer) {
                let more = all.get(&place).expect("no tile goes away");
                prop_assert!(pixels.iter().zip(more).all(|(few, many)| few <= many), "{}", layer.name);
            }
        }
    }

    #[test]
    fn no_pixel_has_more_visits_than_there_are_activities(
        (scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z))),
    ) {
        let most = LAYERS[0].code.encode(scene.activities.len() as f32);
        prop_assert!(draw(&scene, grid(zoom)).values().flatten().all(|level| *level <= most));
    }

    #[test]
    fn laps_and_pauses_count_once((scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z)))) {
        let laps = scene.map_lines(|line| [line.to_vec(), line.iter().rev().copied().collect()].concat());
        prop_assert!(difference(&draw(&scene, grid(zoom)), &draw(&laps, grid(zoom))) <= 1);
    }

    #[test]
    fn threads_change_nothing((scene, zoom) in zoom().prop_flat_map(|z| (scene(z), Just(z)))) {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| LAYERS.iter().map(|layer| draw_layer(&scene, grid(zoom), layer)).collect::<Vec<_>>())
        };
        prop_assert!(on(1) == on(5));
    }
}

#[test]
fn levels_are_the_truth() {
    for zoom in [0, 6, 10, 14, 16, 18, 20] {
        let (mut lit, mut off_by_more) = (0, 0);
        let mut runner = TestRunner::deterministic();
        for _ in 0..6 {
            let scene = jittered(zoom).new_tree(&mut runner).expect("a scene").current();
            let picture = draw(&scene, grid(zoom));
            for (x, y) in reference::tiles(&scene, zoom) {
                let truth = reference::levels(&scene, zoom, x, y);
                let drawn = picture.get(&(x, y)).cloned().unwrap_or_else(|| vec![0; 65536]);
                for (truth, drawn) in truth.iter().zip(&drawn) {
                    lit += u32::from(*truth > 0);
                    off_by_more += u32::from(truth.abs_diff(*drawn) > 1);
                    assert!(truth.abs_diff(*drawn) <= 3, "zoom {zoom}: {truth} was drawn as {drawn}");
                }
            }
        }
        assert!(lit > 2000, "zoom {zoom} has only {lit} lit pixels");
        assert!(off_by_more * 200 <= lit, "zoom {zoom}: {off_by_more} of {lit} pixels are off by more than one level");
        println!("zoom {zoom}: {off_by_more} of {lit}");
    }
}

#[test]
fn laps_and_both_directions_are_passes() {
    let passes =
        LAYERS.iter().find(|layer| layer.accumulation.per_activity == PerActivity::Integral).expect("the layer");
    // 400 pixels straight through the middle of a row of pixels: there, back, and there again.
    let (y, pixel) = ((100 << 10) + (1 << 9), 1u32 << 10);
    let way = |points: u32| (0..=points).map(|i| [50 * pixel + i * (400 * pixel / points), y]).collect::<Vec<World>>();
    for points in [1, 4, 200] {
        for times in 1..=3u32 {
            let there_and_back = (0..times).flat_map(|lap| match lap % 2 {
                0 => way(points),
                _ => way(points).into_iter().rev().collect(),
            });
            let scene = Scene { activities: vec![vec![there_and_back.collect()]] };
            let picture = draw_layer(&scene, grid(14), passes);
            let found = picture[&(0, 0)][100 * 256 + 200];
            let expected = passes.code.encode(times as f32);
            assert!(found.abs_diff(expected) <= 1, "{times} times by {points}: {found}, not {expected}");
        }
    }
}

#[test]
fn the_comparison_sees_a_single_level_and_a_missing_tile() {
    let tile = |level: u8| Picture::from([((3, 4), [vec![0; 65535], vec![level]].concat())]);
    assert_eq!(difference(&tile(7), &tile(8)), 1);
    assert_eq!(difference(&tile(7), &Picture::new()), 7);
    assert_eq!(difference(&tile(7), &tile(7)), 0);
}

#[test]
fn the_reference_sees_a_line_that_is_moved_by_a_pixel() {
    let line = |x: u32| Scene { activities: vec![vec![vec![[x, 1 << 10], [x, 1 << 17]]]] };
    let pixel = 1 << 10;
    let (here, there) = (line(100 * pixel), line(101 * pixel));
    let drawn = &draw(&here, grid(14))[&(0, 0)];
    let off = |truth: Vec<u8>| truth.iter().zip(drawn).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
    assert!(off(reference::levels(&here, 14, 0, 0)) <= 1);
    assert!(off(reference::levels(&there, 14, 0, 0)) > 3);
}

#[test]
fn ten_thousand_visits_add_up_without_loss() {
    let line = vec![vec![[1 << 20, 1 << 20], [1 << 21, 1 << 21]]];
    let scene = Scene { activities: vec![line; 10_000] };
    let picture = draw(&scene, grid(10));
    let hottest = picture.values().flatten().max().copied().expect("a picture");
    assert_eq!(hottest, LAYERS[0].code.encode(10_000.0));
}

#[test]
fn an_activity_of_fifty_thousand_segments_on_a_spot_is_one_visit() {
    let spot: Vec<World> =
        (0..50_000u64).map(|i| [i * 7919, i * 104_729].map(|n| (1 << 20) + (n % 4096) as u32)).collect();
    let picture = draw(&Scene { activities: vec![vec![spot]] }, grid(14));
    assert_eq!(picture.values().flatten().max(), Some(&16));
}

//! Compares the tiles and colours of the GPU raster with those of the CPU raster.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use libtest_mimic::Failed;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use trailglow::collection::PrepareOptions;
use trailglow::control::progress::Silent;
use trailglow::engine::drawing::Drawing;
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::polyline::Track;
use trailglow::engine::layer::{LAYERS, Layer};
use trailglow::engine::raster::cpu::Cpu;
use trailglow::engine::raster::fallback::Fallback;
use trailglow::engine::raster::gpu::Gpu;
use trailglow::engine::raster::gpu::device;
use trailglow::engine::raster::gpu::tuning::Tuning;
use trailglow::engine::raster::{Levels, Raster};
use trailglow::engine::tone::histogram::Histogram;
use trailglow::engine::tone::normalize::{ColourTable, Normalization};
use trailglow::engine::tone::palette::Palette;
use trailglow::engine::tone::palettes::PALETTES;
use trailglow::engine::{TileFilter, TrackSet, ZoomGeometry};
use trailglow::job::discover;
use trailglow::job::tracks::collect;
use trailglow::selection::Selection;

use crate::exact_sums;
use crate::program::Home;
use crate::requirement::corpus;
use crate::scenes::{Scene, distinct_layers, jittered, numbered, polyline, scene, varied};
use crate::{Test, tests};

pub fn gpu() -> Gpu {
    let candidates = device::candidates().expect("WGPU_BACKEND and WGPU_ADAPTER_NAME are valid");
    Gpu::new(candidates.first().expect("there is an adapter")).expect("the adapter opens")
}

/// Draws every tile of a scene, in the order of the plan.
fn draw(raster: &dyn Raster, scene: &Scene, grid: Grid) -> Vec<Levels> {
    draw_layer(raster, scene, grid, &LAYERS[0])
}

pub fn draw_layer(raster: &dyn Raster, scene: &Scene, grid: Grid, layer: &'static Layer) -> Vec<Levels> {
    let polyline = |line: &Vec<_>| polyline(line, &varied(line), layer);
    let track = |lines: &Vec<Vec<_>>| Track { polylines: lines.iter().map(polyline).collect() };
    let drawing = numbered(scene.activities.len(), layer);
    draw_tracks(raster, &scene.activities.iter().map(track).collect::<Vec<_>>(), grid, &drawing)
}

fn draw_tracks(raster: &dyn Raster, tracks: &[Track], grid: Grid, drawing: &Drawing) -> Vec<Levels> {
    let tracks = TrackSet::new(tracks.to_vec(), 24);
    let lines = ZoomGeometry::new(&tracks, &tracks.select_all(), grid, TileFilter::ALL);
    let tiles: Vec<Mutex<Option<Levels>>> = lines.plan.tiles().iter().map(|_| Mutex::new(None)).collect();
    let emit = |index: usize, _, levels: &Levels| {
        let before = tiles[index].lock().expect("no panic").replace(levels.clone());
        assert!(before.is_none(), "a tile was emitted twice");
        Ok(())
    };
    raster.render(&lines.scene(std::slice::from_ref(drawing)), &emit).expect("the raster does not fail");
    let levels = |tile: Mutex<Option<Levels>>| tile.into_inner().expect("no panic").expect("every tile is emitted");
    tiles.into_iter().map(levels).collect()
}

/// Fails if a part of a pixel differs by more than one, more than 1 in 1000 pixels differ at all, or a histogram is
/// wrong. At a threshold, where pixels may show either of two classes or steps, more than 1 in 10,000 is too many.
pub fn compare_levels(layer: &Layer, cpu: &[Levels], gpu: &[Levels]) -> Result<(), Failed> {
    if cpu.len() != gpu.len() {
        return Err(format!("{} tiles against {}", cpu.len(), gpu.len()).into());
    }
    let (mut differing, mut others) = (0usize, 0usize);
    for (tile, (cpu, gpu)) in cpu.iter().zip(gpu).enumerate() {
        let mut counts = [0u64; 256];
        for (pixel, (a, b)) in cpu.pixels.iter().zip(&gpu.pixels).enumerate() {
            counts[usize::from(*b)] += 1;
            differing += usize::from(a != b);
            let difference = layer.code.difference(*a, *b);
            others += usize::from(difference.is_none());
            if difference > Some(1) {
                return Err(format!("tile {tile}, pixel {pixel}: {a} on the CPU is {b} on the GPU").into());
            }
        }
        if counts != gpu.histogram.0 {
            return Err(format!("tile {tile}: the histogram does not count its pixels").into());
        }
    }
    let pixels: usize = cpu.iter().map(|levels| levels.pixels.len()).sum();
    if others * 10_000 > pixels {
        return Err(format!("{others} of {pixels} pixels show another class or step").into());
    }
    // Many pixels of a line have one mean, which may lie where a step begins.
    let one_in = if layer.quantity().is_some() { 500 } else { 1000 };
    if differing * one_in > pixels {
        return Err(format!("{differing} of {pixels} pixels differ by a level").into());
    }
    Ok(())
}

fn compare_random_scenes(strategy: impl Strategy<Value = Scene>, grid: Grid) -> Result<(), Failed> {
    let (gpu, mut runner) = (gpu(), TestRunner::deterministic());
    for _ in 0..6 {
        let scene = strategy.new_tree(&mut runner).expect("a scene").current();
        for layer in distinct_layers() {
            compare_levels(layer, &draw_layer(&Cpu, &scene, grid, layer), &draw_layer(&gpu, &scene, grid, layer))
                .map_err(|error| {
                    format!("{}, zoom {}: {}", layer.name, grid.zoom, error.message().unwrap_or_default())
                })?;
        }
    }
    Ok(())
}

fn random_scenes_match() -> Result<(), Failed> {
    for zoom in [0, 1, 6, 10, 14, 16, 18, 20] {
        compare_random_scenes(scene(zoom), Grid { zoom, tile_size: 256 })?;
        compare_random_scenes(jittered(zoom), Grid { zoom, tile_size: 256 })?;
    }
    compare_random_scenes(scene(12), Grid { zoom: 12, tile_size: 512 })
}

/// Edges over more than half of the height of the canvas, which does not wrap, unlike its width; and a line several
/// times around the world.
fn long_lines_match() -> Result<(), Failed> {
    let line = |x: u32| vec![[x, 1 << 20], [x + (1 << 27), u32::MAX - (1 << 24)], [x + (1 << 29), 1 << 29]];
    let gpu = gpu();
    let spiral = (0..12u32).map(|i| [i.wrapping_mul(3 << 29), (3 << 29) + (i << 26)]).collect();
    let scene = Scene { activities: vec![vec![line(1 << 30)], vec![line(3 << 29), line(5 << 28)], vec![spiral]] };
    for (zoom, layer) in (0..=8).flat_map(|zoom| distinct_layers().map(move |layer| (zoom, layer))) {
        let grid = Grid { zoom, tile_size: 256 };
        compare_levels(layer, &draw_layer(&Cpu, &scene, grid, layer), &draw_layer(&gpu, &scene, grid, layer))
            .map_err(|error| format!("{}, zoom {zoom}: {}", layer.name, error.message().unwrap_or_default()))?;
    }
    Ok(())
}

/// Fails if positions differ by more than 1e-4 or colours by more than 1 of 255.
fn compare_colour_tables(cpu: &ColourTable, gpu: &ColourTable) -> Result<(), Failed> {
    for level in 0..=255 {
        let (a, b) = (cpu.curve.position(level), gpu.curve.position(level));
        if (a - b).abs() > 1e-4 {
            return Err(format!("level {level} has position {a} on the CPU and {b} on the GPU").into());
        }
        let (a, b) = (cpu.entries[usize::from(level)], gpu.entries[usize::from(level)]);
        if a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 1) {
            return Err(format!("level {level} is {a:?} on the CPU and {b:?} on the GPU").into());
        }
    }
    Ok(())
}

/// Random histogram with levels up to `max` and counts up to 2^40, as on the deepest zooms of a large map.
fn histogram(runner: &mut TestRunner, max: u8) -> Histogram {
    let count = (proptest::num::u64::ANY, 24u32..64).prop_map(|(count, shift)| count >> shift);
    let counts = proptest::collection::vec(count, usize::from(max) + 1).new_tree(runner).expect("counts").current();
    Histogram(std::array::from_fn(|level| counts.get(level).copied().unwrap_or(0)))
}

fn normalization_and_colours_match() -> Result<(), Failed> {
    let gpu = gpu();
    let custom = ["1:#ff0000,5:#00ff00,40:#123456,100%:#0000ff", "10%:#fff,300:#000", "7:#abcdef"];
    let custom = custom.iter().map(|stops| stops.parse::<Palette>().expect("stops"));
    let palettes: Vec<Palette> = PALETTES.iter().map(Palette::from).chain(custom).collect();
    let mut runner = TestRunner::deterministic();
    let mut histograms: Vec<Histogram> =
        [0, 1, 15, 16, 17, 18, 40, 90, 200, 255].map(|max| histogram(&mut runner, max)).into();
    // Exactly 1 pixel in 200 is hotter, and 199 << 26 exceeds 32 bits.
    let mut edge = Histogram::default();
    (edge.0[20], edge.0[60]) = (199 << 26, 1 << 26);
    histograms.extend([edge, Histogram::default()]);
    let levels: Vec<u8> = (0..100_003u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for layer in LAYERS {
        for (histogram, zoom) in histograms.iter().flat_map(|histogram| [3, 10, 16].map(|zoom| (histogram, zoom))) {
            for palette in &palettes {
                let input = Normalization { code: layer.code, tone: layer.tone, zoom, histogram, palette };
                compare_colour_tables(&Cpu.normalize(input)?, &gpu.normalize(input)?)
                    .map_err(|error| format!("{}: {}", palette.name, error.message().unwrap_or_default()))?;
            }
        }
        let (histogram, palette) = (&histograms[8], &palettes[0]);
        let input = Normalization { code: layer.code, tone: layer.tone, zoom: 10, histogram, palette };
        let colour_table = Cpu.normalize(input)?;
        if gpu.colour(&levels, &colour_table)? != Cpu.colour(&levels, &colour_table)?
            || !gpu.colour(&[], &colour_table)?.is_empty()
        {
            return Err("the CPU and the GPU colour the same levels differently".into());
        }
    }
    Ok(())
}

/// Atlases and workgroups of all sizes, and buffers so small that the strips need many chunks.
fn tuning_does_not_change_levels() -> Result<(), Failed> {
    let candidates = device::candidates()?;
    let candidate = candidates.first().ok_or("no adapter")?;
    // Sixty loops of a few hundred pixels, scattered over a dozen tiles.
    let lines = (0..60u32).map(|i| {
        let start = [(i * 7919) % 900, (i * 104_729) % 700];
        let vertex = |j: u32| [start[0] + (j * 37) % 101, start[1] + (j * 53) % 103].map(|n| (1 << 28) + (n << 10));
        vec![(0..100).map(vertex).collect()]
    });
    let scene = Scene { activities: lines.collect() };
    let unlimited = u64::MAX;
    for (atlas_pixels, in_flight, invocations, bytes, tile_size) in [
        (512, 1, [8, 8], unlimited, 256),
        (512, 3, [4, 16], unlimited, 512),
        (8192, 2, [16, 4], unlimited, 256),
        (1024, 2, [8, 32], 64 << 10, 256),
        (512, 1, [2, 16], 24 << 10, 256),
    ] {
        let mut gpu = Gpu::with_tuning(candidate, Tuning { atlas_pixels, in_flight, invocations })?;
        gpu.limit_bindings(bytes);
        for layer in distinct_layers() {
            let grid = Grid { zoom: 14, tile_size };
            compare_levels(layer, &draw_layer(&Cpu, &scene, grid, layer), &draw_layer(&gpu, &scene, grid, layer))?;
        }
    }
    Ok(())
}

/// Distinct positions in a square of `pixels` pixels of zoom 14.
pub fn scattered_points(seed: u64, points: u64, pixels: u64) -> Vec<[u32; 2]> {
    let at = |n: u64| (1 << 20) + (n % (pixels << 10)) as u32;
    (0..points).map(|i| [at((seed + i) * 7919 + seed), at((seed + i) * 104_729 + i)]).collect()
}

fn draw_on_both(scene: &Scene, zoom: u8) -> Result<Vec<Levels>, Failed> {
    let grid = Grid { zoom, tile_size: 256 };
    let cpu = draw(&Cpu, scene, grid);
    compare_levels(&LAYERS[0], &cpu, &draw(&gpu(), scene, grid))?;
    Ok(cpu)
}

fn max_level(tiles: &[Levels]) -> u8 {
    tiles.iter().map(Levels::max).max().unwrap_or(0)
}

fn hundred_thousand_edges_on_a_pixel_match() -> Result<(), Failed> {
    let scene = Scene { activities: (0..1000).map(|seed| vec![scattered_points(seed, 101, 2)]).collect() };
    let tiles = draw_on_both(&scene, 14)?;
    if max_level(&tiles) != LAYERS[0].code.heat_code().expect("visits").encode(1000.0) {
        Err("the hottest pixel does not have 1000 visits".into())
    } else {
        Ok(())
    }
}

fn fifty_thousand_edges_of_an_activity_in_a_tile_match() -> Result<(), Failed> {
    let scene = Scene { activities: vec![vec![scattered_points(1, 50_000, 200)], vec![scattered_points(2, 300, 200)]] };
    let tiles = draw_on_both(&scene, 14)?;
    if max_level(&tiles) != 28 { Err("the hottest pixel does not have two visits".into()) } else { Ok(()) }
}

fn four_thousand_activities_in_a_tile_match() -> Result<(), Failed> {
    let scene = Scene { activities: (0..4000).map(|seed| vec![scattered_points(seed, 20, 150)]).collect() };
    draw_on_both(&scene, 14).map(drop)
}

fn any_split_in_any_order_gives_the_same_sums() -> Result<(), Failed> {
    let gpu = gpu();
    exact_sums::comparison_detects_one_quantum(&|scene, emit| gpu.sums(scene, emit));
    Ok(exact_sums::any_split_in_any_order_gives_the_same_sums(&|scene, emit| gpu.sums(scene, emit))?)
}

/// The logarithms of the devices differ, and with them levels by one.
fn sums_are_those_of_the_tiles() -> Result<(), Failed> {
    let gpu = gpu();
    Ok(exact_sums::sums_are_those_of_the_tiles(&|scene, emit| gpu.sums(scene, emit), &gpu, 1)?)
}

fn a_hundred_thousand_segments_on_a_pixel_add_up() -> Result<(), Failed> {
    let gpu = gpu();
    Ok(exact_sums::a_hundred_thousand_segments_on_a_pixel_add_up(&|scene, emit| gpu.sums(scene, emit))?)
}

/// More than a dispatch of visits draws and than a draw call of passes blends. A software adapter takes minutes for a
/// million.
fn visits_of_a_pixel_add_up() -> Result<(), Failed> {
    let gpu = gpu();
    Ok(exact_sums::visits_of_a_pixel_add_up(&|scene, emit| gpu.sums(scene, emit), 140_000)?)
}

fn cpu_draws_the_rest_after_device_loss() -> Result<(), Failed> {
    let lines = (0..200u32).map(|i| vec![vec![[i << 22, 1 << 24], [(i << 22) + (1 << 23), 9 << 24]]]);
    let scene = Scene { activities: lines.collect() };
    let grid = Grid { zoom: 10, tile_size: 256 };
    let cpu = draw(&Cpu, &scene, grid);
    for batches in [0, 1, 3] {
        let mut gpu = gpu();
        gpu.lose_after(Some(batches));
        let raster = Fallback::new(gpu);
        compare_levels(&LAYERS[0], &cpu, &draw(&raster, &scene, grid))?;
        compare_levels(&LAYERS[0], &cpu, &draw(&raster, &scene, grid))?;
        // The reason is one line and names the loss, not the calls that failed after the loss.
        if !raster.describe().contains("until it failed")
            || !raster.describe().contains("was lost (")
            || raster.describe().contains('\n')
        {
            return Err(format!("the description does not report the loss in one line: {}", raster.describe()).into());
        }
    }
    Ok(())
}

fn chicago_matches_at_every_zoom() -> Result<(), Failed> {
    let found = discover(&[corpus().join("tracks/mapconstruction/chicago")], None)?.files;
    for layer in distinct_layers() {
        let options = PrepareOptions::without_privacy(&layer.simplify, 24);
        let tracks = collect(&found, options, &Selection::all(), &Silent)?.variants.remove(0).tracks;
        let drawing = numbered(tracks.len(), layer);
        if tracks.len() < 800 {
            return Err(format!("only {} tracks, expected at least 800", tracks.len()).into());
        }
        for zoom in 0..=16 {
            let grid = Grid { zoom, tile_size: 256 };
            compare_levels(
                layer,
                &draw_tracks(&Cpu, &tracks, grid, &drawing),
                &draw_tracks(&gpu(), &tracks, grid, &drawing),
            )
            .map_err(|error| format!("{}, zoom {zoom}: {}", layer.name, error.message().unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// Decodes all PNG tiles in a folder.
fn tiles_below(folder: &Path) -> Result<BTreeMap<PathBuf, Levels>, Failed> {
    let pngs = walkdir::WalkDir::new(folder).into_iter().filter_map(|entry| {
        let path = entry.ok()?.into_path();
        path.extension().is_some_and(|ending| ending == "png").then_some(path)
    });
    let tile = |path: PathBuf| {
        let mut reader = png::Decoder::new(BufReader::new(File::open(&path)?)).read_info()?;
        let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
        reader.next_frame(&mut pixels)?;
        let mut histogram = Histogram::default();
        pixels.iter().for_each(|level| histogram.0[usize::from(*level)] += 1);
        Ok((path.strip_prefix(folder)?.to_owned(), Levels { pixels, histogram }))
    };
    pngs.map(tile).collect()
}

fn program_renders_equal_demo_maps_on_both_devices() -> Result<(), Failed> {
    let home = Home::new();
    home.run_ok(&["demo", "-o", "demo", "-n", "40", "-q"]);
    for layer in distinct_layers() {
        for (name, device) in [("cpu", &["cpu"][..]), ("gpu", &["gpu"]), ("lost", &["gpu", "--lose-gpu-after", "9"])] {
            let render = ["render", "demo", "-q", "--zoom", "0-16", "--layer", layer.name, "-o", name, "--device"];
            home.run_ok(&[&render, device].concat());
        }
        let cpu = tiles_below(&home.path("cpu"))?;
        for other in ["gpu", "lost"] {
            let mut other = tiles_below(&home.path(other))?;
            // Empty tiles are not written.
            let empty = Levels {
                pixels: vec![0; 65536],
                histogram: Histogram(std::array::from_fn(|i| if i == 0 { 65536 } else { 0 })),
            };
            let mut expected = cpu.clone();
            for path in cpu.keys() {
                other.entry(path.clone()).or_insert_with(|| empty.clone());
            }
            for path in other.keys() {
                expected.entry(path.clone()).or_insert_with(|| empty.clone());
            }
            compare_levels(
                layer,
                &expected.into_values().collect::<Vec<_>>(),
                &other.into_values().collect::<Vec<_>>(),
            )?;
        }
    }
    Ok(())
}

fn comparison_detects_differences() -> Result<(), Failed> {
    let line = |x: u32| Scene { activities: vec![vec![vec![[x, 1 << 10], [x, 1 << 17]]]] };
    let grid = Grid { zoom: 14, tile_size: 256 };
    let (drawn_here, drawn_shifted) = (draw(&Cpu, &line(100 << 10), grid), draw(&Cpu, &line(101 << 10), grid));
    let mut miscounted = drawn_here.clone();
    miscounted[0].histogram.0[3] += 1;
    let colour_table = |max: usize| {
        let mut histogram = Histogram::default();
        histogram.0[20..=max].fill(1);
        let palette = Palette::from(&PALETTES[0]);
        let Layer { code, tone, .. } = LAYERS[0];
        Cpu.normalize(Normalization { code, tone, zoom: 10, histogram: &histogram, palette: &palette })
    };
    let mut tinted = colour_table(90)?;
    tinted.entries[30][2] ^= 2;
    let comparisons = [
        compare_levels(&LAYERS[0], &drawn_here, &drawn_shifted),
        compare_levels(&LAYERS[0], &drawn_here, &miscounted),
        compare_colour_tables(&colour_table(90)?, &colour_table(91)?),
        compare_colour_tables(&colour_table(90)?, &tinted),
    ];
    if comparisons.iter().any(Result::is_ok) {
        Err("the comparison misses a difference".into())
    } else {
        compare_levels(&LAYERS[0], &drawn_here, &drawn_here)
    }
}

pub const TESTS: &[Test] = tests![
    Nothing: comparison_detects_differences,
    Adapter: random_scenes_match,
    Adapter: long_lines_match,
    Adapter: tuning_does_not_change_levels,
    Adapter: normalization_and_colours_match,
    Adapter: hundred_thousand_edges_on_a_pixel_match,
    Adapter: fifty_thousand_edges_of_an_activity_in_a_tile_match,
    Adapter: four_thousand_activities_in_a_tile_match,
    Adapter: any_split_in_any_order_gives_the_same_sums,
    Adapter: sums_are_those_of_the_tiles,
    Adapter: a_hundred_thousand_segments_on_a_pixel_add_up,
    Adapter: visits_of_a_pixel_add_up,
    Adapter: cpu_draws_the_rest_after_device_loss,
    Adapter: program_renders_equal_demo_maps_on_both_devices,
    AdapterAndCorpus: chicago_matches_at_every_zoom,
];

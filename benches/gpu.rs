//! Benchmark of drawing and normalizing whole maps, on the CPU and on the best GPU with several tunings.
//!
//! `cargo bench --bench gpu -- --help`. Prints rows for RESULTS.md: time to draw all zooms and read the levels back,
//! share of that time in which the GPU is busy, and time with compression on all threads.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use trailglow::collection::{Collection, PrepareOptions};
use trailglow::control::progress::Silent;
use trailglow::demo;
use trailglow::engine::accumulation::Value;
use trailglow::engine::drawing::Drawing;
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::layer::{LAYERS, Layer};
use trailglow::engine::png::{self, Compression};
use trailglow::engine::raster::cpu::Cpu;
use trailglow::engine::raster::gpu::Gpu;
use trailglow::engine::raster::gpu::device::{self, Candidate};
use trailglow::engine::raster::gpu::tuning::Tuning;
use trailglow::engine::raster::{Levels, Raster};
use trailglow::engine::tone::curve::Tone;
use trailglow::engine::tone::histogram::Histogram;
use trailglow::engine::tone::normalize::Normalization;
use trailglow::engine::tone::palette::Palette;
use trailglow::engine::tone::palettes::PALETTES;
use trailglow::engine::{TileFilter, TrackSet, ZoomGeometry};
use trailglow::job;
use trailglow::selection::Selection;

/// Draws the demo on the CPU and on the best adapter that WGPU_BACKEND and WGPU_ADAPTER_NAME allow
#[derive(Debug, Parser)]
struct Args {
    /// Number of activities of the demo
    #[arg(short = 'n', long, default_value_t = 4000)]
    activities: usize,
    /// Deepest zoom
    #[arg(short, long, default_value_t = 16, value_parser = clap::value_parser!(u8).range(0..=20))]
    zoom: u8,
    /// Measurements per row
    #[arg(short, long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=99))]
    runs: u32,
    /// Measure only the default tuning of the adapter
    #[arg(long)]
    quick: bool,
    /// Passed by cargo bench
    #[arg(long, hide = true)]
    bench: bool,
}

const TILE_SIZE: u32 = 256;

/// All zooms of a layer.
struct Map {
    layer: &'static Layer,
    zooms: Vec<ZoomGeometry>,
}

impl Map {
    fn new(tracks: &TrackSet, layer: &'static Layer, zooms: RangeInclusive<u8>) -> Self {
        let zoom = |zoom| {
            let grid = Grid { zoom, tile_size: TILE_SIZE };
            ZoomGeometry::new(tracks, &tracks.select_all(), grid, TileFilter::ALL)
        };
        Self { layer, zooms: zooms.map(zoom).collect() }
    }

    fn count(&self, of: fn(&ZoomGeometry) -> usize) -> usize {
        self.zooms.iter().map(of).sum()
    }

    /// Draws and normalizes every zoom; each tile goes to `emit`.
    fn draw(&self, raster: &dyn Raster, emit: &(dyn Fn(&Levels) + Sync)) -> Result<Duration> {
        let start = Instant::now();
        let palette = Palette::from(&PALETTES[0]);
        let drawings = [Drawing::of_all(self.layer)];
        for lines in &self.zooms {
            let histogram = std::sync::Mutex::new(Histogram::default());
            raster.render(&lines.scene(&drawings), &|_, _, levels| {
                histogram.lock().expect("no thread panics while it adds").add(&levels.histogram);
                emit(levels);
                Ok(())
            })?;
            let histogram = histogram.into_inner().context("a thread panicked")?;
            let Layer { code, tone, .. } = *self.layer;
            let zoom = lines.grid.zoom;
            raster.normalize(Normalization { code, tone, zoom, histogram: &histogram, palette: &palette })?;
        }
        Ok(start.elapsed())
    }

    fn compressed(&self, raster: &dyn Raster) -> Result<Duration> {
        self.draw(raster, &|levels| {
            if levels.max() > 0 {
                std::hint::black_box(png::compress(levels, TILE_SIZE, Compression::Default));
            }
        })
    }
}

/// Minimum and median in seconds.
fn min_and_median(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("{:.3} / {:.3}", times[0].as_secs_f64(), times[times.len() / 2].as_secs_f64())
}

fn print_row(map: &Map, name: &str, raster: &dyn Raster, busy: impl Fn() -> Duration, runs: u32) -> Result<()> {
    // The first run also compiles shaders and fills caches.
    map.draw(raster, &|_| ())?;
    let before = busy();
    let drawn = (0..runs).map(|_| map.draw(raster, &|_| ())).collect::<Result<Vec<_>>>()?;
    let share = (busy() - before).as_secs_f64() / drawn.iter().sum::<Duration>().as_secs_f64();
    let compressed = (0..runs).map(|_| map.compressed(raster)).collect::<Result<Vec<_>>>()?;
    let share = if share > 0.0 { format!("{:.0} %", 100.0 * share) } else { String::new() };
    println!(
        "| `{}` | {name} | {} | {share} | {} |",
        map.layer.name,
        min_and_median(drawn),
        min_and_median(compressed)
    );
    Ok(())
}

fn tunings(candidate: &Candidate, quick: bool) -> Vec<Tuning> {
    let default = Tuning::for_device_type(candidate.info.device_type);
    if quick {
        return vec![default];
    }
    let atlases = [2048, 4096, 8192].map(|atlas_pixels| Tuning { atlas_pixels, ..default });
    let in_flight_counts = [1, 2, 3, 4].map(|in_flight| Tuning { in_flight, ..default });
    let shapes = [[8, 4], [16, 4], [4, 16], [8, 16], [16, 16], [8, 32], [64, 4]];
    let shapes = shapes.map(|invocations| Tuning { invocations, ..default });
    let mut tunings = vec![default];
    tunings.extend(atlases.into_iter().chain(in_flight_counts).chain(shapes).filter(|tuning| *tuning != default));
    tunings
}

fn main() -> Result<()> {
    let args = Args::parse();
    let folder = tempfile::tempdir()?;
    demo::write(folder.path(), &demo::Options { activities: args.activities, seed: 1 }, &|| Ok(()))?;
    let files = job::discover(&[folder.path().to_owned()], None)?.files;
    let candidate = device::candidates()?.into_iter().next();

    let (n, zoom, threads) = (args.activities, args.zoom, rayon::current_num_threads());
    println!("demo of {n} activities, zoom 0 to {zoom}, {threads} threads; least / median of {} runs\n", args.runs);
    println!("| layer | device | draw, s | device busy | with compression, s |\n| --- | --- | --- | --- | --- |");
    // Layers of values need those of a map, and other tones change no pixel.
    let is_plain = |layer: &&Layer| layer.value == Value::One && layer.months.is_none() && layer.tone == Tone::Balanced;
    for layer in LAYERS.iter().filter(is_plain) {
        let Collection { mut variants, .. } = job::tracks::collect(
            &files,
            PrepareOptions::without_privacy(&layer.simplify, zoom + 8),
            &Selection::all(),
            &Silent,
        )?;
        let map = Map::new(&TrackSet::new(variants.remove(0).tracks, zoom + 8), layer, 0..=zoom);
        print_row(&map, &Cpu.describe(), &Cpu, || Duration::ZERO, args.runs)?;
        if let Some(candidate) = &candidate {
            for tuning in tunings(candidate, args.quick) {
                let gpu = Gpu::with_tuning(candidate, tuning)?;
                let Tuning { atlas_pixels, in_flight, invocations: [across, down] } = tuning;
                let name =
                    format!("{}, atlas {atlas_pixels}, {in_flight} in flight, {across} × {down}", gpu.describe());
                print_row(&map, &name, &gpu, || gpu.busy_time(), args.runs)?;
            }
        }
        let (tiles, segments) =
            (map.count(|lines| lines.plan.tiles().len()), map.count(|lines| lines.strips.vertices.len()));
        println!("| | {tiles} tiles, {segments} vertices | | | |");
    }
    if candidate.is_none() {
        println!("\nno GPU was found: the CPU alone was measured");
    }
    Ok(())
}

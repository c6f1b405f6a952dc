//! Laws of exact sums, for any device: activities in any order, and any split of them drawn apart and added, give the
//! same sums in every pixel.

use std::collections::BTreeMap;
use std::sync::Mutex;

use anyhow::Result;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use trailglow::engine::accumulation::Value;
use trailglow::engine::drawing::Drawing;
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::geometry::polyline::Track;
use trailglow::engine::geometry::tile::TileCoord;
use trailglow::engine::layer::{LAYERS, Layer};
use trailglow::engine::raster::sums::{EmitSums, Sums};
use trailglow::engine::raster::{self, Levels, Raster};
use trailglow::engine::{TileFilter, TrackSet, ZoomGeometry};

use crate::scenes::{Scene, distinct_layers, jittered, numbered, polyline, scene, varied};

/// Draws every tile of a scene as sums.
pub type Device<'a> = &'a dyn Fn(&raster::Scene, EmitSums) -> Result<()>;

/// Sums of every tile that is not empty.
type Picture = BTreeMap<TileCoord, Sums>;

/// Polylines of an activity, and its number in the whole scene, which gives its value.
type Activity = (usize, Vec<Vec<[u32; 2]>>);

fn track_set(activities: &[Activity], layer: &Layer) -> TrackSet {
    let polyline = |line: &Vec<_>| polyline(line, &varied(line), layer);
    let track = |(_, lines): &Activity| Track { polylines: lines.iter().map(polyline).collect() };
    TrackSet::new(activities.iter().map(track).collect(), 24)
}

fn draw(device: Device, activities: &[Activity], grid: Grid, layer: &'static Layer) -> Picture {
    let tracks = track_set(activities, layer);
    let lines = ZoomGeometry::new(&tracks, &tracks.select_all(), grid, TileFilter::ALL);
    let picture = Mutex::new(Picture::new());
    let emit = |index: usize, _, sums: Sums| {
        if sums.planes.iter().flatten().any(|quanta| *quanta > 0) {
            let before = picture.lock().expect("no panic").insert(lines.plan.tiles()[index], sums);
            assert!(before.is_none(), "a tile was emitted twice");
        }
        Ok(())
    };
    let whole = numbered(activities.iter().map(|(number, _)| number + 1).max().unwrap_or(0), layer);
    let values = whole.values.clone().map(|values| activities.iter().map(|(number, _)| values[*number]).collect());
    device(&lines.scene(&[Drawing { values, ..whole }]), &emit).expect("the device does not fail");
    picture.into_inner().expect("no panic")
}

fn add(picture: &mut Picture, more: Picture, layer: &Layer) {
    for (tile, sums) in more {
        match picture.get_mut(&tile) {
            Some(sum) => sum.add(&sums, layer),
            None => drop(picture.insert(tile, sums)),
        }
    }
}

/// Names the first difference.
fn compare(expected: &Picture, found: &Picture) -> Result<(), String> {
    for tile in expected.keys().chain(found.keys()) {
        let (Some(expected), Some(found)) = (expected.get(tile), found.get(tile)) else {
            return Err(format!("{tile:?} is in one picture only"));
        };
        let (expected, found) = (expected.planes.concat(), found.planes.concat());
        if expected.len() != found.len() {
            return Err(format!("{tile:?} has {} numbers, not {}", found.len(), expected.len()));
        }
        let mut pixels = expected.iter().zip(&found).enumerate();
        if let Some((pixel, (expected, found))) = pixels.find(|(_, (expected, found))| expected != found) {
            return Err(format!("{tile:?}, pixel {pixel}: {found} quanta instead of {expected}"));
        }
    }
    Ok(())
}

/// Draws the parts that `part_of` assigns each activity to, each in reverse order, and compares their total with the
/// whole.
fn check_split(
    device: Device,
    activities: &[Activity],
    grid: Grid,
    layer: &'static Layer,
    part_of: &dyn Fn(usize) -> usize,
) -> Result<Picture, String> {
    let whole = draw(device, activities, grid, layer);
    let mut parts: BTreeMap<usize, Vec<Activity>> = BTreeMap::new();
    for (number, activity) in activities.iter().enumerate().rev() {
        parts.entry(part_of(number)).or_default().push(activity.clone());
    }
    let mut total = Picture::new();
    parts.values().for_each(|part| add(&mut total, draw(device, part, grid, layer), layer));
    compare(&whole, &total).map_err(|error| format!("{}, zoom {}: {error}", layer.name, grid.zoom))?;
    Ok(whole)
}

fn grid(zoom: u8) -> Grid {
    Grid { zoom, tile_size: 256 }
}

/// Twenty random splits of random scenes, one part included.
pub fn any_split_in_any_order_gives_the_same_sums(device: Device) -> Result<(), String> {
    let mut runner = TestRunner::deterministic();
    for zoom in [0, 8, 12, 14, 17] {
        for strategy in [scene(zoom).boxed(), jittered(zoom).boxed()] {
            for parts in 1..=2usize {
                let scenes = prop::collection::vec(strategy.clone(), 6);
                let splits = prop::collection::vec(0..parts * 2 - 1, 64);
                let (scenes, split) = (scenes, splits).new_tree(&mut runner).expect("scenes").current();
                let lines = scenes.into_iter().flat_map(|scene: Scene| scene.activities);
                let activities: Vec<Activity> = lines.enumerate().collect();
                for layer in distinct_layers() {
                    check_split(device, &activities, grid(zoom), layer, &|number| split[number])?;
                }
            }
        }
    }
    Ok(())
}

/// 1,000 activities with 100 segments each on a few pixels.
pub fn a_hundred_thousand_segments_on_a_pixel_add_up(device: Device) -> Result<(), String> {
    let at = |n: u64| (1 << 20) + (n % (2 << 10)) as u32;
    let points = |seed: u64| (0..101).map(move |i| [at((seed + i) * 7919 + seed), at((seed + i) * 104_729 + i)]);
    let activities: Vec<Activity> = (0..1000).map(|seed| (seed as usize, vec![points(seed).collect()])).collect();
    for layer in distinct_layers() {
        check_split(device, &activities, grid(14), layer, &|number| number % 3)?;
    }
    Ok(())
}

/// Activities through the centre of one pixel, in every layer that counts all activities.
pub fn visits_of_a_pixel_add_up(device: Device, visits: u32) -> Result<(), String> {
    let centre = (1 << 20) + (1 << 9);
    let line = |number: u32| (number as usize, vec![vec![[centre - 512, centre], [centre + 512, centre]]]);
    let counts_all = |layer: &&Layer| layer.value == Value::One && layer.months.is_none();
    for layer in distinct_layers().filter(counts_all) {
        let activities: Vec<Activity> = (0..visits).map(line).collect();
        let whole = check_split(device, &activities, grid(14), layer, &|number| number % 2)?;
        let once = draw(device, &[line(0)], grid(14), layer);
        let most = |picture: &Picture| picture.values().flat_map(|sums| &sums.planes[0]).max().copied().unwrap_or(0);
        let expected = u64::from(visits) * most(&once);
        if most(&whole) != expected {
            return Err(format!("{}: {} quanta instead of {expected}", layer.name, most(&whole)));
        }
    }
    Ok(())
}

/// Sums encoded as levels are the tiles that the raster of the device draws, up to a number of levels.
pub fn sums_are_those_of_the_tiles(device: Device, raster: &dyn Raster, tolerance: u8) -> Result<(), String> {
    let mut runner = TestRunner::deterministic();
    for (zoom, layer) in [8, 14].into_iter().flat_map(|zoom| distinct_layers().map(move |layer| (zoom, layer))) {
        let Scene { activities } = jittered(zoom).new_tree(&mut runner).expect("a scene").current();
        let activities: Vec<Activity> = activities.into_iter().enumerate().collect();
        let sums = draw(device, &activities, grid(zoom), layer);
        let track_set = track_set(&activities, layer);
        let lines = ZoomGeometry::new(&track_set, &track_set.select_all(), grid(zoom), TileFilter::ALL);
        let tiles = Mutex::new(0);
        let emit = |index: usize, _, levels: &Levels| {
            let Some(sums) = sums.get(&lines.plan.tiles()[index]) else {
                anyhow::ensure!(levels.max() == 0, "a tile has levels and no sums");
                return Ok(());
            };
            let encoded = sums.levels(&Drawing::of_all(layer));
            let difference = |(a, b): (&u8, &u8)| layer.code.difference(*a, *b).unwrap_or(u8::MAX);
            let most = encoded.pixels.iter().zip(&levels.pixels).map(difference).max();
            anyhow::ensure!(most <= Some(tolerance), "{}, zoom {zoom}: differs by {most:?}", layer.name);
            *tiles.lock().expect("no panic") += 1;
            Ok(())
        };
        raster
            .render(&lines.scene(&[numbered(activities.len(), layer)]), &emit)
            .map_err(|error| format!("{error:#}"))?;
        assert_eq!(tiles.into_inner().expect("no panic"), sums.len());
    }
    Ok(())
}

/// The comparison reports a pixel that is off by a quantum, and a missing tile.
pub fn comparison_detects_one_quantum(device: Device) {
    let activities = vec![(0, vec![vec![[1 << 20, 1 << 20], [1 << 21, 1 << 21]]])];
    let picture = draw(device, &activities, grid(14), &LAYERS[0]);
    let mut other = picture.clone();
    assert!(picture.len() > 1 && compare(&picture, &other).is_ok());
    other.values_mut().next().expect("a tile").planes[0][1000] += 1;
    assert!(compare(&picture, &other).is_err_and(|error| error.contains("pixel 1000")));
    other.pop_first();
    assert!(compare(&picture, &other).is_err_and(|error| error.contains("one picture only")));
}

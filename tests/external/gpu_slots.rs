//! Slots of the atlas that tiles of different sizes and numbers of edges use one after the other.

use libtest_mimic::Failed;
use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::raster::Raster;
use trailglow::engine::raster::cpu::Cpu;

use crate::gpu::{compare_levels, draw_layer, gpu, scattered_points};
use crate::scenes::{Scene, distinct_layers};
use crate::{Test, tests};

/// Canvas units of 24 pixels, so that no line reaches into a neighbouring tile.
const BORDER: u32 = 24 << 10;

/// Seven tiles of 256 pixels in a row. The third and the last have more edges than a GPU blends at once, so that its
/// later draws are for slots that are not neighbours.
fn row_of_tiles() -> Scene {
    let tile = |index: u32| {
        let points = if index % 4 == 2 { 5_000 } else { 50 };
        let moved = |[x, y]: [u32; 2]| [x + (index << 18) + BORDER, y + BORDER];
        vec![scattered_points(u64::from(index), points, 200).into_iter().map(moved).collect()]
    };
    Scene { activities: (0..7).map(tile).collect() }
}

/// Tiles of 256 and 512 pixels share the slots of one device, and nothing of an earlier tile is left in them.
fn slots_are_empty_for_tiles_of_another_size() -> Result<(), Failed> {
    let (gpu, scene) = (gpu(), row_of_tiles());
    for (zoom, tile_size, tiles) in [(13, 512, 4), (14, 256, 7), (13, 512, 4), (14, 256, 7)] {
        for layer in distinct_layers() {
            let grid = Grid { zoom, tile_size };
            let [cpu, gpu] = [&Cpu as &dyn Raster, &gpu].map(|device| draw_layer(device, &scene, grid, layer));
            assert_eq!(cpu.len(), tiles, "{tile_size} pixels");
            compare_levels(layer, &cpu, &gpu)
                .map_err(|error| format!("{}, {tile_size} pixels: {error:?}", layer.name))?;
        }
    }
    Ok(())
}

pub const TESTS: &[Test] = tests![Adapter: slots_are_empty_for_tiles_of_another_size];

//! Writes rendered zooms as tilesets. The colours of a zoom are only known once all its tiles are drawn, because its
//! curve depends on their histogram.

use std::path::Path;

use anyhow::Result;
use rayon::prelude::*;

use super::spool::Spool;
use crate::control::Control;
use crate::engine::png;
use crate::tileset::{self, OutputPaths, RenderedMap, Tile, TileHash};

/// Written files and their totals.
pub struct Output {
    /// Paths of the tilesets and the map page.
    pub written: OutputPaths,
    /// Hash of the tiles of each style.
    pub hashes: Vec<TileHash>,
    /// Tiles of all styles.
    pub tiles: u64,
    /// Bytes of all tiles; equal tiles, which an archive stores once, are counted each time.
    pub bytes: u64,
}

/// Colours the spooled pixels for each style and writes the tilesets to `out`.
///
/// # Errors
/// If the output cannot be written, the spool cannot be read, or the job is cancelled. The previous output then
/// remains, except for archives of several styles: see [`TilesetWriter::finish`](tileset::TilesetWriter::finish).
pub fn write(map: &RenderedMap, spool: &Spool, out: &Path, Control { progress, cancel }: Control) -> Result<Output> {
    const BATCH: usize = 256;
    let mut writer = tileset::create(out, map)?;
    let styles = &map.styles;
    let tile_counts = map
        .zooms
        .iter()
        .flat_map(|zoom| (0..styles.len()).map(|style| zoom.layer_of_style(styles, style).0.tiles.len()));
    progress.begin("writing", tile_counts.sum(), "tiles");
    let (mut tiles, mut bytes) = (0, 0);
    let mut hashes: Vec<TileHash> = styles.iter().map(|_| TileHash::default()).collect();
    for zoom in &map.zooms {
        let grid = zoom.grid;
        for (index, hash) in hashes.iter_mut().enumerate() {
            let (layer, colour_table) = zoom.layer_of_style(styles, index);
            for batch in layer.tiles.chunks(BATCH) {
                cancel.check()?;
                let spool_indices: Vec<u32> = batch.iter().map(|&(_, spool_index)| spool_index).collect();
                let pixels = spool.read(&spool_indices)?;
                let coloured = batch.par_iter().zip(&pixels).map(|(&(coord, spool_index), pixels)| {
                    let png = png::png(pixels, grid.tile_size, &colour_table.entries);
                    // Colour tables differ between zooms, so equal pixels give equal tiles only within a zoom.
                    let content_key = u64::from(grid.zoom) << 32 | u64::from(spool_index);
                    progress.step();
                    Tile { coord, content_key, png }
                });
                let coloured: Vec<Tile> = coloured.collect();
                hash.add(coloured.par_iter().map(|tile| (tile.coord, &*tile.png)));
                writer.write_tiles(index, &coloured)?;
                tiles += coloured.len() as u64;
                bytes += coloured.iter().map(|tile| tile.png.len() as u64).sum::<u64>();
            }
        }
    }
    cancel.check()?;
    let written = writer.finish()?;
    progress.end();
    Ok(Output { written, hashes, tiles, bytes })
}

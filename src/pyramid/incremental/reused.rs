//! Loads the tiles of the previous output that can be used again.
//!
//! Every tile of the record is read from the output. Tiles that are not dirty enter the spool as compressed pixels,
//! without decoding. Dirty tiles are decoded and their levels are subtracted from the recorded histogram of the zoom;
//! what remains is the histogram of the reused tiles. Dirty tiles that lost no activity enter the spool too, because
//! their pixels outside the clip mask are used again.
//!
//! At the end, the digest of all these tiles must equal the recorded one; otherwise the output was changed or damaged,
//! and nothing is reused. The digest omits palette colours, because they are computed anew. The spool repeats the check
//! whenever it reads pixels from an archive.

use std::collections::HashMap;

use anyhow::{Result, bail, ensure};
use rayon::prelude::*;

use super::{DirtyTiles, LayerRecord};
use crate::control::Control;
use crate::engine::TrackSet;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::png::CompressedPixels;
use crate::engine::tone::histogram::Histogram;
use crate::pyramid::RenderOptions;
use crate::pyramid::spool::Spool;
use crate::tileset::{StoredTile, TilesDigest, TilesetReader};

/// Tiles that are read at once.
const BATCH: usize = 256;

/// Tiles of the previous output for an incremental render of a layer.
#[derive(Debug)]
pub struct Reused {
    /// Difference from the previous render: dirty tiles, and the tiles of each recorded activity.
    pub dirty: DirtyTiles,
    /// Reused tiles, indexed by zoom.
    pub(super) zooms: Vec<ReusedZoom>,
    /// Spool indices of the previous pixels of dirty tiles that lost no activity: valid outside their clip masks.
    pub(super) previous_pixels: HashMap<TileCoord, u32>,
}

/// Reused tiles of a zoom.
#[derive(Clone, Debug, Default)]
pub struct ReusedZoom {
    /// Tiles along the Hilbert curve, each with the spool index of its pixels.
    pub tiles: Vec<(TileCoord, u32)>,
    /// Histogram of the levels of these tiles.
    pub histogram: Histogram,
}

impl Reused {
    /// Returns the reused tiles of a zoom.
    pub fn zoom(&self, zoom: u8) -> ReusedZoom {
        self.zooms.get(usize::from(zoom)).cloned().unwrap_or_default()
    }

    /// Returns the spool index of the previous pixels of a dirty tile. Returns `None` if the tile was empty or lost an
    /// activity, so that no previous pixel is used.
    pub fn previous_pixels(&self, tile: TileCoord) -> Option<u32> {
        self.previous_pixels.get(&tile).copied()
    }
}

/// Loads the reusable tiles of a layer into the spool. `keys` are the keys of `tracks`, `None` for those that the layer
/// leaves out; `record` must have the settings hash of this render, which the caller checks. `file` is the number of the
/// previous archive in the spool.
///
/// # Errors
/// If the output cannot be read, is damaged or does not match the record; if the record is invalid; if the spool cannot
/// be written; if more than half of the activities to draw are new; or if the job is cancelled. A full render must then
/// use a new spool, because this one may refer to changed parts of the output.
pub fn reuse(
    record: &LayerRecord,
    options: &RenderOptions,
    (keys, tracks): (&[Option<u128>], &TrackSet),
    (previous, file): (&mut dyn TilesetReader, usize),
    spool: &Spool,
    Control { progress, cancel }: Control,
) -> Result<Reused> {
    let dirty = DirtyTiles::new(record, keys, tracks, options);
    if dirty.new_count() * 2 > keys.iter().flatten().count() {
        bail!("most of the activities are new");
    }
    let (mut tiles_digest, mut zooms, mut previous_pixels) = (TilesDigest::default(), Vec::new(), HashMap::new());
    for (zoom, histogram) in &record.histograms {
        zooms.resize_with(usize::from(*zoom), ReusedZoom::default);
        zooms.push(ReusedZoom { histogram: histogram.clone(), ..ReusedZoom::default() });
    }
    let tiles: Option<Vec<TileCoord>> = record.tiles.iter().map(TileCoord::from_id).collect();
    let Some(tiles) = tiles else { bail!("the render record contains an invalid tile id") };
    progress.begin("reuse", tiles.len(), "tiles");
    for batch in tiles.chunks(BATCH) {
        cancel.check()?;
        let pixels = previous.read(batch)?.into_par_iter().zip(batch).map(|(StoredTile { png, offset }, &tile)| {
            progress.step();
            let CompressedPixels { idat, max } = CompressedPixels::locate(&png)?;
            let offset = offset.map(|offset| (file, offset + idat.start as u64));
            let pixels = CompressedPixels { idat: png.slice(idat), max };
            let digest = pixels.digest();
            let old_histogram =
                if dirty.contains(tile) { Some(pixels.levels(options.tile_size)?.histogram) } else { None };
            Some((tile, pixels, offset, digest, old_histogram))
        });
        let Some(pixels) = pixels.collect::<Option<Vec<_>>>() else {
            bail!("a tile of the previous output is damaged")
        };
        for (tile, pixels, offset, digest, old_histogram) in pixels {
            tiles_digest.add(tile.id(), digest);
            let Some(zoom) = zooms.get_mut(usize::from(tile.z())) else { bail!("the render record lacks a zoom") };
            match old_histogram {
                None => zoom.tiles.push((tile, spool.insert_from(&pixels, digest, offset)?)),
                Some(old_histogram) => {
                    let Some(remaining) = zoom.histogram.without(&old_histogram) else {
                        bail!("the histograms of the render record do not match the tiles")
                    };
                    zoom.histogram = remaining;
                    if !dirty.has_removed_activity(tile) {
                        previous_pixels.insert(tile, spool.insert_from(&pixels, digest, offset)?);
                    }
                }
            }
        }
    }
    progress.end();
    ensure!(tiles_digest.finish() == record.tiles_digest, "the output has changed since the last render");
    Ok(Reused { dirty, zooms, previous_pixels })
}

//! The pixels of an earlier output that no change touches.

use std::collections::HashMap;

use anyhow::{Result, bail, ensure};
use rayon::prelude::*;

use super::record::ContentDigest;
use super::{DirtyTiles, RenderRecord};
use crate::control::Control;
use crate::engine::TrackSet;
use crate::engine::geometry::tile::TileCoord;
use crate::engine::png::CompressedPixels;
use crate::engine::tone::histogram::Histogram;
use crate::pyramid::RenderOptions;
use crate::pyramid::spool::Spool;
use crate::tileset::{Reader, StoredTile};

/// Tiles that are read together.
const BATCH: usize = 256;

/// What is left of an earlier output.
#[derive(Debug)]
pub struct Reused {
    /// What is not.
    pub dirty: DirtyTiles,
    /// By zoom.
    pub(super) zooms: Vec<ReusedZoom>,
    /// Tiles that nothing was taken from, as they were: the numbers of their pixels in the spool.
    pub(super) base: HashMap<TileCoord, u32>,
}

/// The tiles of a zoom that no change touches.
#[derive(Clone, Debug, Default)]
pub struct ReusedZoom {
    /// The tiles, along the Hilbert curve, and the number of their pixels in the spool.
    pub tiles: Vec<(TileCoord, u32)>,
    /// The levels of these pixels.
    pub histogram: Histogram,
}

impl Reused {
    /// What is left of a zoom.
    pub fn zoom(&self, zoom: u8) -> ReusedZoom {
        self.zooms.get(usize::from(zoom)).cloned().unwrap_or_default()
    }

    /// Where in the spool a tile is that is drawn as it was without what is new.
    pub fn base(&self, tile: TileCoord) -> Option<u32> {
        self.base.get(&tile).copied()
    }
}

/// Puts the pixels of an earlier output that no change touches into the spool.
///
/// # Errors
/// When that is not possible: everything is then to be drawn, and the spool is of no use. Or when the user interrupts.
pub fn reuse(
    record: &RenderRecord,
    options: &RenderOptions,
    (keys, tracks): (&[u128], &TrackSet),
    earlier: &mut dyn Reader,
    spool: &Spool,
    Control { progress, cancel }: Control,
) -> Result<Reused> {
    let dirty = DirtyTiles::new(record, keys, tracks, options);
    if dirty.unchanged() * 2 < keys.len() {
        bail!("most of the activities are new");
    }
    let (mut content_digest, mut zooms, mut base) = (ContentDigest::default(), Vec::new(), HashMap::new());
    for (zoom, histogram) in &record.histograms {
        zooms.resize_with(usize::from(*zoom), ReusedZoom::default);
        zooms.push(ReusedZoom { histogram: histogram.clone(), ..ReusedZoom::default() });
    }
    let tiles: Option<Vec<TileCoord>> = record.tiles.iter().map(TileCoord::from_id).collect();
    let Some(tiles) = tiles else { bail!("the record names a tile that cannot be") };
    progress.begin("reuse", tiles.len(), "tiles");
    for batch in tiles.chunks(BATCH) {
        cancel.check()?;
        let pixels = earlier.read(batch)?.into_par_iter().zip(batch).map(|(StoredTile { png, at }, &tile)| {
            progress.step();
            let CompressedPixels { idat, max } = CompressedPixels::locate(&png)?;
            let place = at.map(|at| at + idat.start as u64);
            let pixels = CompressedPixels { idat: png.slice(idat), max };
            let digest = pixels.digest();
            let old = if dirty.contains(tile) { Some(pixels.levels(options.tile_size)?.histogram) } else { None };
            Some((tile, pixels, place, digest, old))
        });
        let Some(pixels) = pixels.collect::<Option<Vec<_>>>() else { bail!("a tile is damaged") };
        for (tile, pixels, place, digest, old) in pixels {
            content_digest.add(tile.id(), digest);
            let Some(zoom) = zooms.get_mut(usize::from(tile.z())) else { bail!("the record lacks a zoom") };
            match old {
                None => zoom.tiles.push((tile, spool.keep(&pixels, digest, place)?)),
                Some(old) => {
                    let Some(rest) = zoom.histogram.without(&old) else { bail!("the record does not add up") };
                    zoom.histogram = rest;
                    if !dirty.loses(tile) {
                        base.insert(tile, spool.keep(&pixels, digest, place)?);
                    }
                }
            }
        }
    }
    progress.end();
    ensure!(content_digest.finish() == record.content_digest, "it is not what was written");
    Ok(Reused { dirty, zooms, base })
}

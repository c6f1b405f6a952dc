//! Render records in the library: a second render to the same output draws only the tiles that changed.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use twox_hash::XxHash3_128;

use super::request::Watch;
use crate::control::Control;
use crate::control::cancel::{Cancel, Interrupted};
use crate::engine::TrackSet;
use crate::engine::raster::Raster;
use crate::library::Library;
use crate::pyramid::RenderOptions;
use crate::pyramid::incremental::{RenderRecord, Reused, TileIds, reuse};
use crate::pyramid::spool::Spool;
use crate::source;
use crate::tileset::{self, RenderedMap};

/// Reads and writes render records for one set of options and one device.
pub struct RenderCache<'a> {
    library: &'a mut Library,
    identity: String,
    settings_hash: u128,
}

impl<'a> RenderCache<'a> {
    /// Returns `None` if no record can be kept: for several layers, or if the device has failed.
    pub fn new(library: &'a mut Library, options: &RenderOptions, raster: &dyn Raster) -> Option<Self> {
        let [layer] = options.layers()[..] else { return None };
        let identity = raster.identity()?;
        // Another build may draw, simplify or compress differently, so the hash of the program is part of the key.
        let program = source::content_hash(&std::env::current_exe().ok()?).ok()?;
        let RenderOptions { zooms, window, tile_size, compression, styles: _ } = options;
        let text = format!("{identity}\n{program:x} {zooms:?} {window:?} {tile_size} {} {compression:?}", layer.name);
        Some(Self { library, identity, settings_hash: XxHash3_128::oneshot(text.as_bytes()) })
    }

    /// Tiles that can be reused for a render to `out`, and a spool with their pixels; `None` and an empty spool if
    /// every tile has to be drawn.
    ///
    /// # Errors
    /// If the job is cancelled.
    pub fn reuse(
        &self,
        out: &Path,
        options: &RenderOptions,
        drawn: (&[u128], &TrackSet),
        watch: &dyn Watch,
        cancel: &Cancel,
    ) -> Result<(Option<Reused>, Spool)> {
        match self.reused(out, options, drawn, Control { progress: watch, cancel }) {
            Ok(Some((reused, spool))) => Ok((Some(reused), spool)),
            Ok(None) => Ok(Default::default()),
            Err(error) if error.is::<Interrupted>() => Err(error),
            Err(error) => {
                watch.detail(&format!("no tile of the previous output is reused: {error:#}"));
                Ok(Default::default())
            }
        }
    }

    /// Like [`reuse`](Self::reuse), but returns `None` only if there is no record.
    ///
    /// # Errors
    /// If the record does not fit the previous output or these options, or the job is cancelled.
    fn reused(
        &self,
        out: &Path,
        options: &RenderOptions,
        drawn: (&[u128], &TrackSet),
        control: Control,
    ) -> Result<Option<(Reused, Spool)>> {
        let Ok(output_path) = tileset::output_path(out, &options.styles) else { return Ok(None) };
        let Some(record) = self.library.render_record(&output_path)? else { return Ok(None) };
        let record = RenderRecord::unpack(&record).ok().context("the record of the last render is damaged")?;
        ensure!(
            record.settings_hash == self.settings_hash,
            "it was drawn with other options, on another device or by another version"
        );
        let mut previous = tileset::open(&output_path)?;
        let spool = Spool::with_previous_output(previous.file());
        let reused = reuse(&record, options, drawn, previous.as_mut(), &spool, control)?;
        Ok(Some((reused, spool)))
    }

    /// Saves the record of this render: the keys of its activities, and the tiles that each activity touches. Failures
    /// are warnings.
    pub fn save_record(
        self,
        out: &Path,
        map: &RenderedMap,
        raster: &dyn Raster,
        (keys, activity_tiles): (Vec<u128>, Vec<TileIds>),
        spool: &Spool,
        watch: &dyn Watch,
    ) {
        // If the device was lost, another one drew some of the tiles, and their levels may differ.
        if raster.identity().is_none_or(|identity| identity != self.identity) {
            return;
        }
        let record = RenderRecord::new(self.settings_hash, &map.zooms, keys.into_iter().zip(activity_tiles), spool);
        let output_path = tileset::output_path(out, &map.styles);
        let saved = output_path.and_then(|output_path| self.library.save_render_record(&output_path, &record.pack()));
        if let Err(error) = saved {
            watch.warn(&format!("the next render will draw every tile again: {error:#}"));
        }
    }
}

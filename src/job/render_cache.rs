//! The library as the memory of renders, so that the next one to the same place draws only what has changed.

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
use crate::tileset::{self, Tileset};

/// Where renders leave records.
pub struct RenderCache {
    library: Library,
    identity: String,
    options: u128,
}

impl RenderCache {
    /// For what is drawn in this order. `None` where no later render could rely on a record of it; a record is of one layer.
    pub fn new(library: Library, options: &RenderOptions, raster: &dyn Raster) -> Option<Self> {
        let [layer] = options.layers()[..] else { return None };
        let identity = raster.identity(layer)?;
        // Another build may draw, simplify or compress otherwise.
        let program = source::content_hash(&std::env::current_exe().ok()?).ok()?;
        let RenderOptions { zooms, window, tile_size, compression, styles: _ } = options;
        let text = format!("{identity}\n{program:x} {zooms:?} {window:?} {tile_size} {} {compression:?}", layer.name);
        Some(Self { library, identity, options: XxHash3_128::oneshot(text.as_bytes()) })
    }

    /// What a render of these activities to `out` need not draw, and the pixels of it; an empty spool where everything
    /// is to be drawn.
    ///
    /// # Errors
    /// When the user interrupts.
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
                watch.detail(&format!("every tile is drawn: {error:#}"));
                Ok(Default::default())
            }
        }
    }

    /// Like [`reuse`](Self::reuse). `None` where no record was left.
    ///
    /// # Errors
    /// With a reason why everything is to be drawn all the same, or when the user interrupts.
    fn reused(
        &self,
        out: &Path,
        options: &RenderOptions,
        drawn: (&[u128], &TrackSet),
        control: Control,
    ) -> Result<Option<(Reused, Spool)>> {
        let Ok(place) = tileset::place(out, &options.styles) else { return Ok(None) };
        let Some(record) = self.library.render(&place)? else { return Ok(None) };
        let record = RenderRecord::unpack(&record).ok().context("what was noted of the last render is damaged")?;
        ensure!(record.options == self.options, "what is there was drawn in another way, or by another version");
        let mut earlier = tileset::open(&place)?;
        let spool = Spool::beside(earlier.file());
        let reused = reuse(&record, options, drawn, earlier.as_mut(), &spool, control)?;
        Ok(Some((reused, spool)))
    }

    /// Notes what was drawn and written: the keys of its activities, and the tiles in which each of them may show.
    pub fn remember(
        mut self,
        out: &Path,
        tileset: &Tileset,
        raster: &dyn Raster,
        (keys, touched): (Vec<u128>, Vec<TileIds>),
        spool: &Spool,
        watch: &dyn Watch,
    ) {
        // A device that was lost on the way has not drawn what it would have drawn alone.
        if raster.identity(tileset.styles[0].layer).is_none_or(|identity| identity != self.identity) {
            return;
        }
        let record = RenderRecord::new(self.options, &tileset.zooms, keys.into_iter().zip(touched), spool);
        let place = tileset::place(out, &tileset.styles);
        let left = place.and_then(|place| self.library.leave_render(&place, &record.pack()));
        if let Err(error) = left {
            watch.warn(&format!("the next time every tile will be drawn again: {error:#}"));
        }
    }
}

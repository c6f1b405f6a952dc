//! Sources → tracks → drawn zooms → tilesets.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::privacy::{Audience, hidden_from};
use super::render_cache::RenderCache;
use super::request::{RenderRequest, Watch};
use super::tracks::{self, Tracks};
use crate::collection::{Collection, PrepareOptions, Report};
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::engine::TrackSet;
use crate::engine::select_device::{self, SelectedDevice};
use crate::pyramid::{self, Drawn, Output, Timing};
use crate::source::Found;
use crate::tileset::{self, Tileset};

/// How long the stages of a render took, by the clock.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Reading.
    pub read: Duration,
    /// Planning and drawing.
    pub draw: Timing,
    /// Colouring and writing.
    pub write: Duration,
    /// Everything.
    pub total: Duration,
}

/// What came of a render.
pub struct RenderReport {
    /// The files that were found; none where the activities are those of the library.
    pub found: Vec<Found>,
    /// What happened to files and points.
    pub files: Report,
    /// The map.
    pub tileset: Tileset,
    /// What was written.
    pub output: Output,
    /// Tiles of each set whose pixels were drawn; those of the others were kept from an earlier output.
    pub rendered: u64,
    /// What drew.
    pub device: String,
    /// Why no GPU drew, where that was left to the program.
    pub why_no_gpu: Option<String>,
    /// How long it took.
    pub times: Times,
    /// The library, if it was made just now: whoever has zones elsewhere has named another than they meant.
    pub new_library: Option<PathBuf>,
}

/// No activity is left to draw. What happened to the files says why.
#[derive(Debug, thiserror::Error)]
#[error("nothing to draw")]
pub struct NothingToDraw(pub Box<Report>);

/// Draws a map and writes it.
///
/// # Errors
/// When the output cannot be written or replaced, no device draws, it cannot be known what to hide, or the user
/// interrupts; [`NothingToDraw`] when no activity is left. What cannot be read of the files is in the report instead.
pub fn render(request: &RenderRequest, watch: &dyn Watch, cancel: &Cancel) -> Result<RenderReport> {
    let begun = Instant::now();
    let RenderRequest { options, out, .. } = request;
    tileset::check(out, &options.styles)?;
    let SelectedDevice { raster, why } =
        select_device::select_device(request.device, &options.layers(), request.lose_gpu_after)?;
    let raster = raster.as_ref();
    let privacy = hidden_from(request.audience, request.library.as_deref(), cancel)?;
    let prepare_options = PrepareOptions { simplify: options.simplify()?, finest: options.finest(), privacy: &privacy };

    let Tracks { found, collection, library } = tracks::read(request, prepare_options, watch, cancel)?;
    let read = begun.elapsed();
    watch.files_were_read(&collection.report, &found, collection.tracks.is_empty());
    if collection.tracks.is_empty() {
        return Err(NothingToDraw(Box::new(collection.report)).into());
    }
    let new_library = library.as_ref().filter(|library| library.is_new).and_then(|_| request.library.clone());

    let cache = library.and_then(|library| RenderCache::new(library, options, raster));
    let Collection { tracks, render_keys, totals, report } = collection;
    let tracks = TrackSet::new(tracks, options.finest());
    let control = Control { progress: watch, cancel };
    let (reused, spool) = match &cache {
        Some(cache) => cache.reuse(out, options, (&render_keys, &tracks), watch, cancel)?,
        None => Default::default(),
    };
    let all = (&tracks, &tracks.everything());
    let Drawn { zooms, rendered, touched, timing } = pyramid::draw(all, options, raster, &spool, reused, control)?;
    drop(tracks);

    let drawn = Instant::now();
    let tileset =
        Tileset { styles: options.styles.clone(), zooms, totals, is_private: request.audience == Audience::Private };
    let output = pyramid::write(&tileset, &spool, out, control)?;
    if let Some(cache) = cache {
        cache.remember(out, &tileset, raster, (render_keys, touched), &spool, watch);
    }
    Ok(RenderReport {
        found,
        files: report,
        tileset,
        output,
        rendered,
        device: raster.describe(),
        why_no_gpu: why,
        times: Times { read, draw: timing, write: drawn.elapsed(), total: begun.elapsed() },
        new_library,
    })
}

//! The render job: sources → tracks → rendered zooms → tilesets.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::privacy::{Audience, MapRules, PrivacyReport};
use super::render_cache::{DrawnMap, RenderCache};
use super::request::{Input, RenderRequest, Watch};
use super::seals;
use super::tracks::{self, Tracks};
use crate::collection::{Collection, InputReport, MapLayer, PrepareOptions, Variant};
use crate::control::Control;
use crate::control::cancel::{Cancel, Interrupted};
use crate::engine::TrackSet;
use crate::engine::select_device::{self, SelectedDevice};
use crate::pyramid::{self, MapInput, Output, Pixels, RenderedPyramid, Timing};
use crate::source::InputFile;
use crate::tileset::{self, RenderedMap, RenderedZoom, Style};

/// Durations of the stages of a render, in clock time.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Reading the activities.
    pub read: Duration,
    /// Planning and drawing.
    pub draw: Timing,
    /// Colouring and writing.
    pub write: Duration,
    /// The whole render.
    pub total: Duration,
}

/// Result of a render.
pub struct RenderReport {
    /// Files found among the inputs; empty for a render of the library.
    pub found: Vec<InputFile>,
    /// Files and points that were read, skipped or dropped.
    pub inputs: InputReport,
    /// Zones and trim, and what each hid.
    pub privacy: PrivacyReport,
    /// The rendered map.
    pub map: RenderedMap,
    /// Files that were written.
    pub output: Output,
    /// Number of tiles of all styles that were drawn in this run; the others were reused from the previous output.
    pub drawn: u64,
    /// Name of the device.
    pub device: String,
    /// Reason why `auto` selected no GPU.
    pub no_gpu_reason: Option<String>,
    /// The layers, with what their values mean.
    pub layers: Vec<MapLayer>,
    /// Durations of the stages.
    pub times: Times,
    /// Path of the library if this run created it: the user may have named the wrong one, and it has no privacy zones.
    pub new_library: Option<PathBuf>,
}

/// No activity is left to draw; the reports hold the reasons.
#[derive(Debug, thiserror::Error)]
#[error("nothing to draw")]
pub struct NothingToDraw {
    /// Files and points that were read, skipped or dropped.
    pub inputs: Box<InputReport>,
    /// Zones and trim, and what each hid.
    pub privacy: Box<PrivacyReport>,
}

/// Renders a map.
///
/// # Errors
/// If the output cannot be written or replaced, no device works, the privacy zones cannot be read, an input cannot be
/// opened, the library to draw is missing or empty, or the job is cancelled; [`NothingToDraw`] if no activity is left.
/// Unreadable files are no errors, but listed in the report.
pub fn render(request: &RenderRequest, watch: &dyn Watch, cancel: &Cancel) -> Result<RenderReport> {
    let remembers = matches!(request.input, Input::Files { remember: true, .. });
    render_map(request, watch, cancel).map_err(|error| {
        let outcome = "the output is unchanged, and the files read so far are remembered";
        if remembers && error.is::<Interrupted>() { Interrupted::with_outcome(outcome).into() } else { error }
    })
}

fn render_map(request: &RenderRequest, watch: &dyn Watch, cancel: &Cancel) -> Result<RenderReport> {
    let begun = Instant::now();
    let RenderRequest { options, out, .. } = request;
    tileset::check_output(out, &options.styles)?;
    if let Some(place) = request.library.as_ref().filter(|_| request.uses_library()) {
        place.check()?;
    }
    let SelectedDevice { raster, no_gpu_reason } =
        select_device::select_device(request.device, &options.layers(), request.lose_gpu_after)?;
    let raster = raster.as_ref();
    let rules = MapRules::read(request.audience, request.library.as_ref(), &|text| watch.warn(text), cancel)?;
    let simplifications = options.simplifications();
    let finest = options.max_pixel_zoom();
    // A library finds new roads by itself.
    let keeps_way = matches!(request.input, Input::Files { .. }) && request.selection.mentions_field("new");
    let prepare_options = PrepareOptions {
        simplify: &simplifications,
        finest,
        privacy: &rules.privacy,
        quantities: options.quantities(),
        keeps_way,
    };

    let Tracks { found, collection, mut library } = tracks::read(request, prepare_options, watch, cancel)?;
    let read = begun.elapsed();
    let privacy = rules.report(request.audience, &collection.report.tally);
    watch.files_were_read(&collection.report, &found, collection.traits.is_empty());
    if collection.traits.is_empty() {
        return Err(NothingToDraw { inputs: Box::new(collection.report), privacy: Box::new(privacy) }.into());
    }
    let new_library =
        library.as_ref().filter(|library| library.is_new).and_then(|_| Some(request.library.as_ref()?.path.clone()));

    let cache = library.as_mut().and_then(|library| RenderCache::new(library, raster));
    let Collection { variants, traits, totals, report } = collection;
    let layers: Vec<MapLayer> = options
        .layers()
        .into_iter()
        .map(|layer| {
            let variant = simplifications.iter().position(|simplification| *simplification == layer.simplify);
            let tracks = variant.and_then(|variant| variants.get(variant)).map_or(&[][..], |variant| &variant.tracks);
            MapLayer::new(layer, &traits, tracks, request.today)
        })
        .collect();
    let (tracks, render_keys): (Vec<TrackSet>, Vec<Vec<u128>>) = variants
        .into_iter()
        .map(|Variant { tracks, render_keys }| (TrackSet::new(tracks, options.max_pixel_zoom()), render_keys))
        .unzip();
    let control = Control { progress: watch, cancel };
    let pixels = Pixels::of_layers(&layers);
    let drawn_map = DrawnMap { options, layers: &layers, pixels: &pixels, render_keys: &render_keys };
    let (reused, spool) = match &cache {
        Some(cache) => cache.reuse(out, drawn_map, &tracks, watch, cancel)?,
        None => Default::default(),
    };
    let input = MapInput { tracks, layers: &layers };
    let RenderedPyramid { zooms, drawn, activity_tiles, timing } =
        pyramid::draw(input, options, raster, &spool, &reused, control)?;

    let write_start = Instant::now();
    let map = RenderedMap {
        styles: shown_styles(&options.styles, &zooms, watch),
        layers: layers.iter().map(|layer| (layer.drawing.layer, layer.meaning.clone())).collect(),
        zooms,
        totals,
        is_private: request.audience == Audience::Private,
        publication: request.publication.clone(),
    };
    let mut output = pyramid::write(&map, &spool, out, control)?;
    if let Some(cache) = cache {
        cache.save_record(out, &map, raster, (drawn_map, &reused, activity_tiles), &spool, watch);
    }
    if let Some((of_library, drawn_under)) = &rules.public {
        seals::seal(request, library, (of_library, *drawn_under), (&map, &mut output), watch, cancel);
    }
    Ok(RenderReport {
        found,
        inputs: report,
        privacy,
        map,
        output,
        drawn,
        device: raster.describe(),
        no_gpu_reason,
        layers,
        times: Times { read, draw: timing, write: write_start.elapsed(), total: begun.elapsed() },
        new_library,
    })
}

/// Styles of the layers that show anything. Names the others: without dates, times or sensors, no activity has a place in
/// some layers.
fn shown_styles(styles: &[Style], zooms: &[RenderedZoom], watch: &dyn Watch) -> Vec<Style> {
    let shows = |style: &Style| {
        let mut layers = zooms.iter().flat_map(|zoom| &zoom.layers);
        layers.any(|rendered| style.shows_layer(rendered.layer) && !rendered.tiles.is_empty())
    };
    let mut named: Vec<&str> = Vec::new();
    for style in styles.iter().filter(|style| !shows(style)) {
        if !named.contains(&style.layer.name) {
            named.push(style.layer.name);
        }
    }
    match named.split_last() {
        None => (),
        Some((one, [])) => watch.note(&format!("{one} shows none of the activities and is left out")),
        Some((last, others)) => {
            let others = others.join(", ");
            watch.note(&format!("{others} and {last} show none of the activities and are left out"));
        }
    }
    styles.iter().filter(|style| shows(style)).cloned().collect()
}

//! Render records in the library: a second render to the same output draws only the tiles that changed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, ensure};
use twox_hash::XxHash3_128;

use super::request::Watch;
use crate::collection::{MapLayer, Meaning};
use crate::control::Control;
use crate::control::cancel::{Cancel, Interrupted};
use crate::engine::TrackSet;
use crate::engine::drawing::LEFT_OUT;
use crate::engine::geometry::simplify::Simplification;
use crate::engine::layer::Layer;
use crate::engine::raster::Raster;
use crate::library::Library;
use crate::pyramid::incremental::{LayerRecord, RenderRecord, Reused, TileIds, reuse};
use crate::pyramid::spool::Spool;
use crate::pyramid::{Pixels, RenderOptions};
use crate::source;
use crate::tileset::{self, RenderedMap};

/// Reads and writes render records for one set of options and one device.
pub struct RenderCache<'a> {
    library: &'a mut Library,
    identity: String,
    /// Hash of the program.
    program: u128,
}

/// Layers of a render, with the keys of their activities.
#[derive(Clone, Copy)]
pub struct DrawnMap<'a> {
    pub options: &'a RenderOptions,
    pub layers: &'a [MapLayer],
    pub pixels: &'a Pixels,
    /// For each simplification, the render key of each activity.
    pub render_keys: &'a [Vec<u128>],
}

/// The values of a layer changed their meaning, such as the range of dates, so that nothing can be reused.
#[derive(Debug, thiserror::Error)]
#[error("{layer} is drawn anew: {before} became {after}")]
struct MeaningChanged {
    layer: &'static str,
    before: String,
    after: String,
}

impl DrawnMap<'_> {
    fn variant(&self, layer: &Layer) -> usize {
        let simplifications: Vec<Simplification> = self.options.simplifications();
        simplifications.iter().position(|simplify| *simplify == layer.simplify).unwrap_or(0)
    }

    /// Keys of the activities that a layer shows, with their values.
    fn keys(&self, number: usize) -> Vec<Option<u128>> {
        let drawing = &self.layers[number].drawing;
        let keys = self.render_keys[self.variant(drawing.layer)].iter().enumerate();
        let key = |(activity, key): (usize, &u128)| match &drawing.values {
            None => Some(*key),
            Some(values) => match values[activity] {
                LEFT_OUT => None,
                value => Some(XxHash3_128::oneshot_with_seed(value.into(), &key.to_le_bytes())),
            },
        };
        keys.map(key).collect()
    }
}

impl<'a> RenderCache<'a> {
    /// Returns `None` if no record can be kept, because the device has failed.
    pub fn new(library: &'a mut Library, raster: &dyn Raster) -> Option<Self> {
        let identity = raster.identity()?;
        // Another build may draw, simplify or compress differently, so the hash of the program is part of the key.
        let program = source::content_hash(&std::env::current_exe().ok()?).ok()?;
        Some(Self { library, identity, program })
    }

    fn settings_hash(&self, options: &RenderOptions, layer: &Layer) -> u128 {
        let RenderOptions { zooms, window, tile_size, compression, styles: _ } = options;
        let Self { identity, program, .. } = self;
        let text = format!("{identity}\n{program:x} {zooms:?} {window:?} {tile_size} {} {compression:?}", layer.name);
        XxHash3_128::oneshot(text.as_bytes())
    }

    /// Tiles of each layer that can be reused for a render to `out`, and a spool with their pixels.
    ///
    /// # Errors
    /// If the job is cancelled.
    pub fn reuse(
        &self,
        out: &Path,
        drawn: DrawnMap,
        tracks: &[TrackSet],
        watch: &dyn Watch,
        cancel: &Cancel,
    ) -> Result<(Vec<Option<Reused>>, Spool)> {
        let nothing = || (drawn.layers.iter().map(|_| None).collect(), Spool::default());
        let record = match self.record(out, drawn.options) {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(nothing()),
            Err(error) => {
                watch.detail(&format!("no tile of the previous output is reused: {error:#}"));
                return Ok(nothing());
            }
        };
        let folder = output_folder(out);
        let mut failed: HashSet<usize> = HashSet::new();
        'attempt: loop {
            let attempt = Attempt { cache: self, record: &record, folder: &folder, drawn, tracks };
            let members: Vec<usize> = drawn.pixels.drawn().filter(|number| !failed.contains(number)).collect();
            let readers = members.iter().map(|number| attempt.open(*number));
            let mut previous = Vec::new();
            for (number, reader) in members.iter().zip(readers.collect::<Vec<_>>()) {
                match reader {
                    Ok(Some(reader)) => previous.push((*number, reader)),
                    Ok(None) => {}
                    Err(error) => {
                        tell(*number, drawn, &error, watch);
                        // Another attempt would tell it again.
                        failed.insert(*number);
                    }
                }
            }
            let files: Vec<_> = previous.iter().map(|(_, reader)| reader.reader.file()).collect();
            let mut file_numbers = 0..;
            let numbers: Vec<usize> =
                files.iter().map(|file| file.as_ref().map_or(0, |_| file_numbers.next().unwrap_or(0))).collect();
            let spool = Spool::with_previous_outputs(files.into_iter().flatten().collect());
            let mut all: Vec<Option<Reused>> = drawn.layers.iter().map(|_| None).collect();
            for ((number, mut reader), file) in previous.into_iter().zip(numbers) {
                match attempt.reuse(number, &mut reader, file, &spool, Control { progress: watch, cancel }) {
                    Ok(reused) => all[number] = Some(reused),
                    Err(error) if error.is::<Interrupted>() => return Err(error),
                    Err(error) => {
                        tell(number, drawn, &error, watch);
                        // The spool may refer to parts of the output that are not what they were.
                        failed.insert(number);
                        continue 'attempt;
                    }
                }
            }
            return Ok((all, spool));
        }
    }

    fn record(&self, out: &Path, options: &RenderOptions) -> Result<Option<RenderRecord>> {
        let Ok(output_path) = tileset::output_path(out, &options.styles) else { return Ok(None) };
        let Some(record) = self.library.render_record(&output_path)? else { return Ok(None) };
        Ok(Some(RenderRecord::unpack(&record).ok().context("the record of the last render is damaged")?))
    }

    /// Saves the record of this render: for each layer with pixels of its own, the keys of its activities, and the tiles
    /// that each activity touches. Failures are warnings.
    pub fn save_record(
        self,
        out: &Path,
        map: &RenderedMap,
        raster: &dyn Raster,
        (drawn, reused, activity_tiles): (DrawnMap, &[Option<Reused>], Vec<Vec<TileIds>>),
        spool: &Spool,
        watch: &dyn Watch,
    ) {
        // If the device was lost, another one drew some of the tiles, and their levels may differ.
        if raster.identity().is_none_or(|identity| identity != self.identity) {
            return;
        }
        let layer_record = |number: usize| {
            let MapLayer { drawing, meaning, .. } = &drawn.layers[number];
            let tiles = activity_tiles[drawn.variant(drawing.layer)].clone();
            let tiles = match reused.get(number) {
                Some(Some(reused)) => reused.dirty.activity_tiles(tiles),
                _ => tiles,
            };
            let style = map.styles.iter().position(|style| style.shows_layer(drawing.layer)).unwrap_or(0);
            let keyed = drawn.keys(number).into_iter().zip(tiles).filter_map(|(key, tiles)| Some((key?, tiles)));
            LayerRecord {
                layer: drawing.layer.name.to_owned(),
                meaning: text(meaning),
                tileset: tileset::style_path(out, &map.styles, style),
                settings_hash: self.settings_hash(drawn.options, drawing.layer),
                activities: keyed.collect(),
                ..LayerRecord::of_zooms(&map.zooms, number, spool)
            }
        };
        let record = RenderRecord { layers: drawn.pixels.drawn().map(layer_record).collect() };
        let output_path = tileset::output_path(out, &map.styles);
        let saved = output_path.and_then(|output_path| self.library.save_render_record(&output_path, &record.pack()));
        if let Err(error) = saved {
            watch.warn(&format!("the next render will draw every tile again: {error:#}"));
        }
    }
}

/// Folder that the paths of a record are relative to.
fn output_folder(out: &Path) -> PathBuf {
    if out.is_dir() { out.to_owned() } else { out.parent().map(Path::to_owned).unwrap_or_default() }
}

/// Text of a meaning, which changes whenever the values of activities mean something else.
fn text(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Number | Meaning::Minutes => String::new(),
        Meaning::Days(range) => format!("the range {}", range.text()),
        Meaning::Values(range) => {
            let [from, to] = range.steps;
            format!("the range {from} to {to}")
        }
        Meaning::Classes(names) => format!("the classes {}", names.join(", ")),
    }
}

fn tell(number: usize, drawn: DrawnMap, error: &Error, watch: &dyn Watch) {
    if error.is::<MeaningChanged>() {
        watch.note(&format!("{error}"));
    } else {
        let layer = drawn.layers[number].drawing.layer.name;
        watch.detail(&format!("no tile of {layer} in the previous output is reused: {error:#}"));
    }
}

/// The reuse of a record.
struct Attempt<'a, 'b> {
    cache: &'a RenderCache<'b>,
    record: &'a RenderRecord,
    folder: &'a Path,
    drawn: DrawnMap<'a>,
    tracks: &'a [TrackSet],
}

/// A layer of a record and the tileset with its tiles.
struct PreviousLayer<'a> {
    record: &'a LayerRecord,
    reader: Box<dyn tileset::TilesetReader>,
}

impl<'a> Attempt<'a, '_> {
    /// Opens the previous tiles of a layer; `None` if the record does not have the layer.
    ///
    /// # Errors
    /// If the record does not fit the options, or the tileset cannot be opened.
    fn open(&self, number: usize) -> Result<Option<PreviousLayer<'a>>> {
        let MapLayer { drawing, meaning, .. } = &self.drawn.layers[number];
        let is_layer = |record: &&LayerRecord| record.layer == drawing.layer.name;
        let Some(record) = self.record.layers.iter().find(is_layer) else { return Ok(None) };
        ensure!(
            record.settings_hash == self.cache.settings_hash(self.drawn.options, drawing.layer),
            "it was drawn with other options, on another device or by another version"
        );
        let meaning = text(meaning);
        if meaning != record.meaning {
            let before = record.meaning.clone();
            return Err(MeaningChanged { layer: drawing.layer.name, before, after: meaning }.into());
        }
        Ok(Some(PreviousLayer { record, reader: tileset::open(&self.folder.join(&record.tileset))? }))
    }

    fn reuse(
        &self,
        number: usize,
        PreviousLayer { record, reader }: &mut PreviousLayer,
        file: usize,
        spool: &Spool,
        control: Control,
    ) -> Result<Reused> {
        let layer = self.drawn.layers[number].drawing.layer;
        let tracks = &self.tracks[self.drawn.variant(layer)];
        reuse(record, self.drawn.options, (&self.drawn.keys(number), tracks), (reader.as_mut(), file), spool, control)
    }
}

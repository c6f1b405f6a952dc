//! The straight line from tracks to tiles: strips → plan → raster → encode, zoom by zoom, then curves and sink.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;

use crate::again::{Ids, Kept, KeptZoom};
use crate::encode::{self, Compression};
use crate::geometry::grid::Grid;
use crate::geometry::stretch::Stretches;
use crate::geometry::strip::{Strips, Track};
use crate::interrupt;
use crate::layer::Layer;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::raster::profile::Profile;
use crate::raster::{Levels, Raster, Scene};
use crate::sink::tileset::Tileset;
use crate::sink::{self, Tile, Written};
use crate::spool::Spool;
use crate::tile::TileCoord;
use crate::tone::curve::Curve;
use crate::tone::histogram::Histogram;
use crate::tone::normalize::Tone;
use crate::tone::palette::Palette;

/// A pixel zoom at which one vertex in 14 of a recording still matters, so that it is worth while to have these apart.
const FAR_OUT: u8 = 12;

/// What to draw.
#[derive(Clone, Debug)]
pub struct Order {
    /// Zooms of the tiles, within 0 to 20.
    pub zooms: RangeInclusive<u8>,
    /// Pixels along the side of a tile: 256 or 512.
    pub tile_size: u32,
    /// What a pixel means.
    pub layer: &'static Layer,
    /// Its colours; at least one palette.
    pub palettes: Vec<Palette>,
    /// How hard to compress.
    pub compression: Compression,
}

impl Order {
    /// The finest pixel zoom that is drawn: what vertices must be kept for.
    pub fn finest(&self) -> u8 {
        Grid { zoom: *self.zooms.end(), tile_size: self.tile_size }.pixel_zoom()
    }
}

/// A zoom, its pixels apart from its colours.
pub struct DrawnZoom {
    /// Its pixel grid.
    pub grid: Grid,
    /// The tiles that show something, along the Hilbert curve, and the number of their pixels in the spool.
    pub tiles: Vec<(TileCoord, u32)>,
    /// The levels of their pixels.
    pub histogram: Histogram,
    /// Its normalization in each of the palettes, which share the curve.
    pub tones: Vec<Tone>,
}

impl DrawnZoom {
    /// Where on a palette each level lies.
    pub fn curve(&self) -> &Curve {
        &self.tones[0].curve
    }
}

/// Time spent, in seconds of the clock unless said otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timing {
    /// Strips and plans.
    pub plan: Duration,
    /// Raster, levels and compression together.
    pub draw: Duration,
    /// The share of compression in it: seconds summed over all threads.
    pub encode: Duration,
}

/// What was drawn.
pub struct Drawn {
    /// The zooms that show something.
    pub zooms: Vec<DrawnZoom>,
    /// Tiles that show something and whose pixels were not there before.
    pub anew: u64,
    /// For each track the tiles in which it may show; of kept ones too, where it was there before.
    pub touched: Vec<Ids>,
    /// How long it took.
    pub timing: Timing,
}

/// Draws every zoom; compressed pixels wait in the spool. Zooms at either end that show nothing are left out. What is
/// kept of an earlier output is not drawn.
///
/// # Errors
/// When the raster or the spool fails, the user interrupts, or no tile shows anything.
pub fn draw(
    tracks: &[Track],
    order: &Order,
    raster: &dyn Raster,
    spool: &Spool,
    kept: Option<Kept>,
    progress: &dyn Progress,
) -> Result<Drawn> {
    let touched = tracks.iter().map(|_| Ids::default()).collect();
    let mut drawn = Drawn { zooms: Vec::new(), anew: 0, touched, timing: Timing::default() };
    let far_out: Option<Vec<Track>> =
        (order.finest() > FAR_OUT).then(|| tracks.iter().map(|track| track.up_to(FAR_OUT)).collect());
    let levels = [far_out.as_deref().unwrap_or(tracks), tracks];
    let stretches = kept.as_ref().map(|_| levels.map(Stretches::new));
    let kept_parts = kept.as_ref().zip(stretches.as_ref());
    let work = Work { levels, order, raster, spool, kept: kept_parts, progress };
    order.zooms.clone().try_for_each(|zoom| work.draw_zoom(zoom, &mut drawn))?;
    if let Some(kept) = kept {
        drawn.touched = kept.changes.tiles(drawn.touched);
    }
    let zooms = &mut drawn.zooms;
    // What adds up lengths may be too faint to see far out, and a dot has none.
    let is_empty = |zoom: &DrawnZoom| zoom.tiles.is_empty();
    let Some(first) = zooms.iter().position(|zoom| !is_empty(zoom)) else {
        bail!("nothing to draw: {} has nothing to show at these zooms", order.layer.name);
    };
    zooms.drain(..first);
    while zooms.last().is_some_and(is_empty) {
        zooms.pop();
    }
    Ok(drawn)
}

/// What [`draw`] is given.
struct Work<'a> {
    /// For pixel zooms up to [`FAR_OUT`], and beyond.
    levels: [&'a [Track]; 2],
    order: &'a Order,
    raster: &'a dyn Raster,
    spool: &'a Spool,
    /// With the stretches of both.
    kept: Option<(&'a Kept, &'a [Stretches<'a>; 2])>,
    progress: &'a dyn Progress,
}

impl Work<'_> {
    /// Adds a zoom to what was drawn.
    fn draw_zoom(&self, zoom: u8, drawn: &mut Drawn) -> Result<()> {
        let begun = Instant::now();
        let Self { levels, order, raster, spool, kept, progress } = *self;
        let grid = Grid { zoom, tile_size: order.tile_size };
        let profile = Profile::new(grid);
        let level = usize::from(grid.pixel_zoom() > FAR_OUT);
        let (strips, plan) = match kept {
            Some((kept, stretches)) => kept.plan(&stretches[level], (grid, profile.reach()), raster.clips()),
            None => {
                let strips = Strips::new(levels[level], grid);
                let plan = Plan::new(&strips, grid, profile.reach());
                (strips, plan)
            }
        };
        let planned = Instant::now();

        const EMPTY: u32 = u32::MAX;
        let numbers: Vec<AtomicU32> = plan.tiles().iter().map(|_| AtomicU32::new(EMPTY)).collect();
        let encoding_nanos = AtomicU64::new(0);
        let KeptZoom { mut tiles, histogram } = kept.map(|(kept, _)| kept.zoom(zoom)).unwrap_or_default();
        let histogram = Mutex::new(histogram);
        progress.begin(&format!("zoom {zoom}"), numbers.len(), "tiles");
        let emit = |index: usize, levels: &Levels| {
            interrupt::check()?;
            let whole = self.whole(&plan, index, levels)?;
            let levels = whole.as_ref().unwrap_or(levels);
            if levels.max() > 0 {
                histogram.lock().expect("no thread panics while it adds").add(&levels.histogram);
                let begun = Instant::now();
                let pixels = encode::compress(levels, grid.tile_size, order.compression);
                encoding_nanos.fetch_add(begun.elapsed().as_nanos() as u64, Ordering::Relaxed);
                numbers[index].store(spool.put(&pixels)?, Ordering::Relaxed);
            }
            progress.step();
            Ok(())
        };
        let scene = Scene { grid, layer: order.layer, profile, strips: &strips, plan: &plan };
        raster.render(&scene, &emit)?;
        progress.end();

        drawn.timing.plan += planned - begun;
        drawn.timing.draw += planned.elapsed();
        drawn.timing.encode += Duration::from_nanos(encoding_nanos.into_inner());
        plan.activities(&strips).for_each(|(tile, activity)| drawn.touched[activity as usize].push(tile.id()));
        let numbered = plan.tiles().iter().zip(numbers).map(|(tile, number)| (*tile, number.into_inner()));
        let kept_before = tiles.len();
        tiles.extend(numbered.filter(|&(_, number)| number != EMPTY));
        drawn.anew += (tiles.len() - kept_before) as u64;
        tiles.sort_by_cached_key(|(tile, _)| tile.hilbert());
        let histogram = histogram.into_inner().expect("no thread panics while it adds");
        let tone = |palette| raster.normalize(order.layer.scale, &histogram, palette);
        let tones = order.palettes.iter().map(tone).collect::<Result<_>>()?;
        drawn.zooms.push(DrawnZoom { grid, tiles, histogram, tones });
        Ok(())
    }

    /// A tile of which only a part was drawn, with the rest as it was; nothing where all of it was drawn.
    fn whole(&self, plan: &Plan, index: usize, drawn: &Levels) -> Result<Option<Levels>> {
        let before = self.kept.and_then(|(kept, _)| kept.before(plan.tiles()[index]));
        let (Some(clip), Some(before)) = (plan.clip_of(index), before) else { return Ok(None) };
        let before = self.spool.get(&[before])?;
        let before = before.first().and_then(|before| before.levels(self.order.tile_size));
        Ok(Some(drawn.within(clip, &before.context("temporary file")?)))
    }
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Output {
    /// The files and folders.
    pub written: Written,
    /// Tiles over all sets.
    pub tiles: u64,
    /// Bytes of these tiles.
    pub bytes: u64,
}

/// Gives the drawn zooms the colours of each set and writes them.
///
/// # Errors
/// When the sink or the spool fails, or the user interrupts; the place is then as it was.
pub fn write(tileset: &Tileset, spool: &Spool, out: &Path, progress: &dyn Progress) -> Result<Output> {
    const BATCH: usize = 256;
    let mut sink = sink::open(out, tileset)?;
    let per_set: usize = tileset.zooms.iter().map(|zoom| zoom.tiles.len()).sum();
    progress.begin("writing", per_set * tileset.sets.len(), "tiles");
    let (mut tiles, mut bytes) = (0, 0);
    for zoom in &tileset.zooms {
        let grid = zoom.grid;
        for (index, tone) in zoom.tones.iter().enumerate() {
            for batch in zoom.tiles.chunks(BATCH) {
                interrupt::check()?;
                let numbers: Vec<u32> = batch.iter().map(|&(_, number)| number).collect();
                let pixels = spool.get(&numbers)?;
                let colored = batch.par_iter().zip(&pixels).map(|(&(coord, number), pixels)| {
                    let png = encode::png(pixels, grid.tile_size, &tone.entries);
                    // Palettes differ from zoom to zoom, so equal pixels are equal tiles only within one.
                    let content = u64::from(grid.zoom) << 32 | u64::from(number);
                    progress.step();
                    Tile { coord, content, png }
                });
                let colored: Vec<Tile> = colored.collect();
                sink.put(index, &colored)?;
                tiles += colored.len() as u64;
                bytes += colored.iter().map(|tile| tile.png.len() as u64).sum::<u64>();
            }
        }
    }
    interrupt::check()?;
    let written = sink.finish()?;
    progress.end();
    Ok(Output { written, tiles, bytes })
}

//! Tracks → drawn zooms: strips → plan → raster → compressed pixels, zoom by zoom, then the curve.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::incremental::{Ids, Kept, KeptZoom};
use super::order::Order;
use super::spool::Spool;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Progress;
use crate::engine::geometry::grid::Grid;
use crate::engine::geometry::index::Stretches;
use crate::engine::geometry::strip::{Strips, Track};
use crate::engine::png;
use crate::engine::raster::profile::Profile;
use crate::engine::raster::{Levels, Raster, Scene};
use crate::engine::tiling::plan::Plan;
use crate::tileset::DrawnZoom;

/// A pixel zoom at which one vertex in 14 of a recording still matters, so that it is worth while to have these apart.
const FAR_OUT: u8 = 12;

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
    Control { progress, cancel }: Control,
) -> Result<Drawn> {
    let touched = tracks.iter().map(|_| Ids::default()).collect();
    let mut drawn = Drawn { zooms: Vec::new(), anew: 0, touched, timing: Timing::default() };
    let far_out: Option<Vec<Track>> =
        (order.finest() > FAR_OUT).then(|| tracks.iter().map(|track| track.up_to(FAR_OUT)).collect());
    let levels = [far_out.as_deref().unwrap_or(tracks), tracks];
    let stretches = kept.as_ref().map(|_| levels.map(Stretches::new));
    let kept_parts = kept.as_ref().zip(stretches.as_ref());
    let work = Work { levels, order, raster, spool, kept: kept_parts, progress, cancel };
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
    cancel: &'a Cancel,
}

impl Work<'_> {
    /// Adds a zoom to what was drawn.
    fn draw_zoom(&self, zoom: u8, drawn: &mut Drawn) -> Result<()> {
        let begun = Instant::now();
        let Self { levels, order, raster, spool, kept, progress, .. } = *self;
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
            self.cancel.check()?;
            let whole = self.whole(&plan, index, levels)?;
            let levels = whole.as_ref().unwrap_or(levels);
            if levels.max() > 0 {
                histogram.lock().expect("no thread panics while it adds").add(&levels.histogram);
                let begun = Instant::now();
                let pixels = png::compress(levels, grid.tile_size, order.compression);
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

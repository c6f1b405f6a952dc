//! `trailglow render`: files in, map out.

mod material;

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::builder::{PathBufValueParser, TypedValueParser};

use self::material::Material;
use super::progress::Bars;
use super::summary::Summary;
use super::{Ending, Usage, library, output, selection, summary};
use crate::again::{Memory, Record};
use crate::collection::{Collection, View};
use crate::encode::Compression;
use crate::interrupt::Interrupted;
use crate::layer::{LAYERS, Layer};
use crate::pyramid::{self, Drawn, Order};
use crate::raster::choice::{self, Choice, Device};
use crate::sink::tileset::Tileset;
use crate::sink::{self, Set};
use crate::tile::MAX_ZOOM;
use crate::tone::palette::Palette;

/// Render activity files as a heat map.
///
/// INPUT are FIT, GPX and TCX files, also gzipped, and folders and zip archives of them; what a file is, is told by its
/// content. Without any, everything that was imported into the library is drawn. What INPUT holds is remembered there
/// too, so that the next time only new files are read; it is not drawn unless it is named.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Files, folders and zip archives to read [default: the library].
    input: Vec<PathBuf>,

    /// Where to: a folder of PNG tiles with a map page, or a file that ends in .pmtiles. An earlier output is replaced.
    #[arg(short, long, value_name = "OUT", value_parser = PathBufValueParser::new().try_map(out))]
    out: PathBuf,

    /// Zooms to render, at most 20: 0-16, or one alone.
    #[arg(short, long, default_value = "0-16", value_parser = zooms)]
    zoom: RangeInclusive<u8>,

    /// What a pixel means; `trailglow layers` lists them.
    #[arg(long, default_value = LAYERS[0].name, value_parser = layer)]
    layer: &'static Layer,

    /// Colours: names separated by commas (`trailglow palettes` lists them), or stops of your own at numbers of visits
    /// or shares of the way to the hottest pixel. May be given several times; each makes a map of its own.
    #[arg(short, long, default_value = "ember", value_name = "NAME|STOPS", value_parser = palettes)]
    palette: Vec<Palettes>,

    /// Pixels along the side of a tile; 512 shows twice the detail on the same map squares.
    #[arg(long, default_value = "256", value_parser = ["256", "512"])]
    tile_size: String,

    #[command(flatten)]
    library: library::Location,

    /// Read every file anew, and remember nothing of it. Privacy zones of the library hold all the same.
    #[arg(long, requires = "input")]
    no_library: bool,

    /// Hide both ends of every activity: all until it is farther than this from where it begins, in a straight line,
    /// and likewise where it ends; what comes back there in between is shown. In m, km, ft or mi.
    #[arg(long, value_name = "LENGTH", value_parser = selection::length)]
    trim: Option<f64>,

    /// Who will see the map; `trailglow mask` names the places to hide.
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,

    /// What draws.
    #[arg(long, value_enum, default_value_t)]
    device: Device,

    /// For tests: lose the GPU after so many batches.
    #[arg(long, hide = true)]
    lose_gpu_after: Option<u32>,

    /// How hard to compress the tiles.
    #[arg(long, value_enum, default_value_t)]
    compression: Compression,

    /// Threads to work with [default: all].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    #[command(flatten)]
    pub telling: output::Telling,

    #[command(flatten)]
    which: selection::Flags,
}

/// Who will see a map.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Profile {
    /// Anybody: privacy zones and trims hide what they should.
    #[default]
    Public,
    /// You: everything is shown, and the map says that it is private.
    Private,
}

const EXAMPLES: &str = "\
Examples:
  trailglow render ~/activities -o tiles/ && open tiles/index.html
  trailglow render export/ ride.fit.gz -o heat.pmtiles --zoom 0-18
  trailglow render demo/ -o tiles/ --palette ember,ice,plum
  trailglow render -o tiles/   everything that was imported
  trailglow render demo/ -o tiles/ --palette '1:#932667,50%:#f37819,100%:#fcffa4'";

/// Renders, and says how it went.
pub fn run(args: Args) -> Result<Ending> {
    let begun = Instant::now();
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global().context("cannot start threads")?;
    }
    let sets = sets(args.layer, &args.palette)?;
    let selection = args.which.selection()?;
    let order = Order {
        zooms: args.zoom.clone(),
        tile_size: args.tile_size.parse().context("--tile-size")?,
        layer: args.layer,
        palettes: sets.iter().map(|set| set.palette.clone()).collect(),
        compression: args.compression,
    };
    sink::check(&args.out, &sets)?;
    let Choice { raster, why } = choice::choose(args.device, args.layer, args.lose_gpu_after)?;

    let privacy = material::privacy(&args)?;
    let view = View { accumulate: order.layer.accumulate, finest: order.finest(), privacy: &privacy };

    let bars = Bars::new(args.telling.quiet);
    let Material { found, collection, library } = material::read(&args, &selection, view, &bars)?;
    let read = begun.elapsed();
    // Where nothing is left, every reason counts.
    let verbose = args.telling.verbose || collection.tracks.is_empty();
    summary::name_skipped(&collection.report, &found, verbose);
    if collection.tracks.is_empty() {
        bail!("nothing to draw: {}", summary::nothing(&collection.report));
    }

    let new_library = library.as_ref().filter(|library| library.is_new).map(|_| args.library.path()).transpose()?;
    let memory = library.and_then(|library| Memory::new(library, &order, raster.as_ref()));
    let kept = memory.as_ref().map(|memory| memory.keep((&args.out, &sets), &order, &collection, &bars));
    let (kept, spool) = match kept.transpose() {
        Ok(kept) => kept.flatten().unzip(),
        Err(error) if error.is::<Interrupted>() => return Err(error),
        Err(error) => {
            if args.telling.verbose {
                output::complain(&format!("every tile is drawn: {error:#}"));
            }
            (None, None)
        }
    };
    let spool = spool.unwrap_or_default();
    let Collection { tracks, keys, facts, report } = collection;
    let Drawn { zooms, anew, touched, timing } = pyramid::draw(&tracks, &order, raster.as_ref(), &spool, kept, &bars)?;
    drop(tracks);
    let drawn = Instant::now();
    let is_private = matches!(args.profile, Profile::Private);
    let tileset = Tileset { sets, zooms, facts, is_private };
    let output = pyramid::write(&tileset, &spool, &args.out, &bars)?;
    if let Some(memory) = memory {
        let activities = keys.into_iter().zip(touched);
        let record = |order| Record::new(order, &tileset.zooms, activities, &spool);
        let left = memory.leave((&args.out, &tileset.sets), raster.as_ref(), args.layer.accumulate, record);
        if let Err(error) = left {
            output::complain(&format!("the next time every tile will be drawn again: {error:#}"));
        }
    }

    let summary = Summary {
        report: &report,
        tileset: &tileset,
        output: &output,
        anew,
        device: match why.filter(|_| args.telling.verbose || args.telling.json) {
            Some(why) => format!("{} ({why})", raster.describe()),
            None => raster.describe(),
        },
        read,
        timing,
        write: drawn.elapsed(),
        total: begun.elapsed(),
        new_library: new_library.as_deref(),
    };
    if args.telling.json {
        summary.print_json()?;
    } else if !args.telling.quiet {
        summary.print()?;
    }
    Ok(summary::ending(&report, &found))
}

fn out(path: PathBuf) -> Result<PathBuf, String> {
    sink::is_archive_name(&path).map(|_| path).map_err(|error| error.to_string())
}

fn zooms(text: &str) -> Result<RangeInclusive<u8>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    let zoom = |text: &str| text.parse::<u8>().ok().filter(|zoom| *zoom <= MAX_ZOOM && digits(text));
    match (zoom(first), zoom(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err(format!("write a zoom or two from 0 to {MAX_ZOOM}, such as 0-16")),
    }
}

fn layer(text: &str) -> Result<&'static Layer, String> {
    LAYERS.iter().find(|layer| layer.name == text).ok_or_else(|| {
        let names: Vec<&str> = LAYERS.iter().map(|layer| layer.name).collect();
        format!("there are the layers {}", names.join(", "))
    })
}

/// The palettes of one `--palette`.
type Palettes = std::sync::Arc<[Palette]>;

/// Names separated by commas, or the stops of one palette, which hold commas themselves.
fn palettes(text: &str) -> Result<Palettes, String> {
    if text.contains(':') {
        if text.split_once('=').is_some_and(|(names, _)| names.contains(',')) {
            return Err("names and stops cannot be mixed; write --palette once more for the stops".to_owned());
        }
        return text.parse().map(|palette| Palettes::from([palette]));
    }
    text.split(',').map(|name| name.trim().parse()).collect()
}

fn sets(layer: &'static Layer, palettes: &[Palettes]) -> Result<Vec<Set>, Usage> {
    let mut sets: Vec<Set> = Vec::new();
    for palette in palettes.iter().flat_map(|list| list.iter()) {
        // They name files, and some file systems do not tell capitals.
        let name = &palette.name;
        if sets.iter().any(|set| set.palette.name.eq_ignore_ascii_case(name)) {
            return Err(Usage(format!("--palette: two are called '{name}'; name your own, as in other=1:#ff0000")));
        }
        sets.push(Set { layer, palette: palette.clone() });
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooms_are_one_or_a_range() {
        assert_eq!((zooms("0-16"), zooms("12")), (Ok(0..=16), Ok(12..=12)));
        for wrong in ["", "-", "16-0", "0-21", "a-b", "1-2-3", "-1", "0-", "+5"] {
            assert!(zooms(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lists_of_names_and_stops_are_told_apart() {
        let names = |text: &str| palettes(text).map(|list| list.iter().map(|p| p.name.clone()).collect::<Vec<_>>());
        assert_eq!(names("ember, ice"), Ok(vec!["ember".to_owned(), "ice".to_owned()]));
        assert_eq!(names("1:#f00,5:#ff0"), Ok(vec!["custom".to_owned()]));
        assert!(names("ember,").is_err());
        assert!(names("ember,mine=1:#f00").is_err_and(|message| message.contains("once more")));
        assert!(sets(&LAYERS[0], &[palettes("ice,ice").expect("names")]).is_err());
    }
}

//! `trailglow render`: renders activities as a heat map.

mod privacy;
mod report;
mod styles;
mod terminal;
mod values;

use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::{Context, Error, Result};
use clap::builder::{PathBufValueParser, TypedValueParser};

use super::ending::{Ending, Failure, Usage};
use super::values::length;
use super::{faults, library, number, output, selection, summary};
use crate::collection::UnitSystem;
use crate::control::cancel::Cancel;
use crate::engine::layer::LAYERS;
use crate::engine::png::Compression;
use crate::engine::select_device::Device;
use crate::job::{self, Audience, IfMissing, Input, LibraryPlace, NothingToDraw, RenderRequest};
use crate::pyramid::RenderOptions;
use crate::tileset::{self, PaletteRange, PublicUrl, Publication, Title};
use styles::{StyleFlags, styles};
use terminal::Terminal;
use values::{Layers, Palettes, day, layers, out, palette_range, palettes, share, slope, zooms};

/// Render activity files as a heat map.
///
/// INPUT are FIT, GPX, TCX, KML, KMZ and GeoJSON files, also gzipped, and folders, zip and tar archives of them. Files
/// are recognized by their content. Without INPUT, the activities of the library are drawn. With INPUT, exactly these
/// files are drawn; the library remembers them, so that the next run reads only new files.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Files, folders and archives to draw; - is standard input [default: the library].
    input: Vec<PathBuf>,

    /// Output: a folder for PNG tiles with a map page, or a file that ends in .pmtiles. A previous output is replaced.
    #[arg(short, long, value_name = "OUT", value_parser = PathBufValueParser::new().try_map(out))]
    out: PathBuf,

    /// Zooms to render, a range or one zoom, at most 20. Lower zooms, down to 0, are added as an overview.
    #[arg(short, long, default_value = "0-16", allow_hyphen_values = true, value_parser = zooms)]
    zoom: RangeInclusive<u8>,

    /// Render exactly the zooms of --zoom; the page then shows no lines farther out.
    #[arg(long)]
    no_overview: bool,

    /// Layers, the meaning of a pixel: names separated by commas, or all (`trailglow layers` lists them). Each layer makes
    /// its own map; the flag may be repeated.
    #[arg(long, default_value = LAYERS[0].name, value_name = "NAME", value_parser = layers)]
    layer: Vec<Layers>,

    /// Palettes: names separated by commas (`trailglow palettes` lists them), or your own stops at numbers of visits or
    /// at percentages of the way to the hottest pixel. Each palette makes its own map; the flag may be repeated. Without
    /// it, each layer has its own [default: ember for visits].
    #[arg(short, long, value_name = "NAME|STOPS", value_parser = palettes)]
    palette: Vec<Palettes>,

    /// Share of the busiest pixels that the layer top shows [default: 10%].
    #[arg(long, value_name = "SHARE", value_parser = share)]
    top: Option<f32>,

    /// Steepness from which the layer hill shows a place [default: 2.5%].
    #[arg(long, value_name = "SLOPE", value_parser = slope)]
    hill: Option<f32>,

    /// Ends of the colours of layers of values or of dates, such as 100-180bpm, 10-40km/h, 7:00-4:00min/km, 0-12%,
    /// 200-2000m or 2020..2024-06; may be repeated [default: most values of the activities].
    #[arg(long, value_name = "RANGE", value_parser = palette_range)]
    range: Vec<PaletteRange>,

    /// Units of the legends [default: metric, and on the page those of the language of the browser].
    #[arg(long, value_name = "SYSTEM")]
    units: Option<UnitSystem>,

    /// Day from which the layers of the last months count back, as 2024-05-31 [default: the newest day of the map].
    #[arg(long, value_name = "DAY", value_parser = day)]
    today: Option<i32>,

    /// Width and height of a tile in pixels; 512 is for sharp screens.
    #[arg(long, default_value = "256", value_parser = ["256", "512"])]
    tile_size: String,

    /// Title of the map page and name of the tileset, at most 100 characters.
    #[arg(long, value_name = "TEXT")]
    title: Option<Title>,

    /// Address at which you publish the folder, such as `https://example.org/tiles/`: makes the addresses in tiles.json
    /// and on the page absolute.
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,

    #[command(flatten)]
    library: library::NewLocation,

    /// Read every file again and remember none; zones and trim of an existing library still apply.
    #[arg(long, requires = "input", conflicts_with = "new_library")]
    no_library: bool,

    /// Hide both ends of every activity, up to this distance from its first and last point, in a straight line. In m,
    /// km, ft or mi. A longer trim of the library (`trailglow zone trim`) holds.
    #[arg(long, value_name = "LENGTH", allow_hyphen_values = true, value_parser = length)]
    trim: Option<f64>,

    /// Audience of the map; `trailglow zone` hides places from public maps.
    #[arg(long, value_enum, default_value_t)]
    profile: Profile,

    /// Device that draws.
    #[arg(long, value_enum, default_value_t)]
    device: Device,

    /// For tests: lose the GPU after this number of batches.
    #[arg(long, hide = true)]
    lose_gpu_after: Option<u32>,

    /// Compression of the tiles.
    #[arg(long, value_enum, default_value_t)]
    compression: Compression,

    /// Number of threads [default: all cores].
    #[arg(long, allow_hyphen_values = true, value_parser = number::whole::<u16>(1..=1024))]
    threads: Option<u16>,

    #[command(flatten)]
    pub verbosity: output::Verbosity,

    #[command(flatten)]
    which: selection::Flags,
}

/// Audience of a map.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Profile {
    /// Anybody: privacy zones and trims apply.
    #[default]
    Public,
    /// You: nothing is hidden, and the map is marked as private.
    Private,
}

const EXAMPLES: &str = "\
Examples:
  trailglow render ~/activities -o tiles/ && open tiles/index.html
  trailglow render export/ ride.fit.gz -o heat.pmtiles --zoom 0-18
  trailglow render demo/ -o tiles/ --palette ember,ice,plum
  trailglow render -o tiles/   render all activities of the library
  trailglow render demo/ -o tiles/ --layer frequency,recency,sport
  trailglow render demo/ -o tiles/ --palette '1:#932667,50%:#f37819,100%:#fcffa4'";

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    start_threads(args.threads)?;
    let (json, quiet, verbose) = (args.verbosity.json, args.verbosity.quiet, args.verbosity.verbose);
    let terminal = Terminal::new(quiet, verbose);
    let first_zoom = *args.zoom.start();
    let request = request(args, cancel)?;
    let report = job::render(&request, &terminal, cancel).map_err(|error| {
        terminal.name_new_library();
        with_reasons(error)
    })?;
    if quiet {
        terminal.name_new_library();
        privacy::quiet_lines(&report.privacy).iter().for_each(|line| output::warn(line));
    }
    privacy::warning(&report.privacy).iter().for_each(|line| output::warn(line));
    if json {
        report::print_json(&report, &request.selection, first_zoom)?;
    } else if !quiet {
        report::print(&report, &request.selection, first_zoom, verbose)?;
    }
    Ok(faults::ending(&report.inputs, &report.found))
}

fn start_threads(threads: Option<u16>) -> Result<()> {
    let Some(threads) = threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global().context("cannot start threads")
}

/// The request that the flags describe.
fn request(args: Args, cancel: &Cancel) -> Result<RenderRequest> {
    let flags = StyleFlags { top: args.top, hill: args.hill, ranges: args.range, units: args.units };
    let styles = styles(&args.layer, &args.palette, &flags)?;
    if args.public_url.is_some() && tileset::is_archive_name(&args.out)? {
        return Err(Usage("--public-url is for folders; an archive contains no addresses, so drop it".into()).into());
    }
    let first_zoom = if args.no_overview { *args.zoom.start() } else { 0 };
    let trim_m = args.trim;
    let audience = match args.profile {
        Profile::Public => Audience::Public { trim_m },
        Profile::Private if trim_m.is_none() => Audience::Private,
        Profile::Private => {
            let message = "--trim cannot be combined with --profile private, which hides nothing; drop one of the two";
            return Err(Usage(message.into()).into());
        }
    };
    Ok(RenderRequest {
        input: match args.input {
            inputs if inputs.is_empty() => Input::Library,
            inputs => Input::Files { inputs, remember: !args.no_library },
        },
        selection: args.which.selection(|| args.library.path(), cancel)?,
        library: args.library.place().map(|place| match place.if_missing {
            // `--new-library` cannot be combined with `--no-library`.
            IfMissing::OfferNew if args.no_library => LibraryPlace::existing(place.path),
            _ => place,
        }),
        audience,
        today: args.today,
        options: RenderOptions {
            zooms: first_zoom..=*args.zoom.end(),
            tile_size: args.tile_size.parse().context("--tile-size")?,
            window: None,
            styles,
            compression: args.compression,
        },
        publication: Publication { title: args.title, public_url: args.public_url },
        device: args.device,
        lose_gpu_after: args.lose_gpu_after,
        out: args.out,
    })
}

/// Adds the reasons if there is nothing to draw.
fn with_reasons(error: Error) -> Error {
    match error.downcast::<NothingToDraw>() {
        Ok(nothing) => {
            privacy::quiet_lines(&nothing.privacy).iter().for_each(|line| output::warn(line));
            let message = format!("{nothing}: {}", summary::nothing(&nothing.inputs));
            Failure { message, details: report::details(&nothing) }.into()
        }
        Err(error) => error,
    }
}

//! The command line, one file per verb: flags → one call of a job → report on stdout.

mod demo;
mod devices;
mod duplicates;
mod ending;
mod exclude;
mod faults;
mod forget;
mod format;
mod import;
mod inspect;
mod legend;
mod library;
mod list;
mod number;
mod output;
mod progress;
mod render;
mod selection;
mod show;
pub mod signals;
mod stats;
mod summary;
mod tables;
mod values;
mod view;
mod zone;

pub use ending::Ending;
use ending::{Failure, Usage};

use std::ffi::OsString;
use std::io::{self, Write};

use anyhow::Result;
use clap::{Parser, Subcommand};
use serde_json::{Map, Value, json};

use crate::control::cancel::{Cancel, Interrupted};

/// Every road you have ever ridden, run or walked, as a glowing map.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  trailglow demo -o demo/                        write invented activities to try the program
  trailglow render demo/ -o tiles/               render a folder of tiles with a map page
  trailglow render ~/activities -o heat.pmtiles  render one file for a static host
  trailglow import demo/                         import activities into the library
  trailglow render -o tiles/                     render all activities of the library
  trailglow list --year 2020                     list the activities of the library
  trailglow zone add --help                      hide places, such as your home, in every map
  trailglow inspect demo/                        show the contents of files

Exit status:
  0 success; 1 failure; 2 wrong usage; 3 success, but some files could not be read, or only in part; 130 interrupted";

/// Old name of the command `zone`.
const OLD_ZONE: &str = "mask";

#[derive(Debug, Subcommand)]
enum Verb {
    // The largest by far.
    Render(Box<render::Args>),
    Import(import::Args),
    List(list::Args),
    Stats(stats::Args),
    Show(show::Args),
    /// Exclude activities from maps, lists and sums; `include` undoes that.
    #[command(after_help = exclude::EXCLUDE_EXAMPLES)]
    Exclude(exclude::Args),
    /// Include excluded activities again.
    #[command(after_help = exclude::INCLUDE_EXAMPLES)]
    Include(exclude::Args),
    Duplicates(duplicates::Args),
    Forget(forget::Args),
    Zone(zone::Args),
    View(view::Args),
    Inspect(inspect::Args),
    Demo(demo::Args),
    Devices(devices::Args),
    /// List the palettes.
    #[command(after_help = tables::PALETTES_EXAMPLES)]
    Palettes(tables::Args),
    /// List the layers.
    #[command(after_help = tables::LAYERS_EXAMPLES)]
    Layers(tables::Args),
    Legend(legend::Args),
    /// List the fields that `--where` can test.
    #[command(after_help = tables::FIELDS_EXAMPLES)]
    Fields(tables::Args),
}

/// Parses the arguments. Prints help on stdout, and wrong usage on stderr and, if the arguments ask for JSON, as a
/// document on stdout.
///
/// # Errors
/// The exit status if there is nothing to run.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> std::result::Result<Cli, u8> {
    let mut args: Vec<OsString> = args.into_iter().collect();
    // No alias of clap's, which would suggest the old name for mistyped commands.
    if let Some(verb) = args.get_mut(1).filter(|verb| *verb == OLD_ZONE) {
        *verb = "zone".into();
    }
    Cli::try_parse_from(&args).map_err(|error| {
        let status = print_usage(&error);
        if !error.use_stderr() {
            return status;
        }
        if args.iter().any(|arg| arg == "--json") {
            let text = error.render().to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            print_error(text.split("\n\n").next().unwrap_or(text), Map::new());
        }
        status
    })
}

/// Prints an error on stderr and, if `as_json`, as a JSON document on stdout. Returns the exit status.
pub fn explain(error: &anyhow::Error, as_json: bool) -> u8 {
    output::warn(&format!("trailglow: {error:#}"));
    if as_json {
        let details = error.downcast_ref::<Failure>().map(|failure| failure.details.clone());
        print_error(&format!("{error:#}"), details.unwrap_or_default());
    }
    if error.is::<Interrupted>() {
        signals::STATUS
    } else if error.is::<Usage>() {
        2
    } else {
        1
    }
}

/// Prints help, version or wrong usage. Returns the exit status, which is 1 if stdout cannot be written; a closed pipe
/// is no failure.
fn print_usage(error: &clap::Error) -> u8 {
    match error.print().and_then(|()| io::stdout().flush()) {
        Err(failure) if !error.use_stderr() && failure.kind() != io::ErrorKind::BrokenPipe => {
            output::warn(&format!("trailglow: cannot write the result: {failure}"));
            1
        }
        _ => error.exit_code() as u8,
    }
}

/// Prints an error as a JSON document on stdout, beside `details`.
fn print_error(error: &str, details: Map<String, Value>) {
    let mut document = json!({"schema_version": 1, "error": error});
    details.into_iter().for_each(|(name, member)| document[name] = member);
    // Writing to stdout may be the error that is reported, so a second failure is ignored.
    let _ = output::print(&format!("{document:#}\n"));
}

impl Cli {
    /// Returns true if the user asked for a JSON document.
    pub fn wants_json(&self) -> bool {
        match &self.verb {
            Verb::Render(args) => args.verbosity.json,
            Verb::Import(args) => args.verbosity.json,
            Verb::List(args) => args.query.json,
            Verb::Stats(args) => args.query.json,
            Verb::Show(args) => args.query.json,
            Verb::Duplicates(args) => args.query.json,
            Verb::Zone(args) => args.wants_json(),
            Verb::View(args) => args.wants_json(),
            Verb::Exclude(args) | Verb::Include(args) => args.query.json,
            Verb::Forget(args) => args.query.json,
            Verb::Inspect(args) => args.json,
            Verb::Demo(args) => args.json,
            Verb::Devices(args) => args.json,
            Verb::Legend(args) => args.json,
            Verb::Palettes(args) | Verb::Layers(args) | Verb::Fields(args) => args.json,
        }
    }

    /// Runs the verb.
    ///
    /// # Errors
    /// If the verb fails or is cancelled; the error text is a sentence for the user.
    pub fn run(self, cancel: &Cancel) -> Result<Ending> {
        match self.verb {
            Verb::Render(args) => render::run(*args, cancel),
            Verb::Import(args) => import::run(args, cancel),
            Verb::List(args) => list::run(args, cancel),
            Verb::Stats(args) => stats::run(args, cancel),
            Verb::Show(args) => show::run(args, cancel),
            Verb::Exclude(args) => exclude::run(args, true, cancel),
            Verb::Include(args) => exclude::run(args, false, cancel),
            Verb::Duplicates(args) => duplicates::run(args, cancel),
            Verb::Forget(args) => forget::run(args, cancel),
            Verb::Zone(args) => zone::run(args, cancel),
            Verb::View(args) => view::run(args, cancel),
            Verb::Inspect(args) => inspect::run(args, cancel),
            Verb::Demo(args) => demo::run(args, cancel),
            Verb::Devices(args) => devices::run(args),
            Verb::Palettes(args) => tables::palettes(args),
            Verb::Layers(args) => tables::layers(args),
            Verb::Legend(args) => legend::run(args),
            Verb::Fields(args) => tables::fields(args),
        }
    }
}

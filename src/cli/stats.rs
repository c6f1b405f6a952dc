//! `trailglow stats`: sums over the activities of the library.

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::Ending;
use super::format::count;
use super::output::printable;
use super::{library, output, selection, summary};
use crate::activity::sport::Sport;
use crate::control::cancel::Cancel;
use crate::job::stats::{Stats, StatsRequest, Sum, Sums, stats};

/// Show sums over the activities of the library, by year and by sport.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub query: library::LibraryQuery,

    #[command(flatten)]
    which: selection::Flags,
}

const EXAMPLES: &str = "\
Examples:
  trailglow stats
  trailglow stats --sport ride --from 2020-01 --to 2020-06";

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let request = StatsRequest { selection: args.which.selection()?, library: args.query.library.path()? };
    let stats = stats(&request, cancel)?;
    output::print(&if args.query.json { document(&stats) } else { table(&stats) })?;
    Ok(Ending::Done)
}

fn document(stats: &Stats) -> String {
    let [years, sports] = [&stats.years, &stats.sports].map(sums_json);
    let document = json!({"schema_version": 1, "years": years, "sports": sports, "all": sum_json(&stats.all),
                          "omitted": stats.omitted, "home": stats.home});
    format!("{document:#}\n")
}

fn table(stats: &Stats) -> String {
    let mut out = row(["", "activities", "km", "hours", "ascent"]);
    for (year, sum) in &stats.years {
        out += &row_of(year, sum);
    }
    for (sport, sum) in &stats.sports {
        out += &row_of(&Sport::of(sport).title(), sum);
    }
    if stats.all.activities > 0 {
        out += &row_of("all", &stats.all);
    }
    if stats.is_empty {
        out += summary::EMPTY_LIBRARY;
    }
    out + &summary::below(&stats.omitted, stats.home)
}

fn sum_json(sum: &Sum) -> Value {
    let [metres, seconds, ascent_m] = [sum.millimetres, sum.milliseconds, sum.ascent_millimetres]
        .map(|thousandths| (thousandths as f64 / 1e3).round());
    json!({"activities": sum.activities, "metres": metres, "seconds": seconds, "ascent_m": ascent_m})
}

fn sums_json(sums: &Sums) -> Value {
    sums.iter().map(|(name, sum)| (name.clone(), sum_json(sum))).collect()
}

fn row_of(name: &str, sum: &Sum) -> String {
    let whole = |value: u64, unit: f64| count((value as f64 / unit).round() as u64);
    let [km, hours, ascent] =
        [whole(sum.millimetres, 1e6), whole(sum.milliseconds, 3.6e6), whole(sum.ascent_millimetres, 1e3)];
    row([&printable(name), &count(sum.activities), &km, &hours, &ascent])
}

fn row([name, activities, km, hours, ascent]: [&str; 5]) -> String {
    format!("{name:<18} {activities:>10} {km:>10} {hours:>8} {ascent:>10}\n")
}

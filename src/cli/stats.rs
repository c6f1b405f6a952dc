//! `trailglow stats`: sums over the activities of the library.

use anyhow::Result;
use serde_json::{Value, json};

use super::ending::Ending;
use super::format::count;
use super::output::printable;
use super::{library, output, selection, summary};
use crate::control::cancel::Cancel;
use crate::job::stats::{FacetSums, GroupSum, Stats, StatsRequest, Sum, stats};
use crate::selection::{Expression, FIELDS, Key, Selection, UNKNOWN};

/// Show sums over the activities of the library, by year and by sport.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Sums by these fields instead, each under all conditions but those on the field itself: year, month, weekday, hour,
    /// sport, gear, distance and more.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', value_parser = group_key)]
    by: Vec<Key>,

    #[command(flatten)]
    pub query: library::LibraryQuery,

    #[command(flatten)]
    which: selection::Flags,
}

const EXAMPLES: &str = "\
Examples:
  trailglow stats
  trailglow stats --sport ride --from 2020-01 --to 2020-06
  trailglow stats --year 2024 --by month,weekday,gear";

/// A field whose groups can be counted.
fn group_key(text: &str) -> Result<Key, String> {
    Key::of(&text.trim().to_lowercase()).filter(|key| key.field.has_groups()).ok_or_else(|| {
        let names: Vec<&str> = FIELDS.iter().filter(|field| field.has_groups()).map(|field| field.name).collect();
        format!("write some of {}", names.join(", "))
    })
}

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let utc = args.which.utc();
    let by = args.by.into_iter().map(|key| if utc { key.in_utc() } else { key }).collect();
    let library = args.query.library.path()?;
    let selection = args.which.selection(|| Ok(library.clone()), cancel)?;
    let request = StatsRequest { selection, by, utc, library };
    let (stats, selection) = (stats(&request, cancel)?, &request.selection);
    stats.warning.iter().for_each(|text| output::warn(text));
    output::print(&if args.query.json { document(&stats, selection) } else { table(&stats, selection) })?;
    Ok(Ending::Done)
}

fn document(stats: &Stats, selection: &Selection) -> String {
    let by_value = |groups: &[GroupSum]| -> Value {
        let value = |group: &GroupSum| group.value.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        groups.iter().map(|group| (value(group), sum_json(&group.sum))).collect()
    };
    let mut document = json!({"schema_version": 1, "years": by_value(&stats.years), "sports": by_value(&stats.sports),
                          "all": sum_json(&stats.all), "omitted": stats.omitted, "home": stats.home,
                          "selection": summary::selection_json(selection)});
    if !stats.facets.is_empty() {
        let facets = stats.facets.iter().map(|facet| (facet.key.name(), facet.groups.iter().map(group_json).collect()));
        document["facets"] = facets.collect::<serde_json::Map<String, Value>>().into();
    }
    format!("{document:#}\n")
}

/// Least and greatest width of the first column; longer names push the numbers aside.
const NAME_WIDTHS: [usize; 2] = [18, 48];

fn table(stats: &Stats, selection: &Selection) -> String {
    let facets = || stats.facets.iter().flat_map(|facet| &facet.groups);
    let longest = facets().map(|group| printable(&group.title).chars().count() + MARK.len()).max().unwrap_or(0);
    let width = longest.clamp(NAME_WIDTHS[0], NAME_WIDTHS[1]);
    let rows = |groups: &[GroupSum]| -> String {
        groups.iter().map(|group| row_of(width, &group.title, &group.sum)).collect()
    };
    let mut out = if stats.facets.is_empty() {
        heading("", width) + &rows(&stats.years) + &rows(&stats.sports)
    } else {
        stats.facets.iter().map(|facet| facet_table(width, facet)).collect()
    };
    if stats.all.activities > 0 {
        out += &row_of(width, "all", &stats.all);
    }
    if stats.facets.iter().any(|facet| facet.is_limited) {
        out += "* selected; each table leaves out the condition on its own field\n";
    }
    if stats.is_empty {
        out += summary::EMPTY_LIBRARY;
    }
    out + &summary::below(selection, &stats.omitted, stats.home)
}

/// Mark of selected groups.
const MARK: &str = " *";

fn facet_table(width: usize, FacetSums { key, is_limited, groups }: &FacetSums) -> String {
    let row = |group: &GroupSum| {
        let mark = if *is_limited && group.is_selected { MARK } else { "" };
        row_of(width, &format!("{}{mark}", group.title), &group.sum)
    };
    heading(&key.name(), width) + &groups.iter().map(row).collect::<String>() + "\n"
}

fn sum_json(sum: &Sum) -> Value {
    let [metres, new_metres, seconds, ascent_m] =
        [sum.millimetres, sum.new_millimetres, sum.milliseconds, sum.ascent_millimetres]
            .map(|thousandths| (thousandths as f64 / 1e3).round());
    json!({"activities": sum.activities, "metres": metres, "new_metres": new_metres, "seconds": seconds, "ascent_m": ascent_m})
}

fn group_json(group: &GroupSum) -> Value {
    let mut row = sum_json(&group.sum);
    row["value"] = group.value.clone().into();
    row["where"] = group.condition.as_ref().map(Expression::to_string).into();
    row["selected"] = group.is_selected.into();
    row
}

fn heading(first: &str, width: usize) -> String {
    row(width, [first, "activities", "km", "new km", "hours", "ascent"])
}

fn row_of(width: usize, name: &str, sum: &Sum) -> String {
    let whole = |value: u64, unit: f64| count((value as f64 / unit).round() as u64);
    let [km, new, hours, ascent] = [
        whole(sum.millimetres, 1e6),
        whole(sum.new_millimetres, 1e6),
        whole(sum.milliseconds, 3.6e6),
        whole(sum.ascent_millimetres, 1e3),
    ];
    row(width, [&printable(name), &count(sum.activities), &km, &new, &hours, &ascent])
}

fn row(width: usize, [name, activities, km, new, hours, ascent]: [&str; 6]) -> String {
    format!("{name:<width$} {activities:>10} {km:>10} {new:>8} {hours:>8} {ascent:>10}\n")
}

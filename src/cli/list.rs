//! `trailglow list`, `stats` and `show`: what is in the library.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::{Value, json};

use super::ending::Ending;
use super::format::{count, some};
use super::output::printable;
use super::{library, output, selection, summary};
use crate::activity::calendar::moment_of_ms;
use crate::activity::summary::About;
use crate::activity::{is_indoor, is_virtual};
use crate::control::cancel::Cancel;
use crate::library::{Library, Listed, choose};
use crate::selection::Left;

/// List the activities of the library, as many as `render` would draw.
#[derive(Debug, clap::Args)]
#[command(after_help = LIST_EXAMPLES)]
pub struct ListArgs {
    /// What to sort by; what has none comes last.
    #[arg(long, value_enum, default_value_t)]
    sort: Sort,

    /// The other way round.
    #[arg(long)]
    reverse: bool,

    /// Those that were excluded, instead.
    #[arg(long)]
    excluded: bool,

    #[command(flatten)]
    pub question: library::Question,

    #[command(flatten)]
    which: selection::Flags,
}

const LIST_EXAMPLES: &str = "\
Examples:
  trailglow list --year 2020 --sport ride --sort distance --reverse
  trailglow list --near home --radius 15km --json";

/// What a list can be sorted by.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Sort {
    #[default]
    Start,
    Distance,
    Duration,
    Ascent,
    Sport,
    Name,
}

impl Sort {
    fn compare(self, a: &About, b: &About, reverse: bool) -> Ordering {
        let turned = |order: Ordering| if reverse { order.reverse() } else { order };
        let number = |of: fn(&About) -> Option<f64>| match (of(a), of(b)) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        match self {
            Self::Start => number(|about| about.start_ms.map(|ms| ms as f64)),
            Self::Distance => number(|about| Some(about.metres)),
            Self::Duration => number(About::seconds),
            Self::Ascent => number(|about| about.ascent_m),
            Self::Sport => turned(a.sport.cmp(&b.sport)),
            Self::Name => a.name.is_none().cmp(&b.name.is_none()).then_with(|| turned(a.name.cmp(&b.name))),
        }
    }
}

/// Lists.
pub fn list(args: ListArgs, cancel: &Cancel) -> Result<Ending> {
    let selection = args.which.selection()?;
    let mut listed = Library::open_if_there(&args.question.library.path()?, cancel)?.list()?;
    if args.excluded {
        listed.retain(|activity| activity.excluded);
        listed.iter_mut().for_each(|activity| activity.excluded = false);
    }
    let filter = selection.among(listed.iter().map(|activity| activity.about.start));
    let (chosen, left) = choose(listed, &filter);
    let mut chosen: Vec<&Listed> = chosen.iter().collect();
    chosen.sort_by(|a, b| {
        // Numbers say in which order files were read, and that is chance.
        args.sort.compare(&a.about, &b.about, args.reverse).then_with(|| a.origin.path().cmp(b.origin.path()))
    });
    let text = if args.question.json {
        let activities: Vec<Value> = chosen.iter().copied().map(json_of).collect();
        let document = json!({"schema_version": 1, "activities": activities, "not_listed": left, "home": filter.home});
        format!("{document:#}\n")
    } else {
        table(&chosen, &left, filter.home)
    };
    output::print(&text)?;
    Ok(Ending::Done)
}

fn table(chosen: &[&Listed], left: &Left, home: Option<(f64, f64)>) -> String {
    let mut out = String::new();
    row(&mut out, ["id", "start", "km", "time", "ascent", "sport", "name"]);
    for activity in chosen {
        let about = &activity.about;
        let file = activity.origin.path().file_name().unwrap_or_default();
        let name = about.name.as_deref().map_or_else(|| file.to_string_lossy(), Into::into);
        let cells = [
            &activity.id.to_string(),
            &minute(about.start_ms),
            &format!("{:.1}", about.metres / 1000.0),
            &about.seconds().map_or("–".to_owned(), clock),
            &about.ascent_m.map_or("–".to_owned(), |metres| count(metres.round() as u64)),
            &printable(&about.sport),
            &printable(&name),
        ];
        row(&mut out, cells.map(String::as_str));
    }
    let metres: f64 = chosen.iter().map(|activity| activity.about.metres).sum();
    let activities = some(chosen.len() as u64, "activity", "activities");
    let _ = writeln!(out, "{activities}, {} km", count((metres / 1000.0).round() as u64));
    out + &below(left, home)
}

/// What a list leaves out, and what it found.
fn below(left: &Left, home: Option<(f64, f64)>) -> String {
    let mut out = String::new();
    let left = summary::left_by_reason(left);
    if !left.is_empty() {
        let _ = writeln!(out, "not drawn: {}", left.join(", "));
    }
    if let Some(home) = home {
        let _ = writeln!(out, "{}", summary::home_text(home));
    }
    out
}

fn row(out: &mut String, [id, start, km, time, ascent, sport, name]: [&str; 7]) {
    let _ = writeln!(out, "{id:>6}  {start:<16} {km:>8} {time:>8} {ascent:>7}  {sport:<16} {name}");
}

fn minute(ms: Option<i64>) -> String {
    ms.map_or("–".to_owned(), |ms| moment_of_ms(ms)[..16].replace('T', " "))
}

/// `2:05:09`.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn json_of(activity: &Listed) -> Value {
    let about = &activity.about;
    json!({
        "id": activity.id,
        "start": about.start_ms.map(moment_of_ms),
        "end": about.end_ms.map(moment_of_ms),
        "sport": about.sport,
        "name": about.name,
        "metres": about.metres.round(),
        "seconds": about.seconds(),
        "ascent_m": about.ascent_m.map(f64::round),
        "points": about.points,
        "bbox": about.extent.degrees(),
        "gear": about.gear,
        "commute": about.commute,
        "planned": about.planned,
        "indoor": is_indoor(&about.sport),
        "virtual": is_virtual(&about.sport),
        "format": activity.origin.format,
        "device": activity.origin.device,
        "path": activity.origin.path().to_string_lossy(),
    })
}

/// Sums of the activities of the library, by year and by sport.
#[derive(Debug, clap::Args)]
#[command(after_help = STATS_EXAMPLES)]
pub struct StatsArgs {
    #[command(flatten)]
    pub question: library::Question,

    #[command(flatten)]
    which: selection::Flags,
}

const STATS_EXAMPLES: &str = "\
Examples:
  trailglow stats
  trailglow stats --sport ride --from 2020-01 --to 2020-06";

#[derive(Default)]
struct Sum {
    activities: u64,
    metres: f64,
    seconds: f64,
    ascent_m: f64,
}

impl Sum {
    fn add(&mut self, about: &About) {
        self.activities += 1;
        self.metres += about.metres;
        self.seconds += about.seconds().unwrap_or(0.0);
        self.ascent_m += about.ascent_m.unwrap_or(0.0);
    }
}

type Sums = BTreeMap<String, Sum>;

/// Adds up.
pub fn stats(args: StatsArgs, cancel: &Cancel) -> Result<Ending> {
    let selection = args.which.selection()?;
    let listed = Library::open_if_there(&args.question.library.path()?, cancel)?.list()?;
    let filter = selection.among(listed.iter().map(|activity| activity.about.start));
    let (chosen, left) = choose(listed, &filter);
    let (mut years, mut sports, mut all) = (Sums::new(), Sums::new(), Sums::new());
    for Listed { about, .. } in &chosen {
        let known = |text: String| if text.is_empty() { "unknown".to_owned() } else { text };
        let year = about.start_ms.map_or(String::new(), |ms| moment_of_ms(ms)[..4].to_owned());
        years.entry(known(year)).or_default().add(about);
        sports.entry(known(about.sport.clone())).or_default().add(about);
        all.entry("all".to_owned()).or_default().add(about);
    }
    let text = if args.question.json {
        let [years, sports] = [&years, &sports].map(sums_json);
        let all = all.values().next().map_or_else(|| sum_json(&Sum::default()), sum_json);
        let document = json!({"schema_version": 1, "years": years, "sports": sports, "all": all,
                              "not_counted": left, "home": filter.home});
        format!("{document:#}\n")
    } else {
        let head = ["", "activities", "km", "hours", "ascent"];
        let rows = [&years, &sports, &all].into_iter().flatten().map(sum_row);
        sums_row(head) + &rows.collect::<String>() + &below(&left, filter.home)
    };
    output::print(&text)?;
    Ok(Ending::Done)
}

fn sum_json(sum: &Sum) -> Value {
    json!({"activities": sum.activities, "metres": sum.metres.round(), "seconds": sum.seconds.round(),
           "ascent_m": sum.ascent_m.round()})
}

fn sums_json(sums: &Sums) -> Value {
    sums.iter().map(|(name, sum)| (name.clone(), sum_json(sum))).collect()
}

fn sum_row((name, sum): (&String, &Sum)) -> String {
    let whole = |value: f64| count(value.round() as u64);
    let [km, hours, ascent] = [sum.metres / 1000.0, sum.seconds / 3600.0, sum.ascent_m].map(whole);
    sums_row([&printable(name), &count(sum.activities), &km, &hours, &ascent])
}

fn sums_row([name, activities, km, hours, ascent]: [&str; 5]) -> String {
    format!("{name:<16} {activities:>10} {km:>10} {hours:>8} {ascent:>10}\n")
}

/// Show all that the library knows of an activity.
#[derive(Debug, clap::Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub struct ShowArgs {
    /// Its number, as `trailglow list` shows it.
    id: i64,

    #[command(flatten)]
    pub question: library::Question,
}

const SHOW_EXAMPLES: &str = "\
Examples:
  trailglow show 1
  trailglow show 1 --json";

/// Shows.
pub fn show(args: ShowArgs, cancel: &Cancel) -> Result<Ending> {
    let listed = Library::open_if_there(&args.question.library.path()?, cancel)?.list()?;
    let found = listed.iter().find(|activity| activity.id == args.id);
    let activity = found.with_context(|| format!("there is no activity {}; `trailglow list` shows them", args.id))?;
    let copies = listed.iter().filter(|other| other.copy_of == Some(activity.id)).map(|other| other.id);
    let mut document = json_of(activity);
    document["excluded"] = activity.excluded.into();
    document["copy_of"] = activity.copy_of.into();
    document["copies"] = copies.collect();
    if args.question.json {
        document["schema_version"] = 1.into();
        output::print(&format!("{document:#}\n"))?;
        return Ok(Ending::Done);
    }
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), printable);
    let rows = document.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    output::print(&rows.map(|(name, value)| format!("{name:<9} {}\n", plain(value))).collect::<String>())?;
    Ok(Ending::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Point};
    use crate::collection::visible::whole;

    #[test]
    fn hours_do_not_end_at_a_day() {
        assert_eq!([59.6, 7509.0, 100_000.0].map(clock), ["0:01:00", "2:05:09", "27:46:40"]);
    }

    #[test]
    fn what_says_nothing_comes_last_either_way() {
        let about = |start: Option<i64>| {
            let point = Point { time_ms: start, ..Point::at(47.0, 8.0) };
            whole(&Activity { segments: vec![vec![point]], ..Activity::default() }).0.expect("a point").about
        };
        let abouts = [about(None), about(Some(2)), about(Some(1))];
        let sorted = |reverse: bool| {
            let mut starts: Vec<&About> = abouts.iter().collect();
            starts.sort_by(|a, b| Sort::Start.compare(a, b, reverse));
            starts.into_iter().map(|about| about.start_ms).collect::<Vec<_>>()
        };
        assert_eq!(sorted(false), [Some(1), Some(2), None]);
        assert_eq!(sorted(true), [Some(2), Some(1), None]);
    }
}

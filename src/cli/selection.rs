//! The flags that select activities, shared by all verbs.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::ending::Usage;
use super::output;
use super::values::{
    ascents, bbox, distances, durations, hours, lowered, months, near, new_roads, radius, seasons, sentence, weekdays,
    years, yes_or_no,
};
use crate::activity::sport::suggestion;
use crate::control::cancel::Cancel;
use crate::job::view;
use crate::selection::{Expression, Key, Near, OPEN, Predicate, Quantity, QuantityRange, Selection, Test, period};
use crate::source::Format;

/// Conditions on activities.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which activities (all conditions must hold)")]
pub struct Flags {
    /// Started on this day or later, in local time at the start: 2024-05-31, 2024-05 or 2024.
    #[arg(long, value_name = "DAY", value_parser = period)]
    from: Option<[i32; 2]>,

    /// Started on this day or earlier.
    #[arg(long, value_name = "DAY", value_parser = period)]
    to: Option<[i32; 2]>,

    /// Started in one of these years: 2023,2024 or 2019-2022.
    #[arg(long, value_name = "YEARS", value_delimiter = ',', value_parser = years)]
    year: Vec<[i32; 2]>,

    /// Started in one of these months: 6-8, jun,jul or nov-feb.
    #[arg(long, value_name = "MONTHS", value_delimiter = ',', value_parser = months)]
    month: Vec<u32>,

    /// Started on one of these days of the week: mon-fri or sat,sun.
    #[arg(long, value_name = "DAYS", value_delimiter = ',', value_parser = weekdays)]
    weekday: Vec<u32>,

    /// Started in one of these hours of the day: 5-8 is 5:00 to 8:59.
    #[arg(long, value_name = "HOURS", value_delimiter = ',', value_parser = hours)]
    hour: Vec<u32>,

    /// Started in one of these seasons of the place: spring is March to May, or September to November in the south.
    #[arg(long, value_name = "SEASONS", value_delimiter = ',', value_parser = seasons)]
    season: Vec<u32>,

    /// In the middle of the time, the sun was more than 6° below the horizon; with `--night no`, it was not.
    #[arg(long, value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no)]
    night: Option<bool>,

    /// One of these sports: ride,run,walk,hike,swim,ski,paddling with all their kinds, a kind such as gravel-ride, or a
    /// part of the word in the file.
    #[arg(long, value_name = "SPORTS", value_delimiter = ',', value_parser = lowered)]
    sport: Vec<String>,

    /// Length in m, km, ft or mi: 5km-50km, 10mi-, -800m.
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true, value_parser = distances)]
    distance: Option<QuantityRange>,

    /// Time from the first to the last point, in s, min or h: 30min-2h, 90s-.
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true, value_parser = durations)]
    duration: Option<QuantityRange>,

    /// Ascent in m, km, ft or mi: 500m-, 1000ft-5000ft.
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true, value_parser = ascents)]
    ascent: Option<QuantityRange>,

    /// Length of new roads, on which no earlier activity came within 25 m: --new=1km-; alone, at least 100 m.
    #[arg(long, value_name = "RANGE", num_args = 0..=1, require_equals = true, default_missing_value = "100m-", value_parser = new_roads)]
    new: Option<QuantityRange>,

    /// Title contains TEXT.
    #[arg(long, value_name = "TEXT", value_parser = lowered)]
    name: Option<String>,

    /// Name of the bicycle or shoes contains TEXT, as exports name them.
    #[arg(long, value_name = "TEXT", value_parser = lowered)]
    gear: Option<String>,

    /// Marked as a commute; with `--commute no`, not marked as one.
    #[arg(long, value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no)]
    commute: Option<bool>,

    /// Format is fit, gpx, tcx, kml or geojson, or the file's path contains TEXT; any copy of the recording counts.
    #[arg(long, value_name = "TEXT", value_parser = lowered)]
    source: Option<String>,

    /// Name of the device or program that wrote the file contains TEXT; any copy of the recording counts.
    #[arg(long, value_name = "TEXT", value_parser = lowered)]
    device_name: Option<String>,

    /// Bounding box touches this box, in degrees: west,south,east,north.
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true, value_parser = bbox)]
    bbox: Option<[f64; 4]>,

    /// Starts near a place, latitude first: 48.1,11.6; or near `home`, the most common start, which is then printed.
    #[arg(long, value_name = "LAT,LON|home", allow_hyphen_values = true, value_parser = near)]
    near: Option<Near>,

    /// Distance for --near, in m, km, ft or mi.
    #[arg(long, value_name = "LENGTH", requires = "near", default_value = "10km", allow_hyphen_values = true, value_parser = radius)]
    radius: Quantity,

    /// Also indoor activities.
    #[arg(long)]
    indoor: bool,

    /// Also virtual activities.
    #[arg(long = "virtual")]
    virtual_activities: bool,

    /// Also planned courses and routes.
    #[arg(long)]
    courses: bool,

    /// A sentence, such as 'sport in [ride, run] and distance > 20km and not commute'; `trailglow fields` lists what it
    /// may test.
    #[arg(long, value_name = "SENTENCE", value_parser = sentence)]
    r#where: Vec<Expression>,

    /// The selection of this name; see `trailglow view --help`.
    #[arg(long, value_name = "NAME")]
    view: Vec<String>,

    /// Days, months, years and hours in UTC instead of local time.
    #[arg(long)]
    utc: bool,
}

impl Flags {
    /// True for clocks in UTC instead of local time.
    pub fn utc(&self) -> bool {
        self.utc
    }

    /// The selection that these flags describe. Views are those of the library at the path that `library` returns.
    ///
    /// # Errors
    /// If `--from` is later than `--to`, there is no such view, or the library cannot be read.
    pub fn selection(&self, library: impl FnOnce() -> Result<PathBuf>, cancel: &Cancel) -> Result<Selection> {
        if self.from.zip(self.to).is_some_and(|([from, _], [_, to])| from > to) {
            return Err(Usage("--from is later than --to; exchange the two days".into()).into());
        }
        let days = |from, to| Predicate::Whole(vec![[from, to]]);
        let texts = |text: &String| vec![text.clone()];
        let tests = [
            self.from.map(|[first, _]| ("date", days(first, OPEN[1]))),
            self.to.map(|[_, last]| ("date", days(OPEN[0], last))),
            some(&self.year).map(|years| ("year", Predicate::Whole(years.to_vec()))),
            some(&self.month).map(|months| ("month", one_of(months))),
            some(&self.weekday).map(|days| ("weekday", one_of(days))),
            some(&self.hour).map(|hours| ("hour", one_of(hours))),
            some(&self.season).map(|seasons| ("season", one_of(seasons))),
            some(&self.sport).map(|sports| ("sport", Predicate::Sports(sports.to_vec()))),
            self.distance.map(|range| ("distance", Predicate::Quantities(vec![range]))),
            self.duration.map(|range| ("duration", Predicate::Quantities(vec![range]))),
            self.ascent.map(|range| ("ascent", Predicate::Quantities(vec![range]))),
            self.new.map(|range| ("new", Predicate::Quantities(vec![range]))),
            self.name.as_ref().map(|text| ("name", Predicate::Like(texts(text)))),
            self.gear.as_ref().map(|text| ("gear", Predicate::Like(texts(text)))),
            self.source.as_ref().map(|text| {
                match Format::ALL.iter().any(|format| format.name().eq_ignore_ascii_case(text)) {
                    true => ("format", Predicate::Is(texts(text))),
                    false => ("path", Predicate::Like(texts(text))),
                }
            }),
            self.device_name.as_ref().map(|text| ("device", Predicate::Like(texts(text)))),
            self.bbox.map(|sides| ("box", Predicate::Touches(sides))),
            self.near.map(|near| ("start", Predicate::Within(self.radius, near))),
            self.courses.then_some(("planned", Predicate::Any)),
            self.indoor.then_some(("indoor", Predicate::Any)),
            self.virtual_activities.then_some(("virtual", Predicate::Any)),
        ];
        let test = |(name, predicate)| Expression::Test(Test { key: Key::known(name), predicate });
        let tests = tests.into_iter().flatten().map(test);
        let flags = [("night", self.night), ("commute", self.commute)];
        let flags = flags.into_iter().filter_map(|(name, wanted)| {
            let yes = test((name, Predicate::Yes));
            wanted.map(|wanted| if wanted { yes } else { yes.negated() })
        });
        let mut views = Vec::new();
        if !self.view.is_empty() {
            let path = library()?;
            for name in &self.view {
                views.push(view::find(&path, name.trim(), cancel)?.condition);
            }
        }
        let parts = tests.chain(flags).chain(self.r#where.iter().cloned()).chain(views);
        let condition = parts.fold(Expression::default(), Expression::and);
        let condition = if self.utc { condition.in_utc() } else { condition };
        warn_of_unknown_sports(&condition);
        Ok(Selection { condition })
    }
}

/// `None` for a flag that is not given.
fn some<T>(values: &[T]) -> Option<&[T]> {
    Some(values).filter(|values| !values.is_empty())
}

fn one_of(masks: &[u32]) -> Predicate {
    Predicate::OneOf(masks.iter().fold(0, |all, mask| all | mask))
}

fn warn_of_unknown_sports(condition: &Expression) {
    condition.each_test(&mut |test| {
        let Predicate::Sports(sports) = &test.predicate else { return };
        for sport in sports {
            if let Some(word) = suggestion(sport) {
                output::warn(&format!("no known sport is called '{sport}'; did you mean '{word}'?"));
            }
        }
    });
}

//! Schedule of the demo: start, kind, route and file of each activity.

use super::kind::{Days, KINDS, Kind};
use super::random::Random;
use crate::activity::calendar;
use std::collections::HashSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Fit,
    Gpx,
    Tcx,
}

impl Format {
    /// File extension.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Gpx => "gpx",
            Self::Tcx => "tcx",
        }
    }
}

/// A scheduled activity.
#[derive(Clone, Debug)]
pub struct Entry {
    pub number: usize,
    /// Index in [`KINDS`].
    pub kind: usize,
    /// Rank among the favourite routes; `None` for a route taken once.
    pub favourite: Option<usize>,
    /// Milliseconds since 1970.
    pub start_ms: i64,
    /// `morning-ride`
    pub title: String,
    /// `2021-05-03`
    pub date: String,
    /// `2021/2021-05-03-morning-ride.fit`
    pub path: String,
    pub format: Format,
    pub gzip: bool,
}

impl Entry {
    /// Year of the start, which is the folder of the file.
    pub fn year(&self) -> &str {
        &self.date[..4]
    }
}

/// The first `count` activities of a seed.
pub fn entries(seed: u64, count: usize) -> Vec<Entry> {
    let mut hours_taken: HashSet<i64> = HashSet::new();
    let mut stems_taken: HashSet<String> = HashSet::new();
    (0..count).map(|number| entry(seed, number, &mut hours_taken, &mut stems_taken)).collect()
}

fn entry(seed: u64, number: usize, hours_taken: &mut HashSet<i64>, stems_taken: &mut HashSet<String>) -> Entry {
    let mut random = Random::new(seed, 1_000_000 + number as u64);
    let index = random.weighted(KINDS.iter().map(|kind| kind.share));
    let kind = &KINDS[index];
    let unrepeated_share = kind.favourites == 0 || random.random_bool(kind.unrepeated_share);
    let favourite = (!unrepeated_share).then(|| random.zipf(kind.favourites));
    let mut start_ms = start(kind, &mut random);
    // Activities overlap only if 12 attempts find no free time.
    for _ in 0..12 {
        let hour = start_ms / 3_600_000;
        if (hour - 3..=hour + 3).all(|hour| !hours_taken.contains(&hour)) {
            break;
        }
        start_ms = start(kind, &mut random);
    }
    hours_taken.insert(start_ms / 3_600_000);
    let title = format!("{}-{}", time_of_day(start_ms), kind.name);
    let date = calendar::date_of_day(start_ms.div_euclid(DAY_MS));
    let format = [Format::Fit, Format::Gpx, Format::Tcx][random.weighted([0.5, 0.35, 0.15].into_iter())];
    // Indoor recordings have no positions; the demo writes them only as FIT.
    let format = if kind.region.is_none() { Format::Fit } else { format };
    let gzip = random.random_bool(if format == Format::Fit { 0.12 } else { 0.3 });
    let extension = format.name();
    let mut stem = format!("{}/{date}-{title}", &date[..4]);
    let mut suffix = 1;
    while !stems_taken.insert(stem.clone()) {
        suffix += 1;
        stem = format!("{}/{date}-{title}-{suffix}", &date[..4]);
    }
    let path = format!("{stem}.{extension}{}", if gzip { ".gz" } else { "" });
    Entry { number, kind: index, favourite, start_ms, title, date, path, format, gzip }
}

const DAY_MS: i64 = 86_400_000;

/// Random start between 2018 and 2025 in milliseconds since 1970: more in later years, by season and day of the week.
fn start(kind: &Kind, random: &mut Random) -> i64 {
    /// Days from 1970 to 2018-01-01, a Monday.
    const FIRST_DAY: i64 = 17_532;
    const DAYS: f64 = 2922.0;
    let (mut day, mut tries) = (0, 0);
    while tries < 400 {
        tries += 1;
        day = (DAYS * random.uniform().powf(0.8)) as i64;
        let season = 0.5 - 0.5 * ((day as f64 + 10.0) / 365.25 * std::f64::consts::TAU).cos();
        let weekend = day % 7 >= 5;
        let day_fits = match kind.days {
            Days::Work => !weekend,
            Days::Free => weekend,
            Days::Any => true,
            // Eleven days from the fifth of the month, every second year.
            Days::Holiday(month) => {
                let in_year = day as f64 % 365.25;
                let begin = 30.44 * f64::from(month) + 5.0;
                (day as f64 / 365.25) as u32 % 2 == month % 4 / 2 && (begin..begin + 11.0).contains(&in_year)
            }
        };
        let in_season =
            if kind.winter_reduction < 0.0 { 1.0 - season } else { 1.0 - kind.winter_reduction * (1.0 - season) };
        if day_fits && random.random_bool(in_season) {
            break;
        }
    }
    let hour = random.between(kind.hours[0], kind.hours[1]);
    (FIRST_DAY + day) * DAY_MS + (hour * 3600.0) as i64 * 1000
}

fn time_of_day(start_ms: i64) -> &'static str {
    match start_ms.rem_euclid(DAY_MS) / 3_600_000 {
        0..=10 => "morning",
        11..=13 => "lunch",
        14..=16 => "afternoon",
        _ => "evening",
    }
}

//! Which activity happens when, of what kind, and in which file it ends up.

use super::network::Taste;
use super::random::Random;
use super::recording::Gait;
use super::route::{IN_FOREST, ON_FOOT, ON_WHEELS, Shape};
use crate::activity::calendar;
use std::collections::HashSet;

/// A kind of activity.
#[derive(Debug)]
pub struct Kind {
    /// What its files are called: `morning-ride`.
    pub name: &'static str,
    /// GPX `<type>`.
    pub gpx: &'static str,
    /// TCX `Sport`.
    pub tcx: &'static str,
    /// FIT sport and sub-sport.
    pub fit: [u8; 2],
    /// How often, against the other kinds.
    pub share: f64,
    /// Number in [`PLACES`](super::place::PLACES); `None` indoors.
    pub place: Option<usize>,
    /// Where it goes.
    pub shape: Shape,
    /// What is liked on the way.
    pub taste: Taste,
    /// Shortest and longest route in kilometres; short ones are more frequent.
    pub kilometres: [f64; 2],
    /// How many favourite routes there are; 0 for never twice the same.
    pub favourites: usize,
    /// Share of routes that are taken only once.
    pub fresh: f64,
    /// How someone moves.
    pub gait: Gait,
    /// Earliest and latest hour of the start.
    pub hours: [f64; 2],
    /// Weekdays, or Saturdays and Sundays, or any.
    pub days: Days,
    /// How much less there is of it in winter: 0 not at all, 1 none.
    pub summer: f64,
}

/// On which days of the week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Days {
    /// Monday to Friday.
    Work,
    /// Saturday and Sunday.
    Free,
    /// All.
    Any,
    /// The weeks of the holidays in this month (0 is January).
    Holiday(u32),
}

const RIDE: Gait = Gait { speed: 7.4, climbing: 0.75, cornering: 3.4, heart_rate: 138.0, pauses: 0.09 };
const CITY_RIDE: Gait = Gait { speed: 5.6, climbing: 0.6, cornering: 2.8, heart_rate: 118.0, pauses: 0.5 };
const RUN: Gait = Gait { speed: 3.05, climbing: 0.5, cornering: 3.0, heart_rate: 152.0, pauses: 0.12 };
const HIKE: Gait = Gait { speed: 1.3, climbing: 0.35, cornering: 2.0, heart_rate: 108.0, pauses: 0.25 };
const WALK: Gait = Gait { speed: 1.35, climbing: 0.3, cornering: 2.0, heart_rate: 92.0, pauses: 0.6 };

const ANY: Kind = Kind {
    name: "activity",
    gpx: "running",
    tcx: "Running",
    fit: [1, 0],
    share: 0.0,
    place: Some(0),
    shape: Shape::FromHome,
    taste: ON_FOOT,
    kilometres: [5.0, 12.0],
    favourites: 0,
    fresh: 1.0,
    gait: RUN,
    hours: [7.0, 19.0],
    days: Days::Any,
    summer: 0.3,
};
const BIKE: Kind =
    Kind { name: "ride", gpx: "cycling", tcx: "Biking", fit: [2, 0], taste: ON_WHEELS, gait: RIDE, summer: 0.7, ..ANY };
const FEET: Kind =
    Kind { name: "hike", gpx: "hiking", tcx: "Other", fit: [17, 0], gait: HIKE, taste: IN_FOREST, ..ANY };
const COMMUTE: Kind = Kind {
    name: "commute",
    share: 15.0,
    gait: CITY_RIDE,
    favourites: 9,
    fresh: 0.12,
    days: Days::Work,
    summer: 0.45,
    ..BIKE
};

/// All kinds of activities.
pub const KINDS: &[Kind] = &[
    Kind { shape: Shape::ToWork, hours: [7.0, 8.6], ..COMMUTE },
    Kind { shape: Shape::ToHome, hours: [16.2, 18.9], ..COMMUTE },
    Kind { name: "run", share: 23.0, kilometres: [4.5, 18.0], favourites: 70, fresh: 0.3, ..ANY },
    Kind { share: 14.0, kilometres: [16.0, 42.0], favourites: 45, fresh: 0.4, hours: [16.0, 18.5], ..BIKE },
    Kind {
        name: "long-ride",
        share: 13.0,
        shape: Shape::Villages,
        kilometres: [40.0, 105.0],
        favourites: 60,
        fresh: 0.35,
        hours: [7.5, 11.0],
        days: Days::Free,
        ..BIKE
    },
    Kind {
        name: "trail-run",
        fit: [1, 3],
        share: 5.0,
        shape: Shape::Forest,
        taste: IN_FOREST,
        kilometres: [6.0, 16.0],
        favourites: 26,
        fresh: 0.4,
        ..ANY
    },
    Kind {
        share: 4.0,
        shape: Shape::Forest,
        kilometres: [6.0, 12.0],
        favourites: 24,
        fresh: 0.5,
        days: Days::Free,
        ..FEET
    },
    Kind {
        name: "walk",
        gpx: "walking",
        fit: [11, 0],
        share: 5.0,
        shape: Shape::OldTown,
        taste: ON_FOOT,
        kilometres: [2.2, 5.5],
        favourites: 20,
        fresh: 0.6,
        gait: WALK,
        hours: [10.0, 20.0],
        ..FEET
    },
    Kind { name: "indoor-ride", fit: [2, 6], share: 1.5, place: None, summer: -1.0, hours: [18.0, 20.0], ..BIKE },
    Kind {
        name: "mountain-ride",
        share: 1.6,
        place: Some(1),
        shape: Shape::FromCentre,
        kilometres: [30.0, 75.0],
        hours: [7.5, 9.5],
        days: Days::Holiday(6),
        ..BIKE
    },
    Kind {
        name: "mountain-hike",
        share: 1.2,
        place: Some(1),
        shape: Shape::Forest,
        kilometres: [6.0, 12.0],
        days: Days::Holiday(6),
        ..FEET
    },
    Kind {
        name: "island-ride",
        share: 1.2,
        place: Some(2),
        shape: Shape::FromCentre,
        kilometres: [20.0, 60.0],
        days: Days::Holiday(4),
        ..BIKE
    },
    Kind { name: "island-run", share: 0.6, place: Some(2), shape: Shape::FromCentre, days: Days::Holiday(4), ..ANY },
    Kind {
        name: "travel-run",
        share: 1.1,
        place: Some(3),
        shape: Shape::FromCentre,
        kilometres: [5.0, 16.0],
        days: Days::Holiday(10),
        ..ANY
    },
    Kind {
        name: "travel-ride",
        share: 0.5,
        place: Some(3),
        shape: Shape::FromCentre,
        kilometres: [20.0, 50.0],
        days: Days::Holiday(10),
        ..BIKE
    },
];

/// The three formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Garmin's binary format.
    Fit,
    /// GPS Exchange Format 1.1.
    Gpx,
    /// Training Center XML.
    Tcx,
}

impl Format {
    /// The file extension.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Gpx => "gpx",
            Self::Tcx => "tcx",
        }
    }
}

/// One activity to be written.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number, from 0.
    pub number: usize,
    /// Index into [`KINDS`].
    pub kind: usize,
    /// Rank among the favourite routes; `None` for a route of its own.
    pub favourite: Option<usize>,
    /// Start in milliseconds since 1970.
    pub start_ms: i64,
    /// `morning-ride`
    pub title: String,
    /// The day it starts, `2021-05-03`.
    pub date: String,
    /// File name with folder: `2021/2021-05-03-morning-ride.fit`.
    pub path: String,
    /// File format.
    pub format: Format,
    /// Whether it is compressed with gzip.
    pub gzip: bool,
}

impl Entry {
    /// The year it starts in, which is the folder of its file.
    pub fn year(&self) -> &str {
        &self.date[..4]
    }
}

/// The first `count` activities of a life; fewer are the beginning of more.
pub fn entries(seed: u64, count: usize) -> Vec<Entry> {
    let mut hours_taken: HashSet<i64> = HashSet::new();
    let mut names: HashSet<String> = HashSet::new();
    (0..count).map(|number| entry(seed, number, &mut hours_taken, &mut names)).collect()
}

fn entry(seed: u64, number: usize, hours_taken: &mut HashSet<i64>, names: &mut HashSet<String>) -> Entry {
    let mut random = Random::new(seed, 1_000_000 + number as u64);
    let index = random.weighted(KINDS.iter().map(|kind| kind.share));
    let kind = &KINDS[index];
    let fresh = kind.favourites == 0 || random.chance(kind.fresh);
    let favourite = (!fresh).then(|| random.favourite(kind.favourites));
    let mut start_ms = start(kind, &mut random);
    // Nobody is at two places at once; in a life that is full, after some tries, it happens all the same.
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
    // Indoors nothing but FIT records without a position.
    let format = if kind.place.is_none() { Format::Fit } else { format };
    let gzip = random.chance(if format == Format::Fit { 0.12 } else { 0.3 });
    let extension = format.name();
    let mut stem = format!("{}/{date}-{title}", &date[..4]);
    let mut again = 1;
    while !names.insert(stem.clone()) {
        again += 1;
        stem = format!("{}/{date}-{title}-{again}", &date[..4]);
    }
    let path = format!("{stem}.{extension}{}", if gzip { ".gz" } else { "" });
    Entry { number, kind: index, favourite, start_ms, title, date, path, format, gzip }
}

const DAY_MS: i64 = 86_400_000;

/// A start between 2018 and 2025: more of them in later years, in season, on the right day of the week.
fn start(kind: &Kind, random: &mut Random) -> i64 {
    /// Days from 1970 to 2018-01-01, a Monday.
    const FIRST_DAY: i64 = 17_532;
    const DAYS: f64 = 2922.0;
    let (mut day, mut tries) = (0, 0);
    while tries < 400 {
        tries += 1;
        day = (DAYS * random.unit().powf(0.8)) as i64;
        let season = 0.5 - 0.5 * ((day as f64 + 10.0) / 365.25 * std::f64::consts::TAU).cos();
        let weekend = day % 7 >= 5;
        let fits = match kind.days {
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
        let in_season = if kind.summer < 0.0 { 1.0 - season } else { 1.0 - kind.summer * (1.0 - season) };
        if fits && random.chance(in_season) {
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

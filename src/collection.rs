//! From files to what is drawn: every activity tidied, projected and simplified, in an order of its own.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::about::{self, About, Tidied};
use crate::activity::Activity;
use crate::calendar;
use crate::geometry::extent::Extent;
use crate::geometry::strip::Track;
use crate::layer::Accumulate;
use crate::once;
use crate::privacy::{NOTHING, Privacy};
use crate::progress::Progress;
use crate::same::Sketch;
use crate::selection::{Left, Origin, Selection};
use crate::source::{self, Found, Gathered, Listing, Opened, Plans, Skip, Unknown};
use crate::tidy::{self, Dropped};
use anyhow::Result;
use twox_hash::xxhash3_128::Hasher;

/// The activities of some files, ready to be drawn.
#[derive(Debug, Default)]
pub struct Collection {
    /// By start time, then by content: the order of import changes nothing.
    pub tracks: Vec<Track>,
    /// The [key](Placed::key) of each.
    pub keys: Vec<u128>,
    /// What they add up to.
    pub facts: Facts,
    /// What was read and what was not.
    pub report: Report,
}

/// What some activities add up to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// Activities with at least one point.
    pub activities: u64,
    /// Points after tidying.
    pub points: u64,
    /// Length of all lines in metres.
    pub metres: f64,
    /// First and last start, in milliseconds since 1970.
    pub starts_ms: Option<(i64, i64)>,
    /// All positions.
    pub extent: Extent,
    /// Where most of the activities are.
    pub home: Extent,
}

impl Default for Facts {
    fn default() -> Self {
        Self { activities: 0, points: 0, metres: 0.0, starts_ms: None, extent: Extent::EMPTY, home: Extent::EMPTY }
    }
}

impl Facts {
    /// Adds activities up.
    pub fn of<'a>(abouts: impl IntoIterator<Item = &'a About>) -> Self {
        let abouts: Vec<&About> = abouts.into_iter().collect();
        let mut facts = Self { activities: abouts.len() as u64, home: home(&abouts), ..Self::default() };
        for about in &abouts {
            facts.points += about.points;
            facts.metres += about.metres;
            facts.extent.join(about.extent);
        }
        let starts = || abouts.iter().filter_map(|about| about.start_ms);
        facts.starts_ms = starts().min().zip(starts().max());
        facts
    }

    /// Kilometres, to one decimal.
    pub fn kilometres(&self) -> f64 {
        (self.metres / 100.0).round() / 10.0
    }

    /// Kilometres, to the nearest whole one.
    pub fn whole_kilometres(&self) -> u64 {
        (self.metres / 1000.0).round() as u64
    }

    /// The day of the first start, `2024-05-31` in UTC.
    pub fn first_day(&self) -> Option<String> {
        self.starts_ms.map(|(first, _)| calendar::day_of_ms(first))
    }

    /// The day of the last start.
    pub fn last_day(&self) -> Option<String> {
        self.starts_ms.map(|(_, last)| calendar::day_of_ms(last))
    }
}

/// What happened to the files and points.
#[derive(Debug, Default)]
pub struct Report {
    /// Files that were read.
    pub read: u64,
    /// Files that were not, and why; in the order of their paths. Planned routes in a file that was read are here too.
    pub skipped: Vec<(PathBuf, Skip)>,
    /// Files that were read in part, and what is wrong with them.
    pub warnings: Vec<(PathBuf, String)>,
    /// Tables of activities, as in Strava's exports, that files were joined with.
    pub listings: Vec<Listing>,
    /// Points whose position could not be read at all.
    pub unreadable_points: u64,
    /// Points that were left out.
    pub dropped: Dropped,
    /// Points of drawn activities that are hidden.
    pub hidden_points: u64,
    /// Activities that were read and not wanted.
    pub left: Left,
    /// Latitude and longitude of the most common start, if it was asked for.
    pub home: Option<(f64, f64)>,
}

impl Report {
    /// Adds what could not even be listed, each with the reason.
    pub fn add_unlisted(&mut self, unlisted: Vec<(PathBuf, String)>) {
        self.skipped.extend(unlisted.into_iter().map(|(path, why)| (path, Skip::Unreadable(why))));
        self.skipped.sort_by(|a, b| a.0.cmp(&b.0));
    }
}

/// What of activities is to be drawn, and how finely.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What is added up.
    pub accumulate: Accumulate,
    /// The finest pixel zoom that is drawn.
    pub finest: u8,
    /// What is hidden.
    pub privacy: &'a Privacy,
}

impl View<'static> {
    /// A view with nothing hidden.
    pub fn of_all(accumulate: Accumulate, finest: u8) -> Self {
        Self { accumulate, finest, privacy: &NOTHING }
    }
}

/// One activity on the canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Its lines.
    pub track: Track,
    /// What it comes to.
    pub about: About,
    /// Points of it that are hidden.
    pub hidden: u64,
    /// What its copies share with it, of what is to be seen.
    pub sketch: Sketch,
    /// What it is called among the activities of its file by whoever gave them: its place there, also after such that
    /// are hidden or nowhere, or its number in the library.
    pub number: usize,
    /// Another is drawn instead; see [`once::mark`].
    pub is_copy: bool,
    /// The files of those that it is drawn instead of.
    pub copies: Vec<Origin>,
}

impl Placed {
    /// Simplifies a tidied activity for drawing.
    fn new(tidied: Tidied, number: usize, view: View) -> Self {
        let runs = tidied.lines.iter().map(|line| view.accumulate.run(line, view.finest)).collect();
        let sketch = Sketch::of(&tidied.segments);
        let Tidied { about, hidden, .. } = tidied;
        Self { track: Track { runs }, about, hidden, sketch, number, is_copy: false, copies: Vec::new() }
    }

    /// Tidies and simplifies an activity, which has some place in its file. There is nothing where it is hidden wholly, or
    /// nowhere.
    pub fn of(activity: &Activity, number: usize, view: View) -> (Option<Self>, Dropped) {
        let (seen, dropped) = about::seen(activity, view.privacy);
        (seen.map(|seen| Self::new(seen, number, view)), dropped)
    }

    /// Its place among all activities.
    fn rank(&self) -> (i64, u128) {
        (self.about.start_ms.unwrap_or(i64::MAX), self.about.fingerprint)
    }

    /// Activities with the same key look the same on any map, wherever the others come before and after them.
    pub fn key(&self) -> u128 {
        let (start_ms, fingerprint) = self.rank();
        let mut hasher = Hasher::new();
        hasher.write(&start_ms.to_le_bytes());
        hasher.write(&fingerprint.to_le_bytes());
        // What is hidden, and how it was tidied, decide what is left of the lines.
        self.track.runs.iter().for_each(|run| run.hash_into(&mut hasher));
        hasher.finish_128()
    }
}

/// What a file gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadFile {
    /// See [`Reading::fingerprint`](source::Reading::fingerprint).
    pub fingerprint: u128,
    /// Also courses and routes. At least one, with those that are hidden.
    pub activities: Vec<Placed>,
    /// Activities of which nothing is to be seen.
    pub hidden: u64,
    /// See [`Report::warnings`].
    pub warnings: Vec<String>,
    /// See [`Report::unreadable_points`].
    pub unreadable_points: u64,
    /// See [`Report::dropped`].
    pub dropped: Dropped,
    /// What it is.
    pub origin: Origin,
}

/// Said of a file with points of which tidying leaves none.
pub const NOWHERE: &str = "none of its points has a place on Earth other than 0° N 0° E";

/// Reads all files, in parallel.
///
/// # Errors
/// When the user interrupts.
pub fn read(files: &[Found], view: View, progress: &dyn Progress) -> Result<(Vec<Gathered<ReadFile>>, Vec<Listing>)> {
    source::each(files, &Unknown, progress, |file| read_file(file, view))
}

/// Reads all files and puts together what is wanted of what they gave.
///
/// # Errors
/// When the user interrupts.
pub fn collect(files: &[Found], view: View, selection: &Selection, progress: &dyn Progress) -> Result<Collection> {
    let (mut gathered, listings) = read(files, view, progress)?;
    once::mark(&mut gathered, |whose| once::read_again(files, whose, view.privacy))?;
    Ok(assemble(gathered, listings, selection))
}

/// Puts together what is wanted of what the files gave. What could not be read is reported and stops nothing.
pub fn assemble(gathered: Vec<Gathered<ReadFile>>, listings: Vec<Listing>, selection: &Selection) -> Collection {
    let read = gathered.iter().filter_map(|file| file.outcome.as_ref().ok());
    let starts = read.flat_map(|file| &file.activities).map(|activity| activity.about.start);
    let filter = selection.among(starts);
    let (mut report, mut placed) = (Report { home: filter.home, listings, ..Report::default() }, Vec::new());
    let mut earlier: HashMap<u128, PathBuf> = HashMap::new();
    for Gathered { path, outcome, .. } in gathered {
        let original = |file: &ReadFile| earlier.get(&file.fingerprint).cloned();
        let outcome = outcome.and_then(|file| original(&file).map_or(Ok(file), |path| Err(Skip::Duplicate(path))));
        let (mut file, left_out) = match outcome.and_then(|file| without_plans(file, selection)) {
            Ok(file) => file,
            Err(skip) => {
                report.skipped.push((path, skip));
                continue;
            }
        };
        report.read += 1;
        report.warnings.extend(std::mem::take(&mut file.warnings).into_iter().map(|warning| (path.clone(), warning)));
        report.skipped.extend(left_out.map(|skip| (path.clone(), skip)));
        report.unreadable_points += file.unreadable_points;
        report.dropped += file.dropped;
        report.left.hidden += file.hidden;
        placed.extend(file.activities.into_iter().filter(|activity| {
            match filter.unwanted(&activity.about, [&file.origin].into_iter().chain(&activity.copies)) {
                Some(why) => report.left.add(why),
                None if activity.is_copy => report.left.copies += 1,
                None => return true,
            }
            false
        }));
        earlier.insert(file.fingerprint, path);
    }
    placed.sort_by_key(Placed::rank);
    report.hidden_points = placed.iter().map(|activity| activity.hidden).sum();
    let facts = Facts::of(placed.iter().map(|activity| &activity.about));
    let keys = placed.iter().map(Placed::key).collect();
    let tracks = placed.into_iter().map(|activity| activity.track).collect();
    Collection { tracks, keys, facts, report }
}

/// A file without its courses and routes, unless they are wanted, and what they were.
fn without_plans(mut file: ReadFile, selection: &Selection) -> Result<(ReadFile, Option<Skip>), Skip> {
    let is_wanted = |activity: &Placed| selection.planned || !activity.about.planned;
    let (wanted, plans): (Vec<Placed>, Vec<Placed>) =
        std::mem::take(&mut file.activities).into_iter().partition(is_wanted);
    file.activities = wanted;
    let what = match (&plans[..], file.origin.format.as_str()) {
        ([], _) => return Ok((file, None)),
        (plans, "GPX") => {
            format!("a route of {} points", plans.iter().map(|plan| plan.about.points).sum::<u64>())
        }
        ([_], _) => "a course".to_owned(),
        (plans, _) => format!("{} courses", plans.len()),
    };
    match file.activities[..] {
        [] => Err(Skip::Planned(what)),
        [..] => Ok((file, Some(Skip::Planned(format!("{what} beside what was recorded"))))),
    }
}

/// Places activities as they are read, so that their points need not stay.
struct Placing<'a> {
    view: View<'a>,
    read: usize,
    placed: Vec<Placed>,
    hidden: u64,
    dropped: Dropped,
}

impl Extend<Activity> for Placing<'_> {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let (placed, dropped) = Placed::of(&activity, self.read, self.view);
            self.read += 1;
            self.hidden += u64::from(placed.is_none() && activity.points().any(tidy::is_on_earth));
            self.placed.extend(placed);
            self.dropped += dropped;
        }
    }
}

fn read_file(file: Opened, view: View) -> Result<ReadFile, Skip> {
    let placing = Placing { view, read: 0, placed: Vec::new(), hidden: 0, dropped: Dropped::default() };
    let path = file.path().to_owned();
    let reading = source::read_into(file, Plans::All, placing)?;
    let Placing { placed, hidden, dropped, .. } = reading.activities;
    if placed.is_empty() && hidden == 0 {
        return Err(Skip::NoTrack(NOWHERE.to_owned()));
    }
    Ok(ReadFile {
        fingerprint: reading.fingerprint,
        activities: placed,
        hidden,
        warnings: reading.warnings,
        unreadable_points: reading.bad_points,
        dropped,
        origin: Origin { paths: vec![path], format: reading.format.to_string(), device: reading.device },
    })
}

/// The box of the activities round the place where most are, without the widest tenth of them.
fn home(abouts: &[&About]) -> Extent {
    // Cells of about 80 km at middle latitudes.
    const CELL_SHIFT: u32 = 32 - 8;
    let cell = |about: &&&About| about.extent.center().map(|axis| axis >> CELL_SHIFT);
    let mut cells: Vec<[u32; 2]> = abouts.iter().map(|about| cell(&about)).collect();
    cells.sort_unstable();
    let fullest = cells.chunk_by(|a, b| a == b).max_by_key(|same| (same.len(), same[0]));
    let Some(&[column, row]) = fullest.and_then(|same| same.first()) else { return Extent::EMPTY };
    let near = |[x, y]: [u32; 2]| x.abs_diff(column) <= 1 && y.abs_diff(row) <= 1;
    let mut boxes: Vec<Extent> = abouts.iter().filter(|about| near(cell(about))).map(|about| about.extent).collect();
    let side = |extent: &Extent| (0..2).map(|axis| extent.max[axis] - extent.min[axis]).max();
    boxes.sort_by_key(side);
    boxes.truncate((boxes.len() * 9).div_ceil(10));
    boxes.into_iter().fold(Extent::EMPTY, |mut home, extent| {
        home.join(extent);
        home
    })
}

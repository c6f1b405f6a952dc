//! Puts together what is wanted of the files that were read.

use std::collections::HashMap;
use std::path::PathBuf;

use super::facts::Facts;
use super::prepared::{Prepared, ReadFile};
use super::report::Report;
use crate::engine::geometry::strip::Track;
use crate::selection::Selection;
use crate::source::{FileOutcome, Skip, TableReport};

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

/// Puts together what is wanted of what the files gave. What could not be read is reported and stops nothing.
pub fn assemble(
    outcomes: Vec<FileOutcome<ReadFile>>,
    table_reports: Vec<TableReport>,
    selection: &Selection,
) -> Collection {
    let read = outcomes.iter().filter_map(|file| file.outcome.as_ref().ok());
    let starts = read.flat_map(|file| &file.activities).map(|activity| activity.summary.start);
    let filter = selection.among(starts);
    let (mut report, mut prepared) = (Report { home: filter.home, table_reports, ..Report::default() }, Vec::new());
    let mut earlier: HashMap<u128, PathBuf> = HashMap::new();
    for FileOutcome { path, outcome, .. } in outcomes {
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
        report.omitted.hidden += file.hidden;
        prepared.extend(file.activities.into_iter().filter(|activity| {
            match filter.omit_reason(&activity.summary, [&file.origin].into_iter().chain(&activity.copies)) {
                Some(why) => report.omitted.add(why),
                None if activity.is_copy => report.omitted.copies += 1,
                None => return true,
            }
            false
        }));
        earlier.insert(file.fingerprint, path);
    }
    prepared.sort_by_key(Prepared::rank);
    report.hidden_points = prepared.iter().map(|activity| activity.hidden).sum();
    let facts = Facts::of(prepared.iter().map(|activity| &activity.summary));
    let keys = prepared.iter().map(Prepared::key).collect();
    let tracks = prepared.into_iter().map(|activity| activity.track).collect();
    Collection { tracks, keys, facts, report }
}

/// A file without its courses and routes, unless they are wanted, and what they were.
fn without_plans(mut file: ReadFile, selection: &Selection) -> Result<(ReadFile, Option<Skip>), Skip> {
    let is_wanted = |activity: &Prepared| selection.planned || !activity.summary.planned;
    let (wanted, plans): (Vec<Prepared>, Vec<Prepared>) =
        std::mem::take(&mut file.activities).into_iter().partition(is_wanted);
    file.activities = wanted;
    let what = match (&plans[..], file.origin.format.as_str()) {
        ([], _) => return Ok((file, None)),
        (plans, "GPX") => {
            format!("a route of {} points", plans.iter().map(|plan| plan.summary.points).sum::<u64>())
        }
        ([_], _) => "a course".to_owned(),
        (plans, _) => format!("{} courses", plans.len()),
    };
    match file.activities[..] {
        [] => Err(Skip::Planned(what)),
        [..] => Ok((file, Some(Skip::Planned(format!("{what} beside what was recorded"))))),
    }
}

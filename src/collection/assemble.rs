//! From the outcome of every file to the collection of a map: drops byte-identical files, planned activities,
//! activities that are not selected, and copies; sorts; adds up totals; reports.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::new_roads::{self, VisitedRoads};
use super::prepared::{Prepared, ReadFile};
use super::report::InputReport;
use super::totals::Totals;
use super::traits::Traits;
use crate::activity::summary::Summary;
use crate::engine::geometry::polyline::Track;
use crate::selection::{OmitReason, Origin, Selection, Subject, Verdicts};
use crate::source::{FileOutcome, Skip, TableReport};

/// Selected activities, ready to draw.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Collection {
    /// Tracks of the activities for each simplification. Activities are sorted by start time, then fingerprint, so that
    /// the order of the inputs does not matter.
    pub variants: Vec<Variant>,
    /// Properties of each activity that layers show.
    pub traits: Vec<Traits>,
    pub totals: Totals,
    pub report: InputReport,
}

/// Tracks of all activities in one simplification.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Variant {
    pub tracks: Vec<Track>,
    /// [`Prepared::render_key`] of each track.
    pub render_keys: Vec<u128>,
}

/// Activity of a file, before selection.
struct Candidate {
    activity: Prepared,
    origin: Arc<Origin>,
}

impl Subject for Candidate {
    fn summary(&self) -> &Summary {
        &self.activity.summary
    }

    fn origins(&self) -> Vec<&Origin> {
        [&*self.origin].into_iter().chain(&self.activity.copies).collect()
    }
}

/// Selects and sorts the activities of all files. Copies are already marked. Skipped files only appear in the report.
pub fn assemble(
    outcomes: Vec<FileOutcome<ReadFile>>,
    table_reports: Vec<TableReport>,
    selection: &Selection,
) -> Collection {
    let mut report = InputReport { table_reports, ..InputReport::default() };
    let mut candidates = candidates(outcomes, selection, &mut report);
    if candidates.iter().any(|candidate| candidate.activity.way.is_some()) {
        find_new_roads(&mut candidates);
    }
    let Verdicts { reasons, home } = selection.judge(&candidates);
    report.home = home;
    let mut prepared = Vec::with_capacity(candidates.len());
    for (Candidate { activity, .. }, reason) in candidates.into_iter().zip(reasons) {
        match reason {
            Some(why) => report.omitted.add(why),
            None if activity.is_copy => report.omitted.copies += 1,
            None if !activity.is_on_map() => report.omitted.beyond_map += 1,
            None => {
                report.tally.add_drawn(&activity.shares);
                prepared.push(activity);
                continue;
            }
        }
        report.tally.add_other(&activity.shares);
    }
    prepared.sort_by_key(|activity| activity.summary.sort_key());
    report.hidden_points = prepared.iter().map(|activity| activity.hidden_points).sum();
    report.beyond_points = prepared.iter().map(|activity| activity.beyond_points).sum();
    let totals = Totals::of(prepared.iter().map(|activity| &activity.summary));
    let known =
        |activity: &Prepared| activity.tracks.iter().flat_map(|track| track.known_quantities().iter()).collect();
    let traits = prepared.iter().map(|activity| Traits::of(&activity.summary, known(activity))).collect();
    let mut variants: Vec<Variant> = Vec::new();
    for mut activity in prepared {
        let tracks = std::mem::take(&mut activity.tracks);
        variants.resize_with(tracks.len().max(variants.len()), Variant::default);
        for (variant, track) in variants.iter_mut().zip(tracks) {
            variant.render_keys.push(activity.render_key(&track));
            variant.tracks.push(track);
        }
    }
    Collection { variants, traits, totals, report }
}

/// Finds the new roads of the activities by their ways.
fn find_new_roads(candidates: &mut [Candidate]) {
    let mut roads = VisitedRoads::default();
    for index in new_roads::in_order(candidates, |candidate| !candidate.activity.is_copy) {
        let Prepared { way, summary, .. } = &mut candidates[index].activity;
        summary.new_m = way.take().and_then(|way| Some(roads.add(&way)? * summary.metres));
    }
}

/// Activities of all files but byte-identical ones, in order. Reports about the files.
fn candidates(outcomes: Vec<FileOutcome<ReadFile>>, selection: &Selection, report: &mut InputReport) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let mut path_by_hash: HashMap<u128, PathBuf> = HashMap::new();
    for FileOutcome { path, outcome, .. } in outcomes {
        let original = |file: &ReadFile| path_by_hash.get(&file.content_hash).cloned();
        let outcome = outcome.and_then(|file| original(&file).map_or(Ok(file), |path| Err(Skip::Twin(path))));
        let (mut file, planned) = match outcome.and_then(|file| without_planned(file, selection)) {
            Ok(file) => file,
            Err(skip) => {
                report.skipped.push((path, skip));
                continue;
            }
        };
        report.files_read += 1;
        report.damaged.extend(file.damage.take().map(|damage| (path.clone(), damage)));
        report.warnings.extend(std::mem::take(&mut file.warnings).into_iter().map(|warning| (path.clone(), warning)));
        report.skipped.extend(planned.map(|skip| (path.clone(), skip)));
        report.unreadable_points += file.unreadable_points;
        report.dropped += file.dropped;
        report.omitted.hidden += file.hidden_activities.len() as u64;
        report.omitted.stray += file.stray_activities;
        file.hidden_activities.iter().for_each(|shares| report.tally.add_hidden(shares));
        let origin = Arc::new(file.origin);
        candidates.extend(file.activities.into_iter().map(|activity| Candidate { activity, origin: origin.clone() }));
        path_by_hash.insert(file.content_hash, path);
    }
    candidates
}

/// Removes planned courses and routes unless they are selected. Returns a [`Skip`] that describes the removed
/// activities; fails with this [`Skip`] if the file contains no other activities.
fn without_planned(mut file: ReadFile, selection: &Selection) -> Result<(ReadFile, Option<Skip>), Skip> {
    let takes_planned = !selection.leaves_out(OmitReason::Planned);
    let is_wanted = |activity: &Prepared| takes_planned || !activity.summary.planned;
    let (wanted, planned_activities): (Vec<Prepared>, Vec<Prepared>) =
        std::mem::take(&mut file.activities).into_iter().partition(is_wanted);
    file.activities = wanted;
    let description = match (&planned_activities[..], file.origin.format.as_str()) {
        ([], _) => return Ok((file, None)),
        (planned_activities, "GPX") => {
            format!("a route of {} points", planned_activities.iter().map(|plan| plan.summary.points).sum::<u64>())
        }
        ([_], _) => "a course".to_owned(),
        (planned_activities, _) => format!("{} courses", planned_activities.len()),
    };
    match file.activities[..] {
        [] => Err(Skip::Planned(description)),
        [..] => Ok((file, Some(Skip::Planned(format!("{description} in addition to the recording"))))),
    }
}

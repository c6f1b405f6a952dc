//! Marks duplicate recordings so that a map counts each ride once.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Result;

use super::prepared::{Prepared, ReadFile};
use super::visible::{VisibleActivity, visible_part};
use crate::activity::Activity;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Silent;
use crate::duplicates::{self, CopyRank, Features, Link, Scope, Trace};
use crate::privacy::Privacy;
use crate::selection::Origin;
use crate::source::{self, FileOutcome, InputFile, NoCache, PlannedActivities, Skip};

/// Request for the trace of one activity.
#[derive(Clone, Copy, Debug)]
pub struct TraceRequest<'a> {
    /// Key of the trace in the returned map.
    pub index: usize,
    /// See [`FileOutcome::path`].
    pub path: &'a Path,
    /// See [`Prepared::index_in_file`].
    pub index_in_file: usize,
}

/// Marks copies among the visible activities of files. `traces` reads visible traces by index.
///
/// 1. The first of several byte-identical files gets the paths and missing metadata of the others, which are not
///    compared: [`assemble`](super::assemble()) drops them.
/// 2. The activities of the remaining files are compared. Of each recording one is drawn; its copies are marked, and
///    give it their origins and missing metadata.
///
/// # Errors
/// If `traces` fails, or the job is cancelled.
pub fn mark_copies(
    outcomes: &mut [FileOutcome<ReadFile>],
    mut traces: impl FnMut(&[TraceRequest<'_>]) -> Result<HashMap<usize, Trace>>,
) -> Result<()> {
    let mut files = HashSet::new();
    merge_identical_files(outcomes);
    let (mut features, mut ranks, mut locations) = (Vec::new(), Vec::new(), Vec::new());
    for (file, FileOutcome { outcome, .. }) in outcomes.iter().enumerate() {
        let Some(read) = outcome.as_ref().ok().filter(|read| files.insert(read.content_hash)) else { continue };
        for (index_in_list, Prepared { summary, sketch, .. }) in read.activities.iter().enumerate() {
            features.push(Features::new(summary, sketch.clone()));
            ranks.push(CopyRank::new(summary, &read.origin.format));
            locations.push((file, index_in_list));
        }
    }
    let found = duplicates::find(&features, &vec![true; features.len()], Scope::SameOnly, |wanted| {
        let request = |&index: &usize| {
            let (file, index_in_list) = locations[index];
            let index_in_file = outcomes[file]
                .outcome
                .as_ref()
                .map_or(index_in_list, |read| read.activities[index_in_list].index_in_file);
            TraceRequest { index, path: &outcomes[file].path, index_in_file }
        };
        traces(&wanted.iter().map(request).collect::<Vec<_>>())
    })?;
    let links: Vec<Link> = found.iter().map(|pair| Link::Same(pair.a, pair.b)).collect();
    for (copy, representative) in duplicates::representatives(&ranks, &links).into_iter().enumerate() {
        let Some(representative) = representative else { continue };
        let copy_metadata = activity(outcomes, locations[copy]).map(|(origin, copy)| {
            copy.is_copy = true;
            (origin.clone(), copy.summary.clone())
        });
        if let Some(((_, representative), (origin, summary))) =
            activity(outcomes, locations[representative]).zip(copy_metadata)
        {
            representative.summary.fill_missing_from(summary);
            representative.copies.push(origin);
        }
    }
    Ok(())
}

fn activity(
    outcomes: &mut [FileOutcome<ReadFile>],
    (file, index_in_list): (usize, usize),
) -> Option<(&Origin, &mut Prepared)> {
    outcomes[file].outcome.as_mut().ok().map(|read| (&read.origin, &mut read.activities[index_in_list]))
}

/// Gives the first of several byte-identical files the paths and missing metadata of the others.
fn merge_identical_files(outcomes: &mut [FileOutcome<ReadFile>]) {
    let mut first_by_hash: HashMap<u128, usize> = HashMap::new();
    for index in 0..outcomes.len() {
        let (before, rest) = outcomes.split_at_mut(index);
        let Ok(twin) = &rest[0].outcome else { continue };
        let first = *first_by_hash.entry(twin.content_hash).or_insert(index);
        let Some(Ok(first)) = before.get_mut(first).map(|file| &mut file.outcome) else { continue };
        first.origin.paths.extend_from_slice(&twin.origin.paths);
        for (one, other) in
            first.activities.iter_mut().zip(&twin.activities).filter(|(a, b)| a.index_in_file == b.index_in_file)
        {
            one.summary.fill_missing_from(other.summary.clone());
        }
    }
}

/// Reads the visible traces of the requested activities again from their files. Leaves out activities that cannot be
/// read any more.
///
/// # Errors
/// If the job is cancelled.
pub fn read_traces(
    files: &[InputFile],
    request: &[TraceRequest<'_>],
    privacy: &Privacy,
    cancel: &Cancel,
) -> Result<HashMap<usize, Trace>> {
    let mut wanted: HashMap<&Path, Vec<&TraceRequest<'_>>> = HashMap::new();
    request.iter().for_each(|request| wanted.entry(request.path).or_default().push(request));
    // The path of an archive member starts with the path of the archive.
    let ancestors: HashSet<&Path> = wanted.keys().flat_map(|path| path.ancestors()).collect();
    let relevant_files: Vec<InputFile> =
        files.iter().filter(|found| ancestors.contains(&*found.path)).cloned().collect();
    let read = |file: source::OpenedFile<'_>| {
        let wanted = wanted.get(file.path()).ok_or(Skip::NotActivity)?;
        let tracer = ActivityTracer { wanted, privacy, index_in_file: 0, traces: Vec::new() };
        Ok(source::read_into(file, PlannedActivities::CoursesAndRoutes, tracer)?.activities.traces)
    };
    let (outcomes, _) = source::read_all(&relevant_files, &NoCache, Control { progress: &Silent, cancel }, read)?;
    Ok(outcomes.into_iter().filter_map(|file| file.outcome.ok()).flatten().collect())
}

/// Turns requested activities into traces while a file is parsed.
struct ActivityTracer<'a> {
    wanted: &'a [&'a TraceRequest<'a>],
    privacy: &'a Privacy,
    index_in_file: usize,
    traces: Vec<(usize, Trace)>,
}

impl Extend<Activity> for ActivityTracer<'_> {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let request = self.wanted.iter().find(|request| request.index_in_file == self.index_in_file);
            self.index_in_file += 1;
            let Some(request) = request else { continue };
            let visible = visible_part(&activity, self.privacy).0;
            let trace =
                |visible: VisibleActivity| (request.index, Trace::new(visible.summary.start_ms, &visible.segments));
            self.traces.extend(visible.map(trace));
        }
    }
}

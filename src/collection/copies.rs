//! Of a recording that several files hold, in several formats or from several services, each map shows one.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Result;

use super::prepared::{Prepared, ReadFile};
use super::visible::{Visible, visible};
use crate::activity::Activity;
use crate::control::Control;
use crate::control::cancel::Cancel;
use crate::control::progress::Silent;
use crate::duplicates::{self, CopyRank, Link, Outline, Scope, Trace};
use crate::privacy::Privacy;
use crate::selection::Origin;
use crate::source::{self, FileOutcome, InputFile, NoCache, PlannedActivities, Skip};

/// An activity whose points are asked for.
#[derive(Clone, Copy, Debug)]
pub struct TraceRequest<'a> {
    /// What it is called in the answer.
    pub index: usize,
    /// See [`FileOutcome::path`].
    pub path: &'a Path,
    /// See [`Prepared::number`].
    pub number: usize,
}

/// Marks the activities that are copies of others, and adds to those what only their copies say. `traces` gives points
/// again, by index.
///
/// # Errors
/// Those of `traces`, and when the user interrupts.
pub fn mark_copies(
    outcomes: &mut [FileOutcome<ReadFile>],
    mut traces: impl FnMut(&[TraceRequest<'_>]) -> Result<HashMap<usize, Trace>>,
) -> Result<()> {
    let mut files = HashSet::new();
    join_twins(outcomes);
    let (mut outlines, mut ranks, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (file, FileOutcome { outcome, .. }) in outcomes.iter().enumerate() {
        let Some(read) = outcome.as_ref().ok().filter(|read| files.insert(read.fingerprint)) else { continue };
        for (place, Prepared { summary, sketch, .. }) in read.activities.iter().enumerate() {
            outlines.push(Outline::new(summary, sketch.clone()));
            ranks.push(CopyRank::new(summary, &read.origin.format));
            places.push((file, place));
        }
    }
    let found = duplicates::find(&outlines, &vec![true; outlines.len()], Scope::Sure, |wanted| {
        let request = |&index: &usize| {
            let (file, place) = places[index];
            let number = outcomes[file].outcome.as_ref().map_or(place, |read| read.activities[place].number);
            TraceRequest { index, path: &outcomes[file].path, number }
        };
        traces(&wanted.iter().map(request).collect::<Vec<_>>())
    })?;
    let links: Vec<Link> = found.iter().map(|pair| Link::Same(pair.a, pair.b)).collect();
    for (copy, stands) in duplicates::copies(&ranks, &links).into_iter().enumerate() {
        let Some(stands) = stands else { continue };
        let said = activity(outcomes, places[copy]).map(|(origin, copy)| {
            copy.is_copy = true;
            (origin.clone(), copy.summary.clone())
        });
        if let Some(((_, stands), (origin, summary))) = activity(outcomes, places[stands]).zip(said) {
            stands.summary.complete(summary);
            stands.copies.push(origin);
        }
    }
    Ok(())
}

fn activity(outcomes: &mut [FileOutcome<ReadFile>], (file, place): (usize, usize)) -> Option<(&Origin, &mut Prepared)> {
    outcomes[file].outcome.as_mut().ok().map(|read| (&read.origin, &mut read.activities[place]))
}

/// Of files with the same bytes the first is told where the others lie, and what is said of them there.
fn join_twins(outcomes: &mut [FileOutcome<ReadFile>]) {
    let mut firsts: HashMap<u128, usize> = HashMap::new();
    for index in 0..outcomes.len() {
        let (before, rest) = outcomes.split_at_mut(index);
        let Ok(twin) = &rest[0].outcome else { continue };
        let first = *firsts.entry(twin.fingerprint).or_insert(index);
        let Some(Ok(first)) = before.get_mut(first).map(|file| &mut file.outcome) else { continue };
        first.origin.paths.extend_from_slice(&twin.origin.paths);
        for (one, other) in first.activities.iter_mut().zip(&twin.activities).filter(|(a, b)| a.number == b.number) {
            one.summary.complete(other.summary.clone());
        }
    }
}

/// Reads again what is to be seen of the points of activities, from some of the files.
///
/// # Errors
/// When the user interrupts.
pub fn read_traces(
    files: &[InputFile],
    request: &[TraceRequest<'_>],
    privacy: &Privacy,
    cancel: &Cancel,
) -> Result<HashMap<usize, Trace>> {
    let mut wanted: HashMap<&Path, Vec<&TraceRequest<'_>>> = HashMap::new();
    request.iter().for_each(|request| wanted.entry(request.path).or_default().push(request));
    // What is in an archive has the archive's path before its own.
    let above: HashSet<&Path> = wanted.keys().flat_map(|path| path.ancestors()).collect();
    let some: Vec<InputFile> = files.iter().filter(|found| above.contains(&*found.path)).cloned().collect();
    let read = |file: source::OpenedFile<'_>| {
        let wanted = wanted.get(file.path()).ok_or(Skip::NotActivity)?;
        let tracing = Tracing { wanted, privacy, number: 0, traces: Vec::new() };
        Ok(source::read_into(file, PlannedActivities::CoursesAndRoutes, tracing)?.activities.traces)
    };
    let (outcomes, _) = source::read_all(&some, &NoCache, Control { progress: &Silent, cancel }, read)?;
    Ok(outcomes.into_iter().filter_map(|file| file.outcome.ok()).flatten().collect())
}

/// Traces activities as they are read.
struct Tracing<'a> {
    wanted: &'a [&'a TraceRequest<'a>],
    privacy: &'a Privacy,
    number: usize,
    traces: Vec<(usize, Trace)>,
}

impl Extend<Activity> for Tracing<'_> {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let request = self.wanted.iter().find(|request| request.number == self.number);
            self.number += 1;
            let Some(request) = request else { continue };
            let visible = visible(&activity, self.privacy).0;
            let trace = |visible: Visible| (request.index, Trace::new(visible.summary.start_ms, &visible.segments));
            self.traces.extend(visible.map(trace));
        }
    }
}

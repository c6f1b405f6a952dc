//! Reads the tracks of a map from files or from the library, without hidden parts.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::request::{Input, RenderRequest, Watch};
use super::sources::open_inputs;
use crate::collection::{self, Collection, Invisible, PrepareOptions, ReadFile, copies};
use crate::control::Control;
use crate::control::cancel::{Cancel, Interrupted};
use crate::control::progress::Progress;
use crate::library::{self, ContentId, Ingested, Library, LibraryPlace};
use crate::selection::{Omitted, Selection};
use crate::source::{Discovery, FileOutcome, InputFile, TableReport};

/// Activities to draw and their source.
pub(super) struct Tracks {
    /// Files found among the inputs.
    pub found: Vec<InputFile>,
    /// The activities.
    pub collection: Collection,
    /// The open library, if the job uses one.
    pub library: Option<Library>,
}

/// Reads the inputs of a request, or its library, and selects the activities to draw. If the library fails, files are
/// read without it, with a warning.
///
/// # Errors
/// If an input cannot be opened, the library to draw is missing, unreadable or empty, or the job is cancelled.
/// Unreadable files are no errors, but listed in the report.
pub(super) fn read(
    request: &RenderRequest,
    options: PrepareOptions,
    watch: &dyn Watch,
    cancel: &Cancel,
) -> Result<Tracks> {
    let RenderRequest { selection, library, out, .. } = request;
    let place = || library.as_ref().context(library::NO_DATA_FOLDER);
    let Input::Files { inputs, remember } = &request.input else {
        let (collection, library) = read_library(&place()?.path, options, selection, cancel)?;
        return Ok(Tracks { found: Vec::new(), collection, library: Some(library) });
    };
    let Discovery { files: found, unreadable } = open_inputs(inputs, Some(out), cancel)?;
    let (read, library) = if *remember && !found.is_empty() {
        match place().and_then(|place| read_through_library(place, &found, options, watch, cancel)) {
            Ok((read, library)) => (read, Some(library)),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                watch.warn(&format!("the library remembers nothing of this run: {error:#}"));
                (read_files(&found, options, Control { progress: watch, cancel })?, None)
            }
        }
    } else {
        (read_files(&found, options, Control { progress: watch, cancel })?, None)
    };
    let (outcomes, table_reports) = read;
    let mut collection = collection::assemble(outcomes, table_reports, selection);
    collection.report.add_unreadable(unreadable);
    Ok(Tracks { found, collection, library })
}

/// Outcomes of all files, with copies marked, and reports on the tables of activities.
type Read = (Vec<FileOutcome<ReadFile>>, Vec<TableReport>);

/// Reads files through the library, which remembers the new ones.
fn read_through_library(
    place: &LibraryPlace,
    found: &[InputFile],
    options: PrepareOptions,
    watch: &dyn Watch,
    cancel: &Cancel,
) -> Result<(Read, Library)> {
    let mut library = Library::open_place(place, cancel)?;
    if library.is_new {
        watch.library_was_created(&place.path);
    }
    let Ingested { outcomes, table_reports, .. } = library.ingest(found, false, watch)?;
    let content = |file: &FileOutcome<ContentId>| Some((file.path.clone(), *file.outcome.as_ref().ok()?));
    let contents: HashMap<PathBuf, ContentId> = outcomes.iter().filter_map(content).collect();
    let mut outcomes = library.load(outcomes, options, None)?;
    copies::mark_copies(&mut outcomes, |request| library.read_traces(&contents, request, options.privacy))?;
    Ok(((outcomes, table_reports), library))
}

/// Reads files without a library.
fn read_files(found: &[InputFile], options: PrepareOptions, control: Control) -> Result<Read> {
    let (mut outcomes, table_reports) = collection::read(found, options, control)?;
    copies::mark_copies(&mut outcomes, |request| copies::read_traces(found, request, options.privacy, control.cancel))?;
    Ok((outcomes, table_reports))
}

/// Reads files without a library and selects activities.
///
/// # Errors
/// If the job is cancelled.
pub fn collect(
    found: &[InputFile],
    options: PrepareOptions,
    selection: &Selection,
    progress: &dyn Progress,
) -> Result<Collection> {
    let (outcomes, table_reports) = read_files(found, options, Control { progress, cancel: &Cancel::default() })?;
    Ok(collection::assemble(outcomes, table_reports, selection))
}

/// Loads the selected activities of the library: first prepares those that privacy may change, then selects by the
/// visible summaries, then loads the other selected activities.
fn read_library(
    path: &Path,
    options: PrepareOptions,
    selection: &Selection,
    cancel: &Cancel,
) -> Result<(Collection, Library)> {
    let mut library = Library::open_existing(path, cancel).context("name files to render, or import some")?;
    let listed = library.list()?;
    if listed.is_empty() {
        bail!("the library {} is empty; name files to render, or import some", path.display());
    }
    // Conditions apply only to the visible part of an activity: otherwise the selection would reveal hidden parts.
    let mut affected = library.prepare_affected(&listed, options)?;
    let (mut listed, invisible) = if options.privacy.hides_nothing() {
        (listed, Vec::new())
    } else {
        library.apply_privacy(listed, &affected, options)?
    };
    if selection.mentions_field("new") {
        // The summaries are those of the visible parts by now: they no longer tell what is hidden.
        if affected.is_empty() {
            library.find_new_roads(&mut listed)?;
        } else {
            library.find_visible_new_roads(&mut listed, options.privacy)?;
        }
    }
    let (chosen, omitted, home) = library::select(listed, selection);
    let mut wanted: HashSet<i64> = chosen.iter().map(|activity| activity.id).collect();
    let files: BTreeMap<ContentId, PathBuf> =
        chosen.iter().map(|activity| (activity.content, activity.origin.path().to_owned())).collect();
    let numbers: HashMap<ContentId, usize> =
        files.keys().enumerate().map(|(number, content)| (*content, number)).collect();
    let file =
        |(content, path)| FileOutcome { path, explicit: false, archive: None, outer_digest: 0, outcome: Ok(content) };
    wanted.retain(|id| !affected.contains_key(id));
    let mut outcomes = library.load(files.into_iter().map(file).collect(), options, Some(&wanted))?;
    for activity in chosen {
        if let Ok(file) = &mut outcomes[numbers[&activity.content]].outcome {
            file.activities.extend(affected.remove(&activity.id).and_then(Result::ok));
        }
    }
    let mut collection = collection::assemble(outcomes, Vec::new(), &Selection::all());
    let report = &mut collection.report;
    let Omitted { stray, beyond_map, .. } = report.omitted;
    (report.omitted, report.home) = (Omitted { stray, beyond_map, ..omitted }, home);
    for why in invisible {
        match why {
            Invisible::Hidden(shares) => {
                report.omitted.hidden += 1;
                report.tally.add_hidden(&shares);
            }
            Invisible::Dropped => report.omitted.stray += 1,
        }
    }
    affected.values().flatten().for_each(|activity| report.tally.add_other(&activity.shares));
    Ok((collection, library))
}

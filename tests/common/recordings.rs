//! Reads all activities of a folder, tidied as in the program.

use std::path::Path;

use trailglow::activity::Activity;
use trailglow::collection::visible::{VisibleActivity, without_privacy};
use trailglow::control::Control;
use trailglow::control::cancel::Cancel;
use trailglow::control::progress::Silent;
use trailglow::job;
use trailglow::source::{self, NoCache, OpenedFile, PlannedActivities};

/// All activities of a folder, each with the path of its file below the folder.
pub fn read(folder: &Path) -> Vec<(String, VisibleActivity)> {
    let files = job::discover(&[folder.to_owned()], None).expect("the folder is there").files;
    let read = |file: OpenedFile<'_>| source::read_into(file, PlannedActivities::Courses, Vec::<Activity>::new());
    let (outcomes, _) =
        source::read_all(&files, &NoCache, Control { progress: &Silent, cancel: &Cancel::default() }, read)
            .expect("nobody interrupts");
    let readable = outcomes.into_iter().filter_map(|file| Some((file.path, file.outcome.ok()?.activities)));
    let visible = readable.flat_map(|(path, activities)| {
        let file = path.strip_prefix(folder).expect("below the folder").display().to_string();
        let visible = activities.into_iter().filter_map(|activity| without_privacy(&activity).0);
        visible.map(move |activity| (file.clone(), activity))
    });
    visible.collect()
}

//! Files → activities made ready for drawing, without a library.

use anyhow::Result;

use super::prepared::{Prepared, ReadFile, View};
use crate::activity::Activity;
use crate::activity::tidy::{self, Dropped};
use crate::control::Control;
use crate::selection::Origin;
use crate::source::{self, FileOutcome, InputFile, NoCache, OpenedFile, PlannedActivities, Skip, TableReport};

/// Said of a file with points of which tidying leaves none.
pub const NOWHERE: &str = "none of its points has a place on Earth other than 0° N 0° E";

/// Reads all files, in parallel.
///
/// # Errors
/// When the user interrupts.
pub fn read(
    files: &[InputFile],
    view: View,
    control: Control,
) -> Result<(Vec<FileOutcome<ReadFile>>, Vec<TableReport>)> {
    source::read_all(files, &NoCache, control, |file| read_file(file, view))
}

/// Places activities as they are read, so that their points need not stay.
struct Preparing<'a> {
    view: View<'a>,
    read: usize,
    prepared: Vec<Prepared>,
    hidden: u64,
    dropped: Dropped,
}

impl Extend<Activity> for Preparing<'_> {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let (prepared, dropped) = Prepared::of(&activity, self.read, self.view);
            self.read += 1;
            self.hidden += u64::from(prepared.is_none() && activity.points().any(tidy::is_on_earth));
            self.prepared.extend(prepared);
            self.dropped += dropped;
        }
    }
}

fn read_file(file: OpenedFile, view: View) -> Result<ReadFile, Skip> {
    let preparing = Preparing { view, read: 0, prepared: Vec::new(), hidden: 0, dropped: Dropped::default() };
    let path = file.path().to_owned();
    let reading = source::read_into(file, PlannedActivities::CoursesAndRoutes, preparing)?;
    let Preparing { prepared, hidden, dropped, .. } = reading.activities;
    if prepared.is_empty() && hidden == 0 {
        return Err(Skip::NoTrack(NOWHERE.to_owned()));
    }
    Ok(ReadFile {
        fingerprint: reading.content_hash,
        activities: prepared,
        hidden,
        warnings: reading.warnings,
        unreadable_points: reading.bad_points,
        dropped,
        origin: Origin { paths: vec![path], format: reading.format.to_string(), device: reading.device },
    })
}

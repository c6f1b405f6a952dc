//! Reads files into prepared activities, in parallel and without a library. Only the points of the activity that is
//! being prepared are in memory.

use anyhow::Result;

use super::prepared::{PrepareOptions, Prepared, ReadFile};
use crate::activity::Activity;
use crate::activity::tidy::{self, DroppedPoints};
use crate::control::Control;
use crate::selection::Origin;
use crate::source::{self, FileOutcome, InputFile, NoCache, OpenedFile, PlannedActivities, Skip, TableReport};

/// Reason to skip a file whose points all have invalid positions.
pub const NO_VALID_POSITION: &str = "no point has a valid position: all are out of range or at 0° N 0° E";

/// Reads and prepares all files.
///
/// # Errors
/// If the job is cancelled.
pub fn read(
    files: &[InputFile],
    options: PrepareOptions,
    control: Control,
) -> Result<(Vec<FileOutcome<ReadFile>>, Vec<TableReport>)> {
    source::read_all(files, &NoCache, control, |file| read_file(file, options))
}

/// Prepares activities while a file is parsed.
struct ActivityPreparer<'a> {
    options: PrepareOptions<'a>,
    next_index: usize,
    prepared: Vec<Prepared>,
    hidden_activities: u64,
    dropped: DroppedPoints,
}

impl Extend<Activity> for ActivityPreparer<'_> {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let (prepared, dropped) = Prepared::from_activity(&activity, self.next_index, self.options);
            self.next_index += 1;
            self.hidden_activities += u64::from(prepared.is_none() && activity.points().any(tidy::is_valid_position));
            self.prepared.extend(prepared);
            self.dropped += dropped;
        }
    }
}

fn read_file(file: OpenedFile, options: PrepareOptions) -> Result<ReadFile, Skip> {
    let preparer = ActivityPreparer {
        options,
        next_index: 0,
        prepared: Vec::new(),
        hidden_activities: 0,
        dropped: DroppedPoints::default(),
    };
    let path = file.path().to_owned();
    let parsed = source::read_into(file, PlannedActivities::CoursesAndRoutes, preparer)?;
    let ActivityPreparer { prepared, hidden_activities, dropped, .. } = parsed.activities;
    if prepared.is_empty() && hidden_activities == 0 {
        return Err(Skip::NoTrack(NO_VALID_POSITION.to_owned()));
    }
    Ok(ReadFile {
        content_hash: parsed.content_hash,
        activities: prepared,
        hidden_activities,
        warnings: parsed.warnings,
        unreadable_points: parsed.unreadable_points,
        dropped: DroppedPoints { repeated: parsed.repeated_points, ..dropped },
        origin: Origin { paths: vec![path], format: parsed.format.to_string(), device: parsed.device },
    })
}

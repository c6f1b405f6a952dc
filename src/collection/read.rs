//! Reads files into prepared activities, in parallel and without a library. Only the points of the activity that is
//! being prepared are in memory.

use anyhow::Result;

use super::prepared::{Invisible, PrepareOptions, Prepared, ReadFile};
use crate::activity::Activity;
use crate::activity::tidy::DroppedPoints;
use crate::control::Control;
use crate::privacy::Shares;
use crate::selection::Origin;
use crate::source::{self, Damage, FileOutcome, InputFile, NoCache, OpenedFile, PlannedActivities, Skip, TableReport};

/// Returns the reason to skip a file of which tidying keeps no point.
pub fn nothing_left(dropped: DroppedPoints, damage: Option<&Damage>) -> Skip {
    if let Some(Damage { cause, points, .. }) = damage {
        return Skip::Unreadable(format!(
            "damaged, and none of the {points} points before the damage is usable: {cause}"
        ));
    }
    if dropped.spikes > 0 {
        Skip::Stray
    } else {
        Skip::NoTrack("no point has a valid position: all are out of range or at 0° N 0° E".to_owned())
    }
}

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
    hidden_activities: Vec<Shares>,
    dropped: DroppedPoints,
}

impl Extend<Activity> for ActivityPreparer<'_> {
    fn extend<T: IntoIterator<Item = Activity>>(&mut self, activities: T) {
        for activity in activities {
            let (prepared, dropped) = Prepared::from_activity(&activity, self.next_index, self.options);
            self.next_index += 1;
            match prepared {
                Ok(prepared) => self.prepared.push(prepared),
                Err(Invisible::Hidden(shares)) => self.hidden_activities.push(shares),
                Err(Invisible::Dropped) => {}
            }
            self.dropped += dropped;
        }
    }
}

fn read_file(file: OpenedFile, options: PrepareOptions) -> Result<ReadFile, Skip> {
    let preparer = ActivityPreparer {
        options,
        next_index: 0,
        prepared: Vec::new(),
        hidden_activities: Vec::new(),
        dropped: DroppedPoints::default(),
    };
    let path = file.path().to_owned();
    let parsed = source::read_into(file, PlannedActivities::CoursesAndRoutes, preparer)?;
    let ActivityPreparer { prepared, hidden_activities, dropped, .. } = parsed.activities;
    if prepared.is_empty() && hidden_activities.is_empty() {
        return Err(nothing_left(dropped, parsed.damage.as_ref()));
    }
    Ok(ReadFile {
        content_hash: parsed.content_hash,
        activities: prepared,
        hidden_activities,
        stray_activities: 0,
        damage: parsed.damage,
        warnings: parsed.warnings,
        unreadable_points: parsed.unreadable_points,
        dropped,
        origin: Origin { paths: vec![path], format: parsed.format.to_string(), device: parsed.device },
    })
}

//! Files → activities made ready for drawing, without a library.

use anyhow::Result;

use super::placed::{Placed, ReadFile, View};
use crate::activity::Activity;
use crate::activity::tidy::{self, Dropped};
use crate::control::Control;
use crate::selection::Origin;
use crate::source::{self, Found, Gathered, Listing, Opened, Plans, Skip, Unknown};

/// Said of a file with points of which tidying leaves none.
pub const NOWHERE: &str = "none of its points has a place on Earth other than 0° N 0° E";

/// Reads all files, in parallel.
///
/// # Errors
/// When the user interrupts.
pub fn read(files: &[Found], view: View, control: Control) -> Result<(Vec<Gathered<ReadFile>>, Vec<Listing>)> {
    source::each(files, &Unknown, control, |file| read_file(file, view))
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

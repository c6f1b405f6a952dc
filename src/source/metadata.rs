//! Titles, sports and gear of files from the tables of exports.

use super::garmin;
use super::strava::Row;
use crate::activity::Activity;
use std::path::Path;

/// Entry of a file in a table of activities.
#[derive(Clone, Copy)]
pub struct Metadata<'a>(pub(super) Entry<'a>);

#[derive(Clone, Copy)]
pub enum Entry<'a> {
    Strava(&'a Row),
    /// Garmin's table, which is searched with each activity of the file.
    Garmin(&'a garmin::Table),
}

impl Metadata<'_> {
    /// Hash of all values that may concern the file, never 0.
    pub fn digest(&self) -> u128 {
        match self.0 {
            Entry::Strava(row) => row.digest(),
            Entry::Garmin(table) => table.digest(),
        }
    }

    /// Applies the entry to an activity of the file.
    pub fn describe(&self, file: &Path, activity: &mut Activity) {
        match self.0 {
            Entry::Strava(row) => row.describe(activity),
            Entry::Garmin(table) => table.describe(file, activity),
        }
    }
}

//! Report of files and points: read, skipped, dropped, hidden, omitted.

use std::path::PathBuf;

use crate::activity::tidy::DroppedPoints;
use crate::privacy::Tally;
use crate::selection::Omitted;
use crate::source::{Damage, Skip, TableReport};

/// Counts of the files and points of a map: read, skipped, damaged, dropped, hidden.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct InputReport {
    pub files_read: u64,
    /// Skipped files with the reason, sorted by path; also planned routes in files that were read.
    pub skipped: Vec<(PathBuf, Skip)>,
    /// Files of which only a part could be read, sorted by path.
    pub damaged: Vec<(PathBuf, Damage)>,
    /// Oddities of files that were read whole, sorted by path.
    pub warnings: Vec<(PathBuf, String)>,
    /// Tables of activities in exports, such as Strava's `activities.csv`.
    pub table_reports: Vec<TableReport>,
    /// Points without a readable position.
    pub unreadable_points: u64,
    /// Points that tidying dropped.
    pub dropped: DroppedPoints,
    /// Points of drawn activities that privacy hid.
    pub hidden_points: u64,
    /// Parts of activities that each zone and the trim hid.
    pub tally: Tally,
    /// Points of drawn activities beyond the latitudes of the map.
    pub beyond_points: u64,
    pub omitted: Omitted,
    /// Latitude and longitude in degrees of the most common start, only if `--near home` selects by it.
    pub home: Option<(f64, f64)>,
}

impl InputReport {
    /// Adds inputs that could not be listed, with the reason.
    pub fn add_unreadable(&mut self, unreadable: Vec<(PathBuf, String)>) {
        self.skipped.extend(unreadable.into_iter().map(|(path, why)| (path, Skip::Unreadable(why))));
        self.skipped.sort_by(|a, b| a.0.cmp(&b.0));
    }
}

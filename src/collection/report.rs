//! What happened to the files and points of a map.

use std::path::PathBuf;

use crate::activity::tidy::Dropped;
use crate::selection::Omitted;
use crate::source::{Skip, TableReport};

/// What happened to the files and points.
#[derive(Debug, Default)]
pub struct Report {
    /// Files that were read.
    pub read: u64,
    /// Files that were not, and why; in the order of their paths. Planned routes in a file that was read are here too.
    pub skipped: Vec<(PathBuf, Skip)>,
    /// Files that were read in part, and what is wrong with them.
    pub warnings: Vec<(PathBuf, String)>,
    /// Tables of activities, as in Strava's exports, that files were joined with.
    pub table_reports: Vec<TableReport>,
    /// Points whose position could not be read at all.
    pub unreadable_points: u64,
    /// Points that were left out.
    pub dropped: Dropped,
    /// Points of drawn activities that are hidden.
    pub hidden_points: u64,
    /// Activities that were read and not wanted.
    pub omitted: Omitted,
    /// Latitude and longitude of the most common start, if it was asked for.
    pub home: Option<(f64, f64)>,
}

impl Report {
    /// Adds what could not even be listed, each with the reason.
    pub fn add_unlisted(&mut self, unlisted: Vec<(PathBuf, String)>) {
        self.skipped.extend(unlisted.into_iter().map(|(path, why)| (path, Skip::Unreadable(why))));
        self.skipped.sort_by(|a, b| a.0.cmp(&b.0));
    }
}

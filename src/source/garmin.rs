//! Titles and types of activities from `*_summarizedActivities.json` of Garmin's account export.
//!
//! The files of the export are named by the number of their upload, so activities are found by their start; other
//! downloads from Garmin are named by the number of the activity.

mod reader;

use crate::activity::Activity;
use crate::activity::sport::Sport;
pub use reader::{read, too_many};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;
use twox_hash::xxhash3_128::Hasher;
#[cfg(fuzzing)]
use {super::content::ContentReader, crate::control::cancel::Cancel};

/// End of the file name of a table.
pub const NAME_END: &str = "_summarizedActivities.json";

/// Folder of the tables in an export, next to the folder of the files.
pub const FOLDER: &str = "DI-Connect-Fitness";

/// Largest table, in bytes. Years of activities with all their splits take a hundred megabytes.
const MAX_BYTES: u64 = 1 << 30;

/// Maximum number of activities of a table, and of all tables of a file set.
pub const MAX_ROWS: usize = if cfg!(test) { 1000 } else { 500_000 };

/// Largest time between the start that the table states and the first position: until the device has a fix.
const MAX_START_DIFFERENCE_MS: i64 = 120_000;

/// Largest time between both starts if the name of the file has the number of the activity.
const MAX_CLOCK_DIFFERENCE_MS: u64 = 86_400_000;

/// Largest time by which the start that the table states may be after the first position.
const ROUNDING_MS: i64 = 2_000;

/// Activities of an export.
#[derive(Debug, Default)]
pub struct Table {
    /// Sorted by start; those without a start first.
    rows: Vec<Row>,
    /// Indices of rows by the number of the activity, and by that of the multisport activity they are a part of.
    by_id: HashMap<u64, Vec<usize>>,
    digest: u128,
}

/// One activity.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Row {
    start_ms: Option<i64>,
    /// Number of the multisport activity of which this one is a part. The start of a part is its own, or that of the
    /// whole.
    parent: Option<u64>,
    id: Option<u64>,
    name: Option<String>,
    sport: Option<String>,
}

impl Table {
    /// Table of the activities of all tables of an export, which has one for each thousand.
    pub fn of(mut rows: Vec<Row>) -> Self {
        rows.sort_unstable();
        rows.dedup();
        let mut by_id: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            row.id.iter().chain(&row.parent).for_each(|id| by_id.entry(*id).or_default().push(index));
        }
        let digest = digest(&rows);
        Self { rows, by_id, digest }
    }

    /// Number of activities.
    #[cfg(any(test, fuzzing))]
    pub fn activities(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Hash of all values, never 0.
    pub fn digest(&self) -> u128 {
        self.digest
    }

    /// Applies the title and the type of an activity of a file. The sport of the file stays if the type is unknown.
    /// Returns the hash of the row; 0 if the table lacks the activity.
    pub fn describe(&self, file: &Path, activity: &mut Activity) -> u128 {
        let start_ms = activity.points().find_map(|point| point.time_ms);
        let sport = Sport::of(&activity.sport);
        let row = self.by_number(file, start_ms, &sport).or_else(|| self.by_start(start_ms?, &sport));
        let Some(row) = row else { return 0 };
        activity.name = row.name.clone().or(activity.name.take());
        activity.table_start_ms = row.start_ms.or(activity.table_start_ms);
        if let Some(stated) = &row.sport {
            activity.replace_sport(stated);
        }
        digest(row)
    }

    /// Row whose number is in the name of the file, such as `123_ACTIVITY.fit`, or one of its parts.
    fn by_number(&self, file: &Path, start_ms: Option<i64>, sport: &Sport) -> Option<&Row> {
        let stem = file.file_name()?.to_str()?;
        let numbers = stem.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
        let rows = numbers.filter_map(|id: u64| self.by_id.get(&id)).next()?.iter().map(|index| &self.rows[*index]);
        // Numbers of uploads might be those of activities by chance.
        let is_near = |row: &&Row| {
            start_ms.zip(row.start_ms).is_none_or(|(first, start)| first.abs_diff(start) <= MAX_CLOCK_DIFFERENCE_MS)
        };
        best(rows.filter(is_near), start_ms, sport)
    }

    /// Row with a start shortly before the first position, or a few seconds after it.
    fn by_start(&self, start_ms: i64, sport: &Sport) -> Option<&Row> {
        let earliest = Some(start_ms.saturating_sub(MAX_START_DIFFERENCE_MS));
        let latest = Some(start_ms.saturating_add(ROUNDING_MS));
        let first = self.rows.partition_point(|row| row.start_ms < earliest);
        let end = self.rows.partition_point(|row| row.start_ms <= latest);
        best(self.rows[first..end].iter(), Some(start_ms), sport)
    }
}

/// Best of several rows for an activity, by the first of these that differs: the same sport; the last start before the
/// first position; a part of a multisport activity and not the whole; the least number, which is that of the first
/// part.
fn best<'a>(rows: impl Iterator<Item = &'a Row>, start_ms: Option<i64>, sport: &Sport) -> Option<&'a Row> {
    let latest = start_ms.map(|start_ms| start_ms.saturating_add(ROUNDING_MS));
    rows.max_by_key(|row| {
        let is_same_sport = row.sport.as_deref().is_some_and(|word| Sport::of(word).is_related(sport));
        let start_before = row.start_ms.filter(|start_ms| Some(*start_ms) <= latest);
        (is_same_sport, start_before, row.parent.is_some(), Reverse(row.id))
    })
}

/// Table in memory, up to a fault.
#[cfg(fuzzing)]
pub fn table(bytes: &[u8]) -> Table {
    let content = ContentReader::new(bytes);
    Table::of(content.map_or_else(|_| Vec::new(), |content| read(content, &Cancel::default()).0))
}

/// Hash of rows, never 0.
fn digest(rows: &(impl serde::Serialize + ?Sized)) -> u128 {
    // Serialising text and numbers cannot fail.
    Hasher::oneshot(&serde_json::to_vec(rows).unwrap_or_default()).max(1)
}

#[cfg(test)]
mod tests;

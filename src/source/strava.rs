//! Parses Strava's `activities.csv`, which gives the files of an export their titles, sports, gear and commutes.
//!
//! ```text
//! id, date, name, type, …, commute?, …, gear, file, …
//! ```
//! Headers are in the language of the account, and some occur twice. Columns are therefore found by position and
//! content: the file column has most of the cells `activities/…`, the gear column is just before it, the commute column
//! is the last one between sport and file with mostly `true` and `false`. This layout holds for exports from 2018 to
//! 2026. English tables are read by their headers, in any order of columns, so that edited tables work too. Tables that
//! a spreadsheet has saved, with semicolons or tabs, lines above the header and in other encodings, are read as well.

mod rows;

use super::collector::{append_bounded, tidy_name};
use super::encoding;
use super::localised;
use super::skip::Skip;
use super::title_lines;
use crate::activity::Activity;
use csv::StringRecord;
pub use rows::FOLDER;
use rows::{Rows, is_file};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use twox_hash::xxhash3_128::Hasher;

/// File name of the table, in every language.
pub const NAME: &str = "activities.csv";

/// Largest table, in bytes. A table of ten thousand activities has a third of this size.
pub const MAX_BYTES: u64 = 32 << 20;

/// Maximum number of activities of a table, and of all tables of a file set.
pub const MAX_ROWS: u64 = if cfg!(test) { 1000 } else { 500_000 };

/// Maximum number of columns that are examined; exports have about a hundred.
const MAX_COLUMNS: usize = 1000;

/// Columns at the same position in every export, regardless of their headers.
const DATE: usize = 1;
const TITLE: usize = 2;
const SPORT: usize = 3;

/// Rows by file name without folder and `.gz`, since some unpackers remove `.gz`.
#[derive(Debug, Default)]
pub struct Table {
    rows: HashMap<String, Row>,
    /// Number of rows.
    pub activities: u64,
    /// Activities without a file in the export, such as those entered by hand.
    pub without_file: u64,
}

/// Row of one activity.
#[derive(Debug, Default, PartialEq, serde::Serialize)]
pub struct Row {
    name: Option<String>,
    sport: Option<String>,
    gear: Option<String>,
    commute: Option<bool>,
    start_ms: Option<i64>,
}

struct Columns {
    file: usize,
    date: Option<usize>,
    title: Option<usize>,
    sport: Option<usize>,
    gear: Option<usize>,
    commute: Option<usize>,
}

impl Table {
    /// Parses a table. Returns `None` if there is no file column, as in other kinds of table. If rows name one file,
    /// the last counts.
    ///
    /// # Errors
    /// If there are too many rows.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, Skip> {
        let text = encoding::decode(bytes);
        let text = title_lines::skip(&text, &rows::DELIMITERS, |row| row.iter().any(may_name_file));
        let rows = Rows::of(text);
        let Some(columns) = Columns::of(&rows) else { return Ok(None) };
        let mut table = Self::default();
        for record in rows.iter() {
            table.activities += 1;
            if table.activities > MAX_ROWS {
                return Err(too_many());
            }
            let file = record.get(columns.file).filter(|cell| is_file(cell)).and_then(key);
            match file {
                Some(file) => _ = table.rows.insert(file, Row::of(&record, &columns)),
                None => table.without_file += 1,
            }
        }
        Ok(Some(table))
    }

    /// Returns the row of a file.
    pub fn row(&self, file: &Path) -> Option<&Row> {
        self.rows.get(&key_of(file)?)
    }

    /// Rows that name a file.
    #[cfg(fuzzing)]
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// Returns the number of named files that are not among `files`.
    pub fn missing<'a>(&self, files: impl Iterator<Item = &'a Path>) -> u64 {
        let there: HashSet<String> = files.filter_map(key_of).collect();
        self.rows.keys().filter(|name| !there.contains(*name)).count() as u64
    }
}

/// Refusal of a table with too many activities, together with the tables before it.
pub fn too_many() -> Skip {
    Skip::Unreadable(format!("there are more than {MAX_ROWS} activities in tables; split it"))
}

/// File name without folder and `.gz`. Archives that were packed on Windows may have backslashes.
fn key(path: &str) -> Option<String> {
    let name = path.trim_end().rsplit(['/', '\\']).next()?;
    let name = name.strip_suffix(".gz").unwrap_or(name);
    (!name.is_empty()).then(|| name.to_owned())
}

fn key_of(file: &Path) -> Option<String> {
    key(file.file_name()?.to_str()?)
}

/// Returns true for a cell with `activities/` or `activities\`, also if it holds a whole row with other delimiters.
fn may_name_file(cell: &str) -> bool {
    cell.match_indices(FOLDER).any(|(at, _)| cell[at + FOLDER.len()..].starts_with(['/', '\\']))
}

/// Value of a cell of the commute column.
fn boolean(cell: &str) -> Option<bool> {
    [("true", true), ("false", false)]
        .into_iter()
        .find(|(word, _)| cell.trim_ascii().eq_ignore_ascii_case(word))
        .map(|row| row.1)
}

impl Row {
    /// Hash of all values, never 0.
    pub fn digest(&self) -> u128 {
        // Serialising text and numbers cannot fail.
        Hasher::oneshot(&serde_json::to_vec(self).unwrap_or_default()).max(1)
    }

    fn of(record: &StringRecord, columns: &Columns) -> Self {
        let cell = |column: Option<usize>| cell(record, column?);
        Self {
            name: cell(columns.title),
            sport: cell(columns.sport),
            gear: cell(columns.gear),
            commute: cell(columns.commute).and_then(|text| boolean(&text)),
            start_ms: cell(columns.date).and_then(|text| localised::moment(&text)),
        }
    }

    /// Applies the row to the activity of its file. Empty cells change nothing.
    pub fn describe(&self, activity: &mut Activity) {
        activity.name = self.name.clone().or(activity.name.take());
        activity.gear = self.gear.clone().or(activity.gear.take());
        activity.commute = self.commute.or(activity.commute);
        activity.table_start_ms = self.start_ms.or(activity.table_start_ms);
        if let Some(stated) = &self.sport {
            activity.replace_sport(stated);
        }
    }
}

/// Numbers of cells of a column.
#[derive(Clone, Copy, Default)]
struct ColumnCounts {
    files: u64,
    booleans: u64,
    /// Neither blank nor boolean.
    others: u64,
}

impl Columns {
    fn of(rows: &Rows) -> Option<Self> {
        let mut counts: Vec<ColumnCounts> = Vec::new();
        for record in rows.iter() {
            counts.resize(record.len().min(MAX_COLUMNS).max(counts.len()), ColumnCounts::default());
            for (column, cell) in counts.iter_mut().zip(&record).filter(|(_, cell)| !cell.trim_ascii().is_empty()) {
                column.files += u64::from(is_file(cell));
                match boolean(cell) {
                    Some(_) => column.booleans += 1,
                    None => column.others += 1,
                }
            }
        }
        let called = |names: &[&str]| {
            names.iter().find_map(|name| rows.header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name)))
        };
        let called_file = called(&["Filename"]);
        let most = counts.iter().map(|column| column.files).max().unwrap_or(0);
        let file = match most {
            // An export without any recording.
            0 => called_file.filter(|_| called(&["Activity ID"]).is_some())?,
            _ => counts.iter().position(|column| column.files == most)?,
        };
        // Rows may be shorter than the header. A cell with a fault must not hide the column.
        let is_boolean = |column: &usize| counts.get(*column).is_some_and(|column| column.booleans > column.others);
        if called_file == Some(file) {
            return Some(Self {
                file,
                date: called(&["Activity Date", "date"]),
                title: called(&["Activity Name", "name"]),
                sport: called(&["Activity Type", "type"]),
                gear: called(&["Activity Gear", "gear"]),
                commute: called(&["Commute"]).filter(is_boolean),
            });
        }
        let commute = (SPORT + 1..file).rev().find(is_boolean);
        let gear = file.checked_sub(1).filter(|gear| *gear > SPORT && Some(*gear) != commute);
        (file > SPORT).then_some(Self { file, date: Some(DATE), title: Some(TITLE), sport: Some(SPORT), gear, commute })
    }
}

/// Text of a cell on one line, cut to the longest name; `None` if blank.
fn cell(record: &StringRecord, column: usize) -> Option<String> {
    let mut text = String::new();
    append_bounded(&mut text, record.get(column)?);
    tidy_name(&text)
}

#[cfg(test)]
mod tests;

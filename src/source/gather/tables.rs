//! Tables of activities next to files.

use super::file_set::FileSet;
use super::outcome::TableReport;
use crate::source::input::Input;
use crate::source::skip::Skip;
use crate::source::strava::{self, Row, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The tables of activities beside or above the files on a shelf.
#[derive(Default)]
pub struct Tables {
    /// By their paths.
    read: BTreeMap<PathBuf, Table>,
    pub refused: BTreeMap<PathBuf, Skip>,
}

impl Tables {
    pub fn of(file_set: &dyn FileSet, paths: &[PathBuf]) -> Self {
        let mut tables = Self::default();
        let mut keep = |path: &Path, input: Result<Input, Skip>| match input.and_then(table) {
            Ok(Some(table)) => _ = tables.read.insert(path.to_owned(), table),
            Err(skip) => _ = tables.refused.insert(path.to_owned(), skip),
            Ok(None) => {}
        };
        let mut known: BTreeSet<PathBuf> = BTreeSet::new();
        for (index, path) in paths.iter().enumerate().filter(|(_, path)| path.ends_with(strava::NAME)) {
            keep(path, file_set.open(index));
            known.insert(path.clone());
        }
        // Whoever names the folder of the files or some of them means their titles too.
        let folders: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
        for path in folders.into_iter().flat_map(places) {
            if !known.contains(&path)
                && let Ok(input) = file_set.beside(&path)
            {
                keep(&path, Ok(input));
            }
            known.insert(path);
        }
        tables
    }

    /// What there is to say of a file.
    pub fn row(&self, path: &Path) -> Option<&Row> {
        places(path.parent()?).into_iter().find_map(|table| self.read.get(&table)?.row(path))
    }

    /// Says whether the file is one of the tables.
    pub fn lists(&self, path: &Path) -> bool {
        self.read.contains_key(path)
    }

    /// What the tables among the files come to. One that lies beside them alone may list many more.
    pub fn table_reports(&self, paths: &[PathBuf], within: &Option<PathBuf>) -> Vec<TableReport> {
        let table_report = |(path, table): (&PathBuf, &Table)| {
            let (Table { activities, without_file, .. }, path) = (table, path.clone());
            let is_near = |file: &&Path| file.parent().is_some_and(|folder| places(folder).contains(&path));
            let missing = table.missing(paths.iter().map(PathBuf::as_path).filter(is_near));
            let within = within.clone();
            TableReport { path, within, activities: *activities, without_file: *without_file, missing }
        };
        let given: BTreeSet<&PathBuf> = paths.iter().collect();
        self.read.iter().filter(|(path, _)| given.contains(path)).map(table_report).collect()
    }
}

/// Where the table of a folder's files may be: beside them, or above as in exports.
fn places(folder: &Path) -> [PathBuf; 2] {
    [folder.join(strava::NAME), folder.parent().unwrap_or(folder).join(strava::NAME)]
}

/// Reads a table; `None` if it is something else.
fn table(input: Input) -> Result<Option<Table>, Skip> {
    let mut bytes = Vec::new();
    // An input does not fail, it ends.
    let _ = input.take(strava::MAX_BYTES + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > strava::MAX_BYTES {
        return Err(Skip::Unreadable(format!("it has more than {} MiB; split it", strava::MAX_BYTES >> 20)));
    }
    Table::parse(&bytes)
}

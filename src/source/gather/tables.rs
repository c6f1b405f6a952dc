//! Tables of activities (Strava's `activities.csv`) that belong to the files of a set.
//!
//! A file belongs to the table in its own folder or else to the one in the parent folder, as in exports, where
//! `activities.csv` is next to the folder `activities/`. Tables outside the set count too: a user who names only the
//! folder of the files still gets the titles from the table above.

use super::file_set::FileSet;
use super::outcome::TableReport;
use crate::source::content::ContentReader;
use crate::source::skip::Skip;
use crate::source::strava::{self, Row, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Tables of a file set by path, parsed or refused.
#[derive(Default)]
pub struct ActivityTables {
    parsed: BTreeMap<PathBuf, Table>,
    pub refused: BTreeMap<PathBuf, Skip>,
}

impl ActivityTables {
    pub fn load(file_set: &dyn FileSet, paths: &[PathBuf]) -> Self {
        let mut tables = Self::default();
        let mut add = |path: &Path, content: Result<ContentReader, Skip>| match content.and_then(read_table) {
            Ok(Some(table)) => _ = tables.parsed.insert(path.to_owned(), table),
            Err(skip) => _ = tables.refused.insert(path.to_owned(), skip),
            Ok(None) => {}
        };
        let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
        for (index, path) in paths.iter().enumerate().filter(|(_, path)| path.ends_with(strava::NAME)) {
            add(path, file_set.open(index));
            seen.insert(path.clone());
        }
        let folders: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
        for path in folders.into_iter().flat_map(candidate_paths) {
            if !seen.contains(&path)
                && let Ok(content) = file_set.open_outside(&path)
            {
                add(&path, Ok(content));
            }
            seen.insert(path);
        }
        tables
    }

    pub fn row(&self, path: &Path) -> Option<&Row> {
        candidate_paths(path.parent()?).into_iter().find_map(|table| self.parsed.get(&table)?.row(path))
    }

    pub fn contains(&self, path: &Path) -> bool {
        self.parsed.contains_key(path)
    }

    /// Reports on the tables in the set. Tables outside are ignored, since the user may have named only some of the
    /// files they list.
    pub fn table_reports(&self, paths: &[PathBuf], archive: &Option<PathBuf>) -> Vec<TableReport> {
        let report = |(path, table): (&PathBuf, &Table)| {
            let (Table { activities, without_file, .. }, path) = (table, path.clone());
            let is_governed =
                |file: &&Path| file.parent().is_some_and(|folder| candidate_paths(folder).contains(&path));
            let missing = table.missing(paths.iter().map(PathBuf::as_path).filter(is_governed));
            let archive = archive.clone();
            TableReport { path, archive, activities: *activities, without_file: *without_file, missing }
        };
        let listed: BTreeSet<&PathBuf> = paths.iter().collect();
        self.parsed.iter().filter(|(path, _)| listed.contains(path)).map(report).collect()
    }
}

/// Paths of the table of a folder's files: in the folder, or in its parent.
fn candidate_paths(folder: &Path) -> [PathBuf; 2] {
    [folder.join(strava::NAME), folder.parent().unwrap_or(folder).join(strava::NAME)]
}

/// Reads a table; `None` if the file is another kind of table.
fn read_table(content: ContentReader) -> Result<Option<Table>, Skip> {
    let mut bytes = Vec::new();
    // A content reader never fails; see `ContentReader`.
    let _ = content.take(strava::MAX_BYTES + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > strava::MAX_BYTES {
        return Err(Skip::Unreadable(format!("the table is larger than {} MiB; split it", strava::MAX_BYTES >> 20)));
    }
    Table::parse(&bytes)
}

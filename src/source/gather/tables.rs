//! Tables of activities that belong to the files of a set: Strava's `activities.csv` and Garmin's
//! `*_summarizedActivities.json`.
//!
//! A file belongs to Strava's table in its own folder or else to the one in the parent folder, as in exports, where
//! `activities.csv` is next to the folder `activities/`. Tables outside the set count too: a user who names only the
//! folder of the files still gets the titles from the table above. Garmin's tables apply to all files of the export,
//! also within its archives.

use super::file_set::FileSet;
use super::outcome::TableReport;
use crate::control::cancel::Cancel;
use crate::source::content::ContentReader;
use crate::source::garmin;
use crate::source::metadata::{Entry, Metadata};
use crate::source::skip::Skip;
use crate::source::strava::{self, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Refusal of a table that is not in Strava's layout, next to the files of an export.
const NOT_UNDERSTOOD: &str = "no column of the table names files in activities/, so its titles, sports and gear are \
                              missing; take the table from the export as it was downloaded";

/// Tables of a file set by path, parsed or refused.
#[derive(Default)]
pub struct ActivityTables<'a> {
    strava: BTreeMap<PathBuf, Table>,
    garmin: GarminTables,
    pub refused: BTreeMap<PathBuf, Skip>,
    /// Tables of the set with the archive that contains this set.
    outer: Option<&'a ActivityTables<'a>>,
}

/// Garmin's tables.
#[derive(Default)]
struct GarminTables {
    /// Merged tables by the folder to whose files they apply.
    by_folder: BTreeMap<PathBuf, garmin::Table>,
    /// Number of activities of each table.
    activities: BTreeMap<PathBuf, u64>,
}

impl<'a> ActivityTables<'a> {
    pub fn load(file_set: &dyn FileSet, paths: &[PathBuf], outer: Option<&'a Self>, cancel: &Cancel) -> Self {
        let mut tables = Self { outer, ..Self::default() };
        tables.load_strava(file_set, paths);
        tables.load_garmin(file_set, paths, cancel);
        tables
    }

    fn load_strava(&mut self, file_set: &dyn FileSet, paths: &[PathBuf]) {
        let folders: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
        // A small archive may hold many tables.
        let mut remaining = strava::MAX_ROWS;
        let mut add = |path: &Path, content: Result<ContentReader, Skip>| match content.and_then(read_strava) {
            Ok(Some(table)) if table.activities > remaining => {
                _ = self.refused.insert(path.to_owned(), strava::too_many());
            }
            Ok(Some(table)) => {
                remaining -= table.activities;
                _ = self.strava.insert(path.to_owned(), table);
            }
            Err(skip) => _ = self.refused.insert(path.to_owned(), skip),
            Ok(None) if folders.contains(&*path.with_file_name(strava::FOLDER)) => {
                _ = self.refused.insert(path.to_owned(), Skip::Unreadable(NOT_UNDERSTOOD.into()));
            }
            Ok(None) => {}
        };
        let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
        for (index, path) in paths.iter().enumerate().filter(|(_, path)| path.ends_with(strava::NAME)) {
            add(path, file_set.open(index));
            seen.insert(path.clone());
        }
        for path in folders.iter().flat_map(|folder| candidate_paths(folder)) {
            if !seen.contains(&path)
                && let Ok(content) = file_set.open_outside(&path)
            {
                add(&path, Ok(content));
            }
            seen.insert(path);
        }
    }

    fn load_garmin(&mut self, file_set: &dyn FileSet, paths: &[PathBuf], cancel: &Cancel) {
        let mut rows_by_folder: BTreeMap<PathBuf, Vec<garmin::Row>> = BTreeMap::new();
        let mut remaining = garmin::MAX_ROWS;
        for (index, path) in paths.iter().enumerate().filter(|(_, path)| is_garmin(path)) {
            let (mut rows, mut fault) = match file_set.open(index) {
                Ok(content) => garmin::read(content, cancel),
                Err(skip) => (Vec::new(), Some(skip)),
            };
            if rows.len() > remaining {
                rows.truncate(remaining);
                fault = Some(garmin::too_many());
            }
            remaining -= rows.len();
            if let Some(skip) = fault {
                self.refused.insert(path.clone(), skip);
            } else if !rows.is_empty() {
                self.garmin.activities.insert(path.clone(), rows.len() as u64);
            }
            if !rows.is_empty() {
                let folder = path.parent().unwrap_or(path);
                let folder = folder.parent().filter(|_| folder.ends_with(garmin::FOLDER)).unwrap_or(folder);
                rows_by_folder.entry(folder.to_owned()).or_default().extend(rows);
            }
        }
        let tables = rows_by_folder.into_iter().map(|(folder, rows)| (folder, garmin::Table::of(rows)));
        self.garmin.by_folder = tables.collect();
    }

    /// Entry of a file.
    pub fn metadata(&self, path: &Path) -> Option<Metadata<'_>> {
        let strava = || {
            let table = candidate_paths(path.parent()?);
            table.into_iter().find_map(|table| self.strava.get(&table)?.row(path)).map(Entry::Strava)
        };
        strava().or_else(|| self.garmin_table(path).map(Entry::Garmin)).map(Metadata)
    }

    /// Garmin's table of the innermost folder around a file, in this set or those around it.
    fn garmin_table(&self, path: &Path) -> Option<&garmin::Table> {
        let own = path.ancestors().find_map(|folder| self.garmin.by_folder.get(folder));
        own.or_else(|| self.outer?.garmin_table(path))
    }

    /// Digest of the tables that apply to the members of an archive in this set; 0 without any.
    pub fn digest_around(&self, archive: &Path) -> u128 {
        self.garmin_table(archive).map_or(0, garmin::Table::digest)
    }

    pub fn contains(&self, path: &Path) -> bool {
        self.strava.contains_key(path) || self.garmin.activities.contains_key(path)
    }

    /// Reports on the tables in the set. Tables outside are ignored, since the user may have named only some of the
    /// files they list.
    pub fn table_reports(&self, paths: &[PathBuf], archive: &Option<PathBuf>) -> Vec<TableReport> {
        let of_strava = |(path, table): (&PathBuf, &Table)| {
            let (Table { activities, without_file, .. }, path) = (table, path.clone());
            let is_governed =
                |file: &&Path| file.parent().is_some_and(|folder| candidate_paths(folder).contains(&path));
            let missing = table.missing(paths.iter().map(PathBuf::as_path).filter(is_governed));
            let archive = archive.clone();
            TableReport { path, archive, activities: *activities, without_file: *without_file, missing }
        };
        // Garmin's tables name no files.
        let of_garmin = |(path, activities): (&PathBuf, &u64)| TableReport {
            path: path.clone(),
            archive: archive.clone(),
            activities: *activities,
            without_file: 0,
            missing: 0,
        };
        let listed: BTreeSet<&PathBuf> = paths.iter().collect();
        let strava = self.strava.iter().filter(|(path, _)| listed.contains(path)).map(of_strava);
        strava.chain(self.garmin.activities.iter().map(of_garmin)).collect()
    }
}

fn is_garmin(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(garmin::NAME_END))
}

/// Paths of the table of a folder's files: in the folder, or in its parent.
fn candidate_paths(folder: &Path) -> [PathBuf; 2] {
    [folder.join(strava::NAME), folder.parent().unwrap_or(folder).join(strava::NAME)]
}

/// Reads Strava's table; `None` if the file is another kind of table.
fn read_strava(content: ContentReader) -> Result<Option<Table>, Skip> {
    let mut bytes = Vec::new();
    // A content reader never fails; see `ContentReader`.
    let _ = content.take(strava::MAX_BYTES + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > strava::MAX_BYTES {
        return Err(Skip::Unreadable(format!("the table is larger than {} MiB; split it", strava::MAX_BYTES >> 20)));
    }
    Table::parse(&bytes)
}

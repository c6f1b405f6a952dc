//! Titles, sports and gear of files from the tables of exports.

use super::content;
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

    /// [`ParsedFile::row_digest`](super::ParsedFile::row_digest) of the file; `None` if it depends on the activities.
    pub fn row_digest(&self) -> Option<u128> {
        match self.0 {
            Entry::Strava(row) => Some(row.digest()),
            Entry::Garmin(_) => None,
        }
    }

    /// Applies the entry to an activity of the file. Returns the hash of the row that applies; 0 without one.
    pub fn describe(&self, file: &Path, activity: &mut Activity) -> u128 {
        match self.0 {
            Entry::Strava(row) => {
                row.describe(activity);
                row.digest()
            }
            Entry::Garmin(table) => table.describe(file, activity),
        }
    }
}

/// Hash of the rows of all activities of a file: the hash of the row if all have the same one, 0 without any.
pub fn combined_digest(rows: &[u128]) -> u128 {
    match rows.split_first() {
        None => 0,
        Some((first, rest)) if rest.iter().all(|row| row == first) => *first,
        Some(_) => content::hash(&rows.iter().flat_map(|row| row.to_le_bytes()).collect::<Vec<_>>()).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::combined_digest;

    #[test]
    fn a_file_without_rows_has_no_digest_and_the_order_of_rows_counts() {
        assert_eq!([&[][..], &[0, 0], &[7], &[7, 7]].map(combined_digest), [0, 0, 7, 7]);
        let mixed = [&[7, 0][..], &[0, 7], &[7, 7, 0], &[7, 8]].map(combined_digest);
        assert!((0..4).all(|i| mixed[i] != 0 && mixed[..i].iter().all(|other| *other != mixed[i])));
    }
}

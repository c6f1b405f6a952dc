//! An activity of the library without its points, as a row of the database.

use rusqlite::Row;

use super::ContentId;
use super::location::key_to_path;
use crate::activity::summary::Summary;
use crate::engine::geometry::extent::Extent;
use crate::privacy::Privacy;
use crate::selection::Origin;

/// The columns of [`Summary`], in order.
pub const SUMMARY_COLUMNS: &str = "sport, name, start_ms, end_ms, metres, ascent_m, points, activity.sensors,
    start_x, start_y, min_x, min_y, max_x, max_y, fingerprint, gear, commute, planned";

/// How many these are.
pub const SUMMARY_COLUMN_COUNT: usize = 18;

/// An activity of the library.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedActivity {
    /// What the user calls it: a number that is never given again.
    pub id: i64,
    /// What it comes to.
    pub summary: Summary,
    /// Its file. Of the paths, the first is where its content was seen last; there is none where other files are now.
    pub origin: Origin,
    /// What its file is in the library.
    pub content: ContentId,
    /// The user does not want it drawn.
    pub excluded: bool,
    /// The activity that is drawn instead, as both are one recording.
    pub copy_of: Option<i64>,
    /// The files of those that it is drawn instead of.
    pub copies: Vec<Origin>,
    /// Points of its file that were dropped as spikes.
    pub spikes: i64,
}

impl ListedActivity {
    /// All files that it came in.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> + Clone {
        [&self.origin].into_iter().chain(&self.copies)
    }

    /// Whether something of it could be hidden.
    pub fn is_affected(&self, privacy: &Privacy) -> bool {
        is_affected(&self.summary, self.spikes, privacy)
    }
}

/// Whether something of an activity could be hidden, so that it is to be tidied and simplified anew. Its box is that of
/// its lines: a spike that was dropped from them may be in a zone all the same, and then something else may be left.
pub fn is_affected(summary: &Summary, spikes: i64, privacy: &Privacy) -> bool {
    !privacy.is_nothing() && (spikes > 0 || privacy.touches(summary.extent))
}

/// Reads the columns of [`SUMMARY_COLUMNS`] from the beginning of a row.
pub fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    Ok(Summary {
        sport: row.get(0)?,
        name: row.get(1)?,
        start_ms: row.get(2)?,
        end_ms: row.get(3)?,
        metres: row.get(4)?,
        ascent_m: row.get(5)?,
        points: row.get::<_, i64>(6)? as u64,
        sensors: row.get(7)?,
        start: [row.get(8)?, row.get(9)?],
        extent: Extent { min: [row.get(10)?, row.get(11)?], max: [row.get(12)?, row.get(13)?] },
        fingerprint: u128::from_le_bytes(row.get(14)?),
        gear: row.get(15)?,
        commute: row.get(16)?,
        planned: row.get(17)?,
    })
}

/// Reads a row of [`SUMMARY_COLUMNS`] and, in this order, its number, content, exclusion, format, device, spikes and path.
pub fn read_listed(row: &Row<'_>) -> rusqlite::Result<ListedActivity> {
    Ok(ListedActivity {
        summary: summary(row)?,
        id: row.get(SUMMARY_COLUMN_COUNT)?,
        content: ContentId(row.get(SUMMARY_COLUMN_COUNT + 1)?),
        excluded: row.get(SUMMARY_COLUMN_COUNT + 2)?,
        origin: Origin {
            paths: row.get::<_, Option<Vec<u8>>>(SUMMARY_COLUMN_COUNT + 6)?.map(key_to_path).into_iter().collect(),
            format: row.get(SUMMARY_COLUMN_COUNT + 3)?,
            device: row.get(SUMMARY_COLUMN_COUNT + 4)?,
        },
        spikes: row.get(SUMMARY_COLUMN_COUNT + 5)?,
        copy_of: None,
        copies: Vec::new(),
    })
}

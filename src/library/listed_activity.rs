//! Activity of the library without its points, read from a row.

use rusqlite::Row;

use super::ContentId;
use super::location::key_to_path;
use crate::activity::summary::Summary;
use crate::engine::geometry::extent::Extent;
use crate::privacy::Privacy;
use crate::selection::Origin;

/// Columns of [`Summary`] in order, of the table `activity`.
pub const SUMMARY_COLUMNS: &str = "sport, name, start_ms, end_ms, metres, ascent_m, points, completeness,
    start_x, start_y, min_x, min_y, max_x, max_y, fingerprint, gear, commute, planned";

/// Number of [`SUMMARY_COLUMNS`].
pub const SUMMARY_COLUMN_COUNT: usize = 18;

/// An imported activity.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedActivity {
    /// The number that the user sees. Numbers of deleted activities are not reused.
    pub id: i64,
    /// Totals of the activity, or of its visible part after [`Library::apply_privacy`](super::Library::apply_privacy).
    pub summary: Summary,
    /// Its file. Lists show the first path; there is none if each path was read again with another outcome.
    pub origin: Origin,
    /// Content of the file.
    pub content: ContentId,
    /// True if the user excluded the activity, or a copy that it is drawn for.
    pub excluded: bool,
    /// Id of the activity that is drawn instead, if this one is a copy.
    pub copy_of: Option<i64>,
    /// Files of the copies that it is drawn for.
    pub copies: Vec<Origin>,
    /// Number of points of the file that tidying dropped as spikes.
    pub spikes: i64,
}

impl ListedActivity {
    /// Returns true if the activity is neither excluded nor a copy.
    pub fn is_drawn(&self) -> bool {
        self.copy_of.is_none() && !self.excluded
    }

    /// Returns true if privacy may change the activity; possibly no point is hidden.
    pub fn is_affected(&self, privacy: &Privacy) -> bool {
        is_affected(&self.summary, self.spikes, privacy)
    }
}

/// Returns true if privacy may change the activity: if there is a trim, the bounding box is at a zone, or its file has
/// spikes. The box is that of the tidied points: a dropped spike may be in a zone, and hiding the spike changes what
/// tidying drops.
pub fn is_affected(summary: &Summary, spikes: i64, privacy: &Privacy) -> bool {
    !privacy.hides_nothing() && (spikes > 0 || privacy.touches(summary.extent))
}

/// Reads the columns [`SUMMARY_COLUMNS`] from the start of a row.
pub fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    Ok(Summary {
        sport: row.get(0)?,
        name: row.get(1)?,
        start_ms: row.get(2)?,
        end_ms: row.get(3)?,
        metres: row.get(4)?,
        new_m: None,
        ascent_m: row.get(5)?,
        points: row.get::<_, i64>(6)? as u64,
        completeness: row.get(7)?,
        start: [row.get(8)?, row.get(9)?],
        extent: Extent { min: [row.get(10)?, row.get(11)?], max: [row.get(12)?, row.get(13)?] },
        fingerprint: u128::from_le_bytes(row.get(14)?),
        gear: row.get(15)?,
        commute: row.get(16)?,
        planned: row.get(17)?,
    })
}

/// Reads [`SUMMARY_COLUMNS`], id, content, exclusion, format, device, spikes and path from a row.
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

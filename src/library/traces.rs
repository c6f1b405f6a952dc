//! Reads the points of activities for comparison: as sketches and as traces.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use rayon::prelude::*;
use rusqlite::{OptionalExtension, Row, params};

use super::blob::{self, SIMPLIFIER_VERSION};
use super::listed_activity::{SUMMARY_COLUMN_COUNT, SUMMARY_COLUMNS, summary};
use super::load::unpack_activity;
use super::{ContentId, Library};
use crate::activity::summary::Summary;
use crate::collection::copies::TraceRequest;
use crate::collection::visible::{visible_part, without_privacy};
use crate::duplicates::{Sketch, Trace};
use crate::privacy::Privacy;

impl Library {
    /// Sketches of whole activities, in the order of `ids`. Fails if an activity does not exist or is damaged.
    pub(super) fn sketches(&self, ids: impl Iterator<Item = i64>) -> Result<Vec<Sketch>> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {SUMMARY_COLUMNS}, places, CASE simplifier_version WHEN ?2 THEN NULL ELSE track.sensors END, marks
             FROM activity JOIN track ON activity = id WHERE id = ?1"
        ))?;
        let blobs = |row: &Row<'_>| {
            let [positions, sensors, vertex_codes] =
                [SUMMARY_COLUMN_COUNT, SUMMARY_COLUMN_COUNT + 1, SUMMARY_COLUMN_COUNT + 2];
            Ok((summary(row)?, row.get(positions)?, row.get(sensors)?, row.get(vertex_codes)?))
        };
        let blobs = ids.map(|id| Ok((id, statement.query_row(params![id, SIMPLIFIER_VERSION], blobs)?)));
        type Blobs = (Summary, Vec<u8>, Option<Vec<u8>>, Vec<u8>);
        let blobs: Vec<(i64, Blobs)> = blobs.collect::<Result<_>>()?;
        let sketch = |(id, (summary, positions, sensors, vertex_codes)): (i64, Blobs)| {
            sketch(summary, &positions, sensors.as_deref(), &vertex_codes).with_context(|| format!("activity {id}"))
        };
        blobs.into_par_iter().map(sketch).collect()
    }

    /// Traces of the visible points of activities in files, by the index of the request. Leaves out activities that do
    /// not exist or have no visible point.
    ///
    /// # Errors
    /// If the library cannot be read or is damaged, or the job is cancelled.
    pub fn read_traces(
        &self,
        contents: &HashMap<PathBuf, ContentId>,
        requests: &[TraceRequest<'_>],
        privacy: &Privacy,
    ) -> Result<HashMap<usize, Trace>> {
        let mut statement = self.db.prepare_cached("SELECT id FROM activity WHERE content = ?1 AND number = ?2")?;
        let mut ids = Vec::with_capacity(requests.len());
        for TraceRequest { index, path, index_in_file, .. } in requests {
            let Some(ContentId(content)) = contents.get(*path) else { continue };
            let id = statement.query_row(params![content, *index_in_file as i64], |row| row.get(0)).optional()?;
            ids.extend(id.map(|id: i64| (*index, id)));
        }
        self.traces_by_id(ids, privacy)
    }

    /// Like `read_traces`, for pairs of index and activity id.
    pub(super) fn traces_by_id(
        &self,
        wanted: impl IntoIterator<Item = (usize, i64)>,
        privacy: &Privacy,
    ) -> Result<HashMap<usize, Trace>> {
        self.cancel.check()?;
        let mut packed = Vec::new();
        for (index, id) in wanted {
            // Skips activities that another run has just deleted.
            packed.extend(self.packed_activity(id)?.map(|activity| (index, activity)));
        }
        let traces = packed.into_par_iter().map(|(index, packed)| {
            let visible = visible_part(&packed.unpack()?, privacy).0;
            Ok(visible.map(|visible| (index, Trace::new(visible.summary.start_ms, &visible.segments))))
        });
        let traces: Vec<Option<(usize, Trace)>> = traces.collect::<Result<_>>()?;
        Ok(traces.into_iter().flatten().collect())
    }
}

/// The stored sketch; computed again if `sensors` are given, because the vertex codes are of another version.
fn sketch(summary: Summary, positions: &[u8], sensors: Option<&[u8]>, vertex_codes: &[u8]) -> Result<Sketch> {
    let Some(sensors) = sensors else { return Ok(blob::sketch(vertex_codes)?) };
    let visible = without_privacy(&unpack_activity(summary, positions, sensors)?).0;
    Ok(visible.map(|visible| Sketch::of_segments(&visible.segments)).unwrap_or_default())
}

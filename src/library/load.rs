//! Library → what is drawn.

use std::collections::HashSet;

use anyhow::{Context, Result};
use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::blob::{self, MARKING};
use super::{Content, Library};
use crate::about::{About, tidied};
use crate::activity::Activity;
use crate::collection::{Placed, ReadFile};
use crate::geometry::extent::Extent;
use crate::geometry::strip::Track;
use crate::interrupt;
use crate::layer::Accumulate;
use crate::selection::Origin;
use crate::source::Gathered;
use crate::tidy::Dropped;

/// Bytes of blobs that are unpacked together.
const BATCH_BYTES: usize = 16 << 20;

/// The columns of [`About`], in order.
pub(super) const ABOUT: &str = "sport, name, start_ms, end_ms, metres, ascent_m, points, sensors,
    start_x, start_y, min_x, min_y, max_x, max_y, fingerprint, gear, commute, planned";

/// How many these are.
pub(super) const ABOUTS: usize = 18;

/// An activity as it lies in the library.
struct Packed {
    /// Which of the files asked for it is in.
    file: usize,
    id: i64,
    about: About,
    places: Vec<u8>,
    marks: Vec<u8>,
    /// Only where the marks are of an earlier version and must be made anew.
    sensors: Option<Vec<u8>>,
}

impl Library {
    /// What the files are like, without their activities.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn files(&self, gathered: Vec<Gathered<Content>>) -> Result<Vec<Gathered<ReadFile>>> {
        let file = |Content(content)| file(&self.db, content);
        gathered.into_iter().map(|gathered| gathered.try_map(file)).collect()
    }

    /// What the files hold, ready for drawing up to the pixel zoom `finest`: the same as reading them again would give.
    /// With `wanted`, only these activities.
    ///
    /// # Errors
    /// When the library cannot be read or is damaged, or the user interrupts.
    pub fn load(
        &self,
        gathered: Vec<Gathered<Content>>,
        accumulate: Accumulate,
        finest: u8,
        wanted: Option<&HashSet<i64>>,
    ) -> Result<Vec<Gathered<ReadFile>>> {
        let contents: Vec<Option<Content>> = gathered.iter().map(|file| file.outcome.as_ref().ok().copied()).collect();
        let mut files = self.files(gathered)?;
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let mut activities = self.db.prepare(&format!(
            "SELECT {ABOUT}, id, places, marks, CASE marking WHEN ?2 THEN NULL ELSE readings END
             FROM activity JOIN track ON activity = id WHERE content = ?1 ORDER BY number"
        ))?;
        for (index, content) in contents.iter().enumerate() {
            let Some(Content(content)) = content else { continue };
            interrupt::check()?;
            let mut rows = activities.query(params![content, MARKING])?;
            while let Some(row) = rows.next()? {
                let id = row.get(ABOUTS)?;
                if wanted.is_some_and(|wanted| !wanted.contains(&id)) {
                    continue;
                }
                let packed = packed(index, id, row)?;
                bytes += packed.places.len() + packed.marks.len();
                batch.push(packed);
            }
            if bytes > BATCH_BYTES {
                place(std::mem::take(&mut batch), &mut files, accumulate, finest)?;
                bytes = 0;
            }
        }
        place(batch, &mut files, accumulate, finest)?;
        Ok(files)
    }
}

/// Reads the columns of [`ABOUT`] from the beginning of a row.
pub(super) fn about(row: &Row<'_>) -> rusqlite::Result<About> {
    Ok(About {
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

fn packed(file: usize, id: i64, row: &Row<'_>) -> rusqlite::Result<Packed> {
    let [places, marks, sensors] = [ABOUTS + 1, ABOUTS + 2, ABOUTS + 3];
    Ok(Packed {
        file,
        about: about(row)?,
        id,
        places: row.get(places)?,
        marks: row.get(marks)?,
        sensors: row.get(sensors)?,
    })
}

fn file(db: &Connection, content: i64) -> Result<ReadFile> {
    let read = |row: &Row<'_>| {
        let count = |column| row.get::<_, i64>(column).map(|count| count as u64);
        let warnings: String = row.get(0)?;
        Ok(ReadFile {
            fingerprint: u128::from_le_bytes(row.get(7)?),
            activities: Vec::new(),
            // Written by us, or damaged, and then it is a warning itself.
            warnings: serde_json::from_str(&warnings).unwrap_or_else(|_| vec![warnings]),
            unreadable_points: count(1)?,
            dropped: Dropped { out_of_range: count(2)?, null_island: count(3)?, spikes: count(4)? },
            origin: Origin { format: row.get(5)?, device: row.get(6)? },
        })
    };
    let mut ask = db.prepare_cached(
        "SELECT warnings, unreadable_points, out_of_range, null_island, spikes, format, device, hash
         FROM content WHERE id = ?1",
    )?;
    ask.query_row([content], read).optional()?.context("another run took a file out of the library just now; run again")
}

fn place(batch: Vec<Packed>, files: &mut [Gathered<ReadFile>], accumulate: Accumulate, finest: u8) -> Result<()> {
    let placed: Vec<(usize, Placed)> = batch
        .into_par_iter()
        .map(|packed| {
            let (file, id) = (packed.file, packed.id);
            let placed = unpack(packed, accumulate, finest).with_context(|| format!("activity {id}"))?;
            Ok((file, placed))
        })
        .collect::<Result<_>>()?;
    for (file, placed) in placed {
        if let Ok(file) = &mut files[file].outcome {
            file.activities.push(placed);
        }
    }
    Ok(())
}

fn unpack(packed: Packed, accumulate: Accumulate, finest: u8) -> Result<Placed> {
    let Packed { about, places, marks, sensors, .. } = packed;
    let Some(sensors) = sensors else {
        let runs = blob::runs(&places, &marks, accumulate, finest)?;
        return Ok(Placed { track: Track { runs }, about });
    };
    let segments = blob::segments(&places, &sensors)?;
    let activity = Activity {
        sport: about.sport.clone(),
        name: about.name.clone(),
        gear: about.gear.clone(),
        commute: about.commute,
        listed_start_ms: about.start_ms,
        planned: about.planned,
        segments,
    };
    let tidied = tidied(&activity).0.context("tidying leaves nothing of it any more; import its file again")?;
    Ok(Placed::new(tidied, accumulate, finest))
}

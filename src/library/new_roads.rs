//! Compares imported activities with all earlier ones, and stores the share of each that is on new roads.
//!
//! The key of a stored share is a hash of the activity and of all activities before, so that a share holds until an
//! earlier activity is imported, excluded, decided to be a copy, or forgotten. Only activities without a share that holds
//! are compared, with those before that come near any of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;
use rusqlite::params;
use twox_hash::xxhash3_128::Hasher;

use super::blob::SIMPLIFIER_VERSION;
use super::{ContentId, Library, ListedActivity};
use crate::collection::PrepareOptions;
use crate::collection::new_roads::{PIXEL_ZOOM, VERSION, VisitedRoads};
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::polyline::Track;
use crate::engine::geometry::simplify::Simplification;
use crate::privacy::{NO_PRIVACY, Privacy};
use crate::selection::Selection;

/// Activities whose tracks are in memory at a time.
const BATCH: usize = 256;

/// Distance in canvas units up to which activities may share a road: more than 25 m, up to 85° north.
const NEAR: u32 = 50_000;

/// Boxes beyond which the search of those nearby would take longer than the comparison with all.
const MAX_BOXES: usize = 64;

impl Library {
    /// Sets [`Summary::new_m`](crate::activity::summary::Summary::new_m) of the activities that a map shows by default:
    /// those that are neither excluded, copies, planned, indoor nor virtual. Under privacy, the visible parts are
    /// compared, and nothing is stored.
    ///
    /// # Errors
    /// If the library cannot be read or written or is damaged, or the job is cancelled.
    pub fn find_new_roads(&mut self, listed: &mut [ListedActivity], privacy: &Privacy) -> Result<()> {
        let reasons = Selection::default().judge(listed).reasons;
        let mut order: Vec<usize> =
            (0..listed.len()).filter(|&index| listed[index].is_drawn() && reasons[index].is_none()).collect();
        order.sort_by_key(|&index| sort_key(&listed[index]));
        let keys = keys(order.iter().map(|&index| &listed[index]));
        let is_whole = listed.iter().all(|activity| !activity.is_affected(privacy));
        let stored = if is_whole { self.stored_shares()? } else { HashMap::new() };
        let mut shares: Vec<Option<f64>> = (order.iter().zip(&keys))
            .map(|(&index, key)| {
                stored.get(&listed[index].id).filter(|(other, _)| other == key).map(|(_, share)| *share)
            })
            .collect();
        if shares.contains(&None) {
            let missing: Vec<usize> = (0..order.len()).filter(|&place| shares[place].is_none()).collect();
            let ordered: Vec<&ListedActivity> = order.iter().map(|&index| &listed[index]).collect();
            self.compare(&ordered, &mut shares, if is_whole { &NO_PRIVACY } else { privacy })?;
            if is_whole {
                let rows = missing.iter().filter_map(|&place| Some((ordered[place].id, keys[place], shares[place]?)));
                self.store_shares(rows.collect())?;
            }
        }
        for (index, share) in order.into_iter().zip(shares) {
            let summary = &mut listed[index].summary;
            summary.new_m = share.map(|share| share * summary.metres);
        }
        Ok(())
    }

    /// Fills in the missing shares of activities in the order of their starts.
    fn compare(&self, ordered: &[&ListedActivity], shares: &mut [Option<f64>], privacy: &Privacy) -> Result<()> {
        let missing: Vec<Extent> = (ordered.iter().zip(&*shares))
            .filter(|(_, share)| share.is_none())
            .map(|(activity, _)| activity.summary.extent)
            .collect();
        let last = shares.iter().rposition(Option::is_none).unwrap_or(0);
        let needed: Vec<usize> = (0..=last)
            .filter(|&place| {
                let is_near = |other: &Extent| ordered[place].summary.extent.is_near(*other, NEAR);
                shares[place].is_none() || missing.len() > MAX_BOXES || missing.iter().any(is_near)
            })
            .collect();
        let options = PrepareOptions { simplify: &[Simplification::Shape], finest: PIXEL_ZOOM, privacy };
        let mut roads = VisitedRoads::default();
        for batch in needed.chunks(BATCH) {
            let ids: HashSet<i64> = batch.iter().map(|&place| ordered[place].id).collect();
            let contents: BTreeSet<ContentId> = batch.iter().map(|&place| ordered[place].content).collect();
            let mut tracks: HashMap<i64, Track> = HashMap::with_capacity(ids.len());
            self.prepare(contents.into_iter().enumerate(), options, Some(&ids), |_, id, prepared| {
                tracks.extend(prepared.ok().and_then(|mut prepared| Some((id, prepared.tracks.pop()?))));
            })?;
            for &place in batch {
                let share = roads.add(&tracks.remove(&ordered[place].id).unwrap_or_default());
                shares[place].get_or_insert(share);
            }
        }
        Ok(())
    }

    /// Key and share of each activity with a stored one.
    fn stored_shares(&self) -> Result<HashMap<i64, (u128, f64)>> {
        let mut statement = self.db.prepare("SELECT activity, key, share FROM new_roads")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, (u128::from_le_bytes(row.get(1)?), row.get(2)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Stores shares, except of activities that another run has deleted meanwhile.
    fn store_shares(&mut self, rows: Vec<(i64, u128, f64)>) -> Result<()> {
        self.transact(|transaction| {
            let mut insert = transaction.prepare(
                "INSERT OR REPLACE INTO new_roads (activity, key, share) SELECT id, ?2, ?3 FROM activity WHERE id = ?1",
            )?;
            for (id, key, share) in rows {
                insert.execute(params![id, key.to_le_bytes(), share])?;
            }
            Ok(())
        })
    }
}

/// Order of the starts; activities without one come last.
fn sort_key(activity: &ListedActivity) -> (i64, u128) {
    (activity.summary.start_ms.unwrap_or(i64::MAX), activity.summary.fingerprint)
}

/// Key of each activity: a hash of its points and the key before.
fn keys<'a>(ordered: impl Iterator<Item = &'a ListedActivity>) -> Vec<u128> {
    let mut key = u128::from(VERSION) << 64 | SIMPLIFIER_VERSION as u128;
    let next = |activity: &ListedActivity| {
        let mut hasher = Hasher::new();
        hasher.write(&key.to_le_bytes());
        hasher.write(&activity.summary.fingerprint.to_le_bytes());
        key = hasher.finish_128();
        key
    };
    ordered.map(next).collect()
}

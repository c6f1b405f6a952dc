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
use crate::collection::new_roads::{self, VERSION, VisitedRoads};
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::polyline::Track;
use crate::engine::quantity::QuantitySet;
use crate::privacy::{NO_PRIVACY, Privacy};

/// Activities whose ways are in memory at a time.
const BATCH: usize = 256;

/// Distance in canvas units up to which activities may share a road: more than 25 m, up to 85° north.
const NEAR: u32 = 50_000;

/// Boxes beyond which the search of those nearby would take longer than the comparison with all.
const MAX_BOXES: usize = 64;

impl Library {
    /// Sets [`Summary::new_m`](crate::activity::summary::Summary::new_m) of the activities that a map shows by default,
    /// without privacy. Stores what it compared, unless the library cannot be written: the lengths are found again then.
    ///
    /// # Errors
    /// If the library cannot be read or is damaged, or the job is cancelled; then no length is set.
    pub fn find_new_roads(&mut self, listed: &mut [ListedActivity]) -> Result<()> {
        let order = new_roads::in_order(listed, ListedActivity::is_drawn);
        let keys = keys(order.iter().map(|&index| &listed[index]));
        let stored = self.stored_shares()?;
        let share = |(&index, key): (&usize, &u128)| {
            stored.get(&listed[index].id).filter(|(other, _)| other == key).map(|(_, share)| *share)
        };
        let mut shares: Vec<Option<f64>> = order.iter().zip(&keys).map(share).collect();
        let missing: Vec<usize> = (0..order.len()).filter(|&place| shares[place].is_none()).collect();
        if !missing.is_empty() {
            self.compare(listed, &order, &mut shares, &NO_PRIVACY)?;
            let rows = missing.iter().filter_map(|&place| Some((listed[order[place]].id, keys[place], shares[place]?)));
            let _only_slower_without = self.store_shares(rows.collect());
        }
        set_lengths(listed, &order, &shares);
        Ok(())
    }

    /// Like [`find_new_roads`](Self::find_new_roads), among the visible parts of the activities, to which `listed` is
    /// limited. Stores nothing.
    ///
    /// # Errors
    /// As for [`find_new_roads`](Self::find_new_roads).
    pub fn find_visible_new_roads(&self, listed: &mut [ListedActivity], privacy: &Privacy) -> Result<()> {
        let order = new_roads::in_order(listed, ListedActivity::is_drawn);
        let mut shares = vec![None; order.len()];
        self.compare(listed, &order, &mut shares, privacy)?;
        set_lengths(listed, &order, &shares);
        Ok(())
    }

    /// Fills in the missing shares of the activities in an order.
    fn compare(
        &self,
        listed: &[ListedActivity],
        order: &[usize],
        shares: &mut [Option<f64>],
        privacy: &Privacy,
    ) -> Result<()> {
        let activity = |place: usize| &listed[order[place]];
        let missing: Vec<usize> = (0..order.len()).filter(|&place| shares[place].is_none()).collect();
        let boxes: Vec<Extent> = missing.iter().map(|&place| activity(place).summary.extent).collect();
        let is_needed = |&place: &usize| {
            let is_near = |other: &Extent| activity(place).summary.extent.is_near(*other, NEAR);
            shares[place].is_none() || boxes.len() > MAX_BOXES || boxes.iter().any(is_near)
        };
        let needed: Vec<usize> = (0..missing.last().map_or(0, |last| last + 1)).filter(is_needed).collect();
        let options =
            PrepareOptions { simplify: &[], quantities: QuantitySet::default(), finest: 0, privacy, keeps_way: true };
        let mut roads = VisitedRoads::default();
        for batch in needed.chunks(BATCH) {
            let ids: HashSet<i64> = batch.iter().map(|&place| activity(place).id).collect();
            let contents: BTreeSet<ContentId> = batch.iter().map(|&place| activity(place).content).collect();
            let mut ways: HashMap<i64, Track> = HashMap::with_capacity(ids.len());
            self.prepare(contents.into_iter().enumerate(), options, Some(&ids), |_, id, prepared| {
                ways.extend(prepared.ok().and_then(|prepared| Some((id, prepared.way?))));
            })?;
            for &place in batch {
                let share = ways.remove(&activity(place).id).and_then(|way| roads.add(&way));
                shares[place] = shares[place].or(share);
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

fn set_lengths(listed: &mut [ListedActivity], order: &[usize], shares: &[Option<f64>]) {
    for (&index, share) in order.iter().zip(shares) {
        let summary = &mut listed[index].summary;
        summary.new_m = share.map(|share| share * summary.metres);
    }
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

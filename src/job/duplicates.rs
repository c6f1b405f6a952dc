//! Lists the copies and possible copies in a library, and records the user's decisions about them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::duplicates::Verdict;
use crate::library::{ActivityPair, Library, ListedActivity};

/// The user's decision about every pair of some activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// One recording, of which one copy is drawn.
    Same,
    /// Different recordings, all drawn.
    Different,
    /// No decision; the result of the comparison counts.
    Undecided,
}

/// A decision to record before the duplicates are listed.
#[derive(Clone, Debug)]
pub struct DuplicatesRequest {
    /// Library file.
    pub library: PathBuf,
    /// Decision to record first, with the ids of the activities.
    pub decision: Option<(Decision, Vec<i64>)>,
}

/// Short identification of an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityRef {
    /// Id in the library.
    pub id: i64,
    /// Start in milliseconds since 1970, if known.
    pub start_ms: Option<i64>,
    /// Path of the file; empty if the file is gone.
    pub path: PathBuf,
    /// True if the user excluded the activity.
    pub excluded: bool,
}

/// Copies of one recording.
#[derive(Clone, Debug)]
pub struct Group {
    /// The copy that is drawn, unless excluded.
    pub drawn: ActivityRef,
    /// The other copies, each with the reason.
    pub copies: Vec<(ActivityRef, String)>,
}

/// Two drawn activities that may be one recording.
#[derive(Clone, Debug)]
pub struct PossibleCopy {
    /// Activity with the lower id.
    pub a: ActivityRef,
    /// Activity with the higher id.
    pub b: ActivityRef,
    /// Reason for the suspicion.
    pub reason: String,
}

/// A recorded decision about two activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserDecision {
    /// Lower id.
    pub a: i64,
    /// Higher id.
    pub b: i64,
    /// True for one recording, false for two.
    pub same: bool,
}

/// The duplicates of a library.
#[derive(Clone, Debug)]
pub struct Duplicates {
    /// Copies of one recording, by the id of the drawn one.
    pub groups: Vec<Group>,
    /// Pairs that may be one recording.
    pub possible_copies: Vec<PossibleCopy>,
    /// Decisions of the user.
    pub decided: Vec<UserDecision>,
}

/// Records the decision, if any, and lists the duplicates after it.
///
/// # Errors
/// If an id is unknown, in which case nothing changes; if the library is missing or cannot be written, or the job is
/// cancelled.
pub fn duplicates(request: &DuplicatesRequest, cancel: &Cancel) -> Result<Duplicates> {
    let open = if request.decision.is_some() { Library::open_to_change } else { Library::open_existing };
    let mut library = open(&request.library, cancel)?;
    if let Some((decision, ids)) = &request.decision {
        let same = match decision {
            Decision::Same => Some(true),
            Decision::Different => Some(false),
            Decision::Undecided => None,
        };
        library.set_same_recording(ids, same)?;
    }
    let listed = library.list()?;
    Ok(Duplicates::new(&listed, &library.activity_pairs()?))
}

impl Duplicates {
    /// Groups the activities of a library by the results of the pairwise comparison. `listed` is in order of id.
    /// Possible copies are pairs of drawn activities; excluded activities and pairs that the user has decided are left
    /// out.
    pub(super) fn new(listed: &[ListedActivity], compared: &[ActivityPair]) -> Self {
        let of = |id: i64| listed.binary_search_by_key(&id, |activity| activity.id).ok().map(|index| &listed[index]);
        let mut pairs: HashMap<i64, Vec<&ActivityPair>> = HashMap::new();
        for pair in compared {
            [pair.a, pair.b].into_iter().for_each(|id| pairs.entry(id).or_default().push(pair));
        }
        let mut groups: BTreeMap<i64, Vec<(ActivityRef, String)>> = BTreeMap::new();
        for copy in listed {
            if let Some(drawn) = copy.copy_of {
                let reason = reason(drawn, pairs.get(&copy.id).map_or(&[], Vec::as_slice));
                groups.entry(drawn).or_default().push((ActivityRef::of(copy), reason));
            }
        }
        let decided: Vec<UserDecision> = compared
            .iter()
            .filter_map(|pair| Some(UserDecision { a: pair.a, b: pair.b, same: pair.decided? }))
            .collect();
        let settled: HashSet<(i64, i64)> =
            decided.iter().filter_map(|pair| drawn(of(pair.a)?, of(pair.b)?)).map(|[a, b]| (a, b)).collect();
        let mut possible_copies = BTreeMap::new();
        for pair in compared.iter().filter(|pair| pair.verdict == Verdict::Unsure) {
            let Some([a, b]) = of(pair.a).zip(of(pair.b)).and_then(|(a, b)| drawn(a, b)) else { continue };
            if let Some((a, b)) = of(a).zip(of(b)).filter(|_| a != b && !settled.contains(&(a, b))) {
                let reason = || pair.reason.clone().unwrap_or_default();
                possible_copies.entry((a.id, b.id)).or_insert_with(|| PossibleCopy {
                    a: ActivityRef::of(a),
                    b: ActivityRef::of(b),
                    reason: reason(),
                });
            }
        }
        let group = |(id, copies)| Some(Group { drawn: ActivityRef::of(of(id)?), copies });
        Self {
            groups: groups.into_iter().filter_map(group).collect(),
            possible_copies: possible_copies.into_values().collect(),
            decided,
        }
    }
}

impl ActivityRef {
    fn of(activity: &ListedActivity) -> Self {
        Self {
            id: activity.id,
            start_ms: activity.summary.start_ms,
            path: activity.origin.path().to_owned(),
            excluded: activity.excluded,
        }
    }
}

/// Ids of the drawn representatives of two activities, the lower one first; `None` if one is excluded.
fn drawn(a: &ListedActivity, b: &ListedActivity) -> Option<[i64; 2]> {
    let [a, b] = [a, b].map(|activity| (!activity.excluded).then(|| activity.copy_of.unwrap_or(activity.id)));
    let (a, b) = a.zip(b)?;
    Some([a.min(b), a.max(b)])
}

/// Reason why an activity is a copy: from its comparison with the drawn one, or else with another copy.
fn reason(drawn: i64, known: &[&ActivityPair]) -> String {
    let is_same =
        |pair: &&&ActivityPair| pair.decided == Some(true) || pair.verdict == Verdict::Same && pair.decided.is_none();
    let same = || known.iter().filter(is_same);
    let with_drawn = same().find(|pair| pair.a == drawn || pair.b == drawn);
    let Some(pair) = with_drawn.or_else(|| same().next()) else { return String::new() };
    match &pair.reason {
        Some(reason) if pair.decided.is_none() => reason.clone(),
        _ => "your decision".to_owned(),
    }
}

//! Which activities of a library are one recording, and which may be.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use anyhow::Result;

use crate::control::cancel::Cancel;
use crate::duplicates::Verdict;
use crate::library::{ActivityPair, Library, ListedActivity};

/// What the user says of each pair of some activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// They are one recording: one of them is drawn.
    Same,
    /// They are different: all of them are drawn.
    Apart,
    /// Nothing any more: what was found by comparing them holds.
    Undecided,
}

/// Duplicates to decide about and to list.
#[derive(Clone, Debug)]
pub struct DuplicatesRequest {
    /// The library's file.
    pub library: PathBuf,
    /// What to decide first, if anything, and the numbers of the activities that it is about.
    pub decision: Option<(Decision, Vec<i64>)>,
}

/// What it takes to tell an activity from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// Its number in the library.
    pub id: i64,
    /// When it started, in milliseconds since 1970, if it says so.
    pub start_ms: Option<i64>,
    /// Its file; empty where there is none any more.
    pub path: PathBuf,
    /// Whether the user does not want it drawn.
    pub excluded: bool,
}

/// Activities that are one recording.
#[derive(Clone, Debug)]
pub struct Group {
    /// The one that is drawn, unless the user excluded it.
    pub drawn: Brief,
    /// The others, each with what was seen of it.
    pub copies: Vec<(Brief, String)>,
}

/// Two activities that are drawn and may be one recording.
#[derive(Clone, Debug)]
pub struct Unsure {
    /// The one with the lesser number.
    pub a: Brief,
    /// The other.
    pub b: Brief,
    /// What was seen.
    pub why: String,
}

/// What the user said of two activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The lesser number.
    pub a: i64,
    /// The other.
    pub b: i64,
    /// Whether they are one recording.
    pub same: bool,
}

/// What is one recording, and what may be.
#[derive(Clone, Debug)]
pub struct Duplicates {
    /// What is one recording, by the number of the one that is drawn.
    pub groups: Vec<Group>,
    /// What may be one recording.
    pub unsure: Vec<Unsure>,
    /// What the user said.
    pub decided: Vec<Decided>,
}

/// Decides, if anything is to be decided, and says what is one recording then.
///
/// # Errors
/// When there is no activity of one of the numbers, and then nothing is changed; when the library is not there or cannot
/// be read and written, or the user interrupts.
pub fn duplicates(request: &DuplicatesRequest, cancel: &Cancel) -> Result<Duplicates> {
    let mut library = Library::open_existing(&request.library, cancel)?;
    if let Some((decision, ids)) = &request.decision {
        let same = match decision {
            Decision::Same => Some(true),
            Decision::Apart => Some(false),
            Decision::Undecided => None,
        };
        library.set_same_recording(ids, same)?;
    }
    let listed = library.list()?;
    Ok(Duplicates::new(&listed, &library.activity_pairs()?))
}

impl Duplicates {
    /// Sorts out the activities of a library by what is known of pairs of them.
    pub(super) fn new(listed: &[ListedActivity], compared: &[ActivityPair]) -> Self {
        let of = |id: i64| listed.binary_search_by_key(&id, |activity| activity.id).ok().map(|index| &listed[index]);
        let mut pairs: HashMap<i64, Vec<&ActivityPair>> = HashMap::new();
        for pair in compared {
            [pair.a, pair.b].into_iter().for_each(|id| pairs.entry(id).or_default().push(pair));
        }
        let mut groups: BTreeMap<i64, Vec<(Brief, String)>> = BTreeMap::new();
        for copy in listed {
            if let Some(drawn) = copy.copy_of {
                let why = why(drawn, pairs.get(&copy.id).map_or(&[], Vec::as_slice));
                groups.entry(drawn).or_default().push((Brief::of(copy), why));
            }
        }
        let decided: Vec<Decided> =
            compared.iter().filter_map(|pair| Some(Decided { a: pair.a, b: pair.b, same: pair.decided? })).collect();
        let settled: HashSet<(i64, i64)> =
            decided.iter().filter_map(|pair| drawn(of(pair.a)?, of(pair.b)?)).map(|[a, b]| (a, b)).collect();
        let mut unsure = BTreeMap::new();
        for pair in compared.iter().filter(|pair| pair.verdict == Verdict::Unsure) {
            let Some([a, b]) = of(pair.a).zip(of(pair.b)).and_then(|(a, b)| drawn(a, b)) else { continue };
            if let Some((a, b)) = of(a).zip(of(b)).filter(|_| a != b && !settled.contains(&(a, b))) {
                let why = || pair.reason.clone().unwrap_or_default();
                unsure.entry((a.id, b.id)).or_insert_with(|| Unsure { a: Brief::of(a), b: Brief::of(b), why: why() });
            }
        }
        let group = |(id, copies)| Some(Group { drawn: Brief::of(of(id)?), copies });
        Self { groups: groups.into_iter().filter_map(group).collect(), unsure: unsure.into_values().collect(), decided }
    }
}

impl Brief {
    fn of(activity: &ListedActivity) -> Self {
        Self {
            id: activity.id,
            start_ms: activity.summary.start_ms,
            path: activity.origin.path().to_owned(),
            excluded: activity.excluded,
        }
    }
}

/// The numbers of those that are drawn for two activities, the lesser first; nothing if one is excluded.
fn drawn(a: &ListedActivity, b: &ListedActivity) -> Option<[i64; 2]> {
    let [a, b] = [a, b].map(|activity| (!activity.excluded).then(|| activity.copy_of.unwrap_or(activity.id)));
    let (a, b) = a.zip(b)?;
    Some([a.min(b), a.max(b)])
}

/// What was seen of a copy, by what is known of it: with the one that is drawn, or else with another.
fn why(drawn: i64, known: &[&ActivityPair]) -> String {
    let is_why =
        |pair: &&&ActivityPair| pair.decided == Some(true) || pair.verdict == Verdict::Same && pair.decided.is_none();
    let same = || known.iter().filter(is_why);
    let with_drawn = same().find(|pair| pair.a == drawn || pair.b == drawn);
    let Some(pair) = with_drawn.or_else(|| same().next()) else { return String::new() };
    match &pair.reason {
        Some(reason) if pair.decided.is_none() => reason.clone(),
        _ => "you said so".to_owned(),
    }
}

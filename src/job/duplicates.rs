//! Which activities of a library are one recording, and which may be.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::duplicates::Verdict;
use crate::library::{Compared, Listed};

/// What is one recording, and what may be.
pub struct Duplicates<'a> {
    /// The one that is drawn, unless the user excluded it, and the others, each with what was seen of it.
    pub groups: Vec<(&'a Listed, Vec<(&'a Listed, String)>)>,
    /// Two that are drawn and may be one, and why.
    pub unsure: Vec<(&'a Listed, &'a Listed, String)>,
    /// What the user said.
    pub decided: Vec<&'a Compared>,
}

impl<'a> Duplicates<'a> {
    /// Sorts out the activities of a library by what is known of pairs of them.
    pub fn new(listed: &'a [Listed], compared: &'a [Compared]) -> Self {
        let of = |id: i64| listed.binary_search_by_key(&id, |activity| activity.id).ok().map(|index| &listed[index]);
        let mut pairs: HashMap<i64, Vec<&Compared>> = HashMap::new();
        for pair in compared {
            [pair.a, pair.b].into_iter().for_each(|id| pairs.entry(id).or_default().push(pair));
        }
        let mut groups: BTreeMap<i64, Vec<(&Listed, String)>> = BTreeMap::new();
        for copy in listed {
            if let Some(drawn) = copy.copy_of {
                groups
                    .entry(drawn)
                    .or_default()
                    .push((copy, why(drawn, pairs.get(&copy.id).map_or(&[], Vec::as_slice))));
            }
        }
        let decided = || compared.iter().filter(|pair| pair.decided.is_some());
        let settled: HashSet<(i64, i64)> =
            decided().filter_map(|pair| drawn(of(pair.a)?, of(pair.b)?)).map(|[a, b]| (a, b)).collect();
        let mut unsure = BTreeMap::new();
        for pair in compared.iter().filter(|pair| pair.verdict == Verdict::Unsure) {
            let Some([a, b]) = of(pair.a).zip(of(pair.b)).and_then(|(a, b)| drawn(a, b)) else { continue };
            if let Some((a, b)) = of(a).zip(of(b)).filter(|_| a != b && !settled.contains(&(a, b))) {
                unsure.entry((a.id, b.id)).or_insert((a, b, pair.reason.clone().unwrap_or_default()));
            }
        }
        Self {
            groups: groups.into_iter().filter_map(|(id, copies)| Some((of(id)?, copies))).collect(),
            unsure: unsure.into_values().collect(),
            decided: decided().collect(),
        }
    }
}

/// The numbers of those that are drawn for two activities, the lesser first; nothing if one is excluded.
fn drawn(a: &Listed, b: &Listed) -> Option<[i64; 2]> {
    let [a, b] = [a, b].map(|activity| (!activity.excluded).then(|| activity.copy_of.unwrap_or(activity.id)));
    let (a, b) = a.zip(b)?;
    Some([a.min(b), a.max(b)])
}

/// What was seen of a copy, by what is known of it: with the one that is drawn, or else with another.
fn why(drawn: i64, known: &[&Compared]) -> String {
    let is_why =
        |pair: &&&Compared| pair.decided == Some(true) || pair.verdict == Verdict::Same && pair.decided.is_none();
    let same = || known.iter().filter(is_why);
    let with_drawn = same().find(|pair| pair.a == drawn || pair.b == drawn);
    let Some(pair) = with_drawn.or_else(|| same().next()) else { return String::new() };
    match &pair.reason {
        Some(reason) if pair.decided.is_none() => reason.clone(),
        _ => "you said so".to_owned(),
    }
}

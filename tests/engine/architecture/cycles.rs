//! Finds cycles in the import graph of files.

use std::collections::{BTreeMap, BTreeSet};

use super::resolve::Edge;

/// Strongly connected components: sets of files in which every file reaches every other one.
pub fn cycles<'a>(edges: impl IntoIterator<Item = &'a Edge>) -> Vec<BTreeSet<&'a str>> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for edge in edges {
        next.entry(&edge.from).or_default().insert(&edge.to);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|&file| (file, reachable(file, &next))).collect();
    let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|files| files.contains(to));
    let cycle = |&file: &&str| -> BTreeSet<&str> {
        reached[file].iter().copied().filter(|other| reaches(other, file)).collect()
    };
    let cycles: BTreeSet<BTreeSet<&str>> = reached.keys().map(cycle).collect();
    cycles.into_iter().filter(|files| !files.is_empty()).collect()
}

fn reachable<'a>(from: &str, next: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = next.get(from).into_iter().flatten().copied().collect();
    while let Some(file) = open.pop() {
        if reached.insert(file) {
            open.extend(next.get(file).into_iter().flatten());
        }
    }
    reached
}

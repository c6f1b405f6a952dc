//! Facets: the groups of a field's values, and which activities of each group a selection leaves if the conditions on
//! that field alone are lifted.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use super::columns::{Column, Columns, MISSING, Texts};
use super::expression::{Expression, Key, Predicate, Test};
use super::field::{Groups, Kind};
use super::{Selection, Verdicts};
use crate::activity::sport::Sport;

/// Name of the group of activities without a value.
pub const UNKNOWN: &str = "unknown";

/// Activities with the same value of a field, or with values in the same range.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Value or range in documents: `2024`, `mon`, `gravel-ride`, `5..10km`; [`UNKNOWN`] without a value.
    pub value: String,
    /// Value or range in tables: `Monday`, `Gravel ride`.
    pub title: String,
    /// Indices of the activities.
    pub members: FixedBitSet,
}

/// The groups of a field among all activities, in the order of the values, activities without a value last. An activity
/// whose copies differ in the value is in several groups.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Facet {
    pub key: Key,
    pub groups: Vec<Group>,
}

impl Facet {
    /// Groups the activities by a field; `None` if the field has no groups, or the columns lack it.
    pub fn new(columns: &Columns, key: Key) -> Option<Self> {
        let groups = match (columns.get(key)?, key.field.groups?) {
            (Column::Flags(flags), _) => {
                let mut others = flags.clone();
                others.toggle_range(..);
                [("yes", flags.clone()), ("no", others)].map(|(name, members)| group(name, name, members)).into()
            }
            (Column::Whole(numbers), _) => whole_groups(numbers, key.field.kind),
            (Column::Numbers(numbers), Groups::Ranges(limits, unit)) => ranges(columns, key, numbers, limits, unit),
            (Column::Texts(texts), Groups::Sports) => text_groups(columns.len, texts, |word| {
                let sport = Sport::of(word);
                let key = if sport.key().is_empty() { UNKNOWN } else { sport.key() };
                (key.to_owned(), Sport::of(key).title().into_owned())
            }),
            (Column::Texts(texts), _) => text_groups(columns.len, texts, |text| (text.to_lowercase(), text.to_owned())),
            _ => return None,
        };
        let groups = groups.into_iter().filter(|group| !group.members.is_clear()).collect();
        Some(Self { key, groups })
    }
}

impl Selection {
    /// Activities that satisfy every condition but those on one field, and that are not left out.
    ///
    /// # Panics
    /// If the columns lack a field of the condition.
    pub fn others(&self, columns: &Columns, key: Key, home: Option<(f64, f64)>) -> FixedBitSet {
        let is_own = |part: &Expression| {
            let mut is_own = true;
            part.each_test(&mut |test| is_own &= test.key.field == key.field);
            is_own
        };
        let lifted = self.condition.conjuncts().iter().filter(|part| !is_own(part)).cloned().collect();
        let mut others = columns.matching(&Expression::All(lifted), home);
        for (key, _) in self.left_out() {
            let set = Expression::Test(Test { key, predicate: Predicate::Yes });
            others.difference_with(&columns.matching(&set, None));
        }
        others
    }

    /// Returns true if a condition on the field alone would be lifted for its facet.
    pub fn limits(&self, key: Key) -> bool {
        self.condition.conjuncts().iter().any(|part| {
            let (mut tests, mut own) = (0, 0);
            part.each_test(&mut |test| {
                tests += 1;
                own += usize::from(test.key.field == key.field && test.predicate != Predicate::Any);
            });
            tests > 0 && own == tests
        })
    }
}

impl Verdicts {
    /// Longitude and latitude of home, as evaluation takes them.
    pub fn home_for_columns(&self) -> Option<(f64, f64)> {
        self.home.map(|(lat, lon)| (lon, lat))
    }
}

fn group(value: impl Into<String>, title: impl Into<String>, members: FixedBitSet) -> Group {
    Group { value: value.into(), title: title.into(), members }
}

fn unknown(members: FixedBitSet) -> Group {
    group(UNKNOWN, UNKNOWN, members)
}

fn whole_groups(numbers: &[i32], kind: Kind) -> Vec<Group> {
    let mut members: BTreeMap<i32, FixedBitSet> = BTreeMap::new();
    for (index, number) in numbers.iter().enumerate() {
        members.entry(*number).or_insert_with(|| FixedBitSet::with_capacity(numbers.len())).insert(index);
    }
    let missing = members.remove(&MISSING).map(unknown);
    let named = members.into_iter().map(|(number, members)| match kind {
        Kind::Cycle(cycle) => group(cycle.name(number as u32), cycle.title(number as u32), members),
        _ => group(number.to_string(), number.to_string(), members),
    });
    named.chain(missing).collect()
}

fn ranges(columns: &Columns, key: Key, numbers: &[f64], limits: &[f64], unit: &str) -> Vec<Group> {
    let Kind::Quantity(units) = key.field.kind else { return Vec::new() };
    let size = units.iter().find(|row| row.name == unit).map_or(1.0, |row| row.size);
    let mut members = vec![FixedBitSet::with_capacity(columns.len); limits.len() + 2];
    for (index, number) in numbers.iter().enumerate() {
        let range =
            if number.is_nan() { limits.len() + 1 } else { limits.partition_point(|limit| limit * size <= *number) };
        members[range].insert(index);
    }
    let names =
        (0..=limits.len()).map(|range| match (range.checked_sub(1).map(|before| limits[before]), limits.get(range)) {
            (None, Some(to)) => (format!("..{to}{unit}"), format!("under {to} {unit}")),
            (Some(from), Some(to)) => (format!("{from}..{to}{unit}"), format!("{from} to {to} {unit}")),
            (Some(from), None) => (format!("{from}{unit}.."), format!("{from} {unit} or more")),
            (None, None) => (String::new(), String::new()),
        });
    let missing = members.pop().map(unknown);
    names.zip(members).map(|((value, title), members)| group(value, title, members)).chain(missing).collect()
}

/// Groups of texts by a key and a title.
fn text_groups(len: usize, texts: &Texts, named: impl Fn(&str) -> (String, String)) -> Vec<Group> {
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    let keys: Vec<String> = texts
        .distinct
        .iter()
        .map(|text| {
            let (key, title) = named(text);
            titles.entry(key.clone()).or_insert(title);
            key
        })
        .collect();
    let mut members: BTreeMap<&str, FixedBitSet> = BTreeMap::new();
    for (activity, indices) in texts.by_activity().enumerate() {
        let keys = indices.iter().map(|index| keys[*index as usize].as_str()).chain(indices.is_empty().then_some(""));
        keys.for_each(|key| members.entry(key).or_insert_with(|| FixedBitSet::with_capacity(len)).insert(activity));
    }
    let missing = members.remove("").map(unknown);
    members.into_iter().map(|(key, members)| group(key, titles[key].clone(), members)).chain(missing).collect()
}

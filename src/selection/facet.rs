//! Facets: the groups of a field's values, and which activities of each group a selection leaves if the conditions on
//! that field alone are lifted.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use super::columns::{Column, Columns, MISSING, Texts};
use super::expression::{Bound, Expression, Key, Predicate, QuantityRange, Test};
use super::field::{Groups, Kind};
use super::quantity::Quantity;
use super::{Selection, Verdicts};
use crate::activity::sport::Sport;

/// Title of the group of activities without a value.
pub const UNKNOWN: &str = "unknown";

/// Activities with the same value of a field, or with values in the same range.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Value or range in documents: `2024`, `mon`, `gravel-ride`, `5..10km`; `None` without a value.
    pub value: Option<String>,
    /// Value or range in tables: `Monday`, `Gravel ride`.
    pub title: String,
    /// Condition that holds for these activities alone; `None` for a sport, whose condition includes all its kinds.
    pub condition: Option<Expression>,
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
                let yes = test(key, Predicate::Yes);
                vec![
                    group("yes", "yes", Some(yes.clone()), flags.clone()),
                    group("no", "no", Some(yes.negated()), others),
                ]
            }
            (Column::Whole(numbers), _) => whole_groups(numbers, key),
            (Column::Numbers(numbers), Groups::Ranges(limits, unit)) => ranges(key, numbers, limits, unit),
            (Column::Texts(texts), Groups::Sports) => {
                let sport = |word: &str| {
                    let sport = Sport::of(word);
                    (sport.key().to_owned(), sport.title().into_owned())
                };
                let mut groups = text_groups(columns.len, key, texts, sport);
                groups.iter_mut().for_each(|group| group.condition = None);
                groups
            }
            (Column::Texts(texts), _) => {
                text_groups(columns.len, key, texts, |text| (text.to_lowercase(), text.to_owned()))
            }
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
        let conjuncts = self.condition.conjuncts().iter();
        let kept = conjuncts.filter(|part| !is_on_field_alone(part, key)).cloned().collect();
        let mut others = columns.matching(&Expression::All(kept), home);
        self.remove_left_out(columns, &mut others);
        others
    }

    /// Returns true if a condition on the field alone is lifted for its facet.
    pub fn limits(&self, key: Key) -> bool {
        self.condition.conjuncts().iter().any(|part| is_on_field_alone(part, key))
    }
}

/// Returns true if a condition tests one field alone, in local time or in UTC. Mentions of the field test nothing.
fn is_on_field_alone(part: &Expression, key: Key) -> bool {
    let mut is_own = true;
    part.each_test(&mut |test| is_own &= test.key.field == key.field && test.predicate != Predicate::Any);
    is_own
}

impl Verdicts {
    /// Longitude and latitude of home, as evaluation takes them.
    pub fn home_for_columns(&self) -> Option<(f64, f64)> {
        self.home.map(|(lat, lon)| (lon, lat))
    }
}

fn test(key: Key, predicate: Predicate) -> Expression {
    Expression::Test(Test { key, predicate })
}

fn group(value: &str, title: &str, condition: Option<Expression>, members: FixedBitSet) -> Group {
    Group { value: Some(value.to_owned()), title: title.to_owned(), condition, members }
}

/// Group of the activities without a value.
fn missing(key: Key, members: FixedBitSet) -> Group {
    let condition = Some(test(key, Predicate::Present).negated());
    Group { value: None, title: UNKNOWN.to_owned(), condition, members }
}

fn whole_groups(numbers: &[i32], key: Key) -> Vec<Group> {
    let mut members: BTreeMap<i32, FixedBitSet> = BTreeMap::new();
    for (index, number) in numbers.iter().enumerate() {
        members.entry(*number).or_insert_with(|| FixedBitSet::with_capacity(numbers.len())).insert(index);
    }
    let unknown = members.remove(&MISSING).map(|members| missing(key, members));
    let named = members.into_iter().map(|(number, members)| match key.field.kind {
        Kind::Cycle(cycle) => {
            let index = number as u32;
            let condition = test(key, Predicate::OneOf(1 << index));
            group(&cycle.name(index), &cycle.title(index), Some(condition), members)
        }
        _ => {
            let condition = test(key, Predicate::Whole(vec![[number; 2]]));
            group(&number.to_string(), &number.to_string(), Some(condition), members)
        }
    });
    named.chain(unknown).collect()
}

fn ranges(key: Key, numbers: &[f64], limits: &[f64], unit: &str) -> Vec<Group> {
    let Kind::Quantity(units) = key.field.kind else { return Vec::new() };
    let Some(unit) = units.iter().find(|row| row.name == unit) else { return Vec::new() };
    let mut members = vec![FixedBitSet::with_capacity(numbers.len()); limits.len() + 2];
    for (index, number) in numbers.iter().enumerate() {
        let above = limits.partition_point(|limit| limit * unit.size <= *number);
        members[if number.is_nan() { limits.len() + 1 } else { above }].insert(index);
    }
    let unknown = members.pop().map(|members| missing(key, members));
    let bound = |limit: f64, included| Bound { quantity: Quantity { number: limit, unit }, included };
    let half = |from, to| test(key, Predicate::Quantities(vec![QuantityRange { from, to }]));
    let groups = members.into_iter().enumerate().map(|(range, members)| {
        let ends = [range.checked_sub(1).map(|before| limits[before]), limits.get(range).copied()];
        let at_least = ends[0].map(|from| half(Some(bound(from, true)), None));
        let below = ends[1].map(|to| half(None, Some(bound(to, false))));
        let condition = [at_least, below].into_iter().flatten().fold(Expression::default(), Expression::and);
        let name = unit.name;
        let (value, title) = match ends {
            [None, Some(to)] => (format!("..{to}{name}"), format!("under {to} {name}")),
            [Some(from), Some(to)] => (format!("{from}..{to}{name}"), format!("{from} to {to} {name}")),
            [Some(from), None] => (format!("{from}{name}.."), format!("{from} {name} or more")),
            [None, None] => (String::new(), String::new()),
        };
        group(&value, &title, Some(condition), members)
    });
    groups.chain(unknown).collect()
}

/// Groups of texts by a name and a title; an empty name is a missing value.
fn text_groups(len: usize, key: Key, texts: &Texts, named: impl Fn(&str) -> (String, String)) -> Vec<Group> {
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    let mut names = Vec::with_capacity(texts.stored.len());
    for text in &texts.stored {
        let (name, title) = named(text);
        titles.entry(name.clone()).or_insert(title);
        names.push(name);
    }
    let mut members: BTreeMap<&str, FixedBitSet> = BTreeMap::new();
    for (activity, indices) in texts.by_activity().enumerate() {
        let names = indices.iter().map(|index| names[*index as usize].as_str()).chain(indices.is_empty().then_some(""));
        names.for_each(|name| members.entry(name).or_insert_with(|| FixedBitSet::with_capacity(len)).insert(activity));
    }
    let unknown = members.remove("").map(|members| missing(key, members));
    let named = members.into_iter().map(|(name, members)| {
        let condition = test(key, Predicate::Is(vec![name.to_owned()]));
        group(name, &titles[name], Some(condition), members)
    });
    named.chain(unknown).collect()
}

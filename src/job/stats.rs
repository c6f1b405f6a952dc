//! Sums over the selected activities of a library.

use std::path::PathBuf;

use anyhow::Result;

use super::new_roads;
use crate::activity::summary::Summary;
use crate::control::cancel::Cancel;
use crate::library::{self, Library};
use crate::selection::{Columns, Expression, Facet, Group, Key, Omitted, Selection};

/// Conditions on the activities to sum up.
#[derive(Clone, Debug)]
pub struct StatsRequest {
    /// Conditions on the activities.
    pub selection: Selection,
    /// Fields whose groups are summed up, each under all conditions but those on the field itself. Fields without groups
    /// are left out.
    pub by: Vec<Key>,
    /// True for years in UTC instead of local time.
    pub utc: bool,
    /// Library file.
    pub library: PathBuf,
}

/// Sums over activities, in whole numbers, so that they do not depend on the order. Unknown durations and ascents count
/// as 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// Number of activities.
    pub activities: u64,
    /// Length.
    pub millimetres: u64,
    /// Length of new roads.
    pub new_millimetres: u64,
    /// Time from first to last points.
    pub milliseconds: u64,
    /// Ascent.
    pub ascent_millimetres: u64,
}

/// Sum over a group of activities.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSum {
    /// See [`Group::value`].
    pub value: Option<String>,
    /// See [`Group::title`].
    pub title: String,
    /// See [`Group::condition`].
    pub condition: Option<Expression>,
    /// True if an activity of the group is selected.
    pub is_selected: bool,
    #[expect(missing_docs, reason = "the name says it")]
    pub sum: Sum,
}

/// Sums over the groups of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetSums {
    #[expect(missing_docs, reason = "the name says it")]
    pub key: Key,
    /// True if the selection has a condition on the field, which is lifted for these sums.
    pub is_limited: bool,
    /// Sums of the groups with activities.
    pub groups: Vec<GroupSum>,
}

/// Sums over the activities of a library.
#[derive(Clone, Debug)]
pub struct Stats {
    /// Sums by year of the start.
    pub years: Vec<GroupSum>,
    /// Sums by sport.
    pub sports: Vec<GroupSum>,
    /// Sums by the fields of the request.
    pub facets: Vec<FacetSums>,
    /// Sum over all selected activities.
    pub all: Sum,
    /// Counts of the other activities by reason.
    pub omitted: Omitted,
    /// Latitude and longitude of home in degrees, if the selection refers to home.
    pub home: Option<(f64, f64)>,
    /// See [`List::is_empty`](super::list::List::is_empty).
    pub is_empty: bool,
    /// Reason why new roads are unknown.
    pub warning: Option<String>,
}

/// Sums up the selected activities of a library.
///
/// # Errors
/// If the library is missing or cannot be read, or the job is cancelled.
pub fn stats(request: &StatsRequest, cancel: &Cancel) -> Result<Stats> {
    let StatsRequest { selection, by, utc, .. } = request;
    let mut library = Library::open_existing(&request.library, cancel)?;
    let mut listed = library.list()?;
    let warning = new_roads::find(&mut library, &mut listed)?;
    let [year, sport] = ["year", "sport"].map(Key::known);
    let year = if *utc { year.in_utc() } else { year };
    let columns = Columns::new(&listed, selection.keys().into_iter().chain([year, sport]).chain(by.iter().copied()));
    let verdicts = selection.judge_columns(&listed, &columns);
    let mut drawn = columns.every();
    let copies_and_excluded = (0..listed.len()).filter(|index| !listed[*index].is_drawn());
    copies_and_excluded.for_each(|index| drawn.remove(index));
    let mut selected = drawn.clone();
    (0..listed.len()).filter(|index| verdicts.reasons[*index].is_some()).for_each(|index| selected.remove(index));

    let sum = |members: &mut dyn Iterator<Item = usize>| {
        let mut sum = Sum::default();
        members.for_each(|index| sum.add(&listed[index].summary));
        sum
    };
    let sums = |facet: Facet, counted: &fixedbitset::FixedBitSet| -> Vec<GroupSum> {
        let group_sum = |Group { value, title, condition, members }: Group| {
            let sum = sum(&mut members.intersection(counted));
            let is_selected = !members.is_disjoint(&selected);
            (sum.activities > 0).then_some(GroupSum { value, title, condition, is_selected, sum })
        };
        facet.groups.into_iter().filter_map(group_sum).collect()
    };
    let of_selected = |key: Key| Facet::new(&columns, key).map_or_else(Vec::new, |facet| sums(facet, &selected));
    let facet_sums = |key: &Key| {
        let mut counted = selection.others(&columns, *key, verdicts.home_for_columns());
        counted.intersect_with(&drawn);
        let groups = sums(Facet::new(&columns, *key)?, &counted);
        Some(FacetSums { key: *key, is_limited: selection.limits(*key), groups })
    };
    Ok(Stats {
        years: of_selected(year),
        sports: of_selected(sport),
        facets: by.iter().filter_map(facet_sums).collect(),
        all: sum(&mut selected.ones()),
        omitted: library::count_omitted(&listed, &verdicts.reasons),
        home: verdicts.home,
        is_empty: listed.is_empty(),
        warning,
    })
}

impl Sum {
    fn add(&mut self, summary: &Summary) {
        self.activities += 1;
        // A damaged library may hold any numbers.
        let add = |sum: &mut u64, number: u64| *sum = sum.saturating_add(number);
        add(&mut self.millimetres, summary.millimetres());
        add(&mut self.new_millimetres, summary.new_m.map_or(0, |metres| (metres * 1000.0).round() as u64));
        add(&mut self.milliseconds, summary.milliseconds().unwrap_or(0));
        add(&mut self.ascent_millimetres, summary.ascent_m.map_or(0, |metres| (metres * 1000.0).round() as u64));
    }
}

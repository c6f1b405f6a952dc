//! Lists the selected activities of a library in a given order.

use std::cmp::Ordering;
use std::path::PathBuf;

use anyhow::Result;

use super::new_roads;
use crate::activity::sport::Sport;
use crate::activity::summary::Summary;
use crate::control::cancel::Cancel;
use crate::library::{self, Library, ListedActivity};
use crate::selection::{Omitted, Selection};

/// Sort key of a list, ascending. Activities without the key come last in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Start time.
    Start,
    /// Length.
    Distance,
    /// Time from the first to the last point.
    Duration,
    /// Length of new roads.
    New,
    /// Metres of ascent.
    Ascent,
    /// Key of the sport, alphabetically.
    Sport,
    /// Title, alphabetically.
    Name,
}

/// Conditions and order of a list.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// Conditions on the activities.
    pub selection: Selection,
    /// True to list only the excluded activities.
    pub excluded: bool,
    /// Sort key, ascending unless `reverse` is true.
    pub sort: Sort,
    /// True for descending order.
    pub reverse: bool,
    /// Library file.
    pub library: PathBuf,
}

/// Selected activities, and counts of the others.
#[derive(Clone, Debug)]
pub struct List {
    /// The selected activities.
    pub activities: Vec<ListedActivity>,
    /// Counts of the other activities by reason.
    pub omitted: Omitted,
    /// Latitude and longitude of home in degrees, if the selection refers to home.
    pub home: Option<(f64, f64)>,
    /// True if nothing was ever imported; the library may still remember files.
    pub is_empty: bool,
    /// Reason why new roads are unknown.
    pub warning: Option<String>,
}

impl List {
    /// Selects among activities.
    pub(super) fn of(listed: Vec<ListedActivity>, selection: &Selection) -> Self {
        let is_empty = listed.is_empty();
        let (activities, omitted, home) = library::select(listed, selection);
        Self { activities, omitted, home, is_empty, warning: None }
    }
}

/// Lists the activities of a library.
///
/// # Errors
/// If the library is missing or cannot be read, or the job is cancelled.
pub fn list(request: &ListRequest, cancel: &Cancel) -> Result<List> {
    let ListRequest { selection, excluded, sort, reverse, .. } = request;
    let mut library = Library::open_existing(&request.library, cancel)?;
    let mut listed = library.list()?;
    let warning = new_roads::find(&mut library, &mut listed)?;
    let is_empty = listed.is_empty();
    if *excluded {
        listed.retain(|activity| activity.excluded);
        // The selection would omit excluded activities.
        listed.iter_mut().for_each(|activity| activity.excluded = false);
    }
    let mut list = List { is_empty, warning, ..List::of(listed, selection) };
    list.activities.iter_mut().for_each(|activity| activity.excluded = *excluded);
    list.activities.sort_by(|a, b| {
        // Ids follow the order in which files were read, which is not deterministic.
        sort.compare(&a.summary, &b.summary, *reverse).then_with(|| a.origin.path().cmp(b.origin.path()))
    });
    Ok(list)
}

impl Sort {
    fn compare(self, a: &Summary, b: &Summary, reverse: bool) -> Ordering {
        let directed = |order: Ordering| if reverse { order.reverse() } else { order };
        let number = |of: fn(&Summary) -> Option<f64>| match (of(a), of(b)) {
            (Some(a), Some(b)) => directed(a.total_cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        match self {
            Self::Start => number(|summary| summary.start_ms.map(|ms| ms as f64)),
            Self::Distance => number(|summary| Some(summary.metres)),
            Self::Duration => number(Summary::seconds),
            Self::New => number(|summary| summary.new_m),
            Self::Ascent => number(|summary| summary.ascent_m),
            Self::Sport => {
                let [a, b] = [a, b].map(|summary| Sport::of(&summary.sport));
                a.key().is_empty().cmp(&b.key().is_empty()).then_with(|| directed(a.key().cmp(b.key())))
            }
            Self::Name => a.name.is_none().cmp(&b.name.is_none()).then_with(|| directed(a.name.cmp(&b.name))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Point};
    use crate::collection::visible::without_privacy;

    #[test]
    fn activities_without_the_key_come_last_in_either_direction() {
        let summary = |start: Option<i64>| {
            let point = |lat: f64| Point { time_ms: start, ..Point::at(lat, 8.0) };
            let segment = (0..20).map(|i| point(47.0 + f64::from(i) / 1e5)).collect();
            without_privacy(&Activity { segments: vec![segment], ..Activity::default() }).0.expect("points").summary
        };
        let summaries = [summary(None), summary(Some(2)), summary(Some(1))];
        let sorted = |reverse: bool| {
            let mut starts: Vec<&Summary> = summaries.iter().collect();
            starts.sort_by(|a, b| Sort::Start.compare(a, b, reverse));
            starts.into_iter().map(|summary| summary.start_ms).collect::<Vec<_>>()
        };
        assert_eq!(sorted(false), [Some(1), Some(2), None]);
        assert_eq!(sorted(true), [Some(2), Some(1), None]);
    }
}

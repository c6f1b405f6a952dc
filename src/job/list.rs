//! Library → the activities that are wanted, in order.

use std::cmp::Ordering;
use std::path::PathBuf;

use anyhow::Result;

use crate::activity::sport::Sport;
use crate::activity::summary::Summary;
use crate::control::cancel::Cancel;
use crate::library::{Library, Listed, choose};
use crate::selection::{Left, Selection};

/// What a list is sorted by, the least first. Activities that do not say it come last, also when the order is reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// When it started.
    Start,
    /// Length.
    Distance,
    /// From the first to the last point.
    Duration,
    /// Height climbed.
    Ascent,
    /// Key of the sport, by letters.
    Sport,
    /// Title, by letters.
    Name,
}

/// A list to make.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// Which activities are wanted.
    pub selection: Selection,
    /// Whether to list those that the user excluded, and no others.
    pub excluded: bool,
    /// What to sort by.
    pub sort: Sort,
    /// Whether the greatest comes first.
    pub reverse: bool,
    /// The library's file.
    pub library: PathBuf,
}

/// Activities that are wanted, and what is not.
#[derive(Clone, Debug)]
pub struct List {
    /// Those that are wanted.
    pub activities: Vec<Listed>,
    /// How many others there are, and why they are not wanted.
    pub left: Left,
    /// Latitude and longitude in degrees of the home that was asked for.
    pub home: Option<(f64, f64)>,
}

impl List {
    /// Chooses among activities.
    pub(super) fn of(listed: Vec<Listed>, selection: &Selection) -> Self {
        let filter = selection.among(listed.iter().map(|activity| activity.summary.start));
        let (activities, left) = choose(listed, &filter);
        Self { activities, left, home: filter.home }
    }
}

/// Lists the activities of a library.
///
/// # Errors
/// When the library is not there or cannot be read and written, or the user interrupts.
pub fn list(request: &ListRequest, cancel: &Cancel) -> Result<List> {
    let ListRequest { selection, excluded, sort, reverse, library } = request;
    let mut listed = Library::open_if_there(library, cancel)?.list()?;
    if *excluded {
        listed.retain(|activity| activity.excluded);
        // Else the choice would leave them out.
        listed.iter_mut().for_each(|activity| activity.excluded = false);
    }
    let mut list = List::of(listed, selection);
    list.activities.iter_mut().for_each(|activity| activity.excluded = *excluded);
    list.activities.sort_by(|a, b| {
        // Numbers say in which order files were read, and that is chance.
        sort.compare(&a.summary, &b.summary, *reverse).then_with(|| a.origin.path().cmp(b.origin.path()))
    });
    Ok(list)
}

impl Sort {
    fn compare(self, a: &Summary, b: &Summary, reverse: bool) -> Ordering {
        let turned = |order: Ordering| if reverse { order.reverse() } else { order };
        let number = |of: fn(&Summary) -> Option<f64>| match (of(a), of(b)) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        match self {
            Self::Start => number(|summary| summary.start_ms.map(|ms| ms as f64)),
            Self::Distance => number(|summary| Some(summary.metres)),
            Self::Duration => number(Summary::seconds),
            Self::Ascent => number(|summary| summary.ascent_m),
            Self::Sport => turned(Sport::of(&a.sport).key().cmp(Sport::of(&b.sport).key())),
            Self::Name => a.name.is_none().cmp(&b.name.is_none()).then_with(|| turned(a.name.cmp(&b.name))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Point};
    use crate::collection::visible::whole;

    #[test]
    fn what_says_nothing_comes_last_either_way() {
        let summary = |start: Option<i64>| {
            let point = Point { time_ms: start, ..Point::at(47.0, 8.0) };
            whole(&Activity { segments: vec![vec![point]], ..Activity::default() }).0.expect("a point").summary
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

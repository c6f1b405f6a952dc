//! Sums over the selected activities of a library.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;

use super::list::List;
use crate::activity::calendar::timestamp_of_ms;
use crate::activity::sport::Sport;
use crate::activity::summary::Summary;
use crate::control::cancel::Cancel;
use crate::library::{Library, ListedActivity};
use crate::selection::{Omitted, Selection};

/// Conditions on the activities to sum up.
#[derive(Clone, Debug)]
pub struct StatsRequest {
    /// Conditions on the activities.
    pub selection: Selection,
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
    /// Time from first to last points.
    pub milliseconds: u64,
    /// Ascent.
    pub ascent_millimetres: u64,
}

/// Sums by name; activities without a name count under `unknown`.
pub type Sums = BTreeMap<String, Sum>;

/// Sums over the activities of a library.
#[derive(Clone, Debug)]
pub struct Stats {
    /// Sums by four-digit year of the start in UTC.
    pub years: Sums,
    /// Sums by [key](Sport::key) of the sport.
    pub sports: Sums,
    /// Sum over all selected activities.
    pub all: Sum,
    /// Counts of the other activities by reason.
    pub omitted: Omitted,
    /// Latitude and longitude of home in degrees, if the selection refers to home.
    pub home: Option<(f64, f64)>,
    /// See [`List::is_empty`].
    pub is_empty: bool,
}

/// Sums up the selected activities of a library.
///
/// # Errors
/// If the library is missing or cannot be read, or the job is cancelled.
pub fn stats(request: &StatsRequest, cancel: &Cancel) -> Result<Stats> {
    let listed = Library::open_existing(&request.library, cancel)?.list()?;
    let List { activities, omitted, home, is_empty } = List::of(listed, &request.selection);
    let (mut years, mut sports, mut all) = (Sums::new(), Sums::new(), Sum::default());
    for ListedActivity { summary, .. } in &activities {
        let known = |text: String| if text.is_empty() { "unknown".to_owned() } else { text };
        let year = summary.start_ms.map_or(String::new(), |ms| timestamp_of_ms(ms)[..4].to_owned());
        years.entry(known(year)).or_default().add(summary);
        sports.entry(known(Sport::of(&summary.sport).key().to_owned())).or_default().add(summary);
        all.add(summary);
    }
    Ok(Stats { years, sports, all, omitted, home, is_empty })
}

impl Sum {
    fn add(&mut self, summary: &Summary) {
        self.activities += 1;
        self.millimetres += summary.millimetres();
        self.milliseconds += summary.milliseconds().unwrap_or(0);
        self.ascent_millimetres += summary.ascent_m.map_or(0, |metres| (metres * 1000.0).round() as u64);
    }
}

//! Library → sums of the activities that are wanted.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;

use super::list::List;
use crate::activity::calendar::moment_of_ms;
use crate::activity::sport::Sport;
use crate::activity::summary::Summary;
use crate::control::cancel::Cancel;
use crate::library::{Library, Listed};
use crate::selection::{Left, Selection};

/// Activities to add up.
#[derive(Clone, Debug)]
pub struct StatsRequest {
    /// Which activities are wanted.
    pub selection: Selection,
    /// The library's file.
    pub library: PathBuf,
}

/// What activities add up to. One that does not say its duration or ascent adds nothing there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// How many.
    pub activities: u64,
    /// Their length.
    pub metres: f64,
    /// From the first to the last point of each.
    pub seconds: f64,
    /// Metres climbed.
    pub ascent_m: f64,
}

/// Sums by name; `unknown` has the activities that do not say it.
pub type Sums = BTreeMap<String, Sum>;

/// What the activities of a library add up to.
#[derive(Clone, Debug)]
pub struct Stats {
    /// By the year of the start, in UTC and four digits.
    pub years: Sums,
    /// By the key of the [`Sport`].
    pub sports: Sums,
    /// All of them.
    pub all: Sum,
    /// How many others there are, and why they are not wanted.
    pub left: Left,
    /// Latitude and longitude in degrees of the home that was asked for.
    pub home: Option<(f64, f64)>,
}

/// Adds up the activities of a library.
///
/// # Errors
/// When the library is not there or cannot be read and written, or the user interrupts.
pub fn stats(request: &StatsRequest, cancel: &Cancel) -> Result<Stats> {
    let listed = Library::open_if_there(&request.library, cancel)?.list()?;
    let List { activities, left, home } = List::of(listed, &request.selection);
    let (mut years, mut sports, mut all) = (Sums::new(), Sums::new(), Sum::default());
    for Listed { summary, .. } in &activities {
        let known = |text: String| if text.is_empty() { "unknown".to_owned() } else { text };
        let year = summary.start_ms.map_or(String::new(), |ms| moment_of_ms(ms)[..4].to_owned());
        years.entry(known(year)).or_default().add(summary);
        sports.entry(known(Sport::of(&summary.sport).key().to_owned())).or_default().add(summary);
        all.add(summary);
    }
    Ok(Stats { years, sports, all, left, home })
}

impl Sum {
    fn add(&mut self, summary: &Summary) {
        self.activities += 1;
        self.metres += summary.metres;
        self.seconds += summary.seconds().unwrap_or(0.0);
        self.ascent_m += summary.ascent_m.unwrap_or(0.0);
    }
}

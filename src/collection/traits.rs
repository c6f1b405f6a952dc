//! Properties of activities that layers show, and those that layers need.

use crate::activity::local_time::local_start_ms;
use crate::activity::sport::Sport;
use crate::activity::summary::Summary;
use crate::engine::accumulation::{Measure, PerActivity, Value};
use crate::engine::layer::Layer;
use crate::engine::quantity::{Quantity, QuantitySet};
use crate::selection::Moment;

/// Name of the class of the sports that have none of their own.
pub(super) const OTHER: &str = "Other";

/// Properties of an activity that layers show.
#[derive(Clone, Debug, PartialEq)]
pub struct Traits {
    /// Name of the sport in lists; empty if the table of sports does not have it. The words of files stay out of maps.
    pub sport: String,
    /// Start on the clocks of the place; `None` without a time.
    pub start: Option<Moment>,
    /// True if points have times.
    pub is_timed: bool,
    /// Quantities that are known somewhere, of those that the tracks keep.
    pub known: QuantitySet,
    /// Length in metres.
    pub metres: f64,
    /// True if people walked or ran.
    pub is_on_foot: bool,
}

/// Property without which a layer cannot show an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A start.
    Date,
    /// Times of the points.
    Times,
    /// A quantity along the way.
    Known(Quantity),
}

impl Traits {
    /// Properties of an activity, of which these quantities are known.
    pub fn of(summary: &Summary, known: QuantitySet) -> Self {
        let sport = Sport::of(&summary.sport);
        let (metres, is_on_foot) = (summary.metres, sport.is_on_foot());
        let start = local_start_ms(summary).map(|ms| Moment { ms, is_southern: summary.start[1] >= 1 << 31 });
        // The table has a sport for all others, too.
        let is_named = sport.is_known() && sport.title() != OTHER;
        let sport = if is_named { sport.title().into_owned() } else { String::new() };
        let is_timed = summary.milliseconds().is_some_and(|ms| ms > 0);
        Self { sport, start, is_timed, known, metres, is_on_foot }
    }

    pub(super) fn has(&self, need: Need) -> bool {
        match need {
            Need::Date => self.start.is_some(),
            Need::Times => self.is_timed,
            Need::Known(quantity) => self.known.contains(quantity),
        }
    }

    pub(super) fn day(&self) -> Option<i32> {
        self.start.map(Moment::day)
    }
}

impl Need {
    /// All properties, with their names in sentences and in JSON.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Date, "a date", "date"),
        (Self::Times, "times", "times"),
        (Self::Known(Quantity::Speed), "speeds", "speed"),
        (Self::Known(Quantity::HeartRate), "heart rates", "heart-rate"),
        (Self::Known(Quantity::Elevation), "elevations", "elevation"),
        (Self::Known(Quantity::Slope), "slopes", "slope"),
    ];

    /// Name in sentences.
    pub fn title(self) -> &'static str {
        self.row().map_or("", |(_, title, _)| title)
    }

    /// Name in JSON.
    pub fn key(self) -> &'static str {
        self.row().map_or("", |(_, _, key)| key)
    }

    fn row(self) -> Option<(Self, &'static str, &'static str)> {
        Self::ALL.into_iter().find(|(need, ..)| *need == self)
    }

    /// Property that a layer needs; `None` if it shows every activity.
    pub(super) fn of(layer: &Layer) -> Option<Self> {
        let is_of_dates = layer.months.is_some() || !matches!(layer.value, Value::One | Value::Sport);
        match layer.per_activity {
            PerActivity::Integral(Measure::Time) => Some(Self::Times),
            PerActivity::Mean(quantity) => Some(Self::Known(quantity)),
            PerActivity::Nearest | PerActivity::Integral(Measure::Length) => is_of_dates.then_some(Self::Date),
        }
    }
}

/// Newest day of some activities.
pub fn newest_day(activities: &[Traits]) -> Option<i32> {
    activities.iter().filter_map(Traits::day).max()
}

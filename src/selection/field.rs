//! The table of fields: what conditions can test, in sentences and flags alike.

use std::borrow::Cow;

use super::cycle::{Cycle, HOURS, MONTHS, SEASONS, WEEKDAYS};
use super::moment::Moment;
use super::omitted::OmitReason;
use super::origin::Origin;
use super::quantity::{self, LENGTHS, TIMES, Units};
use crate::activity::night::is_at_night;
use crate::activity::sport::Sport;
use crate::activity::summary::Summary;

/// A property of activities that conditions can test.
#[derive(Debug)]
pub struct Field {
    /// Name in sentences.
    pub name: &'static str,
    #[expect(missing_docs, reason = "the name says it")]
    pub kind: Kind,
    /// Description for users.
    pub help: &'static str,
    /// Source of the values.
    pub(super) values: Values,
    /// Groups of values that statistics can count; `None` if the field has no groups.
    pub(super) groups: Option<Groups>,
    /// Reason for omitting activities whose flag is set, unless the condition mentions the field.
    pub omitted: Option<OmitReason>,
}

/// Type of a field, which determines the conditions on it.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Flag,
    Quantity(Units),
    Day,
    Year,
    Cycle(&'static Cycle),
    Sport,
    Text,
    Box,
    Place,
}

impl Kind {
    /// What conditions on such a field look like after its name.
    pub fn conditions(&self) -> String {
        match self {
            Self::Flag => "alone, or with not before it; = any".to_owned(),
            Self::Quantity(units) => format!("< <= > >= in 1..2, in {}", quantity::names(units)),
            Self::Day => "= < <= > >= in 2024-05-31..2024-06".to_owned(),
            Self::Year => "= < <= > >= in 2019..2024".to_owned(),
            Self::Cycle(cycle) => format!("= in {}", cycle.example),
            Self::Sport => "= in [ride, run]".to_owned(),
            Self::Text => "= in like \"text\"".to_owned(),
            Self::Box => "touches west,south,east,north".to_owned(),
            Self::Place => "within 10km of home, or of 48.1,11.6".to_owned(),
        }
    }
}

/// Accessor of the values of a field; `None` is a missing value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Values {
    Flag(fn(&Summary) -> bool),
    /// Flag that takes a microsecond, for all threads.
    CostlyFlag(fn(&Summary) -> bool),
    /// Word for the sport.
    Sport,
    /// Flag that depends on the sport alone.
    SportFlag(fn(&Sport) -> bool),
    /// Metres or seconds.
    Number(fn(&Summary) -> Option<f64>),
    /// Day since 1970, year, or index in a cycle.
    Whole(fn(Moment) -> i32),
    Text(for<'a> fn(&'a Summary) -> Option<&'a str>),
    /// Texts of a file of the activity or of one of its copies.
    FileTexts(for<'a> fn(&'a Origin) -> Vec<Cow<'a, str>>),
    Extent,
    Start,
}

/// Groups of the values of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Groups {
    /// Each value is a group.
    Values,
    /// Each sport is a group, whatever the words in the files.
    Sports,
    /// Ranges between ascending limits, in the unit of that name; each begins with its lower limit.
    Ranges(&'static [f64], &'static str),
}

const fn field(name: &'static str, kind: Kind, values: Values, help: &'static str) -> Field {
    Field { name, kind, help, values, groups: None, omitted: None }
}

impl Field {
    const fn grouped(self, groups: Groups) -> Self {
        Self { groups: Some(groups), ..self }
    }

    const fn omitted(self, reason: OmitReason) -> Self {
        Self { omitted: Some(reason), ..self }
    }

    /// The field of a name.
    pub fn of(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// The field of a name in this program.
    ///
    /// # Panics
    /// If there is none.
    pub fn known(name: &str) -> &'static Self {
        Self::of(name).unwrap_or_else(|| panic!("no field is called {name}"))
    }

    /// Returns true if the value depends on a clock, so that there is a variant of the field in UTC.
    pub fn has_clock(&self) -> bool {
        matches!(self.values, Values::Whole(_))
    }

    /// Returns true if statistics can count groups of values.
    pub fn has_groups(&self) -> bool {
        self.groups.is_some()
    }

    /// Returns true if an activity may lack a value.
    pub fn may_be_missing(&self) -> bool {
        !matches!(
            self.values,
            Values::Flag(_) | Values::CostlyFlag(_) | Values::SportFlag(_) | Values::Extent | Values::Start
        )
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// All fields. Where an activity has several reasons to be omitted, the first counts.
pub const FIELDS: &[Field] = &[
    field("date", Kind::Day, Values::Whole(Moment::day), "local day of the start"),
    field("year", Kind::Year, Values::Whole(Moment::year), "local year of the start").grouped(Groups::Values),
    field("month", Kind::Cycle(&MONTHS), Values::Whole(Moment::month), "local month of the start")
        .grouped(Groups::Values),
    field("weekday", Kind::Cycle(&WEEKDAYS), Values::Whole(Moment::weekday), "local day of the week of the start")
        .grouped(Groups::Values),
    field("hour", Kind::Cycle(&HOURS), Values::Whole(Moment::hour), "local hour of the start, 0 to 23")
        .grouped(Groups::Values),
    field(
        "season",
        Kind::Cycle(&SEASONS),
        Values::Whole(Moment::season),
        "season at the start, by months and hemisphere",
    )
    .grouped(Groups::Values),
    field(
        "night",
        Kind::Flag,
        Values::CostlyFlag(is_at_night),
        "the sun is 6° below the horizon in the middle of the time",
    )
    .grouped(Groups::Values),
    field("sport", Kind::Sport, Values::Sport, "sport, with all its kinds, or a part of its word")
        .grouped(Groups::Sports),
    field("distance", Kind::Quantity(LENGTHS), Values::Number(|s| Some(s.metres)), "length")
        .grouped(Groups::Ranges(&[5.0, 10.0, 20.0, 50.0, 100.0, 200.0], "km")),
    field("duration", Kind::Quantity(TIMES), Values::Number(Summary::seconds), "time from the first to the last point")
        .grouped(Groups::Ranges(&[0.5, 1.0, 2.0, 4.0, 8.0], "h")),
    field("ascent", Kind::Quantity(LENGTHS), Values::Number(|s| s.ascent_m), "metres climbed")
        .grouped(Groups::Ranges(&[100.0, 250.0, 500.0, 1000.0, 2000.0], "m")),
    field("name", Kind::Text, Values::Text(|s| s.name.as_deref()), "title"),
    field("gear", Kind::Text, Values::Text(|s| s.gear.as_deref()), "name of the bicycle or shoes")
        .grouped(Groups::Values),
    field("commute", Kind::Flag, Values::Flag(|s| s.commute.unwrap_or_default()), "marked as a commute")
        .grouped(Groups::Values),
    field(
        "format",
        Kind::Text,
        Values::FileTexts(|origin| vec![Cow::Borrowed(&origin.format)]),
        "fit, gpx, tcx, kml or geojson",
    )
    .grouped(Groups::Values),
    field("path", Kind::Text, Values::FileTexts(Origin::absolute_paths), "path of the file"),
    field(
        "device",
        Kind::Text,
        Values::FileTexts(|origin| origin.device.iter().map(Cow::from).collect()),
        "device or program that wrote the file",
    )
    .grouped(Groups::Values),
    field("box", Kind::Box, Values::Extent, "bounding box, in degrees"),
    field("start", Kind::Place, Values::Start, "first point"),
    field("planned", Kind::Flag, Values::Flag(|s| s.planned), "a planned course or route; left out if not mentioned")
        .omitted(OmitReason::Planned),
    field("indoor", Kind::Flag, Values::SportFlag(Sport::is_indoor), "indoors; left out if not mentioned")
        .omitted(OmitReason::Indoor),
    field("virtual", Kind::Flag, Values::SportFlag(Sport::is_virtual), "on a screen; left out if not mentioned")
        .omitted(OmitReason::Virtual),
];

//! Fields: the properties of activities that conditions can test. The table is in `fields.rs`.

use std::borrow::Cow;

use super::cycle::Cycle;
use super::moment::Moment;
use super::omitted::OmitReason;
use super::origin::Origin;
use super::quantity::{self, Units};
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
    /// Phrases that the kind does not determine.
    pub(super) phrases: Phrases,
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
    /// Operators and example values of such a field, for a list of the fields.
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
    /// Flag whose computation takes a microsecond, so that all threads share the work.
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

/// Phrases of a field, in which `{}` stands for a quantity or for texts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Phrases {
    /// Those of the kind.
    OfKind,
    /// The flag is set; it is not.
    Flag { set: &'static str, unset: &'static str },
    /// In a range or at a bound; above an excluded bound; below one.
    Quantity { within: &'static str, above: &'static str, below: &'static str },
    /// One of the texts; containing one of them.
    Text { is: &'static str, like: &'static str },
}

impl Field {
    pub(super) const fn new(name: &'static str, kind: Kind, values: Values, help: &'static str) -> Self {
        Self { name, kind, help, values, groups: None, phrases: Phrases::OfKind, omitted: None }
    }

    pub(super) const fn grouped(self, groups: Groups) -> Self {
        Self { groups: Some(groups), ..self }
    }

    pub(super) const fn phrases(self, phrases: Phrases) -> Self {
        Self { phrases, ..self }
    }

    pub(super) const fn omitted(self, reason: OmitReason) -> Self {
        Self { omitted: Some(reason), ..self }
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

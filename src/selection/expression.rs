//! Conditions as trees of tests of fields. Flags and sentences are both turned into them.

use super::field::Field;
use super::fields::{FIELDS, field_named};
use super::quantity::Quantity;

/// A condition on activities.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// All conditions hold; without any it holds for every activity.
    All(Vec<Self>),
    /// At least one condition holds.
    Any(Vec<Self>),
    /// The condition does not hold.
    Not(Box<Self>),
    #[expect(missing_docs, reason = "the name says it")]
    Test(Test),
}

impl Default for Expression {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Expression {
    /// Both conditions, without nesting.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All(none), one) | (one, Self::All(none)) if none.is_empty() => one,
            (one, other) => {
                let parts = |expression: Self| match expression {
                    Self::All(parts) => parts,
                    one => vec![one],
                };
                Self::All([parts(one), parts(other)].concat())
            }
        }
    }

    /// The opposite condition.
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// The conditions that must all hold.
    pub fn conjuncts(&self) -> &[Self] {
        match self {
            Self::All(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }

    /// Calls `visit` with every test.
    pub fn each_test<'a>(&'a self, visit: &mut dyn FnMut(&'a Test)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each_test(visit)),
            Self::Not(part) => part.each_test(visit),
            Self::Test(test) => visit(test),
        }
    }

    /// Returns the condition with every field that has a clock replaced by its variant in UTC.
    pub fn in_utc(self) -> Self {
        let all = |parts: Vec<Self>| parts.into_iter().map(Self::in_utc).collect();
        match self {
            Self::All(parts) => Self::All(all(parts)),
            Self::Any(parts) => Self::Any(all(parts)),
            Self::Not(part) => part.in_utc().negated(),
            Self::Test(test) => Self::Test(Test { key: test.key.in_utc(), ..test }),
        }
    }
}

/// A field on one of the clocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Key {
    #[expect(missing_docs, reason = "the name says it")]
    pub field: &'static Field,
    /// True for the value in UTC instead of local time; false for fields without a clock.
    pub utc: bool,
}

impl Key {
    /// The field of a name that is known to exist.
    ///
    /// # Panics
    /// If no field has this name.
    pub fn known(name: &str) -> Self {
        Self::of(name).unwrap_or_else(|| panic!("no field is called {name}"))
    }

    /// Returns the variant of the field in UTC; the field itself if it has no clock.
    pub fn in_utc(self) -> Self {
        Self { utc: self.field.has_clock(), ..self }
    }

    /// The field of a name, with the prefix `utc-` for the value in UTC.
    pub fn of(name: &str) -> Option<Self> {
        match name.strip_prefix(UTC_PREFIX) {
            Some(name) => field_named(name).filter(|field| field.has_clock()).map(|field| Self { field, utc: true }),
            None => field_named(name).map(|field| Self { field, utc: false }),
        }
    }

    /// All fields, those with a clock also in UTC.
    pub fn all() -> impl Iterator<Item = Self> {
        let both = |field: &'static Field| [Some(false), field.has_clock().then_some(true)];
        FIELDS.iter().flat_map(move |field| both(field).into_iter().flatten().map(move |utc| Self { field, utc }))
    }

    /// Name in sentences.
    pub fn name(self) -> String {
        format!("{}{}", if self.utc { UTC_PREFIX } else { "" }, self.field.name)
    }
}

const UTC_PREFIX: &str = "utc-";

/// A test of one field.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Test {
    pub key: Key,
    pub predicate: Predicate,
}

/// Requirement on the value of a field. A missing value fulfils `Any` alone.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Any value, also a missing one: holds always, but mentions the field.
    Any,
    /// There is a value.
    Present,
    /// The flag is set.
    Yes,
    /// In one of the ranges. Of several ranges, each has two included ends.
    Quantities(Vec<QuantityRange>),
    /// In one of the ranges of days since 1970 or years, ends included; [`OPEN`] ends are unbounded. Of several ranges,
    /// each has two ends.
    Whole(Vec<[i32; 2]>),
    /// Index in a cycle, as a mask of at least one.
    OneOf(u32),
    /// One of these sports, in lower case; see [`SportFilter`](crate::activity::sport::SportFilter).
    Sports(Vec<String>),
    /// One of these texts, in lower case.
    Is(Vec<String>),
    /// Contains one of these texts, in lower case; `*` stands for any letters.
    Like(Vec<String>),
    /// The box touches west, south, east and north in degrees. West may be greater than east.
    Touches([f64; 4]),
    /// The place is within a length of another place.
    Within(Quantity, Near),
}

/// Unbounded ends of a range of whole numbers.
pub const OPEN: [i32; 2] = [i32::MIN, i32::MAX];

/// Range of quantities with at least one end.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct QuantityRange {
    pub from: Option<Bound>,
    pub to: Option<Bound>,
}

/// End of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Bound {
    pub quantity: Quantity,
    pub included: bool,
}

impl QuantityRange {
    /// Range with both ends included.
    pub fn closed([from, to]: [Quantity; 2]) -> Self {
        let bound = |quantity| Some(Bound { quantity, included: true });
        Self { from: bound(from), to: bound(to) }
    }

    /// Returns true for metres or seconds in the range.
    pub fn holds(&self, value: f64) -> bool {
        let above = |bound: Bound| value > bound.quantity.value() || bound.included && value == bound.quantity.value();
        let below = |bound: Bound| value < bound.quantity.value() || bound.included && value == bound.quantity.value();
        self.from.is_none_or(above) && self.to.is_none_or(below)
    }
}

/// Place near which an activity must start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Near {
    /// Latitude and longitude in degrees.
    At(f64, f64),
    /// The most common start.
    Home,
}

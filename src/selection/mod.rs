//! Selection: the condition under which maps, lists and statistics include an activity.
//!
//! ```text
//! flags ─┐                                                 field: the table of fields
//! sentence ─ parse ─▶ Expression ─▶ Columns::matching ─▶ Verdicts
//!                        │ print             ▲ Columns: values of the fields the condition mentions
//!                        └▶ sentence, words  └ Summary, Origin of every activity
//! ```
//!
//! A test of a value that an activity lacks (time, elevation) does not hold, and so its negation holds.

mod columns;
mod cycle;
mod evaluate;
mod expression;
mod facet;
mod field;
mod fields;
mod home;
pub mod moment;
mod omitted;
mod origin;
mod quantity;
mod region;
pub mod sentence;
mod view;
mod words;

pub use columns::{Columns, Subject};
pub use cycle::{Cycle, HOURS, MONTHS, SEASONS, WEEKDAYS};
pub use expression::{Bound, Expression, Key, Near, OPEN, Predicate, QuantityRange, Test};
pub use facet::{Facet, Group, UNKNOWN};
pub use field::{Field, Kind};
pub use fields::FIELDS;
pub use moment::{Moment, period};
pub use omitted::{OmitReason, Omitted};
pub use origin::Origin;
pub use quantity::{LENGTHS, Quantity, TIMES, Unit, Units};
pub use region::{checked_box, checked_place};
pub use view::{View, ViewError};

use fixedbitset::FixedBitSet;

use home::home;

/// A condition, under which activities are selected. The default selects all recorded outdoor activities.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Holds for the selected activities. Planned, indoor and virtual activities are left out as well, each kind unless
    /// the condition mentions its field.
    pub condition: Expression,
}

/// Outcome of a selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdicts {
    /// Reason for omitting each activity; `None` if the activity is selected.
    pub reasons: Vec<Option<OmitReason>>,
    /// Latitude and longitude in degrees of the most common start, if the selection refers to home.
    pub home: Option<(f64, f64)>,
}

impl Selection {
    /// Selects every activity.
    pub fn all() -> Self {
        Self::with_omitted(|_| true)
    }

    /// Selects every recorded activity, also indoor and virtual ones.
    pub fn recorded() -> Self {
        Self::with_omitted(|reason| reason != OmitReason::Planned)
    }

    /// Mentions the fields whose activities would be omitted for a reason.
    fn with_omitted(is_wanted: impl Fn(OmitReason) -> bool) -> Self {
        let fields = FIELDS.iter().filter(|field| field.omitted.is_some_and(&is_wanted));
        let mention = |field| Expression::Test(Test { key: Key { field, utc: false }, predicate: Predicate::Any });
        Self { condition: Expression::All(fields.map(mention).collect()) }
    }

    /// Returns true if the condition mentions a field.
    pub fn mentions(&self, field: &Field) -> bool {
        let mut is_mentioned = false;
        self.condition.each_test(&mut |test| is_mentioned |= test.key.field == field);
        is_mentioned
    }

    /// Returns true if the condition mentions the field of a name.
    pub fn mentions_field(&self, name: &str) -> bool {
        self.mentions(Key::known(name).field)
    }

    /// Fields whose activities are left out, because the condition does not mention them, with the reasons.
    fn left_out(&self) -> Vec<(Key, OmitReason)> {
        let fields = FIELDS.iter().filter(|field| !self.mentions(field));
        fields.filter_map(|field| Some((Key { field, utc: false }, field.omitted?))).collect()
    }

    /// Returns true if activities are left out for a reason, because the condition does not mention its field.
    pub fn leaves_out(&self, reason: OmitReason) -> bool {
        self.left_out().iter().any(|(_, other)| *other == reason)
    }

    /// Fields of the condition, and of what is left out.
    pub fn keys(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = self.left_out().into_iter().map(|(key, _)| key).collect();
        let is_tested = |test: &Test| test.predicate != Predicate::Any;
        self.condition.each_test(&mut |test| keys.extend(is_tested(test).then_some(test.key)));
        keys
    }

    /// Removes the activities that are left out from a set.
    fn remove_left_out(&self, columns: &Columns, set: &mut FixedBitSet) {
        for (key, _) in self.left_out() {
            set.difference_with(&columns.matching(&Expression::Test(Test { key, predicate: Predicate::Yes }), None));
        }
    }

    /// Longitude and latitude of home, the most common start of the activities that are not left out, if the condition
    /// refers to home. Home is private, so it is found on request only.
    fn home(&self, subjects: &[impl Subject], columns: &Columns) -> Option<(f64, f64)> {
        let mut is_needed = false;
        self.condition.each_test(&mut |test| is_needed |= matches!(test.predicate, Predicate::Within(_, Near::Home)));
        if !is_needed {
            return None;
        }
        let mut counted = columns.every();
        self.remove_left_out(columns, &mut counted);
        home(counted.ones().map(|index| subjects[index].summary().start))
    }

    /// Judges all activities. That the condition does not hold comes before all other reasons.
    pub fn judge(&self, subjects: &[impl Subject]) -> Verdicts {
        self.judge_columns(subjects, &Columns::new(subjects, self.keys()))
    }

    /// Like [`Selection::judge`], with columns that have at least the [`keys`](Selection::keys).
    ///
    /// # Panics
    /// If the columns lack a field of the condition.
    pub fn judge_columns(&self, subjects: &[impl Subject], columns: &Columns) -> Verdicts {
        let home = self.home(subjects, columns);
        let matching = columns.matching(&self.condition, home);
        let mut reasons = vec![Some(OmitReason::NotSelected); subjects.len()];
        matching.ones().for_each(|index| reasons[index] = None);
        for (key, reason) in self.left_out().into_iter().rev() {
            let set = Expression::Test(Test { key, predicate: Predicate::Yes });
            let mut omitted = columns.matching(&set, None);
            omitted.intersect_with(&matching);
            omitted.ones().for_each(|index| reasons[index] = Some(reason));
        }
        Verdicts { reasons, home: home.map(|(lon, lat)| (lat, lon)) }
    }
}

#[cfg(test)]
mod tests;

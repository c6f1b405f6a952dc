//! Selections in words: `rides on Saturdays in 2024 longer than 20 km`.

use super::Selection;
use super::cycle::Cycle;
use super::expression::{Bound, Expression, Near, OPEN, Predicate, QuantityRange, Test};
use super::field::{Kind, Phrases};
use super::fields::FIELDS;
use super::moment::period_text;
use super::quantity::Quantity;
use crate::activity::sport::Sport;

/// Fields whose phrases come first, in this order; the others follow in the order of the table.
const FIRST: [&str; 7] = ["weekday", "month", "season", "hour", "night", "date", "year"];

impl Selection {
    /// The selection in words, which name what is selected: `runs in summer`; `all activities` without a condition.
    pub fn words(&self) -> String {
        let mut parts: Vec<&Expression> = self.condition.conjuncts().iter().collect();
        parts.sort_by_key(|part| rank(part));
        let sports = parts.iter().position(|part| sports(part).is_some());
        let noun = sports.and_then(|index| self::sports(parts.remove(index))).map_or("activities".to_owned(), plural);
        if parts.is_empty() && noun == "activities" {
            return "all activities".to_owned();
        }
        std::iter::once(noun).chain(parts.into_iter().map(phrase)).collect::<Vec<_>>().join(" ")
    }
}

/// Sports of a test of the sport.
fn sports(part: &Expression) -> Option<&[String]> {
    match part {
        Expression::Test(Test { predicate: Predicate::Sports(sports), .. }) => Some(sports),
        _ => None,
    }
}

/// Position of a phrase: tests by their field, then other conditions.
fn rank(part: &Expression) -> usize {
    let test = match part {
        Expression::Test(test) => Some(test),
        Expression::Not(part) => match &**part {
            Expression::Test(test) => Some(test),
            _ => None,
        },
        _ => None,
    };
    let Some(Test { key, .. }) = test else { return usize::MAX };
    let first = FIRST.iter().position(|name| *name == key.field.name);
    first.unwrap_or_else(|| FIRST.len() + FIELDS.iter().position(|field| field == key.field).unwrap_or(FIELDS.len()))
}

/// `rides and runs`.
fn plural(sports: &[String]) -> String {
    let one = |word: &String| {
        let title = Sport::of(word).title().to_lowercase();
        let has_plural = ["ride", "run", "walk", "hike", "swim"].iter().any(|end| title.ends_with(end));
        match () {
            () if title.is_empty() => "activities without a sport".to_owned(),
            () if has_plural => title + "s",
            () => title + " activities",
        }
    };
    joined(sports.iter().map(one), "and")
}

/// `a, b and c`.
fn joined(items: impl Iterator<Item = String>, word: &str) -> String {
    let items: Vec<String> = items.collect();
    match &items[..] {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {word} {last}", most.join(", ")),
    }
}

fn phrase(part: &Expression) -> String {
    match part {
        Expression::All(parts) => joined(parts.iter().map(phrase), "and"),
        Expression::Any(parts) => format!("either {}", joined(parts.iter().map(phrase), "or")),
        Expression::Not(part) => match &**part {
            Expression::Test(test) => negated(test),
            part => format!("except those {}", phrase(part)),
        },
        Expression::Test(test) => tested(test),
    }
}

fn negated(test: &Test) -> String {
    match (test.key.field.phrases, &test.predicate) {
        (Phrases::Flag { unset, .. }, Predicate::Yes) => unset.to_owned(),
        (_, Predicate::Present) => format!("without {}", test.key.field.name),
        (_, Predicate::Sports(sports)) => format!("that are no {}", plural(sports)),
        _ => format!("not {}", tested(test)),
    }
}

fn tested(test: &Test) -> String {
    let field = test.key.field;
    let phrase = match (&test.predicate, field.phrases) {
        (Predicate::Any, _) => format!("{} ones too", field.name),
        (Predicate::Present, _) => format!("with {}", field.name),
        (Predicate::Yes, Phrases::Flag { set, .. }) => set.to_owned(),
        (Predicate::Yes, _) => format!("that are {}", field.name),
        (Predicate::Quantities(ranges), phrases) => joined(ranges.iter().map(|range| quantities(phrases, range)), "or"),
        (Predicate::Whole(ranges), _) => joined(ranges.iter().map(|range| whole(field.kind, range)), "or"),
        (Predicate::OneOf(mask), _) => match field.kind {
            Kind::Cycle(cycle) => cycle_values(cycle, *mask),
            _ => unreachable!("masks are of cycles"),
        },
        (Predicate::Sports(sports), _) => format!("that are {}", plural(sports)),
        (Predicate::Is(texts), Phrases::Text { is, .. }) => is.replace("{}", &in_quotes(texts)),
        (Predicate::Like(texts), Phrases::Text { like, .. }) => like.replace("{}", &in_quotes(texts)),
        (Predicate::Is(texts) | Predicate::Like(texts), _) => format!("with the {} {}", field.name, in_quotes(texts)),
        (Predicate::Touches([west, south, east, north]), _) => {
            format!("touching the box {west},{south},{east},{north}")
        }
        (Predicate::Within(radius, Near::Home), _) => format!("starting within {} of home", spaced(*radius)),
        (Predicate::Within(radius, Near::At(lat, lon)), _) => {
            format!("starting within {} of {lat},{lon}", spaced(*radius))
        }
    };
    if test.key.utc { phrase + " (UTC)" } else { phrase }
}

fn in_quotes(texts: &[String]) -> String {
    joined(texts.iter().map(|text| format!("“{text}”")), "or")
}

/// `20 km`.
fn spaced(Quantity { number, unit }: Quantity) -> String {
    format!("{number} {}", unit.name)
}

fn quantities(phrases: Phrases, QuantityRange { from, to }: &QuantityRange) -> String {
    let Phrases::Quantity { within, above, below } = phrases else { return String::new() };
    let (phrase, quantity) = match (from, to) {
        (Some(from), Some(to)) => (within, format!("{} to {}", spaced(from.quantity), spaced(to.quantity))),
        (Some(Bound { quantity, included: true }), _) => (within, format!("at least {}", spaced(*quantity))),
        (Some(Bound { quantity, included: false }), _) => (above, spaced(*quantity)),
        (_, Some(Bound { quantity, included: true })) => (within, format!("at most {}", spaced(*quantity))),
        (_, Some(Bound { quantity, included: false })) => (below, spaced(*quantity)),
        (None, None) => return String::new(),
    };
    phrase.replace("{}", &quantity)
}

fn whole(kind: Kind, &[from, to]: &[i32; 2]) -> String {
    let text = |from: i32, to: i32| match kind {
        Kind::Day => period_text(from, to).replace("..", " to "),
        _ if from == to => from.to_string(),
        _ => format!("{from} to {to}"),
    };
    match () {
        () if to == OPEN[1] => format!("from {} on", text(from, from)),
        () if from == OPEN[0] => format!("up to {}", text(to, to)),
        () if matches!(kind, Kind::Day) && from == to => format!("on {}", text(from, to)),
        () => format!("in {}", text(from, to)),
    }
}

fn cycle_values(cycle: &Cycle, mask: u32) -> String {
    let ranges = cycle.ranges(mask).into_iter().map(|(from, to)| cycle.words(from, to));
    format!("{} {}", cycle.preposition, joined(ranges, "and"))
}

//! Selections in words: `rides on Saturdays in 2024 longer than 20 km`.

use super::Selection;
use super::cycle::Cycle;
use super::expression::{Bound, Expression, Near, OPEN, Predicate, QuantityRange, Test};
use super::field::{FIELDS, Kind};
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
    match (test.key.field.name, &test.predicate) {
        ("night", Predicate::Yes) => "by day".to_owned(),
        ("commute", Predicate::Yes) => "that are no commutes".to_owned(),
        (name, Predicate::Present) => format!("without {name}"),
        (_, Predicate::Sports(sports)) => format!("that are no {}", plural(sports)),
        _ => format!("not {}", tested(test)),
    }
}

fn tested(test: &Test) -> String {
    let name = test.key.field.name;
    let phrase = match &test.predicate {
        Predicate::Any => format!("{name} ones too"),
        Predicate::Present => format!("with {name}"),
        Predicate::Yes => flag(name),
        Predicate::Quantities(ranges) => joined(ranges.iter().map(|range| quantities(name, range)), "or"),
        Predicate::Whole(ranges) => joined(ranges.iter().map(|range| whole(test.key.field.kind, range)), "or"),
        Predicate::OneOf(mask) => match test.key.field.kind {
            Kind::Cycle(cycle) => cycle_values(name, cycle, *mask),
            _ => String::new(),
        },
        Predicate::Sports(sports) => format!("that are {}", plural(sports)),
        Predicate::Is(texts) => match name {
            "format" => format!("from {} files", joined(texts.iter().map(|text| text.to_uppercase()), "or")),
            _ => format!("with the {name} {}", texts_in_quotes(texts)),
        },
        Predicate::Like(texts) => format!("with {} in the {name}", texts_in_quotes(texts)),
        Predicate::Touches([west, south, east, north]) => format!("touching the box {west},{south},{east},{north}"),
        Predicate::Within(radius, Near::Home) => format!("starting within {} of home", spaced(*radius)),
        Predicate::Within(radius, Near::At(lat, lon)) => format!("starting within {} of {lat},{lon}", spaced(*radius)),
    };
    if test.key.utc { phrase + " (UTC)" } else { phrase }
}

fn flag(name: &str) -> String {
    match name {
        "night" => "at night".to_owned(),
        "commute" => "that are commutes".to_owned(),
        name => format!("that are {name}"),
    }
}

fn texts_in_quotes(texts: &[String]) -> String {
    joined(texts.iter().map(|text| format!("“{text}”")), "or")
}

/// `20 km`.
fn spaced(Quantity { number, unit }: Quantity) -> String {
    format!("{number} {}", unit.name)
}

fn quantities(name: &str, QuantityRange { from, to }: &QuantityRange) -> String {
    let length = match (from, to) {
        (Some(from), Some(to)) => format!("{} to {}", spaced(from.quantity), spaced(to.quantity)),
        (Some(Bound { quantity, included: true }), None) => format!("at least {}", spaced(*quantity)),
        (Some(Bound { quantity, included: false }), None) => match name {
            "distance" => return format!("longer than {}", spaced(*quantity)),
            _ => format!("more than {}", spaced(*quantity)),
        },
        (None, Some(Bound { quantity, included: true })) => format!("at most {}", spaced(*quantity)),
        (None, Some(Bound { quantity, included: false })) => match name {
            "distance" => return format!("shorter than {}", spaced(*quantity)),
            _ => format!("less than {}", spaced(*quantity)),
        },
        (None, None) => String::new(),
    };
    match name {
        "distance" => format!("{length} long"),
        "duration" => format!("lasting {length}"),
        _ => format!("climbing {length}"),
    }
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

fn cycle_values(name: &str, cycle: &Cycle, mask: u32) -> String {
    let title = |index: u32| match name {
        "weekday" => cycle.title(index) + "s",
        "season" => cycle.name(index),
        _ => cycle.title(index),
    };
    let range = |(from, to): (u32, u32)| match name {
        "hour" => format!("{from}:00 to {to}:59"),
        _ if from == to => title(from),
        _ => format!("{} to {}", title(from), title(to)),
    };
    let values = joined(cycle.ranges(mask).into_iter().map(range), "and");
    match name {
        "weekday" => format!("on {values}"),
        "hour" => format!("starting from {values}"),
        _ => format!("in {values}"),
    }
}

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

/// Phrases up to which no commas separate them.
const PHRASES_WITHOUT_COMMAS: usize = 3;

impl Selection {
    /// The selection in words, which name what is selected: `runs in summer`; `all activities` without a condition.
    pub fn words(&self) -> String {
        let (mentioned, parts): (Vec<&Expression>, Vec<&Expression>) =
            self.condition.conjuncts().iter().partition(|part| is_mention(part));
        let mut parts: Vec<Expression> = joined_ranges(parts);
        parts.sort_by_key(rank);
        let noun = match parts.iter().position(|part| noun(part).is_some()) {
            Some(index) => noun(&parts.remove(index)).unwrap_or_default(),
            None if parts.is_empty() && mentioned.is_empty() => "all activities".to_owned(),
            None => "activities".to_owned(),
        };
        let phrases: Vec<String> = parts.iter().map(phrase).collect();
        let separator = if phrases.len() > PHRASES_WITHOUT_COMMAS { ", " } else { " " };
        let words = [noun, phrases.join(separator)].join(" ").trim_end().to_owned();
        // Mentions of other fields leave nothing out.
        let also = mentioned.iter().flat_map(|part| tests(part)).filter(|test| test.key.field.omitted.is_some());
        match joined(also.map(|test| test.key.field.name.to_owned()), "and") {
            also if also.is_empty() => words,
            also => format!("{words}, also {also} ones"),
        }
    }
}

/// The test, if the condition is one.
fn tests(part: &Expression) -> Option<&Test> {
    match part {
        Expression::Test(test) => Some(test),
        _ => None,
    }
}

fn is_mention(part: &Expression) -> bool {
    tests(part).is_some_and(|test| test.predicate == Predicate::Any)
}

/// Sports of a test, or of several of which one must hold.
fn noun(part: &Expression) -> Option<String> {
    let sports = |part: &Expression| match &tests(part)?.predicate {
        Predicate::Sports(sports) => Some(sports.clone()),
        _ => None,
    };
    match part {
        Expression::Any(parts) => {
            let all: Option<Vec<Vec<String>>> = parts.iter().map(sports).collect();
            all.map(|all| plural(&all.concat(), "and"))
        }
        part => sports(part).map(|sports| plural(&sports, "and")),
    }
}

/// Joins a first and a last day or year to a range.
fn joined_ranges(parts: Vec<&Expression>) -> Vec<Expression> {
    let mut all: Vec<Expression> = Vec::new();
    for part in parts {
        if let Some(Test { key, predicate: Predicate::Whole(ends) }) = tests(part)
            && let [[from, to]] = ends[..]
            && (from == OPEN[0] || to == OPEN[1])
        {
            let before = all.iter_mut().find_map(|other| match other {
                Expression::Test(Test { key: other, predicate: Predicate::Whole(ends) }) if other == key => Some(ends),
                _ => None,
            });
            match before.map(Vec::as_mut_slice) {
                Some([[other_from, other_to]]) if from == OPEN[0] && *other_to == OPEN[1] && *other_from <= to => {
                    *other_to = to;
                    continue;
                }
                Some([[other_from, other_to]]) if to == OPEN[1] && *other_from == OPEN[0] && from <= *other_to => {
                    *other_from = from;
                    continue;
                }
                _ => {}
            }
        }
        all.push(part.clone());
    }
    all
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

/// `rides and runs`, with a word before the last.
fn plural(sports: &[String], word: &str) -> String {
    let one = |word: &String| {
        let title = Sport::of(word).title().to_lowercase();
        let has_plural = ["ride", "run", "walk", "hike", "swim"].iter().any(|end| title.ends_with(end));
        match () {
            () if word == "unknown" => "activities without a sport".to_owned(),
            () if !Sport::of(word).is_known() => format!("“{word}” activities"),
            () if has_plural => title + "s",
            () => title + " activities",
        }
    };
    joined(sports.iter().map(one), word)
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
            Expression::Not(part) => phrase(part),
            part => format!("except those {}", phrase(part)),
        },
        Expression::Test(test) => tested(test),
    }
}

fn negated(test: &Test) -> String {
    match (test.key.field.phrases, &test.predicate) {
        (Phrases::Flag { unset, .. }, Predicate::Yes) => unset.to_owned(),
        (_, Predicate::Present) => format!("with unknown {}", test.key.field.name),
        (_, Predicate::Sports(sports)) => format!("that are no {}", plural(sports, "or")),
        _ => match tested(test) {
            phrase if phrase.starts_with("with ") => phrase.replacen("with", "without", 1),
            phrase => format!("not {phrase}"),
        },
    }
}

fn tested(test: &Test) -> String {
    let field = test.key.field;
    let phrase = match (&test.predicate, field.phrases) {
        (Predicate::Any, _) => format!("of any {}", field.name),
        (Predicate::Present, _) => format!("with known {}", field.name),
        (Predicate::Yes, Phrases::Flag { set, .. }) => set.to_owned(),
        (Predicate::Yes, _) => format!("that are {}", field.name),
        (Predicate::Quantities(ranges), phrases) => joined(ranges.iter().map(|range| quantities(phrases, range)), "or"),
        (Predicate::Whole(ranges), _) => joined(ranges.iter().map(|range| whole(field.kind, range)), "or"),
        (Predicate::OneOf(mask), _) => match field.kind {
            Kind::Cycle(cycle) => cycle_values(cycle, *mask),
            _ => unreachable!("masks are of cycles"),
        },
        (Predicate::Sports(sports), _) => format!("that are {}", plural(sports, "or")),
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
        () if text(from, to).contains(" to ") => format!("from {}", text(from, to)),
        () => format!("in {}", text(from, to)),
    }
}

fn cycle_values(cycle: &Cycle, mask: u32) -> String {
    format!("{} {}", cycle.preposition, joined(cycle.words(mask).into_iter(), "and"))
}

//! Prints conditions as sentences.

use std::fmt;

use super::parse::RESERVED;
use super::token::continues_word;
use crate::selection::cycle::Cycle;
use crate::selection::expression::{Expression, Near, OPEN, Predicate, QuantityRange, Test};
use crate::selection::field::Kind;
use crate::selection::moment::period_text;

impl fmt::Display for Expression {
    /// Prints the sentence; empty for the condition that always holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => {
                let part = |part: &Self| match part {
                    Self::Any(_) => format!("({part})"),
                    _ => part.to_string(),
                };
                f.write_str(&parts.iter().map(part).collect::<Vec<_>>().join(" and "))
            }
            Self::Any(parts) => f.write_str(&parts.iter().map(Self::to_string).collect::<Vec<_>>().join(" or ")),
            Self::Not(part) => match &**part {
                Self::Test(test) => f.write_str(&test_text(test, true)),
                Self::Not(_) => write!(f, "not {part}"),
                _ => write!(f, "not ({part})"),
            },
            Self::Test(test) => f.write_str(&test_text(test, false)),
        }
    }
}

/// Text of a test, or of its negation.
fn test_text(test: &Test, is_negated: bool) -> String {
    let name = test.key.name();
    let not = if is_negated { "not " } else { "" };
    let (operator, operand) = match &test.predicate {
        Predicate::Present => return format!("{not}has {name}"),
        Predicate::Yes => return format!("{not}{name}"),
        Predicate::Any => ("=", "any".to_owned()),
        Predicate::Quantities(ranges) => quantities(ranges),
        Predicate::Whole(ranges) => whole(test.key.field.kind, ranges),
        Predicate::OneOf(mask) => match test.key.field.kind {
            Kind::Cycle(cycle) => cycle_values(cycle, *mask),
            _ => unreachable!("masks are of cycles"),
        },
        Predicate::Sports(texts) | Predicate::Is(texts) => listed("=", "in", texts.iter().map(|text| quoted(text))),
        Predicate::Like(texts) => listed("like", "like", texts.iter().map(|text| quoted(text))),
        Predicate::Touches([west, south, east, north]) => ("touches", format!("{west},{south},{east},{north}")),
        Predicate::Within(radius, Near::Home) => ("within", format!("{radius} of home")),
        Predicate::Within(radius, Near::At(lat, lon)) => ("within", format!("{radius} of {lat},{lon}")),
    };
    match operator {
        "=" if is_negated => format!("{name} != {operand}"),
        "in" | "like" => format!("{name} {not}{operator} {operand}"),
        _ => format!("{not}{name} {operator} {operand}"),
    }
}

/// Operator and operand: one value as it is, several in brackets.
fn listed(one: &'static str, several: &'static str, values: impl Iterator<Item = String>) -> (&'static str, String) {
    let values: Vec<String> = values.collect();
    match &values[..] {
        [value] => (one, value.clone()),
        values => (several, format!("[{}]", values.join(", "))),
    }
}

fn quantities(ranges: &[QuantityRange]) -> (&'static str, String) {
    if let [QuantityRange { from: Some(from), to: None }] = ranges {
        return (if from.included { ">=" } else { ">" }, from.quantity.to_string());
    }
    if let [QuantityRange { from: None, to: Some(to) }] = ranges {
        return (if to.included { "<=" } else { "<" }, to.quantity.to_string());
    }
    let ends = ranges.iter().filter_map(|range| range.from.zip(range.to));
    listed("in", "in", ends.map(|(from, to)| format!("{}..{}", from.quantity, to.quantity)))
}

fn whole(kind: Kind, ranges: &[[i32; 2]]) -> (&'static str, String) {
    let text = |from: i32, to: i32| match kind {
        Kind::Day => period_text(from, to),
        _ if from == to => from.to_string(),
        _ => format!("{from}..{to}"),
    };
    match ranges {
        [[from, to]] if *to == OPEN[1] => (">=", text(*from, *from)),
        [[from, to]] if *from == OPEN[0] => ("<=", text(*to, *to)),
        [[from, to]] => (if text(*from, *to).contains("..") { "in" } else { "=" }, text(*from, *to)),
        ranges => listed("in", "in", ranges.iter().map(|[from, to]| text(*from, *to))),
    }
}

fn cycle_values(cycle: &Cycle, mask: u32) -> (&'static str, String) {
    let ranges = cycle.ranges(mask);
    let text = |&(from, to): &(u32, u32)| match from == to {
        true => cycle.name(from),
        false => format!("{}..{}", cycle.name(from), cycle.name(to)),
    };
    let is_one_value = matches!(ranges[..], [(from, to)] if from == to);
    listed(if is_one_value { "=" } else { "in" }, "in", ranges.iter().map(text))
}

/// The text as a word if it is one, else in quotes.
pub(in crate::selection) fn quoted(text: &str) -> String {
    let is_word =
        text.starts_with(char::is_alphabetic) && text.chars().all(continues_word) && !RESERVED.contains(&text);
    if is_word { text.to_owned() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}

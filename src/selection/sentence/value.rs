//! Parses the values of tests: lists and ranges of texts, days, years, quantities and values of cycles; places.

use super::parse::{Parsed, Parser, RESERVED};
use super::token::TokenKind;
use crate::selection::cycle::Cycle;
use crate::selection::expression::{Predicate, QuantityRange};
use crate::selection::field::Kind;
use crate::selection::moment::{YEARS, period};
use crate::selection::quantity::{self, Quantity, Units};

impl Parser<'_> {
    /// One item, or several in brackets.
    pub(super) fn list<T>(&mut self, item: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        if !self.take_symbol("[") {
            return Ok(vec![item(self)?]);
        }
        let mut items = vec![item(self)?];
        while self.take_symbol(",") {
            items.push(item(self)?);
        }
        if self.take_symbol("]") { Ok(items) } else { Err(self.unexpected(", or ]")) }
    }

    /// A value, and the second one of a range.
    pub(super) fn range(&mut self, kind: Kind) -> Parsed<(String, Option<String>)> {
        let first = self.checked_value(kind)?;
        let is_range = !matches!(kind, Kind::Text | Kind::Sport) && self.take_symbol("..");
        let last = if is_range { Some(self.checked_value(kind)?) } else { None };
        Ok((first, last))
    }

    /// Text of the next value. A wrong value is an error at its place, before the rest of a list is read.
    fn checked_value(&mut self, kind: Kind) -> Parsed<String> {
        let text = self.next_value(kind)?;
        match kind {
            Kind::Cycle(cycle) => drop(self.cycle_range(cycle, &text, None)?),
            Kind::Day | Kind::Year => drop(self.whole(kind, &text)?),
            _ => {}
        }
        Ok(text)
    }

    /// Text of the next value, a quantity with its unit.
    pub(super) fn next_value(&mut self, kind: Kind) -> Parsed<String> {
        match kind {
            Kind::Text | Kind::Sport => self.text(),
            Kind::Quantity(units) => Ok(self.quantity_text(units)?),
            _ => match self.peek().cloned() {
                Some(TokenKind::Word(text) | TokenKind::Number(text) | TokenKind::Text(text)) => {
                    self.take();
                    Ok(text)
                }
                _ => Err(self.unexpected(match kind {
                    Kind::Day => "a day such as 2024-05-31, a month or a year",
                    Kind::Year => "a year",
                    Kind::Cycle(cycle) => cycle.values,
                    _ => "a value",
                })),
            },
        }
    }

    /// Predicate from ranges of values.
    pub(super) fn predicate(&mut self, kind: Kind, items: Vec<(String, Option<String>)>) -> Parsed<Predicate> {
        let firsts = |items: Vec<(String, Option<String>)>| items.into_iter().map(|(first, _)| first).collect();
        match kind {
            Kind::Text => Ok(Predicate::Is(firsts(items))),
            Kind::Sport => Ok(Predicate::Sports(firsts(items))),
            Kind::Cycle(cycle) => {
                let masks = items.iter().map(|(first, last)| self.cycle_range(cycle, first, last.as_deref()));
                Ok(Predicate::OneOf(masks.collect::<Parsed<Vec<u32>>>()?.into_iter().fold(0, |all, mask| all | mask)))
            }
            Kind::Quantity(units) => {
                let range = |(from, to): &(String, Option<String>)| {
                    let to = to.as_ref().ok_or("write a range, such as 5km..50km, or use < or >".to_owned());
                    let ends = to.and_then(|to| Quantity::parse_range(from, to, units));
                    ends.map(QuantityRange::closed).map_err(|message| self.wrong(message))
                };
                Ok(Predicate::Quantities(items.iter().map(range).collect::<Parsed<_>>()?))
            }
            _ => {
                let range = |(first, last): &(String, Option<String>)| {
                    let [from, mut to] = self.whole(kind, first)?;
                    if let Some(last) = last {
                        [_, to] = self.whole(kind, last)?;
                    }
                    if from > to {
                        return Err(self.wrong("the first value must not be later than the second"));
                    }
                    Ok([from, to])
                };
                Ok(Predicate::Whole(items.iter().map(range).collect::<Parsed<_>>()?))
            }
        }
    }

    pub(super) fn cycle_range(&self, cycle: &Cycle, first: &str, last: Option<&str>) -> Parsed<u32> {
        let index = |text: &str| {
            cycle.index_of(text).ok_or_else(|| {
                self.wrong(format!(
                    "no such value as '{text}'; write {}, or a range such as {}",
                    cycle.values, cycle.example
                ))
            })
        };
        let from = index(first)?;
        Ok(cycle.range(from, last.map_or(Ok(from), index)?))
    }

    /// First and last day or year.
    pub(super) fn whole(&self, kind: Kind, text: &str) -> Parsed<[i32; 2]> {
        if matches!(kind, Kind::Day) {
            return period(text).map_err(|message| self.wrong(message));
        }
        let year = text.parse().ok().filter(|year| text.len() == 4 && YEARS.contains(year));
        year.map(|year| [year; 2]).ok_or_else(|| self.wrong("write a year such as 2024, or a range such as 2019..2022"))
    }

    pub(super) fn text(&mut self) -> Parsed<String> {
        match self.peek().cloned() {
            Some(TokenKind::Word(word)) if RESERVED.contains(&&*word.to_lowercase()) => {
                Err(self.unexpected("a text (this word has a meaning of its own; put it in quotes)"))
            }
            Some(TokenKind::Word(text) | TokenKind::Number(text) | TokenKind::Text(text)) => {
                self.take();
                if text.trim().is_empty() {
                    return Err(self.wrong("write at least one letter"));
                }
                Ok(text.trim().to_lowercase())
            }
            Some(TokenKind::Symbol("=")) => Err(self.unexpected("a text (one = suffices)")),
            Some(TokenKind::Symbol("[" | "(")) => {
                Err(self.unexpected("a text (several stand after in: in [one, two])"))
            }
            _ => Err(self.unexpected("a text")),
        }
    }

    /// A number with its unit, which may be the next word.
    pub(super) fn quantity_text(&mut self, units: Units) -> Parsed<String> {
        let Some(TokenKind::Number(mut text)) = self.peek().cloned() else {
            return Err(self.unexpected(&format!("a number with a unit ({})", quantity::names(units))));
        };
        self.take();
        if let Some(TokenKind::Word(word)) = self.peek().cloned()
            && units.iter().any(|unit| unit.name.eq_ignore_ascii_case(&word))
            && text.ends_with(|c: char| c.is_ascii_digit())
        {
            self.take();
            text += &word;
        }
        Ok(text)
    }

    pub(super) fn quantity(&mut self, units: Units) -> Parsed<Quantity> {
        let text = self.quantity_text(units)?;
        Quantity::parse(&text, units).map_err(|message| self.wrong(message))
    }

    /// Numbers with commas between them.
    pub(super) fn numbers<const N: usize>(&mut self, expected: &str) -> Parsed<[f64; N]> {
        let mut numbers = [0.0; N];
        for (index, number) in numbers.iter_mut().enumerate() {
            if index > 0 && !self.take_symbol(",") {
                return Err(self.unexpected(expected));
            }
            let text = match self.peek() {
                Some(TokenKind::Number(text)) => text.parse().ok().filter(|number: &f64| number.is_finite()),
                _ => None,
            };
            *number = text.ok_or_else(|| self.unexpected(expected))?;
            self.take();
        }
        Ok(numbers)
    }
}

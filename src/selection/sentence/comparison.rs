//! Parses tests of fields, by the kind of the field.

use std::ops::RangeInclusive;

use super::parse::{Parsed, Parser, RESERVED};
use super::token::TokenKind;
use crate::activity::spelling::nearest;
use crate::selection::expression::{Bound, Expression, Key, Near, OPEN, Predicate, QuantityRange, Test};
use crate::selection::field::Kind;
use crate::selection::fields::FIELDS;
use crate::selection::moment::{YEARS, period};
use crate::selection::quantity::LENGTHS;
use crate::selection::region::{checked_box, checked_place};

/// Relation of a value to the end of a range.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

const ORDERS: [(&str, Order); 4] =
    [("<", Order::Less), ("<=", Order::AtMost), (">", Order::Greater), (">=", Order::AtLeast)];

impl Parser<'_> {
    /// A test, negated for `!=`, `not in`, `not like` and `= no`.
    pub(super) fn test(&mut self) -> Parsed<Expression> {
        if self.take_word("has") {
            let key = self.key()?;
            if !key.field.may_be_missing() {
                return Err(self.wrong(format!("{} is never missing, so has says nothing", key.field.name)));
            }
            return Ok(test(key, Predicate::Present));
        }
        let key = self.key()?;
        match key.field.kind {
            Kind::Flag => self.flag(key),
            Kind::Box => self.touches(key),
            Kind::Place => self.within(key),
            kind => self.comparison(key, kind),
        }
    }

    fn key(&mut self) -> Parsed<Key> {
        let Some(TokenKind::Word(word)) = self.peek().cloned() else { return Err(self.unexpected("a field")) };
        if RESERVED.contains(&&*word.to_lowercase()) {
            return Err(self.unexpected("a field"));
        }
        self.take();
        let name = word.to_lowercase();
        Key::of(&name).ok_or_else(|| {
            let names: Vec<String> = Key::all().map(Key::name).collect();
            let local = FIELDS.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
            let advice = match nearest(&name, names.iter().map(|name| (name, name))) {
                Some(name) => format!("did you mean '{name}'?"),
                None => format!("the fields are {local}"),
            };
            self.wrong(format!("no field is called '{word}'; {advice}"))
        })
    }

    fn flag(&mut self, key: Key) -> Parsed<Expression> {
        let is_negated = self.take_symbol("!=");
        if !is_negated && !self.take_symbol("=") {
            return match self.peek() {
                Some(TokenKind::Symbol("<" | "<=" | ">" | ">=" | "[")) => {
                    Err(self.unexpected("yes or no: this field stands alone, or with not before it, or with = yes"))
                }
                _ => Ok(test(key, Predicate::Yes)),
            };
        }
        let is_yes = self.take_word("yes");
        if is_yes || self.take_word("no") {
            return Ok(negated_if(is_negated == is_yes, test(key, Predicate::Yes)));
        }
        if self.take_word("any") {
            return Ok(negated_if(is_negated, test(key, Predicate::Any)));
        }
        Err(self.unexpected("yes, no or any"))
    }

    fn comparison(&mut self, key: Key, kind: Kind) -> Parsed<Expression> {
        let order = ORDERS.into_iter().find(|(symbol, _)| self.take_symbol(symbol));
        if let Some((symbol, order)) = order {
            let predicate = self.ordered(kind, symbol, order)?;
            return Ok(test(key, predicate));
        }
        let is_text = matches!(kind, Kind::Text);
        let is_unequal = self.take_symbol("!=");
        if is_unequal || self.take_symbol("=") {
            if let Kind::Quantity(_) = kind {
                return Err(self.wrong("an exact length or time is never met; use <, <=, >, >= or in"));
            }
            let first = self.next_value(kind)?;
            let predicate = self.predicate(kind, vec![(first, None)])?;
            return Ok(negated_if(is_unequal, test(key, predicate)));
        }
        let is_negated = self.take_word("not");
        if self.take_word("in") {
            let items = self.list(|parser| parser.range(kind))?;
            let predicate = self.predicate(kind, items)?;
            return Ok(negated_if(is_negated, test(key, predicate)));
        }
        if is_text && self.take_word("like") {
            let texts = self.list(Self::text)?;
            return Ok(negated_if(is_negated, test(key, Predicate::Like(texts))));
        }
        Err(self.unexpected(match kind {
            Kind::Text => "=, !=, in, or like",
            Kind::Quantity(_) => "<, <=, >, >=, or in",
            Kind::Day | Kind::Year => "=, !=, <, <=, >, >=, or in",
            _ => "=, !=, or in",
        }))
    }

    fn ordered(&mut self, kind: Kind, symbol: &str, order: Order) -> Parsed<Predicate> {
        let [least, greatest] = OPEN;
        match kind {
            Kind::Quantity(units) => {
                let bound =
                    |quantity| Some(Bound { quantity, included: matches!(order, Order::AtLeast | Order::AtMost) });
                let quantity = self.quantity(units)?;
                let is_lower = matches!(order, Order::Greater | Order::AtLeast);
                let range = if is_lower {
                    QuantityRange { from: bound(quantity), to: None }
                } else {
                    QuantityRange { from: None, to: bound(quantity) }
                };
                Ok(Predicate::Quantities(vec![range]))
            }
            Kind::Day | Kind::Year => {
                let value = self.next_value(kind)?;
                let [first, last] = self.whole(kind, &value)?;
                let range = match order {
                    Order::Less => [least, first - 1],
                    Order::AtMost => [least, last],
                    Order::Greater => [last + 1, greatest],
                    Order::AtLeast => [first, greatest],
                };
                // The end has a name of its own, or the printed condition could not be parsed.
                let end = if range[0] == least { range[1] } else { range[0] };
                if !known_range(kind).contains(&end) {
                    return Err(self.wrong(format!("years are from {} to {}", YEARS.start(), YEARS.end())));
                }
                Ok(Predicate::Whole(vec![range]))
            }
            Kind::Cycle(cycle) => {
                Err(self.wrong(format!("these values have no order {symbol}; use in: {}", cycle.example)))
            }
            _ => Err(self.wrong(format!("texts have no order {symbol}; use =, in or like"))),
        }
    }

    fn touches(&mut self, key: Key) -> Parsed<Expression> {
        if !self.take_word("touches") {
            return Err(self.unexpected("touches"));
        }
        let sides = self.numbers::<4>("west,south,east,north in degrees")?;
        let sides = checked_box(sides).map_err(|message| self.wrong(message))?;
        Ok(test(key, Predicate::Touches(sides)))
    }

    fn within(&mut self, key: Key) -> Parsed<Expression> {
        if !self.take_word("within") {
            return Err(self.unexpected("within"));
        }
        let radius = self.quantity(LENGTHS)?;
        if !self.take_word("of") {
            return Err(self.unexpected("of"));
        }
        if self.take_word("home") {
            return Ok(test(key, Predicate::Within(radius, Near::Home)));
        }
        let [lat, lon] = self.numbers::<2>("home, or latitude,longitude in degrees")?;
        let (lat, lon) = checked_place(lat, lon).map_err(|message| self.wrong(message))?;
        Ok(test(key, Predicate::Within(radius, Near::At(lat, lon))))
    }
}

/// Days or years that sentences can name.
fn known_range(kind: Kind) -> RangeInclusive<i32> {
    let day = |year: &i32, end: usize| period(&year.to_string()).map_or(0, |days| days[end]);
    match kind {
        Kind::Day => day(YEARS.start(), 0)..=day(YEARS.end(), 1),
        _ => YEARS,
    }
}

fn test(key: Key, predicate: Predicate) -> Expression {
    Expression::Test(Test { key, predicate })
}

fn negated_if(is_negated: bool, expression: Expression) -> Expression {
    if is_negated { expression.negated() } else { expression }
}

//! Parses the structure of a sentence: `and`, `or`, `not`, parentheses. Tests of fields are in
//! [`comparison`](super::comparison), values in [`value`](super::value).

use std::ops::Range;

use super::error::SentenceError;
use super::token::{Token, TokenKind, tokens};
use crate::selection::expression::Expression;

/// Longest sentence in bytes.
const MAX_BYTES: usize = 4096;

/// Most `not` and parentheses within each other.
const MAX_DEPTH: usize = 32;

/// Words with a meaning of their own; as texts they stand in quotes.
pub const RESERVED: [&str; 11] = ["and", "or", "not", "in", "like", "has", "touches", "within", "of", "home", "any"];

/// Parses a sentence.
///
/// # Errors
/// At the first place that is no condition, or if the sentence is empty, too long or too deeply nested.
pub fn parse(sentence: &str) -> Result<Expression, SentenceError> {
    let error = |message: String, at: Range<usize>| SentenceError { message, at, sentence: sentence.to_owned() };
    if sentence.len() > MAX_BYTES {
        let is_start = |at: &usize| sentence.is_char_boundary(*at);
        let start = (0..=MAX_BYTES).rev().find(is_start).unwrap_or_default();
        return Err(error(format!("the condition is longer than {MAX_BYTES} bytes"), start..sentence.len()));
    }
    let mut parser = Parser { sentence, tokens: tokens(sentence)?, next: 0 };
    let expression = parser.any(MAX_DEPTH)?;
    match parser.peek() {
        None => Ok(expression),
        Some(TokenKind::Word(_)) => {
            Err(parser.unexpected("and, or, or the end (texts of several words stand in quotes)"))
        }
        Some(_) => Err(parser.unexpected("and, or, or the end")),
    }
}

/// Reads tokens from left to right.
pub(super) struct Parser<'a> {
    sentence: &'a str,
    tokens: Vec<Token>,
    /// Index of the next token.
    next: usize,
}

/// Result of a part of the parser.
pub(super) type Parsed<T> = Result<T, SentenceError>;

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Parsed<Expression> {
        let mut parts = vec![self.all(depth)?];
        while self.take_word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(joined(parts, Expression::Any, |part| match part {
            Expression::Any(parts) => Ok(parts),
            other => Err(other),
        }))
    }

    fn all(&mut self, depth: usize) -> Parsed<Expression> {
        let mut parts = vec![self.part(depth)?];
        while self.take_word("and") {
            parts.push(self.part(depth)?);
        }
        Ok(joined(parts, Expression::All, |part| match part {
            Expression::All(parts) => Ok(parts),
            other => Err(other),
        }))
    }

    fn part(&mut self, depth: usize) -> Parsed<Expression> {
        let begin = self.next;
        let is_negated = self.take_word("not");
        let is_nested = matches!(self.peek(), Some(TokenKind::Symbol("("))) || self.is_next_word("not");
        if is_negated && !is_nested {
            return Ok(self.test()?.negated());
        }
        if !is_negated && !self.take_symbol("(") {
            return self.test();
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Err(self.error_at(begin, format!("more than {MAX_DEPTH} levels of not and parentheses")));
        };
        if is_negated {
            return Ok(self.part(depth)?.negated());
        }
        let inner = self.any(depth)?;
        if self.take_symbol(")") { Ok(inner) } else { Err(self.unexpected("and, or, or )")) }
    }

    pub(super) fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    /// Takes the next token; the sentence may end instead.
    pub(super) fn take(&mut self) -> Option<TokenKind> {
        let kind = self.peek().cloned();
        self.next += usize::from(kind.is_some());
        kind
    }

    /// Takes the next token if it is this word, in any case.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.is_next_word(word);
        self.next += usize::from(is_next);
        is_next
    }

    fn is_next_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(TokenKind::Word(next)) if next.eq_ignore_ascii_case(word))
    }

    /// Takes the next token if it is this symbol.
    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let is_next = matches!(self.peek(), Some(TokenKind::Symbol(next)) if *next == symbol);
        self.next += usize::from(is_next);
        is_next
    }

    /// Error that something else is expected at the next token.
    pub(super) fn unexpected(&self, expected: &str) -> SentenceError {
        let message = match self.peek() {
            Some(_) => format!("expected {expected} here"),
            None => format!("the condition ends early; expected {expected}"),
        };
        self.error_at(self.next, message)
    }

    /// Error at the token taken last.
    pub(super) fn wrong(&self, message: impl Into<String>) -> SentenceError {
        self.error_at(self.next.saturating_sub(1), message)
    }

    fn error_at(&self, token: usize, message: impl Into<String>) -> SentenceError {
        let end = self.sentence.len();
        let at = self.tokens.get(token).map_or(end..end, |token| token.at.clone());
        SentenceError { message: message.into(), at, sentence: self.sentence.to_owned() }
    }
}

/// One part alone, or several joined without nesting; `same` takes apart a part of the same kind.
fn joined(
    mut parts: Vec<Expression>,
    join: fn(Vec<Expression>) -> Expression,
    same: fn(Expression) -> Result<Vec<Expression>, Expression>,
) -> Expression {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    join(parts.into_iter().flat_map(|part| same(part).unwrap_or_else(|other| vec![other])).collect())
}

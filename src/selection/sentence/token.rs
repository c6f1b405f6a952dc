//! Splits a sentence into tokens.

use std::ops::Range;

use super::error::SentenceError;

/// A token with its place, in bytes of the sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: TokenKind,
    pub at: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// Begins with a letter, and has letters, digits, `-`, `_`, `/` and `:`.
    Word(String),
    /// Begins with a digit or a minus: `20km`, `2024-05-31`, `-48.1`.
    Number(String),
    /// In quotes.
    Text(String),
    Symbol(&'static str),
}

/// Longer symbols come before their beginnings.
const SYMBOLS: [&str; 12] = ["!=", "<=", ">=", "..", "=", "<", ">", "(", ")", "[", "]", ","];

/// Returns true for a letter that continues a word.
pub fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || "-_/:".contains(c)
}

/// Splits a sentence.
///
/// # Errors
/// At a letter that begins no token, and at a quote without its end.
pub fn tokens(sentence: &str) -> Result<Vec<Token>, SentenceError> {
    let error = |message: &str, at: Range<usize>| {
        Err(SentenceError { message: message.to_owned(), at, sentence: sentence.to_owned() })
    };
    let (mut all, mut start) = (Vec::new(), 0);
    // In quotes neither: texts are shown on terminals, and messages have one line.
    if let Some((at, c)) = sentence.char_indices().find(|(_, c)| c.is_control() && !c.is_whitespace()) {
        return error("control characters have no meaning here", at..at + c.len_utf8());
    }
    while let Some(first) = sentence[start..].chars().next() {
        let rest = &sentence[start..];
        let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
        let length = |continues: fn(char) -> bool| rest.find(|c| !continues(c)).unwrap_or(rest.len());
        let (kind, length) = match first {
            _ if first.is_whitespace() => {
                start += first.len_utf8();
                continue;
            }
            '"' | '\'' | '“' => match quoted(rest) {
                Some((text, length)) if text.contains(char::is_control) => {
                    return error("a text has one line", start..start + length);
                }
                Some((text, length)) => (TokenKind::Text(text), length),
                None => return error("the quote has no end", start..sentence.len()),
            },
            _ if is_number_start(rest) => {
                let length = number_length(rest);
                (TokenKind::Number(rest[..length].to_owned()), length)
            }
            _ if first.is_alphabetic() => {
                let length = length(continues_word);
                (TokenKind::Word(rest[..length].to_owned()), length)
            }
            _ => match symbol {
                Some(symbol) => (TokenKind::Symbol(symbol), symbol.len()),
                None => {
                    return error(
                        "this sign has no meaning here; a text with such signs stands in quotes",
                        start..start + first.len_utf8(),
                    );
                }
            },
        };
        all.push(Token { kind, at: start..start + length });
        start += length;
    }
    Ok(all)
}

/// Text in quotes without the backslashes, and the length in bytes with the quotes. `None` without the closing quote.
fn quoted(rest: &str) -> Option<(String, usize)> {
    let mut letters = rest.char_indices();
    let (_, begin) = letters.next()?;
    let end = if begin == '“' { '”' } else { begin };
    let mut text = String::new();
    while let Some((at, c)) = letters.next() {
        match c {
            '\\' => text.push(letters.next()?.1),
            _ if c == end => return Some((text, at + c.len_utf8())),
            _ => text.push(c),
        }
    }
    None
}

fn is_number_start(rest: &str) -> bool {
    rest.strip_prefix('-').unwrap_or(rest).starts_with(|c: char| c.is_ascii_digit())
}

/// Length of a number with its unit, or of a date, up to `..`.
fn number_length(rest: &str) -> usize {
    let end = rest.find("..").unwrap_or(rest.len());
    rest[..end]
        .char_indices()
        .skip(1)
        .find(|(_, c)| !c.is_alphanumeric() && *c != '.' && *c != '-')
        .map_or(end, |(at, _)| at)
}

//! A document → a stream of elements by local name, through quick-xml.
//!
//! Strictness would lose whole recordings, so nothing here is fatal: end tags need not match, prefixes need no
//! declaration, a broken tag costs what is in it, and a file that stops in the middle gives what it held until then.
//! Entities are never expanded, except the five that XML predefines and character references.

use super::document::{Document, MAX_PIECE_BYTES};
use super::handler::{Balance, Handler};
use super::lexer::{lenient, local, resolve};
use super::plain;
use crate::control::cancel::Cancel;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::Event;
use std::io::BufRead;

/// Open elements that quick-xml may remember. It keeps every name of an unclosed element; a reader that starts afresh
/// forgets them, which costs nothing as end tags are not matched.
const MAX_OPEN: usize = 1 << 16;

/// A tag that long is looked at for a quote that was never closed: it would swallow the tags after it.
const SUSPICIOUS_TAG_BYTES: usize = 64;

/// How often a document may be looked at again, all in all, because a broken tag swallowed what follows it. Real files
/// never come near this; those made for it would take quadratic time.
const RESCANS: usize = 4;

/// Shows the handler every element of the document in order. Returns in how many places the markup is broken.
pub fn walk(document: &mut Document, handler: &mut impl Handler, cancel: &Cancel) -> u64 {
    walk_within(document, handler, RESCANS, true, cancel)
}

/// The same within so many rescans, and with the [short way](plain) or without.
fn walk_within(
    document: &mut Document,
    handler: &mut impl Handler,
    rescans: usize,
    short: bool,
    cancel: &Cancel,
) -> u64 {
    let mut walker = Walker { short, ..Walker::default() };
    let mut grown = document.text().len();
    loop {
        walker.budget += rescans * grown;
        let done = walker.look(document.window(), document.has_ended(), handler);
        if document.has_ended() || handler.is_full() || cancel.is_cancelled() {
            break;
        }
        let Some(done) = done else { break };
        document.consume(done);
        grown = document.fill();
    }
    // A tag that was skipped leaves its end tag unmatched: that is the same place.
    walker.repairs.max(walker.balance.open + walker.balance.unmatched)
}

/// What is known from one window to the next.
#[derive(Default)]
struct Walker {
    balance: Balance,
    repairs: u64,
    /// Bytes that may still be looked at once more.
    budget: usize,
    /// Whether to take the [short way](plain).
    short: bool,
}

impl Walker {
    /// Shows the handler what is complete in `text`, of which nothing follows if it is the `last`. Returns how much
    /// that is, or nothing if there is no point in going on.
    fn look(&mut self, text: &str, last: bool, handler: &mut impl Handler) -> Option<usize> {
        let mut start = 0;
        loop {
            match walk_from(text, start, handler, &mut self.balance, self.short) {
                Stop::End => return Some(text.len()),
                Stop::Afresh { at } => start = at,
                Stop::Open { at } if !last && text.len() - at <= MAX_PIECE_BYTES => return Some(at),
                Stop::Open { at } => start = self.repair(resume_after(text, at), text.len())?,
                Stop::Broken { resume, looked_at } => start = self.repair(resume, looked_at)?,
            }
        }
    }

    /// Takes note of a broken place and returns where to go on, unless too much was looked at in vain.
    fn repair(&mut self, resume: usize, looked_at: usize) -> Option<usize> {
        self.repairs += 1;
        self.budget = self.budget.checked_sub(looked_at.saturating_sub(resume))?;
        Some(resume)
    }
}

/// Why a reader was left.
enum Stop {
    End,
    /// It remembers too many names; a new one goes on here.
    Afresh {
        at: usize,
    },
    /// The markup that begins at or after `at` has no end.
    Open {
        at: usize,
    },
    /// The markup is broken; a new one goes on at `resume`, though this one had got to `looked_at`.
    Broken {
        resume: usize,
        looked_at: usize,
    },
}

fn walk_from(text: &str, start: usize, handler: &mut impl Handler, balance: &mut Balance, short: bool) -> Stop {
    let mut reader = lenient(&text[start..]);
    let mut remembered = 0usize;
    let mut behind_tag = false;
    loop {
        if short && std::mem::take(&mut behind_tag) {
            let at = start + reader.buffer_position() as usize;
            reader.stream().consume(plain::walk(&text[at..], handler, balance));
        }
        let before = start + reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Text(piece)) => handler.text(&piece),
            Ok(Event::Start(tag)) => {
                if tag.len() > SUSPICIOUS_TAG_BYTES
                    && let Some(inside) = tag.find('<')
                {
                    return swallowed(text, before, inside);
                }
                handler.open(local(tag.name().as_ref()), tag.attributes_raw());
                balance.open += 1;
                remembered += 1;
                if remembered > MAX_OPEN {
                    return Stop::Afresh { at: start + reader.buffer_position() as usize };
                }
                behind_tag = true;
            }
            Ok(Event::End(tag)) => {
                handler.close(local(tag.name().as_ref()));
                balance.close();
                remembered = remembered.saturating_sub(1);
                behind_tag = true;
            }
            Ok(Event::Empty(tag)) => {
                if tag.len() > SUSPICIOUS_TAG_BYTES
                    && let Some(inside) = tag.find('<')
                {
                    return swallowed(text, before, inside);
                }
                let name = tag.name();
                handler.open(local(name.as_ref()), tag.attributes_raw());
                handler.close(local(name.as_ref()));
                behind_tag = true;
            }
            Ok(Event::CData(piece)) => handler.text(&piece),
            Ok(Event::GeneralRef(reference)) => match resolve(&reference) {
                Some(piece) => handler.text(piece.encode_utf8(&mut [0; 4])),
                None => handler.text(&format!("&{};", &*reference)),
            },
            Ok(Event::Eof) => return Stop::End,
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_)) => {}
            Err(Error::Syntax(error)) if error != SyntaxError::InvalidBangMarkup => return Stop::Open { at: before },
            Err(Error::Syntax(_) | Error::IllFormed(_)) => {
                let (resume, looked_at) = (resume_after(text, before), start + reader.buffer_position() as usize);
                return Stop::Broken { resume, looked_at: looked_at.max(resume) };
            }
            // Input and encoding errors cannot come from text in memory.
            Err(_) => return Stop::End,
        }
    }
}

/// Where the next markup may begin.
fn resume_after(text: &str, at: usize) -> usize {
    let after = at + 1;
    let next = text.as_bytes().get(after..).and_then(|rest| rest.iter().position(|byte| *byte == b'<'));
    next.map_or(text.len(), |next| after + next)
}

/// A tag that begins at or after `before` holds a `<`: a quote in it was never closed. Goes on at that `<`.
fn swallowed(text: &str, before: usize, inside: usize) -> Stop {
    let tag_start = text[before..].find('<').map_or(before, |i| before + i);
    let resume = tag_start + 1 + inside;
    Stop::Broken { resume, looked_at: text.len().min(resume + 2 * SUSPICIOUS_TAG_BYTES) }
}

/// Everything that a handler is shown of a text that is read so many bytes at a time, as it is, and in how many places the
/// markup is broken; with the short way, or all of it through quick-xml.
#[cfg(any(test, fuzzing))]
pub fn events(text: &str, chunk: usize, short: bool) -> (Vec<String>, u64) {
    #[derive(Default)]
    struct Events(Vec<String>);
    impl Handler for Events {
        fn open(&mut self, name: &[u8], attributes: &str) {
            self.0.push(format!("open {} {attributes}", String::from_utf8_lossy(name)));
        }
        fn text(&mut self, text: &str) {
            self.0.push(format!("text {text}"));
        }
        fn close(&mut self, name: &[u8]) {
            self.0.push(format!("close {}", String::from_utf8_lossy(name)));
        }
    }
    let mut events = Events::default();
    let input = crate::source::content::ContentReader::new(text.as_bytes()).expect("text in memory can be read");
    let repairs = walk_within(&mut Document::in_chunks(input, chunk), &mut events, RESCANS, short, &Cancel::default());
    (events.0, repairs)
}

#[cfg(test)]
mod tests;

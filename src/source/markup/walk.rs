//! XML document → events with local names, through quick-xml and the fast path.
//!
//! No error is fatal, because strictness would lose whole recordings: end tags need not match, prefixes need no
//! declaration, a broken tag loses only itself, and a truncated file gives everything before its end. Only the five
//! predefined entities and character references are resolved.
//!
//! Each window is parsed from its beginning. After broken markup, a new reader starts at the next `<`. Unterminated
//! markup stays for the next window, up to `MAX_TOKEN_BYTES`. A broken tag may have been scanned far beyond the place
//! where parsing resumes; a budget for bytes scanned again keeps the time linear even for hostile files.

use super::document::{Document, MAX_TOKEN_BYTES};
use super::fast_path;
use super::handler::{Handler, TagCounts};
use super::lexer::{lenient_reader, local_name, resolve_reference};
use crate::control::cancel::Cancel;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::Event;
use std::io::BufRead;

/// Open element names that quick-xml may hold. A new reader then starts without them, which changes nothing because end
/// tags need not match.
const MAX_OPEN_NAMES: usize = 1 << 16;

/// A longer tag is checked for an unclosed quote, which would swallow the tags after it.
const SUSPICIOUS_TAG_BYTES: usize = 64;

/// Bytes that may be scanned again per byte of the document. Real files stay far below.
const RESCAN_FACTOR: usize = 4;

/// Passes every element to the handler, in order. Returns the number of broken places.
pub fn walk(document: &mut Document, handler: &mut impl Handler, cancel: &Cancel) -> u64 {
    walk_within(document, handler, RESCAN_FACTOR, true, cancel)
}

/// Like `walk`, with a given rescan factor and with or without the [fast path](fast_path).
fn walk_within(
    document: &mut Document,
    handler: &mut impl Handler,
    rescan_factor: usize,
    use_fast_path: bool,
    cancel: &Cancel,
) -> u64 {
    let mut walker = Walker { use_fast_path, ..Walker::default() };
    let mut new_bytes = document.text().len();
    loop {
        walker.rescan_budget += rescan_factor * new_bytes;
        let consumed = walker.scan(document.window(), document.is_at_end(), handler);
        if document.is_at_end() || handler.is_done() || cancel.is_cancelled() {
            break;
        }
        let Some(consumed) = consumed else { break };
        document.consume(consumed);
        new_bytes = document.fill();
    }
    // A skipped start tag leaves its end tag unmatched: both are one broken place.
    walker.repairs.max(walker.tag_counts.unclosed + walker.tag_counts.unmatched_ends)
}

/// Parser state across windows.
#[derive(Default)]
struct Walker {
    tag_counts: TagCounts,
    repairs: u64,
    /// Bytes that may still be scanned again.
    rescan_budget: usize,
    use_fast_path: bool,
}

impl Walker {
    /// Parses `text`; `last` if no text follows. Returns the number of parsed bytes, or `None` to give up.
    fn scan(&mut self, text: &str, last: bool, handler: &mut impl Handler) -> Option<usize> {
        let mut start = 0;
        loop {
            match walk_from(text, start, handler, &mut self.tag_counts, self.use_fast_path) {
                ScanEnd::End => return Some(text.len()),
                ScanEnd::Restart { at } => start = at,
                ScanEnd::Unterminated { at } if !last && text.len() - at <= MAX_TOKEN_BYTES => return Some(at),
                ScanEnd::Unterminated { at } => start = self.repair(resume_after(text, at), text.len())?,
                ScanEnd::Broken { resume, scanned_to } => start = self.repair(resume, scanned_to)?,
            }
        }
    }

    /// Counts a broken place. Returns where to resume, or `None` if the rescan budget is spent.
    fn repair(&mut self, resume: usize, scanned_to: usize) -> Option<usize> {
        self.repairs += 1;
        self.rescan_budget = self.rescan_budget.checked_sub(scanned_to.saturating_sub(resume))?;
        Some(resume)
    }
}

/// Reason why a reader stopped.
enum ScanEnd {
    End,
    /// The reader holds too many names; a new one continues here.
    Restart {
        at: usize,
    },
    /// The markup that begins at or after `at` has no end.
    Unterminated {
        at: usize,
    },
    /// The markup is broken and was read up to `scanned_to`; a new reader continues at `resume`.
    Broken {
        resume: usize,
        scanned_to: usize,
    },
}

fn walk_from(
    text: &str,
    start: usize,
    handler: &mut impl Handler,
    tag_counts: &mut TagCounts,
    use_fast_path: bool,
) -> ScanEnd {
    let mut reader = lenient_reader(&text[start..]);
    let mut open_names = 0usize;
    let mut after_tag = false;
    loop {
        if use_fast_path && std::mem::take(&mut after_tag) {
            let at = start + reader.buffer_position() as usize;
            reader.stream().consume(fast_path::walk(&text[at..], handler, tag_counts));
        }
        let before = start + reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Text(piece)) => handler.text(&piece),
            Ok(Event::Start(tag)) => {
                if tag.len() > SUSPICIOUS_TAG_BYTES
                    && let Some(inside) = tag.find('<')
                {
                    return unclosed_quote(text, before, inside);
                }
                handler.start_element(local_name(tag.name().as_ref()), tag.attributes_raw());
                tag_counts.unclosed += 1;
                open_names += 1;
                if open_names > MAX_OPEN_NAMES {
                    return ScanEnd::Restart { at: start + reader.buffer_position() as usize };
                }
                after_tag = true;
            }
            Ok(Event::End(tag)) => {
                handler.end_element(local_name(tag.name().as_ref()));
                tag_counts.end_tag();
                open_names = open_names.saturating_sub(1);
                after_tag = true;
            }
            Ok(Event::Empty(tag)) => {
                if tag.len() > SUSPICIOUS_TAG_BYTES
                    && let Some(inside) = tag.find('<')
                {
                    return unclosed_quote(text, before, inside);
                }
                let name = tag.name();
                handler.start_element(local_name(name.as_ref()), tag.attributes_raw());
                handler.end_element(local_name(name.as_ref()));
                after_tag = true;
            }
            Ok(Event::CData(piece)) => handler.text(&piece),
            Ok(Event::GeneralRef(reference)) => {
                let after = &text[start + reader.buffer_position() as usize..];
                match resolve_reference(&reference, after) {
                    Some((piece, length)) => {
                        handler.text(piece.encode_utf8(&mut [0; 4]));
                        reader.stream().consume(length);
                    }
                    None => handler.text(&format!("&{};", &*reference)),
                }
            }
            Ok(Event::Eof) => return ScanEnd::End,
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_)) => {}
            Err(Error::Syntax(error)) if error != SyntaxError::InvalidBangMarkup => {
                return ScanEnd::Unterminated { at: before };
            }
            Err(Error::Syntax(_) | Error::IllFormed(_)) => {
                let (resume, scanned_to) = (resume_after(text, before), start + reader.buffer_position() as usize);
                return ScanEnd::Broken { resume, scanned_to: scanned_to.max(resume) };
            }
            // Text in memory has no input or encoding errors.
            Err(_) => return ScanEnd::End,
        }
    }
}

/// Position of the next `<` after `at`.
fn resume_after(text: &str, at: usize) -> usize {
    let after = at + 1;
    let next = text.as_bytes().get(after..).and_then(|rest| rest.iter().position(|byte| *byte == b'<'));
    next.map_or(text.len(), |next| after + next)
}

/// Resumes inside a tag that begins at or after `before`: its `<` at `inside` shows that a quote was never closed.
fn unclosed_quote(text: &str, before: usize, inside: usize) -> ScanEnd {
    let tag_start = text[before..].find('<').map_or(before, |i| before + i);
    let resume = tag_start + 1 + inside;
    ScanEnd::Broken { resume, scanned_to: text.len().min(resume + 2 * SUSPICIOUS_TAG_BYTES) }
}

/// Events of a text read `chunk` bytes at a time, and the number of broken places, with or without the fast path.
#[cfg(any(test, fuzzing))]
pub fn events(text: &str, chunk: usize, use_fast_path: bool) -> (Vec<String>, u64) {
    #[derive(Default)]
    struct Events(Vec<String>);
    impl Handler for Events {
        fn start_element(&mut self, name: &[u8], attributes: &str) {
            self.0.push(format!("open {} {attributes}", String::from_utf8_lossy(name)));
        }
        fn text(&mut self, text: &str) {
            self.0.push(format!("text {text}"));
        }
        fn end_element(&mut self, name: &[u8]) {
            self.0.push(format!("close {}", String::from_utf8_lossy(name)));
        }
    }
    let mut events = Events::default();
    let input = crate::source::content::ContentReader::new(text.as_bytes()).expect("text in memory can be read");
    let repairs = walk_within(
        &mut Document::with_chunk_size(input, chunk),
        &mut events,
        RESCAN_FACTOR,
        use_fast_path,
        &Cancel::default(),
    );
    (events.0, repairs)
}

#[cfg(test)]
mod tests;

//! Names, attributes and references of XML markup.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;

/// A reader that accepts all recoverable errors.
pub fn lenient_reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// Local name of the root element; `None` if the text is not XML.
pub fn root_name(text: &str) -> Option<String> {
    let mut reader = lenient_reader(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                return Some(String::from_utf8_lossy(local_name(tag.name().as_ref())).into_owned());
            }
            // A byte order mark may follow white space.
            Event::Text(piece) if piece.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() => {}
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
            _ => return None,
        }
    }
}

/// Name without prefix.
#[inline]
pub fn local_name(name: &str) -> &[u8] {
    let name = name.as_bytes();
    match name.iter().position(|byte| *byte == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// Calls `visit` with local name and escaped value of each attribute, quoted or not.
#[inline]
pub fn attributes<'a>(raw: &'a str, mut visit: impl FnMut(&[u8], &'a str)) {
    let bytes = raw.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let name_start = at;
        while at < bytes.len() && bytes[at] != b'=' && !bytes[at].is_ascii_whitespace() {
            at += 1;
        }
        let name = &raw[name_start..at];
        at = skip_whitespace(bytes, at);
        if bytes.get(at) != Some(&b'=') {
            continue;
        }
        at = skip_whitespace(bytes, at + 1);
        let (value_start, value_end) = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let start = at + 1;
                (start, start + bytes[start..].iter().position(|byte| byte == quote).unwrap_or(bytes.len() - start))
            }
            _ => (at, at + bytes[at..].iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len() - at)),
        };
        visit(local_name(name), &raw[value_start..value_end]);
        at = value_end + 1;
    }
}

fn skip_whitespace(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// Value of an attribute, with predefined entities and character references resolved.
pub fn attribute<'a>(raw: &'a str, attribute_name: &[u8]) -> Option<Cow<'a, str>> {
    let mut value = None;
    attributes(raw, |name, text| {
        if name == attribute_name && value.is_none() {
            value = Some(text);
        }
    });
    value.map(|text| quick_xml::escape::unescape(text).unwrap_or(Cow::Borrowed(text)))
}

/// Character of a predefined entity or a character reference.
pub fn resolve_reference(reference: &quick_xml::events::BytesRef) -> Option<char> {
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

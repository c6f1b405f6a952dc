//! XML as it is found in the wild → a stream of elements by local name, through quick-xml.
//!
//! Strictness would lose whole recordings, so nothing here is fatal: end tags need not match, prefixes need no
//! declaration, a broken tag costs what is in it, and a file that stops in the middle gives what it held until then.
//! Entities are never expanded, except the five that XML predefines and character references.

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::events::Event;
use std::borrow::Cow;

/// Open elements that quick-xml may remember. It keeps every name of an unclosed element; a reader that starts afresh
/// forgets them, which costs nothing as end tags are not matched.
const MAX_OPEN: usize = 1 << 16;

/// A tag that long is looked at for a quote that was never closed: it would swallow the tags after it.
const SUSPICIOUS_TAG_BYTES: usize = 64;

/// What a format does with the elements it is shown. Names come without their prefix.
pub trait Handler {
    /// A start tag, with its unparsed attributes for [`attribute`].
    fn open(&mut self, name: &[u8], attributes: &str);
    /// A piece of text; one element's text may come in several.
    fn text(&mut self, text: &str);
    /// An end tag; also follows the `open` of an element that closes itself.
    fn close(&mut self, name: &[u8]);
}

/// Shows the handler every element of the document in order. Returns in how many places the markup is broken.
pub fn walk(text: &str, handler: &mut impl Handler) -> u64 {
    let mut balance = Balance::default();
    let mut repairs = 0;
    let mut start = 0;
    // Looking again at what a broken tag swallowed could take quadratic time; a real file never comes near this.
    let mut budget = 4 * text.len();
    loop {
        match walk_from(text, start, handler, &mut balance) {
            // A tag that was skipped leaves its end tag unmatched: that is the same place.
            Stop::End => return repairs.max(balance.open + balance.unmatched),
            Stop::Afresh { at } => start = at,
            Stop::Broken { resume, looked_at } => {
                repairs += 1;
                let rescan = looked_at.saturating_sub(resume);
                if resume >= text.len() || rescan > budget {
                    return repairs;
                }
                budget -= rescan;
                start = resume;
            }
        }
    }
}

/// Start tags and end tags against each other.
#[derive(Default)]
struct Balance {
    /// Start tags without an end tag so far.
    open: u64,
    /// End tags without a start tag.
    unmatched: u64,
}

impl Balance {
    #[inline]
    fn close(&mut self) {
        match self.open.checked_sub(1) {
            Some(open) => self.open = open,
            None => self.unmatched += 1,
        }
    }
}

/// Why a reader was left.
enum Stop {
    End,
    /// It remembers too many names; a new one goes on here.
    Afresh {
        at: usize,
    },
    /// The markup is broken; a new one goes on at `resume`, though this one had got to `looked_at`.
    Broken {
        resume: usize,
        looked_at: usize,
    },
}

fn walk_from(text: &str, start: usize, handler: &mut impl Handler, balance: &mut Balance) -> Stop {
    let mut reader = lenient(&text[start..]);
    let mut remembered = 0usize;
    loop {
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
            }
            Ok(Event::End(tag)) => {
                handler.close(local(tag.name().as_ref()));
                balance.close();
                remembered = remembered.saturating_sub(1);
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
            }
            Ok(Event::CData(piece)) => handler.text(&piece),
            Ok(Event::GeneralRef(reference)) => match resolve(&reference) {
                Some(piece) => handler.text(piece.encode_utf8(&mut [0; 4])),
                None => handler.text(&format!("&{};", &*reference)),
            },
            Ok(Event::Eof) => return Stop::End,
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_)) => {}
            Err(Error::Syntax(_) | Error::IllFormed(_)) => {
                let looked_at = start + reader.buffer_position() as usize;
                let after = before.min(text.len() - 1) + 1;
                let resume =
                    text.as_bytes()[after..].iter().position(|byte| *byte == b'<').map_or(text.len(), |i| after + i);
                return Stop::Broken { resume, looked_at: looked_at.max(resume) };
            }
            // Input and encoding errors cannot come from text in memory.
            Err(_) => return Stop::End,
        }
    }
}

/// A tag that begins at or after `before` holds a `<`: a quote in it was never closed. Goes on at that `<`.
fn swallowed(text: &str, before: usize, inside: usize) -> Stop {
    let tag_start = text[before..].find('<').map_or(before, |i| before + i);
    let resume = tag_start + 1 + inside;
    Stop::Broken { resume, looked_at: text.len().min(resume + 2 * SUSPICIOUS_TAG_BYTES) }
}

fn lenient(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// The name of the document's first element, without its prefix; `None` when this is not XML.
pub fn root_name(text: &str) -> Option<String> {
    let mut reader = lenient(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                return Some(String::from_utf8_lossy(local(tag.name().as_ref())).into_owned());
            }
            // A byte order mark may stand behind blanks.
            Event::Text(piece) if piece.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() => {}
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
            _ => return None,
        }
    }
}

/// The part of a name after its prefix.
#[inline]
fn local(name: &str) -> &[u8] {
    let name = name.as_bytes();
    match name.iter().position(|byte| *byte == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// Calls `found` with the local name and the still escaped value of each attribute, whether quoted or not.
#[inline]
pub fn attributes<'a>(raw: &'a str, mut found: impl FnMut(&[u8], &'a str)) {
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
        at = skip_blanks(bytes, at);
        if bytes.get(at) != Some(&b'=') {
            continue;
        }
        at = skip_blanks(bytes, at + 1);
        let (value_start, value_end) = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let start = at + 1;
                (start, start + bytes[start..].iter().position(|byte| byte == quote).unwrap_or(bytes.len() - start))
            }
            _ => (at, at + bytes[at..].iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len() - at)),
        };
        found(local(name), &raw[value_start..value_end]);
        at = value_end + 1;
    }
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// The value of one attribute, with the predefined entities and character references resolved.
pub fn attribute<'a>(raw: &'a str, wanted: &[u8]) -> Option<Cow<'a, str>> {
    let mut value = None;
    attributes(raw, |name, text| {
        if name == wanted && value.is_none() {
            value = Some(text);
        }
    });
    value.map(|text| quick_xml::escape::unescape(text).unwrap_or(Cow::Borrowed(text)))
}

/// The character that a predefined entity or a character reference stands for.
fn resolve(reference: &quick_xml::events::BytesRef) -> Option<char> {
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

/// The document as text. A byte order mark decides, then UTF-16 without one, then valid UTF-8 (whatever is declared:
/// text in another encoding is hardly ever valid UTF-8 by chance), then the declared encoding, then UTF-8 with
/// replacement characters.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match bytes {
        [0, second, ..] if *second != 0 => return encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0,
        [first, 0, ..] if *first != 0 => return encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0,
        _ => {}
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let encoding = declared_encoding(bytes).unwrap_or(encoding_rs::UTF_8);
    encoding.decode_without_bom_handling(bytes).0
}

/// The encoding that the XML declaration names, unless it is one in which the declaration could not have been read.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    let start = head.find("<?xml")?;
    let declaration = &head[start + 5..];
    let declaration = &declaration[..declaration.find("?>")?];
    let label = attribute(declaration, b"encoding")?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Writes down what it is shown: `+name`, `-name`, and text without blank pieces.
    #[derive(Default)]
    struct Log(Vec<String>);

    impl Handler for Log {
        fn open(&mut self, name: &[u8], _: &str) {
            self.0.push(format!("+{}", String::from_utf8_lossy(name)));
        }
        fn text(&mut self, text: &str) {
            if !text.trim().is_empty() {
                self.0.push(text.into());
            }
        }
        fn close(&mut self, name: &[u8]) {
            self.0.push(format!("-{}", String::from_utf8_lossy(name)));
        }
    }

    fn log(text: &str) -> (String, u64) {
        let mut log = Log::default();
        let repairs = walk(text, &mut log);
        (log.0.join(" "), repairs)
    }

    #[test]
    fn prefixes_empty_elements_and_entities() {
        let text = "<x:a y='1'><b/>T&amp;C &#233;&#xe9; &nbsp; &<![CDATA[<raw>]]><!-- no --></x:a>";
        assert_eq!(log(text), ("+a +b -b T & C  é é &nbsp; & <raw> -a".into(), 0));
    }

    #[test]
    fn mismatched_and_missing_ends_are_no_obstacle() {
        assert_eq!(log("</z><a><b></c></a><d>"), ("-z +a +b -c -a +d".into(), 2));
    }

    #[test]
    fn a_quote_never_closed_costs_one_tag() {
        let points = "<p lat=\"1\" lon=\"2\"><e>some text of a usual length</e></p>".repeat(5);
        let text = format!("<g><p lat=\"1 lon=\"2\"><e>3</e></p>{points}</g>");
        let (seen, repairs) = log(&text);
        assert_eq!(seen.matches("+p").count(), 5, "{seen}");
        assert_eq!(repairs, 1);
    }

    #[test]
    fn broken_markup_is_skipped() {
        assert_eq!(log("<a><![CDXTA[ x ]]><b/></a>"), ("+a +b -b -a".into(), 1));
        assert_eq!(log("<a><!-- never closed <b/></a>"), ("+a +b -b -a".into(), 1));
        assert_eq!(log("<a><b"), ("+a".into(), 1));
        assert_eq!(log("<"), (String::new(), 1));
    }

    #[test]
    fn hopeless_input_ends_in_reasonable_time() {
        let started = std::time::Instant::now();
        for piece in ["<!--", "<a ", "<a \"", "<![CDATA[", "<?", "<a '<"] {
            walk(&piece.repeat(200_000), &mut Log::default());
        }
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn unclosed_elements_without_end_are_forgotten() {
        let count = 3 * MAX_OPEN;
        let (seen, repairs) = log(&"<a>".repeat(count));
        assert_eq!((seen.matches("+a").count(), repairs), (count, count as u64));
    }

    #[test]
    fn attributes_in_every_spelling() {
        let raw = " lat=\"1\" x:lon = '2' bare=3 flag odd=\"a'b\" late=\"";
        let mut seen = Vec::new();
        attributes(raw, |name, value| seen.push(format!("{}:{value}", String::from_utf8_lossy(name))));
        assert_eq!(seen, ["lat:1", "lon:2", "bare:3", "odd:a'b", "late:"]);
        assert_eq!(attribute(" c='A &amp; B'", b"c").unwrap(), "A & B");
        assert_eq!(attribute(" c='A &what; B'", b"c").unwrap(), "A &what; B");
        assert_eq!(attribute(raw, b"missing"), None);
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "<?xml version=\"1.0\" encoding=\"windows-1252\"?><n>Zürich</n>";
        let utf16 = |big: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let latin: Vec<u8> = text.chars().map(|c| c as u32 as u8).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16(false),
            utf16(true),
            [vec![0xff, 0xfe], utf16(false)].concat(),
            [vec![0xfe, 0xff], utf16(true)].concat(),
            latin,
        ] {
            assert_eq!(decode(&bytes), text);
        }
        assert_eq!(decode(b"<n>Z\xfcrich</n>"), "<n>Z\u{fffd}rich</n>");
        assert_eq!(decode(b"<?xml version='1.0' encoding='utf-16'?><n>\xfc</n>").chars().last(), Some('>'));
    }

    #[test]
    fn the_root_is_found_behind_the_prolog() {
        let text = " \n<?xml version='1.0'?><!DOCTYPE gpx [<!ENTITY a \"b\">]><!-- <no/> --><x:gpx>";
        assert_eq!(root_name(text).as_deref(), Some("gpx"));
        for text in ["", "gpx", "text <gpx>", "<", "<!-- <gpx>"] {
            assert_eq!(root_name(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "([<>/!?\"'&;=a-c \\[\\]-]|CDATA|é|<!--|-->|<a b=\"){0,60}") {
            walk(&text, &mut Log::default());
            root_name(&text);
            attributes(&text, |_, _| {});
        }

        #[test]
        fn any_bytes_are_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            decode(&bytes);
        }
    }
}

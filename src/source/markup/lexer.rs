//! Names, attributes and references of XML markup.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;

/// Longest value of an attribute that is kept, in bytes; the rest is cut. No name that is kept is longer, even if each
/// character is written as two references.
const MAX_VALUE_BYTES: usize = 4 << 10;

/// Longest name of a reference, in bytes: `#x1f600`, with some zeros more.
const MAX_NAME_BYTES: usize = 16;

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

/// Value of an attribute, with predefined entities and character references resolved; others stay as they are.
pub fn attribute<'a>(raw: &'a str, attribute_name: &[u8]) -> Option<Cow<'a, str>> {
    let mut value = None;
    attributes(raw, |name, text| {
        if name == attribute_name && value.is_none() {
            value = Some(text);
        }
    });
    value.map(|value| unescape(beginning(value, MAX_VALUE_BYTES)))
}

/// Beginning of a text, at most `bytes` long, up to the boundary of a character.
pub fn beginning(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

/// Splits the text after `&` into the name of the reference and what follows its `;`.
fn split_reference(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().take(MAX_NAME_BYTES + 1).position(|byte| byte == b';')?;
    Some((&text[..end], &text[end + 1..]))
}

/// Resolves the references of a text one by one.
fn unescape(text: &str) -> Cow<'_, str> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once('&') {
        resolved.push_str(before);
        let known = split_reference(reference).and_then(|(name, after)| Some((resolve_reference(name, after)?, after)));
        rest = match known {
            Some(((character, length), after)) => {
                resolved.push(character);
                &after[length..]
            }
            None => {
                resolved.push('&');
                reference
            }
        };
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

/// Resolves a predefined entity or a character reference, named by the text between `&` and `;`. Returns the character
/// and the length of the part of `after`, the text that follows, which belongs to the character: programs whose strings
/// are UTF-16 write an emoji as references to both surrogates, `&#55357;&#56832;`.
pub fn resolve_reference(name: &str, after: &str) -> Option<(char, usize)> {
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = character_number(name)?;
            match char::from_u32(number) {
                // Not a character in XML.
                Some('\0') => return None,
                Some(character) => character,
                None => return surrogate_pair(number, after),
            }
        }
    };
    Some((character, 0))
}

/// Number of a character reference: `#128512` or `#x1f600`.
fn character_number(name: &str) -> Option<u32> {
    let number = name.strip_prefix('#')?;
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    u32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))
}

/// Character of a first surrogate and the reference to the second at the beginning of `after`.
fn surrogate_pair(first: u32, after: &str) -> Option<(char, usize)> {
    let (name, _) = split_reference(after.strip_prefix('&')?)?;
    let pair = [first, character_number(name)?].map(|unit| u16::try_from(unit).unwrap_or_default());
    let character = char::decode_utf16(pair).next()?.ok().filter(|character| *character > '\u{ffff}')?;
    Some((character, name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn references_are_resolved_one_by_one() {
        for (escaped, text) in [
            ("plain", "plain"),
            ("a &amp; b &lt;&gt;&quot;&apos;", "a & b <>\"'"),
            ("&#252;&#xFC;&#xfc;&#X1F3D6;", "üüü\u{1f3d6}"),
            ("&#55357;&#56832; &#xD83D;&#xde00;", "\u{1f600} \u{1f600}"),
            ("&#55357;&#56832;&#56832;", "\u{1f600}&#56832;"),
            ("&#55357;", "&#55357;"),
            ("&#55357; &#56832;", "&#55357; &#56832;"),
            ("&#55357;&#55357;&#56832;", "&#55357;\u{1f600}"),
            ("&#55357;&#252;", "&#55357;ü"),
            ("caf&eacute; &amp; bar", "caf&eacute; & bar"),
            ("?a=1&b=2;c &amp", "?a=1&b=2;c &amp"),
            ("&#0;&#;&#x;&#+65;&#-65;&#99999999999;&#1114112;", "&#0;&#;&#x;&#+65;&#-65;&#99999999999;&#1114112;"),
            ("&", "&"),
        ] {
            assert_eq!(unescape(escaped), text);
        }
    }

    #[test]
    fn hostile_attributes_take_no_time() {
        let start = std::time::Instant::now();
        for piece in ["&", "&#55357;&", "&amp;", "&#x", "&#55357;&#x"] {
            let text = piece.repeat((4 << 20) / piece.len());
            let references = unescape(&text);
            assert!(references.len() >= text.len() / 5, "{piece}");
            let tag = format!(" creator=\"{text};\"");
            assert!(attribute(&tag, b"creator").unwrap().len() <= MAX_VALUE_BYTES);
        }
        // A search for `;` to the end at every `&` takes an hour.
        assert!(start.elapsed().as_secs() < 30);
        assert_eq!(attribute(&format!("a='{}'", "é".repeat(MAX_VALUE_BYTES)), b"a").unwrap().len(), MAX_VALUE_BYTES);
        assert_eq!(beginning("xé", 2), "x");
    }

    proptest! {
        #[test]
        fn text_in_any_references_comes_back(text in "\\PC{0,20}", forms in prop::collection::vec(0..4usize, 20)) {
            let mut escaped = String::new();
            for (character, form) in text.chars().zip(forms) {
                escaped += &match form {
                    0 => quick_xml::escape::escape(character.to_string()).into_owned(),
                    1 => format!("&#{};", character as u32),
                    2 => format!("&#x{:x};", character as u32),
                    _ => character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("&#{unit};")).collect(),
                };
            }
            prop_assert_eq!(unescape(&escaped), text);
        }
    }
}

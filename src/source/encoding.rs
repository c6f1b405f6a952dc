//! Detects the encoding of text and reads bytes that are not UTF-8.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Encoding by the byte order mark, else UTF-16 by its pattern of zero bytes, and the length of the mark in bytes.
/// `None` if neither is there.
pub fn detect(head: &[u8]) -> (Option<&'static Encoding>, usize) {
    match (Encoding::for_bom(head), head) {
        (Some((encoding, length)), _) => (Some(encoding), length),
        (None, [0, second, ..]) if *second != 0 => (Some(UTF_16BE), 0),
        (None, [first, 0, ..]) if *first != 0 => (Some(UTF_16LE), 0),
        (None, _) => (None, 0),
    }
}

/// Decodes a text in memory, without its byte order mark: UTF-16 if detected, else UTF-8 with Windows-1252 for invalid
/// bytes.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let (encoding, mark) = detect(bytes);
    let bytes = &bytes[mark..];
    match encoding {
        Some(encoding) if encoding == UTF_16BE || encoding == UTF_16LE => encoding.decode_without_bom_handling(bytes).0,
        _ => match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
                push_mixed(bytes, true, &mut text);
                Cow::Owned(text)
            }
        },
    }
}

/// Appends UTF-8 in which invalid bytes are read as Windows-1252: programs that copy names from other files write such
/// bytes into documents that are UTF-8 elsewhere. Returns the number of bytes of an incomplete character at the end,
/// which are left out, and replaced if `is_end`.
pub fn push_mixed(bytes: &[u8], is_end: bool, text: &mut String) -> usize {
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        let invalid = chunk.invalid();
        let is_incomplete =
            chunks.peek().is_none() && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
        match (is_incomplete, is_end) {
            (false, _) => text.push_str(&WINDOWS_1252.decode_without_bom_handling(invalid).0),
            (true, true) => text.push(char::REPLACEMENT_CHARACTER),
            (true, false) => return invalid.len(),
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_decoded_by_its_bytes() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for (bytes, text) in [
            (b"".to_vec(), ""),
            ("Zürich ☀".into(), "Zürich ☀"),
            ("\u{feff}Zürich".into(), "Zürich"),
            (utf16("Zürich ☀"), "Zürich ☀"),
            (utf16("\u{feff}Zürich"), "Zürich"),
            (utf16("Zürich").chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect(), "Zürich"),
            (b"F\xeate \xe0 30 \x80".to_vec(), "Fête à 30 €"),
            (b"Z\xc3\xbcrich, Gen\xe8ve".to_vec(), "Zürich, Genève"),
            (b"cut \xe2\x98".to_vec(), "cut \u{fffd}"),
        ] {
            assert_eq!(decode(&bytes), text, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn parts_of_any_bytes_give_the_whole_text(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), b'a'..=b'z', 0xc0u8..=0xff, 0x80u8..=0xbf], 0..60),
            cut in any::<prop::sample::Index>(),
        ) {
            let (mut whole, mut parts) = (String::new(), String::new());
            prop_assert_eq!(push_mixed(&bytes, true, &mut whole), 0);
            let cut = cut.index(bytes.len() + 1);
            let left = push_mixed(&bytes[..cut], false, &mut parts);
            prop_assert!(left < 4);
            push_mixed(&bytes[cut - left..], true, &mut parts);
            prop_assert_eq!(parts, whole);
        }

        #[test]
        fn windows_1252_between_ascii_is_read(text in "([ -~]{1,3}[À-ÿ€‰])*[ -~]") {
            let bytes = WINDOWS_1252.encode(&text).0.into_owned();
            prop_assert_eq!(decode(&bytes), &*text);
        }
    }
}

//! The text of an XML document, decoded window by window.

use crate::source::content::ContentReader;
use crate::source::encoding;
use encoding_rs::{Decoder, Encoding, UTF_8};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 32 << 10;

/// Longest text, tag, comment or other markup that is kept in one piece.
pub const MAX_TOKEN_BYTES: usize = if cfg!(test) { 64 << 10 } else { 4 << 20 };

/// Bytes searched for the XML declaration.
const MAX_DECLARATION_BYTES: usize = 1024;

/// Sliding window of decoded text.
///
/// A byte order mark sets the encoding, else the byte pattern of UTF-16 does. Other documents are decoded as UTF-8,
/// regardless of their declaration, because text in another encoding is hardly ever valid UTF-8 by chance. From the
/// first invalid byte on, the declared encoding applies. If none but UTF-8 is declared, or an unknown one, only the
/// invalid bytes are read as Windows-1252.
pub struct Document<'a> {
    input: ContentReader<'a>,
    /// Read buffer; its first `undecoded` bytes are not decoded yet.
    raw: Vec<u8>,
    undecoded: usize,
    text: String,
    /// `None` while the bytes are valid UTF-8.
    decoder: Option<Decoder>,
    /// Declared encoding other than UTF-8.
    declared: Option<&'static Encoding>,
    has_invalid_bytes: bool,
    chunk: usize,
    at_end: bool,
}

impl<'a> Document<'a> {
    pub fn new(input: ContentReader<'a>) -> Self {
        Self::with_chunk_size(input, CHUNK_BYTES)
    }

    /// Like `new`, with `chunk` bytes per read.
    pub fn with_chunk_size(mut input: ContentReader<'a>, chunk: usize) -> Self {
        let head = input.head();
        let (encoding, mark) = encoding::detect(head);
        let declared = declared_encoding(head);
        let mut skipped = [0; 4];
        input.read_full(&mut skipped[..mark]);
        let mut document = Self {
            input,
            raw: Vec::new(),
            undecoded: 0,
            text: String::new(),
            decoder: encoding.filter(|encoding| *encoding != UTF_8).map(Encoding::new_decoder_without_bom_handling),
            declared,
            has_invalid_bytes: false,
            chunk,
            at_end: false,
        };
        document.fill();
        document
    }

    /// Reads at least as many bytes as the window holds, so that scanning the window again costs no more than reading
    /// it. Returns the growth of the text in bytes.
    pub fn fill(&mut self) -> usize {
        let before = self.text.len();
        let read_size = self.chunk.max(before);
        // The buffer is neither shrunk nor cleared: most windows are as large as the previous one.
        if self.raw.len() < self.undecoded + read_size {
            self.raw.resize(self.undecoded + read_size, 0);
        }
        let read = self.input.read_full(&mut self.raw[self.undecoded..][..read_size]);
        self.at_end = read < read_size;
        let raw = &self.raw[..self.undecoded + read];
        self.undecoded = 0;
        let mut rest = 0..raw.len();
        if self.decoder.is_none() {
            let valid = match simdutf8::compat::from_utf8(raw) {
                Ok(text) => {
                    self.text.push_str(text);
                    return self.text.len() - before;
                }
                Err(error) => {
                    // Otherwise a character may continue in the next chunk.
                    if error.error_len().is_some() {
                        self.decoder = self.declared.map(Encoding::new_decoder_without_bom_handling);
                        self.has_invalid_bytes |= self.declared.is_none();
                    }
                    error.valid_up_to()
                }
            };
            self.text.push_str(std::str::from_utf8(&raw[..valid]).unwrap_or_default());
            rest = valid..raw.len();
        }
        match &mut self.decoder {
            Some(decoder) => {
                let raw = &raw[rest];
                self.text.reserve(decoder.max_utf8_buffer_length(raw.len()).unwrap_or(0));
                let (.., has_replacements) = decoder.decode_to_string(raw, &mut self.text, self.at_end);
                self.has_invalid_bytes |= has_replacements;
            }
            None => {
                self.undecoded = encoding::push_mixed(&raw[rest], self.at_end, &mut self.text);
                let end = raw.len();
                self.raw.copy_within(end - self.undecoded..end, 0);
            }
        }
        self.text.len() - before
    }

    /// All text in the window.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Text that can be parsed: up to the last `<` if more follows, so that no text is split unless it is longer than
    /// [`MAX_TOKEN_BYTES`].
    pub fn window(&self) -> &str {
        if self.at_end {
            return &self.text;
        }
        match self.text.rfind('<').unwrap_or(0) {
            0 if self.text.len() > MAX_TOKEN_BYTES => &self.text,
            end => &self.text[..end],
        }
    }

    /// Drops `count` bytes at the start of the window.
    pub fn consume(&mut self, count: usize) {
        self.text.drain(..count);
    }

    /// Returns true if no text follows the window.
    pub fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Sentence about bytes that were not in the encoding of the document.
    pub fn encoding_warning(&self) -> Option<String> {
        self.has_invalid_bytes.then(|| match &self.decoder {
            Some(decoder) => {
                format!("some bytes are not text in {}; \u{fffd} replaces them", decoder.encoding().name())
            }
            None => "some bytes are not UTF-8; they were read as Windows-1252".into(),
        })
    }

    pub fn into_input(self) -> ContentReader<'a> {
        self.input
    }
}

/// Encoding named by the XML declaration. `None` for UTF-8, and for encodings that are not ASCII-compatible: the
/// declaration could not have been read.
fn declared_encoding(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&head[..head.len().min(MAX_DECLARATION_BYTES)]);
    let start = head.find("<?xml")?;
    let declaration = &head[start + 5..];
    let declaration = &declaration[..declaration.find("?>")?];
    let label = super::lexer::attribute(declaration, b"encoding")?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible() && *encoding != UTF_8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Decodes everything, `chunk` bytes at a time.
    fn decode(bytes: &[u8], chunk: usize) -> String {
        let mut document = Document::with_chunk_size(ContentReader::new(bytes).unwrap(), chunk);
        while !document.is_at_end() {
            document.fill();
        }
        document.text
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "<?xml version=\"1.0\" encoding=\"windows-1252\"?><n>Zürich in Übersee</n>";
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
            for chunk in (1..30).chain([1000]) {
                assert_eq!(decode(&bytes, chunk), text);
            }
        }
    }

    #[test]
    fn undecodable_bytes_are_read_as_windows_1252() {
        for chunk in 1..20 {
            assert_eq!(decode(b"<n>Z\xfcrich</n><n>Z\xc3\xbcrich</n>", chunk), "<n>Zürich</n><n>Zürich</n>");
        }
        assert_eq!(decode(b"<?xml version='1.0' encoding='utf-16'?><n>\xfc</n>", 100).chars().last(), Some('>'));
        assert_eq!(decode("<n>ü".as_bytes().split_last().unwrap().1, 5), "<n>\u{fffd}", "truncated inside a character");
        let late =
            [b"<?xml version='1.0' encoding='latin1'?>".to_vec(), vec![b'x'; 500], b"\xfc\xc3\xbc".to_vec()].concat();
        assert!(
            decode(&late, 64).ends_with("xüÃ¼"),
            "valid UTF-8 after an invalid byte does not change the encoding back"
        );
    }

    #[test]
    fn only_bytes_outside_of_the_encoding_are_warned_of() {
        let warning = |bytes: &[u8]| {
            let mut document = Document::with_chunk_size(ContentReader::new(bytes).unwrap(), 9);
            while !document.is_at_end() {
                document.fill();
            }
            document.encoding_warning()
        };
        let declared = |label: &str, name: &[u8]| {
            warning(&[format!("<?xml version='1.0' encoding='{label}'?><n>").as_bytes(), name, b"</n>"].concat())
        };
        let windows = Some("some bytes are not UTF-8; they were read as Windows-1252".to_owned());
        assert_eq!([declared("utf-8", b"\xfc"), declared("x-klingon", b"\xfc")], [windows.clone(), windows]);
        assert_eq!(declared("utf-8", "ü".as_bytes()), None);
        assert_eq!(declared("x-klingon", "ü".as_bytes()), None);
        assert_eq!(declared("latin1", b"\xfc"), None);
        assert_eq!(declared("shift_jis", b"\x83\x89"), None);
        let replaced = Some("some bytes are not text in Shift_JIS; \u{fffd} replaces them".to_owned());
        assert_eq!(declared("shift_jis", b"\x83\x89\xff"), replaced);
        assert_eq!(warning("<n>ü".as_bytes().split_last().unwrap().1), None, "the end is missing, not the encoding");
    }

    #[test]
    fn a_window_ends_in_front_of_markup_and_long_text_is_cut() {
        let text = format!("<a>text</a>{}", "x".repeat(3 * MAX_TOKEN_BYTES));
        let mut document = Document::with_chunk_size(ContentReader::new(text.as_bytes()).unwrap(), 10);
        assert_eq!(document.window(), "<a>text");
        document.fill();
        assert_eq!(document.window(), "<a>text");
        document.consume(7);
        assert_eq!(document.window(), "", "the next tag may be incomplete");
        while document.window().is_empty() {
            document.fill();
        }
        assert!(document.window().starts_with("</a>xxx") && document.window().len() <= 2 * MAX_TOKEN_BYTES);
    }

    proptest! {
        #[test]
        fn any_bytes_decode_alike_in_any_chunks(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            chunk in 1usize..50,
        ) {
            // The blank keeps the bytes from looking like gzip.
            let bytes = [b" ", &bytes[..]].concat();
            prop_assert_eq!(decode(&bytes, chunk), decode(&bytes, 1000));
        }

        #[test]
        fn utf_8_text_is_unchanged(text in "\\PC{0,50}", chunk in 1usize..20) {
            prop_assume!(!text.starts_with('\u{feff}'));
            prop_assert_eq!(decode(text.as_bytes(), chunk), text);
        }
    }
}

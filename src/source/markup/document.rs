//! The text of an XML document, a window at a time.

use crate::source::content::ContentReader;
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that are read at a time.
const CHUNK_BYTES: usize = 32 << 10;

/// Longest text, tag, comment or other piece of markup that is seen in one piece.
pub const MAX_TOKEN_BYTES: usize = if cfg!(test) { 64 << 10 } else { 4 << 20 };

/// Bytes at the beginning in which the encoding is declared.
const MAX_DECLARATION_BYTES: usize = 1024;

/// Text that slides over the document.
///
/// A byte order mark decides about the encoding, then the look of UTF-16 without one. Otherwise the text is taken for
/// UTF-8, whatever is declared: text in another encoding is hardly ever valid UTF-8 by chance. From the first byte on
/// that is not, it is taken for what is declared, or for UTF-8 with replacement characters.
pub struct Document<'a> {
    input: ContentReader<'a>,
    /// Where bytes are read to, and how many at its beginning are not text yet.
    raw: Vec<u8>,
    undecoded: usize,
    text: String,
    /// What turns bytes into text; none while they are valid UTF-8.
    decoder: Option<Decoder>,
    declared: &'static Encoding,
    chunk: usize,
    at_end: bool,
}

impl<'a> Document<'a> {
    /// A document of which the beginning is read.
    pub fn new(input: ContentReader<'a>) -> Self {
        Self::with_chunk_size(input, CHUNK_BYTES)
    }

    /// The same, read so many bytes at a time.
    pub fn with_chunk_size(mut input: ContentReader<'a>, chunk: usize) -> Self {
        let head = input.head();
        let mark = Encoding::for_bom(head);
        let encoding = match (mark, head) {
            (Some((encoding, _)), _) => encoding,
            (None, [0, second, ..]) if *second != 0 => UTF_16BE,
            (None, [first, 0, ..]) if *first != 0 => UTF_16LE,
            _ => UTF_8,
        };
        let declared = declared_encoding(head).unwrap_or(UTF_8);
        let mut skipped = [0; 4];
        input.read_full(&mut skipped[..mark.map_or(0, |(_, length)| length)]);
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        let mut document =
            Self { input, raw: Vec::new(), undecoded: 0, text: String::new(), decoder, declared, chunk, at_end: false };
        document.fill();
        document
    }

    /// Reads on, at least as much as is there: looking again at what is there then costs no more than reading it did.
    /// Returns by how much the text grew.
    pub fn fill(&mut self) -> usize {
        let before = self.text.len();
        let wanted = self.chunk.max(before);
        // It stays as long as it was, and is not cleared: most windows are as large as the one before.
        if self.raw.len() < self.undecoded + wanted {
            self.raw.resize(self.undecoded + wanted, 0);
        }
        let read = self.input.read_full(&mut self.raw[self.undecoded..][..wanted]);
        self.at_end = read < wanted;
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
                    // A character may go on in what is read next.
                    if error.error_len().is_some() || self.at_end {
                        self.decoder = Some(self.declared.new_decoder_without_bom_handling());
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
                let _ = decoder.decode_to_string(raw, &mut self.text, self.at_end);
            }
            None => {
                self.undecoded = rest.len();
                self.raw.copy_within(rest, 0);
            }
        }
        self.text.len() - before
    }

    /// All that is there.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What can be looked at: where more follows, up to the last thing that may be the beginning of markup. So text
    /// is never cut, unless it is longer than [`MAX_TOKEN_BYTES`].
    pub fn window(&self) -> &str {
        if self.at_end {
            return &self.text;
        }
        match self.text.rfind('<').unwrap_or(0) {
            0 if self.text.len() > MAX_TOKEN_BYTES => &self.text,
            end => &self.text[..end],
        }
    }

    /// Forgets so many bytes at the beginning.
    pub fn consume(&mut self, count: usize) {
        self.text.drain(..count);
    }

    /// Says whether nothing follows what is there.
    pub fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// What was read from.
    pub fn into_input(self) -> ContentReader<'a> {
        self.input
    }
}

/// The encoding that the XML declaration names, unless it is one in which the declaration could not have been read.
fn declared_encoding(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&head[..head.len().min(MAX_DECLARATION_BYTES)]);
    let start = head.find("<?xml")?;
    let declaration = &head[start + 5..];
    let declaration = &declaration[..declaration.find("?>")?];
    let label = super::lexer::attribute(declaration, b"encoding")?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The whole text, read so many bytes at a time.
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
    fn undecodable_bytes_are_replaced() {
        assert_eq!(decode(b"<n>Z\xfcrich</n>", 100), "<n>Z\u{fffd}rich</n>");
        assert_eq!(decode(b"<?xml version='1.0' encoding='utf-16'?><n>\xfc</n>", 100).chars().last(), Some('>'));
        assert_eq!(decode("<n>ü".as_bytes().split_last().unwrap().1, 100), "<n>\u{fffd}", "cut in a character");
        let late =
            [b"<?xml version='1.0' encoding='latin1'?>".to_vec(), vec![b'x'; 500], b"\xfc\xc3\xbc".to_vec()].concat();
        assert!(decode(&late, 64).ends_with("xüÃ¼"), "a document is not told to be UTF-8 by what stands behind");
    }

    #[test]
    fn a_window_ends_in_front_of_markup_and_long_text_is_cut() {
        let text = format!("<a>text</a>{}", "x".repeat(3 * MAX_TOKEN_BYTES));
        let mut document = Document::with_chunk_size(ContentReader::new(text.as_bytes()).unwrap(), 10);
        assert_eq!(document.window(), "<a>text");
        document.fill();
        assert_eq!(document.window(), "<a>text");
        document.consume(7);
        assert_eq!(document.window(), "", "what begins may not be all there");
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
            // Gzip is another matter.
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

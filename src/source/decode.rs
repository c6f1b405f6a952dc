//! Text in any encoding → UTF-8, through a window.

use super::encoding;
use encoding_rs::{Decoder, Encoding, UTF_8};
use std::io::{self, Read};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// Reads text as UTF-8, without its byte order mark: UTF-16 if detected, else UTF-8 with Windows-1252 for invalid
/// bytes.
pub struct Utf8Reader<R> {
    input: R,
    chunk_bytes: usize,
    decoder: Option<Decoder>,
    has_begun: bool,
    at_end: bool,
    /// Bytes of an incomplete character.
    undecoded: Vec<u8>,
    text: String,
    /// Bytes of `text` that were passed on.
    passed: usize,
}

impl<R: Read> Utf8Reader<R> {
    pub fn new(input: R) -> Self {
        Self::with_chunk_size(input, CHUNK_BYTES)
    }

    fn with_chunk_size(input: R, chunk_bytes: usize) -> Self {
        Self {
            input,
            chunk_bytes,
            decoder: None,
            has_begun: false,
            at_end: false,
            undecoded: Vec::new(),
            text: String::new(),
            passed: 0,
        }
    }

    /// Decodes the next chunk.
    fn fill(&mut self) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.undecoded);
        let wanted = bytes.len() + self.chunk_bytes;
        self.input.by_ref().take(self.chunk_bytes as u64).read_to_end(&mut bytes)?;
        self.at_end = bytes.len() < wanted;
        self.text.clear();
        self.passed = 0;
        let mut bytes = &*bytes;
        if !self.has_begun {
            self.has_begun = true;
            let (encoding, mark) = encoding::detect(bytes);
            let other = encoding.filter(|encoding| *encoding != UTF_8);
            (self.decoder, bytes) = (other.map(Encoding::new_decoder_without_bom_handling), &bytes[mark..]);
        }
        match &mut self.decoder {
            Some(decoder) => {
                self.text.reserve(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(0));
                let _ = decoder.decode_to_string(bytes, &mut self.text, self.at_end);
            }
            None => {
                let left = encoding::push_mixed(bytes, self.at_end, &mut self.text);
                self.undecoded = bytes[bytes.len() - left..].to_vec();
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.passed == self.text.len() && !self.at_end {
            self.fill()?;
        }
        let rest = &self.text.as_bytes()[self.passed..];
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.passed += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "{\"name\": \"Zürich in Übersee ☀ \u{1f600}\"}";
        let utf16 = |text: &str, big: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16(text, false),
            utf16(text, true),
            utf16(&marked, false),
            utf16(&marked, true),
        ] {
            // The first chunk holds the byte order mark.
            for chunk in 4..40 {
                let mut read = String::new();
                Utf8Reader::with_chunk_size(&*bytes, chunk).read_to_string(&mut read).unwrap();
                assert_eq!(read, text, "{chunk}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded_as_in_one_piece(
            bytes in prop::collection::vec(any::<u8>(), 0..80), chunk in 4usize..90,
        ) {
            let mut read = String::new();
            Utf8Reader::with_chunk_size(&*bytes, chunk).read_to_string(&mut read).unwrap();
            prop_assert_eq!(read, encoding::decode(&bytes));
        }
    }
}

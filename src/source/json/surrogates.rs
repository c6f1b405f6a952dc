//! Reader in front of serde_json, which refuses the rest of a document at an escape of half a character.

use crate::source::content::READ_BYTES;
use std::io::{self, Read};

/// Length of an escape of a UTF-16 unit.
const ESCAPE_BYTES: usize = 6;

/// Replaces an escape of the same length.
const REPLACEMENT: &[u8; ESCAPE_BYTES] = b"\\ufffd";

/// Reader of JSON that replaces each escape of half a character: programs that cut a title to a number of UTF-16 units
/// write `\ud83d` without the `\ude00` that belongs to it.
pub struct Surrogates<R> {
    input: R,
    buffer: Vec<u8>,
    /// Number of bytes of the buffer that were passed on.
    passed: usize,
    /// Number of bytes of the buffer that can be passed on. An escape may continue behind them.
    complete: usize,
}

impl<R: Read> Surrogates<R> {
    pub fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), passed: 0, complete: 0 }
    }

    /// Reads until bytes can be passed on or the input ends.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.complete);
        (self.passed, self.complete) = (0, 0);
        let mut is_end = false;
        while self.complete == 0 && !is_end {
            let held = self.buffer.len();
            self.buffer.resize(held + READ_BYTES, 0);
            let read = self.input.read(&mut self.buffer[held..]);
            self.buffer.truncate(held + read.as_ref().map_or(0, |count| *count));
            is_end = read? == 0;
            self.complete = replace_halves(&mut self.buffer, is_end);
        }
        Ok(())
    }
}

impl<R: Read> Read for Surrogates<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.passed == self.complete {
            self.fill()?;
        }
        let count = out.len().min(self.complete - self.passed);
        out[..count].copy_from_slice(&self.buffer[self.passed..][..count]);
        self.passed += count;
        Ok(count)
    }
}

/// Replaces halves of characters. Returns the number of bytes before an escape that may continue after the end.
fn replace_halves(bytes: &mut [u8], is_end: bool) -> usize {
    // Several times faster than the search below, and most documents have no escape.
    if !bytes.contains(&b'\\') {
        return bytes.len();
    }
    let mut at = 0;
    while let Some(distance) = bytes[at..].iter().position(|byte| *byte == b'\\') {
        let start = at + distance;
        let rest = &mut bytes[start..];
        if rest.len() < 2 * ESCAPE_BYTES && !is_end {
            return start;
        }
        let length = match (unit(rest), rest.get(ESCAPE_BYTES..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * ESCAPE_BYTES,
            (Some(0xd800..=0xdfff), _) => {
                rest[..ESCAPE_BYTES].copy_from_slice(REPLACEMENT);
                ESCAPE_BYTES
            }
            // A backslash and the character after it, which may be a backslash too.
            _ => rest.len().min(2),
        };
        at = start + length;
    }
    bytes.len()
}

/// UTF-16 unit of the escape at the beginning.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Input that delivers at most `chunk` bytes at a time.
    struct Chunks<'a>(&'a [u8], usize);

    impl Read for Chunks<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(out.len());
            self.0.read(&mut out[..most])
        }
    }

    fn replaced(text: &str, chunk: usize) -> String {
        let mut read = String::new();
        Surrogates::new(Chunks(text.as_bytes(), chunk)).read_to_string(&mut read).unwrap();
        read
    }

    #[test]
    fn only_halves_of_characters_are_replaced() {
        for (text, expected) in [
            ("[\"plain\"]", "[\"plain\"]"),
            (r#""\ud83d\ude00 \n \u00e9""#, r#""\ud83d\ude00 \n \u00e9""#),
            (r#""Cut \ud83d""#, r#""Cut \ufffd""#),
            (r#""\uD83D\uD83D\uDE00""#, r#""\ufffd\uD83D\uDE00""#),
            (r#""\ude00\ud83d\u0041""#, r#""\ufffd\ufffd\u0041""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\\\ud83d""#, r#""\\\ufffd""#),
            (r#""\ud83d\"#, r#""\ufffd\"#),
            (r#""\ud8"#, r#""\ud8"#),
        ] {
            for chunk in 1..20 {
                assert_eq!(replaced(text, chunk), expected, "{chunk}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_parsed_afterwards(
            parts in prop::collection::vec(
                prop_oneof!["[a-z]{0,4}", Just("\\\\".to_owned()), (0u16..).prop_map(|unit| format!("\\u{unit:04x}")),
                    (0xd7f0u16..0xe010).prop_map(|unit| format!("\\u{unit:04X}"))],
                0..20,
            ),
            chunk in 1usize..40,
        ) {
            let text = replaced(&format!("\"{}\"", parts.concat()), chunk);
            prop_assert!(serde_json::from_str::<String>(&text).is_ok(), "{}", text);
        }
    }
}

//! Reader in front of serde_json, which keeps each text in memory as a whole and refuses `NaN`.

use crate::control::cancel::Cancel;
use std::io::{self, Read};

/// Longest text of a JSON document, in bytes.
pub const MAX_TEXT_BYTES: usize = if cfg!(test) { 10_000 } else { 1 << 20 };

/// Reader that fails at a text longer than [`MAX_TEXT_BYTES`] and after cancellation. Replaces `NaN`, which Python
/// writes for a missing number, by an empty text; fails at other words that begin with `N`, because the quotation marks
/// for `NaN` would open a text that the guard does not see.
pub struct Guard<'a, R> {
    content: R,
    cancel: &'a Cancel,
    place: Place,
    text_bytes: usize,
    /// Fault that the next read returns.
    fault: Option<Fault>,
}

#[derive(Clone, Copy)]
enum Place {
    Outside,
    /// After `N`, or after `Na` if true.
    InNan(bool),
    Text,
    /// After a backslash in a text.
    Escape,
}

#[derive(Clone, Copy)]
enum Fault {
    LongText,
    /// A word that begins with `N`.
    OtherWord,
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(match fault {
            Fault::LongText => format!("it has a text of more than {MAX_TEXT_BYTES} bytes"),
            Fault::OtherWord => "a word begins with N and is not NaN".into(),
        })
    }
}

impl<'a, R: Read> Guard<'a, R> {
    pub fn new(content: R, cancel: &'a Cancel) -> Self {
        Self { content, cancel, place: Place::Outside, text_bytes: 0, fault: None }
    }

    #[inline]
    fn check(&mut self, byte: &mut u8) -> Result<(), Fault> {
        self.place = match (self.place, *byte) {
            (Place::Outside, b'"') => {
                self.text_bytes = 0;
                Place::Text
            }
            (Place::Outside, b'N') => {
                *byte = b'"';
                Place::InNan(false)
            }
            (Place::InNan(false), b'a') => {
                *byte = b'"';
                Place::InNan(true)
            }
            (Place::InNan(true), b'N') => {
                *byte = b' ';
                Place::Outside
            }
            (Place::InNan(_), _) => return Err(Fault::OtherWord),
            (Place::Outside, _) => Place::Outside,
            (Place::Text, b'"') => Place::Outside,
            (place, _) => {
                self.text_bytes += 1;
                if self.text_bytes > MAX_TEXT_BYTES {
                    return Err(Fault::LongText);
                }
                if matches!((place, *byte), (Place::Text, b'\\')) { Place::Escape } else { Place::Text }
            }
        };
        Ok(())
    }
}

impl<R: Read> Read for Guard<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("reading was interrupted"));
        }
        if let Some(fault) = self.fault {
            return Err(fault.into());
        }
        let count = self.content.read(out)?;
        for (index, byte) in out[..count].iter_mut().enumerate() {
            if let Err(fault) = self.check(byte) {
                // The parser gets what is before the fault.
                self.fault = Some(fault);
                return if index > 0 { Ok(index) } else { Err(fault.into()) };
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::content::ContentReader;

    fn guarded(text: &str, chunk: usize) -> io::Result<String> {
        let mut content = ContentReader::new(text.as_bytes()).unwrap();
        let cancel = Cancel::default();
        let mut guard = Guard::new(&mut content, &cancel);
        let (mut read, mut buffer) = (Vec::new(), vec![0; chunk]);
        loop {
            match guard.read(&mut buffer)? {
                0 => return Ok(String::from_utf8(read).unwrap()),
                count => read.extend_from_slice(&buffer[..count]),
            }
        }
    }

    #[test]
    fn only_nan_outside_of_texts_changes_in_any_chunks() {
        let text = r#"{"NaN \" NaN": [NaN, 1, "NaN\\", NaN]}"#;
        let changed = r#"{"NaN \" NaN": ["" , 1, "NaN\\", "" ]}"#;
        for chunk in 1..50 {
            assert_eq!(guarded(text, chunk).unwrap(), changed);
        }
    }

    #[test]
    fn a_text_is_bounded_and_other_content_is_not() {
        let text = |length: usize| format!("[\"{}\"]", "é\\\"".repeat(length / 4));
        assert_eq!(guarded(&text(MAX_TEXT_BYTES), 100).unwrap(), text(MAX_TEXT_BYTES));
        assert!(guarded(&text(MAX_TEXT_BYTES + 4), 100).is_err());
        let blanks = format!("[{}1,\"\"]", " ".repeat(3 * MAX_TEXT_BYTES));
        assert_eq!(guarded(&blanks, 100).unwrap(), blanks);
    }

    #[test]
    fn other_words_that_begin_with_n_are_refused_after_what_is_before() {
        for text in ["[1, Nx", "[1, Nax", "[1, NA", "[1, N\"", "[1, Na\"", "[1, NNaN", "[1, Nul", "[1, N "] {
            for chunk in 1..10 {
                let mut content = ContentReader::new(text.as_bytes()).unwrap();
                let cancel = Cancel::default();
                let mut guard = Guard::new(&mut content, &cancel);
                let mut read = Vec::new();
                let mut buffer = vec![0; chunk];
                let fault = loop {
                    match guard.read(&mut buffer) {
                        Ok(count) => read.extend_from_slice(&buffer[..count]),
                        Err(fault) => break fault,
                    }
                };
                assert!(read.starts_with(b"[1, \"") && fault.to_string().contains("not NaN"), "{text} {chunk}");
                assert!(guard.read(&mut buffer).is_err(), "{text}");
            }
        }
    }

    #[test]
    fn reading_ends_after_cancellation() {
        let mut content = ContentReader::new(&b"[1]"[..]).unwrap();
        let cancel = Cancel::default();
        cancel.cancel();
        assert!(Guard::new(&mut content, &cancel).read(&mut [0; 10]).is_err());
    }
}

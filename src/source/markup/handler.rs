//! Who is shown the elements of a document, and whether its tags match.

/// What a format does with the elements it is shown. Names come without their prefix.
pub trait Handler {
    /// A start tag, with its unparsed attributes for [`attribute`](super::lexer::attribute).
    fn open(&mut self, name: &[u8], attributes: &str);
    /// A piece of text; one element's text may come in several.
    fn text(&mut self, text: &str);
    /// An end tag; also follows the `open` of an element that closes itself.
    fn close(&mut self, name: &[u8]);
    /// Says that nothing more is wanted.
    fn is_full(&self) -> bool {
        false
    }
}

/// Start tags and end tags against each other.
#[derive(Default)]
pub struct Balance {
    /// Start tags without an end tag so far.
    pub open: u64,
    /// End tags without a start tag.
    pub unmatched: u64,
}

impl Balance {
    /// Counts an end tag.
    #[inline]
    pub fn close(&mut self) {
        match self.open.checked_sub(1) {
            Some(open) => self.open = open,
            None => self.unmatched += 1,
        }
    }
}

//! Who is shown the elements of a document, and whether its tags match.

/// What a format does with the elements it is shown. Names come without their prefix.
pub trait Handler {
    /// A start tag, with its unparsed attributes for [`attribute`](super::lexer::attribute).
    fn start_element(&mut self, name: &[u8], attributes: &str);
    /// A piece of text; one element's text may come in several.
    fn text(&mut self, text: &str);
    /// An end tag; also follows the `open` of an element that closes itself.
    fn end_element(&mut self, name: &[u8]);
    /// Says that nothing more is wanted.
    fn is_done(&self) -> bool {
        false
    }
}

/// Start tags and end tags against each other.
#[derive(Default)]
pub struct TagCounts {
    /// Start tags without an end tag so far.
    pub unclosed: u64,
    /// End tags without a start tag.
    pub unmatched_ends: u64,
}

impl TagCounts {
    /// Counts an end tag.
    #[inline]
    pub fn end_tag(&mut self) {
        match self.unclosed.checked_sub(1) {
            Some(unclosed) => self.unclosed = unclosed,
            None => self.unmatched_ends += 1,
        }
    }
}

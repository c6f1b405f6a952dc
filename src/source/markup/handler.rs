//! Receiver of markup events, and counts of unmatched tags.

/// Receives the elements of a document. Names come without prefix.
pub trait Handler {
    /// Start tag with its raw attributes, for [`attribute`](super::lexer::attribute).
    fn start_element(&mut self, name: &[u8], attributes: &str);
    /// Text, possibly in several parts.
    fn text(&mut self, text: &str);
    /// End tag; also called for elements without content.
    fn end_element(&mut self, name: &[u8]);
    /// Returns true to stop the parser.
    fn is_done(&self) -> bool {
        false
    }
}

/// Tags without a partner so far.
#[derive(Default)]
pub struct TagCounts {
    pub unclosed: u64,
    pub unmatched_ends: u64,
}

impl TagCounts {
    #[inline]
    pub fn end_tag(&mut self) {
        match self.unclosed.checked_sub(1) {
            Some(unclosed) => self.unclosed = unclosed,
            None => self.unmatched_ends += 1,
        }
    }
}

//! Faults of sentences, with their place.

use std::fmt;
use std::ops::Range;

/// Letters of a sentence that a message shows on each side of the fault.
const LETTERS_AROUND: usize = 40;

/// A fault of a sentence. The text has three lines: the message, the sentence, and carets under the place.
#[derive(Clone, Debug, PartialEq)]
pub struct SentenceError {
    pub(super) message: String,
    /// Bytes of the sentence.
    pub(super) at: Range<usize>,
    pub(super) sentence: String,
}

impl fmt::Display for SentenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printable = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<Vec<char>>();
        let [before, at, after] = [0..self.at.start, self.at.clone(), self.at.end..self.sentence.len()]
            .map(|part| printable(&self.sentence[part]));
        let hidden = before.len().saturating_sub(LETTERS_AROUND);
        let begin = if hidden > 0 { "…" } else { "" };
        let end = if after.len() > LETTERS_AROUND { "…" } else { "" };
        let at = &at[..at.len().min(LETTERS_AROUND)];
        let text = |letters: &[char]| letters.iter().collect::<String>();
        let after = &after[..after.len().min(LETTERS_AROUND)];
        writeln!(f, "{}", self.message)?;
        writeln!(f, "  {begin}{}{}{}{end}", text(&before[hidden..]), text(at), text(after))?;
        let indent = begin.chars().count() + before.len() - hidden;
        write!(f, "  {}{}", " ".repeat(indent), "^".repeat(at.len().max(1)))
    }
}

impl std::error::Error for SentenceError {}

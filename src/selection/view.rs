//! A named selection.

use super::expression::Expression;
use super::sentence::parse;

/// Most letters of a name.
const MAX_NAME_CHARS: usize = 100;

/// A condition with a name, kept in the library.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct View {
    pub name: String,
    pub condition: Expression,
}

/// Fault of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ViewError {
    #[error("invalid view name: use 1 to 100 characters, none of them a control character")]
    Name,
    #[error("the condition is too long or too deeply nested to be kept; split it into two views")]
    TooLarge,
}

impl View {
    /// Validates the name, and that the sentence of the condition can be parsed again.
    ///
    /// # Errors
    /// If the name is empty, too long, or has control characters, or the sentence exceeds the limits of sentences.
    pub fn check(&self) -> Result<(), ViewError> {
        let is_name = !self.name.trim().is_empty()
            && self.name.chars().count() <= MAX_NAME_CHARS
            && !self.name.contains(char::is_control);
        match () {
            () if !is_name => Err(ViewError::Name),
            () if parse(&self.condition.to_string()).as_ref() != Ok(&self.condition) => Err(ViewError::TooLarge),
            () => Ok(()),
        }
    }
}

//! A named selection.

use super::expression::Expression;

/// Most letters of a name.
const MAX_NAME_CHARS: usize = 100;

/// A condition with a name, kept in the library.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct View {
    pub name: String,
    pub condition: Expression,
}

/// Invalid name of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid view name: use 1 to 100 characters, none of them a control character")]
pub struct ViewNameError;

impl View {
    /// Validates the name.
    ///
    /// # Errors
    /// If the name is empty, too long, or has control characters.
    pub fn check(&self) -> Result<(), ViewNameError> {
        let is_name = !self.name.trim().is_empty()
            && self.name.chars().count() <= MAX_NAME_CHARS
            && !self.name.contains(char::is_control);
        if is_name { Ok(()) } else { Err(ViewNameError) }
    }
}

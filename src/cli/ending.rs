//! Outcomes of a verb, from which the exit status follows, and their JSON documents. A document has an `error` exactly
//! if the exit status is 1, 2 or 130.

use serde_json::{Map, Value};

/// Outcome of a verb that returned no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything was done.
    Done,
    /// Some files could not be read, or only in part; each was named with its reason.
    Partial,
    /// No file could be read; each was named with its reason.
    Nothing,
    /// Some outputs are not up to date; each was named.
    Stale,
}

impl Ending {
    /// Sentence for an ending with status 1. The reasons were named one by one.
    fn error(self) -> Option<&'static str> {
        match self {
            Self::Done | Self::Partial => None,
            Self::Nothing => Some("no file could be read"),
            Self::Stale => Some("not all outputs are up to date"),
        }
    }

    /// Text of a JSON document, to which a failure adds an `error`.
    pub fn document(self, mut document: Value) -> String {
        if let Some(error) = self.error() {
            document["error"] = error.into();
        }
        format!("{document:#}\n")
    }
}

/// Failure whose JSON document has further members beside the `error`.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Sentence for the user.
    pub message: String,
    /// The further members.
    pub details: Map<String, Value>,
}

/// Wrong usage that only a combination of arguments reveals.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

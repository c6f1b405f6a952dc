//! Outcomes of a verb, from which the exit status follows.

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

/// Wrong usage that only a combination of arguments reveals.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

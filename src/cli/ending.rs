//! How a verb ends.

/// How a verb ended when it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything asked for.
    Done,
    /// Everything that could be read; each of the rest was named with its reason.
    Partial,
    /// Nothing could be read; everything was named with its reason.
    Nothing,
}

/// Wrong usage that shows only when arguments are seen together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

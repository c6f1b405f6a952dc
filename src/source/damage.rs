//! Damage of a file of which a part could be read.

/// Damage of a file: its cause, and the part of the file that was read nevertheless.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Damage {
    /// Sentence about the first damage.
    pub cause: String,
    /// Number of further damaged places that have a sentence of their own.
    pub more: u64,
    /// Points that were read, before tidying and hiding.
    pub points: u64,
    /// Bytes that were read, after decompression.
    pub bytes: u64,
}

impl Damage {
    /// Adds a cause. Only the first is kept, because a cut at one place causes others behind it.
    pub(super) fn add(damage: &mut Option<Self>, cause: String) {
        match damage {
            Some(damage) => damage.more += 1,
            None => *damage = Some(Self { cause, ..Self::default() }),
        }
    }
}

//! Packed columns and coalesced reads.

pub mod codec;
pub mod ranges;

//! Compressed columns of numbers, and coalesced reads of a file.

pub mod codec;
pub mod ranges;

//! Tests of the duplicate judge: copies are found, similar recordings are not merged.

mod laws;
mod similar_pairs;

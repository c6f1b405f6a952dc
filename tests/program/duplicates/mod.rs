//! Which activities are taken for one recording, and which must never be.

mod laws;
mod similar_pairs;

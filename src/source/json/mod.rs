//! JSON as events, read through a window in bounded memory.

mod guard;
mod surrogates;
pub mod walk;

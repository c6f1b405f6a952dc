//! JSON as events, read through a window in bounded memory.

mod guard;
pub mod walk;

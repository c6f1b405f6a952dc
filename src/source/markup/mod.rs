//! XML as it is found in the wild → a stream of elements by local name.

pub mod document;
mod fast_path;
pub mod handler;
pub mod lexer;
pub mod walk;

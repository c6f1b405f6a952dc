//! XML as it is found in the wild → a stream of elements by local name.

pub mod document;
pub mod handler;
pub mod lexer;
mod plain;
pub mod walk;

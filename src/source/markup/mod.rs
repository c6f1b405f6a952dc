//! Tolerant XML parser: document → events with local names.
//!
//! ```text
//! document: bytes → text, window by window ─▶ walk: fast_path for plain markup, else quick-xml ─▶ Handler
//! ```

pub mod document;
mod fast_path;
pub mod handler;
pub mod lexer;
pub mod walk;

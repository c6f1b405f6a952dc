//! Where finished tiles go.

pub mod page;

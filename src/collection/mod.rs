//! The activities of a map: what is visible of each, which are copies, which are wanted, in an order of their own.

mod assemble;
pub mod copies;
mod facts;
mod prepared;
mod read;
mod report;
pub mod visible;

pub use assemble::{Collection, assemble};
pub use facts::Facts;
pub use prepared::{PrepareOptions, Prepared, ReadFile};
pub use read::{NOWHERE, read};
pub use report::Report;

//! The activities of a map: what is visible of each, which are copies, which are wanted, in an order of their own.

mod assemble;
pub mod copies;
mod prepared;
mod read;
mod report;
mod totals;
pub mod visible;

pub use assemble::{Collection, assemble};
pub use prepared::{PrepareOptions, Prepared, ReadFile};
pub use read::{NO_VALID_POSITION, read};
pub use report::Report;
pub use totals::Totals;

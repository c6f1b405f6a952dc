//! All zooms of a map: drawn, first time or again, and written.

mod draw;
pub mod incremental;
mod order;
pub mod spool;
mod write;

pub use draw::{Drawn, Timing, draw};
pub use order::Order;
pub use write::{Output, write};

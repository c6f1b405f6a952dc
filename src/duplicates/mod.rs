//! Which activities are one recording, that came in several formats, through several services or in parts.
//!
//! ```text
//! activity ─ sketch ─▶ candidates: which pairs are worth a look ─▶ trace, judge: same, unsure, different ─▶ groups
//! ```

mod candidates;
mod chain;
mod find;
mod groups;
mod judge;

mod sketch;
mod trace;

pub use candidates::{Features, candidates};
pub use find::{Pair, Scope, find};
pub use groups::{CopyRank, Link, representatives};
pub use judge::{Judgement, Reason, Verdict, judge};
pub use sketch::Sketch;
pub use trace::Trace;

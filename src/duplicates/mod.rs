//! Which activities are one recording, that came in several formats, through several services or in parts.
//!
//! ```text
//! activity ─ sketch ─▶ candidates: which pairs are worth a look ─▶ trace, judge: same, unsure, different ─▶ groups
//! ```

mod candidates;
mod find;
mod groups;
mod judge;
mod path;
mod sketch;
mod trace;

pub use candidates::{Outline, candidates};
pub use find::{Pair, Scope, find};
pub use groups::{CopyRank, Link, copies};
pub use judge::{Judgement, Reason, Verdict, judge};
pub use sketch::Sketch;
pub use trace::Trace;

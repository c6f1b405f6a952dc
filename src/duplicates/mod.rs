//! Duplicate recordings: activities that exist several times, in other formats, from other services or in parts.
//!
//! ```text
//! activities ─ sketches ─▶ candidate pairs ─ traces ─▶ verdicts: same, unsure, different ─▶ groups, representatives
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

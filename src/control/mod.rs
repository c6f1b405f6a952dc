//! How a long job is watched and stopped.

pub mod cancel;
pub mod progress;

//! Which activities are taken for one recording, and which must never be.

mod corpus;
mod laws;
mod look_alikes;
mod recordings;

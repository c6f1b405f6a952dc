//! Properties of privacy on random recordings.

mod reference;
mod shares;
mod stray_runs;
mod trims;
mod zones;

//! Properties of privacy on random recordings.

mod reference;
mod trims;
mod zones;

//! What several test files share.

pub mod reference;
pub mod scenes;

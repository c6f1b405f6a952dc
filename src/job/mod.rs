//! What a verb does, without a terminal.

pub mod duplicates;
pub mod import;
pub mod inspect;
mod privacy;
mod render;
mod render_cache;
mod request;
mod sources;
pub mod tracks;

pub use privacy::Audience;
pub use render::{NothingToDraw, RenderReport, Times, render};
pub use request::{Origin, RenderRequest, Watch};
pub use sources::discover;

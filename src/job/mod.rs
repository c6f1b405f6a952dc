//! Jobs: the work behind each verb of the command line, free of terminal and flags.
//!
//! A job takes a request, reports progress and warnings through traits, stops once its `Cancel` is set, and returns a
//! report.

pub mod demo;
pub mod devices;
pub mod duplicates;
pub mod exclude;
pub mod forget;
pub mod import;
pub mod inspect;
pub mod legend;
pub mod list;
mod new_roads;
mod privacy;
mod render;
mod render_cache;
mod request;
mod seals;
pub mod show;
mod sources;
pub mod stats;
pub mod tracks;
pub mod view;
pub mod zone;
pub mod zone_check;

pub use crate::library::{
    IfMissing, LibraryPlace, NO_DATA_FOLDER, default_path as default_library, is_old as is_old_library,
};
pub use privacy::{Audience, PrivacyReport};
pub use render::{NothingToDraw, RenderReport, Times, render};
pub use request::{Input, RenderRequest, Watch};
pub use sources::discover;

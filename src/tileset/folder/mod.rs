//! A folder of PNG tiles with a `tiles.json` and a page that shows them.
//!
//! Tiles lie at `z/x/y.png`. Where there are several sets, each has a folder of its own with a `tiles.json`, and the
//! one at the top describes the first set.

mod read;
mod write;

pub use read::{FolderReader, is_trailglow_folder};
pub use write::{FolderWriter, stage};

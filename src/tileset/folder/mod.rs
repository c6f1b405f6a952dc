//! A folder of PNG tiles at `z/x/y.png`, with TileJSON and a map page.
//!
//! With several styles, each has a subfolder with its own `tiles.json`; the `tiles.json` at the top describes the first
//! style.

mod read;
mod write;

pub use read::{FolderReader, is_trailglow_folder, style_folders};
pub use write::{FolderWriter, stage};

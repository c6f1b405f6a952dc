//! The flags that name the library.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::job::{NO_DATA_FOLDER, default_library};

/// Location of the library.
#[derive(Debug, clap::Args)]
pub struct Location {
    /// Library file [default: $TRAILGLOW_LIBRARY, else trailglow/library.sqlite in your data folder].
    #[arg(long, value_name = "FILE")]
    library: Option<PathBuf>,
}

/// Flags of the verbs that only read the library.
#[derive(Debug, clap::Args)]
pub struct LibraryQuery {
    #[command(flatten)]
    pub library: Location,

    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

impl Location {
    /// Path of the library file.
    ///
    /// # Errors
    /// If no library is named and the user has no data folder.
    pub fn path(&self) -> Result<PathBuf> {
        self.known_path().context(NO_DATA_FOLDER)
    }

    /// Like [`path`](Self::path), but returns `None` instead of an error.
    pub fn known_path(&self) -> Option<PathBuf> {
        let named = || std::env::var_os("TRAILGLOW_LIBRARY").filter(|name| !name.is_empty()).map(PathBuf::from);
        self.library.clone().or_else(named).or_else(default_library)
    }
}

/// Parses the id of an activity.
pub fn id(text: &str) -> std::result::Result<i64, String> {
    text.parse().map_err(|_| "write ids as `trailglow list` shows them, separated by spaces".to_owned())
}

//! Which library a verb works on.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::job::{NO_HOME, default_library};

/// Where the library is.
#[derive(Debug, clap::Args)]
pub struct Location {
    /// The file that keeps activities [default: trailglow/library.sqlite in the user's data folder].
    /// The variable TRAILGLOW_LIBRARY names another for all runs.
    #[arg(long, value_name = "FILE")]
    library: Option<PathBuf>,
}

/// Which library is asked, and for whom the answer is.
#[derive(Debug, clap::Args)]
pub struct LibraryQuery {
    #[command(flatten)]
    pub library: Location,

    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

impl Location {
    /// The path of the library's file.
    ///
    /// # Errors
    /// Where the user says nothing and has no data folder.
    pub fn path(&self) -> Result<PathBuf> {
        self.known_path().context(NO_HOME)
    }

    /// Like [`path`](Self::path). `None` where the user says nothing and has no data folder.
    pub fn known_path(&self) -> Option<PathBuf> {
        let named = || std::env::var_os("TRAILGLOW_LIBRARY").filter(|name| !name.is_empty()).map(PathBuf::from);
        self.library.clone().or_else(named).or_else(default_library)
    }
}

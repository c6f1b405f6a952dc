//! Which library a verb works on.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::library;

/// Where the library is.
#[derive(Debug, clap::Args)]
pub struct Location {
    /// The file that keeps activities [default: trailglow/library.sqlite in the user's data folder].
    #[arg(long, value_name = "FILE", env = "TRAILGLOW_LIBRARY", hide_env_values = true)]
    library: Option<PathBuf>,
}

impl Location {
    /// The path of the library's file.
    ///
    /// # Errors
    /// Where the user says nothing and has no data folder.
    pub fn path(&self) -> Result<PathBuf> {
        let path = self.library.clone().or_else(library::default_path);
        path.context("there is no home folder for a library; name a file with --library")
    }
}

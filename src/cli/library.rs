//! The flags that name the library.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::output;
use crate::job::{IfMissing, LibraryPlace, NO_DATA_FOLDER, default_library, is_old_library};

/// Location of the library.
#[derive(Debug, clap::Args)]
pub struct Location {
    /// Library file [default: $TRAILGLOW_LIBRARY, else trailglow/library.sqlite in your data folder].
    #[arg(long, value_name = "FILE")]
    library: Option<PathBuf>,
}

/// Location of a library that a verb may create.
#[derive(Debug, clap::Args)]
pub struct NewLocation {
    #[command(flatten)]
    library: Location,

    /// Create the named library if it is missing; a new library has no privacy zones.
    #[arg(long)]
    new_library: bool,
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
        let path = self.named().or_else(default_library).context(NO_DATA_FOLDER)?;
        announce_upgrade(&path);
        Ok(path)
    }

    /// The path in the flag or else in the environment.
    fn named(&self) -> Option<PathBuf> {
        let variable = || std::env::var_os("TRAILGLOW_LIBRARY").filter(|name| !name.is_empty()).map(PathBuf::from);
        self.library.clone().or_else(variable)
    }
}

impl NewLocation {
    /// Path of the library file.
    ///
    /// # Errors
    /// If no library is named and the user has no data folder.
    pub fn path(&self) -> Result<PathBuf> {
        self.library.named().or_else(default_library).context(NO_DATA_FOLDER)
    }

    /// The library file, which may be created at the default place, and elsewhere with `--new-library`. `None` if no
    /// library is named and the user has no data folder.
    pub fn place(&self) -> Option<LibraryPlace> {
        let named = self.library.named();
        let may_create = self.new_library || named.is_none();
        let if_missing = if may_create { IfMissing::Create } else { IfMissing::OfferNew };
        let path = named.or_else(default_library)?;
        announce_upgrade(&path);
        Some(LibraryPlace { path, if_missing })
    }
}

/// Announces the upgrade of a library by an older version, which cannot open it afterwards.
fn announce_upgrade(path: &Path) {
    if is_old_library(path) {
        let path = path.display();
        output::warn(&format!("upgrading the library {path}; older versions of Trailglow cannot open it afterwards"));
    }
}

/// Parses the id of an activity.
pub fn id(text: &str) -> std::result::Result<i64, String> {
    text.parse().map_err(|_| "write ids as `trailglow list` shows them, separated by spaces".to_owned())
}

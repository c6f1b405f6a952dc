//! Who will see a map, and so what is hidden.
//!
//! The law: where it cannot be known what to hide, nothing is drawn. How it is hidden, [`collection::visible`] says.
//!
//! [`collection::visible`]: crate::collection::visible

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

use crate::control::cancel::Cancel;
use crate::library::Library;
use crate::privacy::{Circle, Privacy};

/// Who will see a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Audience {
    /// Anybody: the zones of the library hide, and both ends of every activity are cut off.
    Public {
        /// How much is cut off, in metres from either end as the crow flies; 0 for nothing.
        trim_m: f64,
    },
    /// The user: nothing is hidden, and the map says that it is private.
    Private,
}

/// What is hidden from an audience. `library` is where the zones are; without a place for it, there are none.
///
/// # Errors
/// When the library is there and cannot be read.
pub fn hidden_from(audience: Audience, library: Option<&Path>, cancel: &Cancel) -> Result<Privacy> {
    let Audience::Public { trim_m } = audience else { return Ok(Privacy::default()) };
    let is_there = |path: &Path| match path.try_exists() {
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(false),
        other => other.with_context(|| format!("cannot look for the library {}", path.display())),
    };
    let circles = || -> Result<Vec<Circle>> {
        match library {
            Some(path) if is_there(path)? => Library::open_existing(path, cancel)?.circles(),
            _ => Ok(Vec::new()),
        }
    };
    let context = "cannot know what to hide; --profile private draws a map that shows everything";
    Ok(Privacy::new(circles().context(context)?, trim_m))
}

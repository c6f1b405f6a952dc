//! Decides from the audience of a map which zones and trims apply.
//!
//! Law: if the zones cannot be read, nothing is drawn. [`collection::visible`] does the hiding.
//!
//! [`collection::visible`]: crate::collection::visible

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

use crate::control::cancel::Cancel;
use crate::library::Library;
use crate::privacy::{Circle, Privacy};

/// Audience of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Audience {
    /// Anybody: the zones of the library apply, and both ends of every activity are trimmed.
    Public {
        /// Radius of the trim around either end in metres, in a straight line; 0 for no trim.
        trim_m: f64,
    },
    /// The user alone: nothing is hidden, and the map is marked as private.
    Private,
}

/// Zones and trim for an audience. The zones come from `library`; without a library or its file there are none.
///
/// # Errors
/// If the library exists and cannot be read.
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
    let context =
        "cannot read the privacy zones, so nothing is drawn; --profile private draws a map that hides nothing";
    Ok(Privacy::new(circles().context(context)?, trim_m))
}

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
use crate::privacy::{DrawnUnder, Privacy, Rules};

/// Audience of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Audience {
    /// Anybody: the zones of the library apply, and both ends of every activity are trimmed.
    Public {
        /// Radius of the trim around either end in metres, in a straight line; `None` for that of the library. The
        /// longer of both applies.
        trim_m: Option<f64>,
    },
    /// The user alone: nothing is hidden, and the map is marked as private.
    Private,
}

/// Rules of a public map.
#[derive(Clone, Debug)]
pub(super) struct PublicRules {
    /// Zones and trim of the library.
    pub rules: Rules,
    /// Zones of the library, and the longer of its trim and that of the request.
    pub drawn_under: DrawnUnder,
}

/// Zones and trim for an audience, with the rules that they follow; no rules for a private map. The rules come from
/// `library`; without a library or its file there are none. `warn` receives a warning if the requested trim is shorter
/// than that of the library.
///
/// # Errors
/// If the library exists and cannot be read.
pub(super) fn hidden_from(
    audience: Audience,
    library: Option<&Path>,
    warn: &dyn Fn(&str),
    cancel: &Cancel,
) -> Result<(Privacy, Option<PublicRules>)> {
    let Audience::Public { trim_m } = audience else { return Ok((Privacy::default(), None)) };
    let is_there = |path: &Path| match path.try_exists() {
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(false),
        other => other.with_context(|| format!("cannot look for the library {}", path.display())),
    };
    let rules = || -> Result<Rules> {
        match library {
            Some(path) if is_there(path)? => Library::open_existing(path, cancel)?.rules(),
            _ => Ok(Rules::default()),
        }
    };
    let context =
        "cannot read the privacy zones, so nothing is drawn; --profile private draws a map that hides nothing";
    let rules = rules().context(context)?;
    if let Some(asked) = trim_m.filter(|asked| *asked < rules.trim_m) {
        let held = rules.trim_m;
        warn(&format!(
            "--trim {asked}m is shorter than the trim of the library, so {held}m are hidden; `trailglow zone trim` changes the trim of the library"
        ));
    }
    let asked = trim_m.unwrap_or_default();
    Ok((rules.privacy(asked), Some(PublicRules { drawn_under: rules.drawn_under(asked), rules })))
}

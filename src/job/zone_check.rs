//! Checks whether outputs were drawn under the zones and the trim of the library as they are now.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::seals::freshness;
use crate::control::cancel::Cancel;
use crate::library::Library;
use crate::privacy::Freshness;
use crate::tileset::tilesets;

/// Outputs to check.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct CheckRequest {
    pub library: PathBuf,
    /// Folders and archives, as the user names them.
    pub outputs: Vec<PathBuf>,
}

/// A checked tileset. An output of several styles has several.
#[derive(Debug)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Checked {
    pub path: PathBuf,
    /// Relation to the zones and the trim of the library, or the reason why the tileset or its page cannot be read.
    pub freshness: Result<Freshness>,
}

/// Reads all tilesets of the outputs and compares them with the library. A folder is as fresh as the least fresh
/// tileset in it. Tilesets that cannot be read are no errors, but part of the result.
///
/// # Errors
/// If the library is missing or cannot be read, or the job is cancelled.
pub fn check(request: &CheckRequest, cancel: &Cancel) -> Result<Vec<Checked>> {
    let library = Library::open_existing(&request.library, cancel)?;
    let (privacy, _) = library.privacy()?;
    let mut checked = Vec::new();
    for output in &request.outputs {
        let (paths, error) = match tilesets(output) {
            Ok(paths) => (paths, None),
            Err(error) => (Vec::new(), Some(Checked { path: output.clone(), freshness: Err(error) })),
        };
        let first = checked.len();
        for path in paths {
            let freshness = freshness(&path, &library, &privacy, cancel);
            cancel.check()?;
            checked.push(Checked { path, freshness });
        }
        checked.extend(error);
        if output.is_dir() {
            limit_to_parts(output, &mut checked[first..]);
        }
    }
    Ok(checked)
}

/// States in which a tileset may show too much, the worst first.
const WORST_FIRST: [Freshness; 4] =
    [Freshness::Private, Freshness::Unknown, Freshness::OtherZones, Freshness::OtherTrim];

/// Gives a folder the worst state of the tilesets in it: `tiles.json` of a folder of several styles describes the first
/// style alone.
fn limit_to_parts(folder: &Path, checked: &mut [Checked]) {
    let states = checked.iter().map(|checked| *checked.freshness.as_ref().unwrap_or(&Freshness::Unknown));
    let states: Vec<Freshness> = states.collect();
    let worst = WORST_FIRST.into_iter().find(|state| states.contains(state));
    if let Some(own) = checked.first_mut().filter(|own| own.path == folder && own.freshness.is_ok())
        && let Some(worst) = worst
    {
        own.freshness = Ok(worst);
    }
}

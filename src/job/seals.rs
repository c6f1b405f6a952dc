//! Seals of outputs in the library, with the zones and trims that each output was drawn under.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::request::{Input, RenderRequest, Watch};
use crate::control::cancel::Cancel;
use crate::library::Library;
use crate::privacy::{DrawnUnder, Freshness, Privacy};
use crate::pyramid::Output;
use crate::tileset::{self, PageSeal, RenderedMap, Seal};

/// Reads a tileset, with the map page if there is one, and compares the zones and the trim that both were drawn under
/// with those of the library. Of tiles and page, the worse counts.
///
/// # Errors
/// If the tileset, the page or the library cannot be read, or the job is cancelled.
pub(super) fn freshness(path: &Path, library: &Library, privacy: &Privacy, cancel: &Cancel) -> Result<Freshness> {
    let freshness = |seal: Seal, is_private: bool| -> Result<Freshness> {
        if is_private {
            return Ok(Freshness::Private);
        }
        Ok(privacy.freshness(&library.drawn_under(seal.0)?))
    };
    let (seal, info) = Seal::read(path, cancel)?;
    let tiles = freshness(seal, info.is_private())?;
    match PageSeal::read(path)? {
        None => Ok(tiles),
        Some(PageSeal { seal, is_private }) => Ok(tiles.max(freshness(seal, is_private)?)),
    }
}

/// Stores the seals of a new output, then names the tilesets next to the output that may show what zones and trim hide.
/// Failures are warnings. `library` is that of the run; a run that remembers no files still stores seals if its library
/// exists, because zones come from there too.
pub(super) fn seal(
    request: &RenderRequest,
    library: Option<Library>,
    (of_library, drawn_under): (&Privacy, DrawnUnder),
    (map, output): (&RenderedMap, &mut Output),
    watch: &dyn Watch,
    cancel: &Cancel,
) {
    let sealed = || -> Result<()> {
        let remembers_files = !matches!(request.input, Input::Files { remember: false, .. });
        let existing =
            request.library.as_ref().map(|place| &*place.path).filter(|path| !remembers_files && path.exists());
        let mut library = match (library, existing) {
            (Some(library), _) => library,
            (None, Some(path)) => Library::open_existing(path, cancel)?,
            (None, None) => return Ok(()),
        };
        library.save_seals(&seals(map, output)?, drawn_under)?;
        name_stale_neighbours(request, &library, of_library, output, watch, cancel);
        Ok(())
    };
    if let Err(error) = sealed() {
        watch.warn(&format!("`trailglow zone check` will not recognize the output: {error:#}"));
    }
}

/// Seals of all styles of an output that has just been written, and of its page.
fn seals(map: &RenderedMap, output: &mut Output) -> Result<Vec<u128>> {
    let written = &output.written;
    let path = |style: usize| match &written.page {
        Some(_) => written.paths[0].join(map.path(style)),
        None => written.paths[style].clone(),
    };
    let hashes = std::mem::take(&mut output.hashes).into_iter().enumerate();
    // The description is read as a check will read it, because numbers change a little when they are written and read.
    let styles = hashes.map(|(style, hash)| Ok(hash.seal(tileset::open(&path(style))?.as_ref())?.0));
    let page = PageSeal::read(&written.paths[0]).transpose().map(|page| Ok(page?.seal.0));
    styles.chain(page).collect()
}

fn name_stale_neighbours(
    request: &RenderRequest,
    library: &Library,
    privacy: &Privacy,
    output: &Output,
    watch: &dyn Watch,
    cancel: &Cancel,
) {
    let written: Vec<PathBuf> = output.written.paths.iter().filter_map(|path| path.canonicalize().ok()).collect();
    for path in tileset::neighbours(&request.out, &written) {
        let freshness = freshness(&path, library, privacy, cancel);
        if cancel.is_cancelled() {
            return;
        }
        let why = match freshness {
            Ok(Freshness::Private | Freshness::UpToDate) => continue,
            Ok(Freshness::OtherZones) => "was drawn under other zones",
            Ok(Freshness::OtherTrim) => "was drawn under another trim",
            // Without zones and trim, no map can show too much.
            _ if privacy.hides_nothing() => continue,
            _ => "may have been drawn under other zones",
        };
        watch.warn(&format!("{} {why} and was not replaced by this run: render it again or delete it", path.display()));
    }
}

//! What a map is made of: the activities of files or of the library, and what of them is hidden.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{Args, Profile};
use crate::cli::progress::Bars;
use crate::cli::{Usage, output};
use crate::collection::{self, Collection, View};
use crate::interrupt::Interrupted;
use crate::library::{Content, Library, Remembered, choose};
use crate::once;
use crate::privacy::{Circle, Privacy};
use crate::selection::{Left, Selection};
use crate::source::{self, Discovery, Found, Gathered};

/// What is to be drawn.
pub struct Material {
    /// The files that the user names.
    pub found: Vec<Found>,
    /// Their activities, or else those in the library.
    pub collection: Collection,
    /// The library, if it is used.
    pub library: Option<Library>,
}

/// Reads the files that the user names, or what was imported, and takes of it what is wanted.
///
/// # Errors
/// When there is nothing to read, and when the user interrupts. What cannot be read of an input is in the report.
pub fn read(args: &Args, selection: &Selection, view: View, bars: &Bars) -> Result<Material> {
    if args.input.is_empty() {
        let (collection, library) = imported(args, view, selection)?;
        return Ok(Material { found: Vec::new(), collection, library: Some(library) });
    }
    let Discovery { found, unlisted } = source::discover(&args.input, Some(&args.out))?;
    let remembered = || {
        let mut library = Library::open(&args.library.path()?)?;
        let Remembered { gathered, listings, .. } = library.remember(&found, false, bars)?;
        let content = |file: &Gathered<Content>| Some((file.path.clone(), *file.outcome.as_ref().ok()?));
        let contents: HashMap<PathBuf, Content> = gathered.iter().filter_map(content).collect();
        let mut gathered = library.load(gathered, view, None)?;
        once::mark(&mut gathered, |whose| library.traces_of(&contents, whose, view.privacy))?;
        anyhow::Ok((gathered, listings, library))
    };
    let ((gathered, listings), library) = match (!args.no_library && !found.is_empty()).then(remembered) {
        Some(Ok((gathered, listings, library))) => ((gathered, listings), Some(library)),
        Some(Err(error)) if error.is::<Interrupted>() => return Err(error),
        other => {
            if let Some(Err(error)) = other {
                output::complain(&format!("nothing will be remembered of these files: {error:#}"));
            }
            let (mut gathered, listings) = collection::read(&found, view, bars)?;
            once::mark(&mut gathered, |whose| once::read_again(&found, whose, view.privacy))?;
            ((gathered, listings), None)
        }
    };
    let mut collection = collection::assemble(gathered, listings, selection);
    collection.report.add_unlisted(unlisted);
    Ok(Material { found, collection, library })
}

/// What is in the library.
fn imported(args: &Args, view: View, selection: &Selection) -> Result<(Collection, Library)> {
    let path = args.library.path()?;
    let mut library = Library::open_if_there(&path).context("name files to render, or import some")?;
    let listed = library.list()?;
    if listed.is_empty() {
        bail!("the library {} is empty; name files to render, or import some", path.display());
    }
    // Conditions ask what is to be seen: else the choice would tell what is hidden.
    let mut seen = library.seen(&listed, view)?;
    let (listed, hidden) =
        if view.privacy.is_nothing() { (listed, 0) } else { library.as_seen(listed, &seen, view)? };
    let filter = selection.among(listed.iter().map(|activity| activity.about.start));
    let (chosen, left) = choose(listed, &filter);
    let mut wanted: HashSet<i64> = chosen.iter().map(|activity| activity.id).collect();
    let files: BTreeMap<Content, PathBuf> =
        chosen.iter().map(|activity| (activity.content, activity.origin.path().to_owned())).collect();
    let numbers: HashMap<Content, usize> =
        files.keys().enumerate().map(|(number, content)| (*content, number)).collect();
    let file = |(content, path)| Gathered { path, explicit: false, within: None, outcome: Ok(content) };
    wanted.retain(|id| !seen.contains_key(id));
    let mut gathered = library.load(files.into_iter().map(file).collect(), view, Some(&wanted))?;
    for activity in chosen {
        if let Ok(file) = &mut gathered[numbers[&activity.content]].outcome {
            file.activities.extend(seen.remove(&activity.id).flatten());
        }
    }
    let mut collection = collection::assemble(gathered, Vec::new(), &Selection::everything());
    (collection.report.left, collection.report.home) = (Left { hidden, ..left }, filter.home);
    Ok((collection, library))
}

/// What is to be hidden. Where that cannot be known, nothing is drawn.
///
/// # Errors
/// When the library is there and cannot be read, or the flags contradict each other.
pub fn privacy(args: &Args) -> Result<Privacy> {
    if matches!(args.profile, Profile::Private) {
        return match args.trim {
            Some(_) => {
                Err(Usage("--trim hides, and --profile private hides nothing; leave one of them out".into()).into())
            }
            None => Ok(Privacy::default()),
        };
    }
    // Without a home folder and without its file, there is no library, and there are no zones.
    let path = args.library.path().ok();
    let is_there = |path: &PathBuf| match path.try_exists() {
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(false),
        other => other.with_context(|| format!("cannot look for the library {}", path.display())),
    };
    let circles = || -> Result<Vec<Circle>> {
        match path {
            Some(path) if is_there(&path)? => Library::open_if_there(&path)?.circles(),
            _ => Ok(Vec::new()),
        }
    };
    let context = "cannot know what to hide; --profile private draws a map that shows everything";
    Ok(Privacy::new(circles().context(context)?, args.trim.unwrap_or_default()))
}

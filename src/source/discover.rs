//! Expands the inputs of the user into the list of files to read.

use super::archive;
use super::pipe::{Piped, is_pipe};
use super::random_access::RandomAccess;
use crate::control::cancel::Cancel;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Path as the user named it, or below a folder that the user named.
    pub path: PathBuf,
    /// True if the user named the file itself and not its folder.
    pub explicit: bool,
    /// Content of a pipe, which can be read only once.
    pub piped: Option<Piped>,
}

impl InputFile {
    /// A file on disk.
    pub fn new(path: PathBuf, explicit: bool) -> Self {
        Self { path, explicit, piped: None }
    }

    pub(super) fn bytes(&self) -> io::Result<RandomAccess> {
        match &self.piped {
            Some(piped) => Ok(piped.bytes().clone()),
            None => RandomAccess::of_file(File::open(&self.path)?),
        }
    }
}

/// Files of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// Files without duplicates, sorted by path.
    pub files: Vec<InputFile>,
    /// Folders and entries that could not be read, each with the reason.
    pub unreadable: Vec<(PathBuf, String)>,
}

impl Discovery {
    /// Reads the pipes that the user named to their ends. A pipe in a folder is never opened, because it could block.
    ///
    /// # Errors
    /// If a pipe cannot be read or has too many bytes, or the job is cancelled.
    pub fn read_pipes(&mut self, cancel: &Cancel) -> anyhow::Result<()> {
        for file in self.files.iter_mut().filter(|file| file.explicit && is_pipe(&file.path)) {
            file.piped = Some(Piped::read(&file.path, cancel)?);
        }
        Ok(())
    }
}

/// An input that does not exist or is not accessible.
#[derive(Debug, thiserror::Error)]
#[error("cannot open {}", path.display())]
pub struct MissingInput {
    /// Path as the user named it.
    pub path: PathBuf,
    source: io::Error,
}

/// Lists the files of the inputs and of folders at any depth, through symbolic links, each file once.
///
/// Omits `output` (the file or folder about to be written), folders for which `is_own_output` returns true, and hidden
/// entries that the user did not name: a leading dot, or a folder `__MACOSX` (thumbnails, AppleDouble files).
///
/// # Errors
/// If an input itself cannot be opened. Failures in folders are listed in [`Discovery::unreadable`] instead.
pub fn discover(
    inputs: &[PathBuf],
    output: Option<&Path>,
    is_own_output: &dyn Fn(&Path) -> bool,
) -> Result<Discovery, MissingInput> {
    let output = output.and_then(|output| output.canonicalize().ok());
    // Keyed by real path: no file is read twice under two names.
    let mut by_real_path: BTreeMap<PathBuf, InputFile> = BTreeMap::new();
    let mut unreadable = Vec::new();
    let mut add = |path: PathBuf, explicit: bool| -> io::Result<()> {
        // A pipe of the shell has no path of its own.
        let real = path.canonicalize().or_else(|error| if is_pipe(&path) { Ok(path.clone()) } else { Err(error) })?;
        if Some(&real) == output.as_ref() {
            return Ok(());
        }
        let file = by_real_path.entry(real).or_insert_with(|| InputFile::new(path.clone(), explicit));
        // A file with several names (links) keeps the name that the user gave, or else the alphabetically first one.
        let is_better = if explicit == file.explicit { path < file.path } else { explicit };
        if is_better {
            *file = InputFile::new(path, explicit);
        }
        Ok(())
    };
    for input in inputs {
        let missing = |source| MissingInput { path: input.clone(), source: with_remedy(input, source) };
        if is_pipe(input) || !input.metadata().map_err(missing)?.is_dir() {
            add(input.clone(), true).map_err(missing)?;
            continue;
        }
        input.read_dir().map_err(missing)?;
        let walk = WalkDir::new(input).follow_links(true).into_iter();
        for entry in walk.filter_entry(|entry| !is_ignored(entry, output.as_deref(), is_own_output)) {
            match entry {
                // Pipes and devices too: they are counted, but never opened.
                Ok(entry) if !entry.file_type().is_dir() => {
                    let path = entry.into_path();
                    if let Err(error) = add(path.clone(), false) {
                        let error = with_remedy(&path, error);
                        unreadable.push((path, error.to_string()));
                    }
                }
                Ok(_) => {}
                // A link to a parent folder adds no file.
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let path = error.path().unwrap_or(input).to_path_buf();
                    let text = error.to_string();
                    let error = with_remedy(&path, error.into_io_error().unwrap_or_else(|| io::Error::other(text)));
                    unreadable.push((path, error.to_string()));
                }
            }
        }
    }
    let mut files: Vec<InputFile> = by_real_path.into_values().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    unreadable.sort();
    unreadable.dedup();
    Ok(Discovery { files, unreadable })
}

/// Replaces the error of a link that leads nowhere by an error with a remedy.
fn with_remedy(path: &Path, error: io::Error) -> io::Error {
    let Ok(target) = path.read_link() else { return error };
    let reason = match error.kind() {
        ErrorKind::PermissionDenied => return error,
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            format!("it is a link to {}, which does not exist", target.display())
        }
        _ => format!("it is a link that cannot be followed, perhaps because it leads in a circle ({error})"),
    };
    io::Error::new(error.kind(), format!("{reason}; mend or delete the link"))
}

/// Returns true for hidden entries and for folders with output of this program.
fn is_ignored(entry: &DirEntry, output: Option<&Path>, is_own_output: &dyn Fn(&Path) -> bool) -> bool {
    let is_hidden = entry.depth() > 0 && archive::is_hidden(&entry.file_name().to_string_lossy());
    if is_hidden || !entry.file_type().is_dir() {
        return is_hidden;
    }
    let is_output = output.is_some_and(|output| entry.path().canonicalize().is_ok_and(|real| real == output));
    is_output || is_own_output(entry.path())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// Creates a folder with the given files.
    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        dir
    }

    fn names(dir: &Path, discovery: &Discovery) -> Vec<(String, bool)> {
        let name =
            |file: &InputFile| (file.path.strip_prefix(dir).unwrap().to_string_lossy().into_owned(), file.explicit);
        discovery.files.iter().map(name).collect()
    }

    fn owned(expected: &[(&str, bool)]) -> Vec<(String, bool)> {
        expected.iter().map(|(name, explicit)| (name.to_string(), *explicit)).collect()
    }

    #[test]
    fn files_and_folders_sorted_and_once() {
        let dir = folder_with(&["b/2.gpx", "b/c/1.fit", "a.tcx", "z.txt"]);
        let at = |name: &str| dir.path().join(name);
        let inputs = [at("z.txt"), at("b"), at("b/c/../2.gpx"), at("b/c"), at("b")];
        let discovery = discover(&inputs, None, &|_| false).unwrap();
        assert_eq!(
            names(dir.path(), &discovery),
            owned(&[("b/c/../2.gpx", true), ("b/c/1.fit", false), ("z.txt", true)])
        );
        assert_eq!(discovery.unreadable, []);
    }

    #[test]
    fn a_missing_input_is_named() {
        let error = discover(&[PathBuf::from("no/such/place")], None, &|_| false).unwrap_err();
        assert_eq!(error.path, PathBuf::from("no/such/place"));
        assert_eq!(error.to_string(), "cannot open no/such/place", "the reason is the source's");
        assert!(std::error::Error::source(&error).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_once_and_loops_are_ignored() {
        use std::os::unix::fs::symlink;
        let dir = folder_with(&["in/1.gpx", "elsewhere/2.gpx"]);
        let at = |name: &str| dir.path().join(name);
        symlink(at("in"), at("in/loop")).unwrap();
        symlink(at("elsewhere"), at("in/linked")).unwrap();
        symlink(at("in/1.gpx"), at("in/same.gpx")).unwrap();
        symlink("nowhere", at("in/dangling")).unwrap();
        symlink("circle", at("in/circle")).unwrap();
        let discovery = discover(&[at("in")], None, &|_| false).unwrap();
        assert_eq!(names(dir.path(), &discovery), owned(&[("in/1.gpx", false), ("in/linked/2.gpx", false)]));
        let reasons = [("in/circle", "in a circle"), ("in/dangling", "it is a link to nowhere, which does not exist")];
        assert_eq!(discovery.unreadable.len(), reasons.len());
        for ((path, reason), (link, part)) in discovery.unreadable.iter().zip(reasons) {
            let named = discover(&[at(link)], None, &|_| false).unwrap_err();
            let source = std::error::Error::source(&named).unwrap().to_string();
            assert_eq!((path, reason), (&at(link), &source));
            assert!(reason.contains(part) && reason.ends_with("mend or delete the link"), "{reason}");
        }
    }
}

//! Paths: where the library is, and how it stores them.

use std::path::{Path, PathBuf};

/// Said where [`default_path`] knows no place.
pub const NO_HOME: &str = "there is no home folder for a library; name a file with --library";

/// Where the library is unless the user says otherwise: in the user's data folder.
pub fn default_path() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        // XDG Base Directory Specification: relative values are to be ignored.
        var("XDG_DATA_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| var("HOME").map(|home| home.join(".local/share")))
    };
    folder.map(|folder| folder.join("trailglow/library.sqlite"))
}

/// Where somebody goes is nobody else's business.
pub fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// What a path is called in the library.
pub fn path_to_key(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

/// For showing: exact where paths are bytes, and elsewhere where they are Unicode.
pub fn key_to_path(key: Vec<u8>) -> PathBuf {
    #[cfg(unix)]
    let name: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(key);
    #[cfg(not(unix))]
    let name = String::from_utf8_lossy(&key).into_owned();
    name.into()
}

//! Default location of the library, and the encoding of paths in the library.

use std::path::{Path, PathBuf};

/// Error text for [`default_path`] without a path.
pub const NO_DATA_FOLDER: &str = "no home folder for the library is set; name a file with --library";

/// Path of the library in the data folder of the user; `None` if the environment names no such folder.
pub fn default_path() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        // The XDG Base Directory Specification requires ignoring relative values.
        var("XDG_DATA_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| var("HOME").map(|home| home.join(".local/share")))
    };
    folder.map(|folder| folder.join("trailglow/library.sqlite"))
}

/// Creates a folder that on Unix only the user can read, because tracks show where the user lives. An existing folder
/// keeps its permissions.
pub fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Bytes of a path, as stored in the library.
pub fn path_to_key(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

/// Path for display: exact on Unix, elsewhere exact if the path is valid Unicode.
pub fn key_to_path(key: Vec<u8>) -> PathBuf {
    #[cfg(unix)]
    let name: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(key);
    #[cfg(not(unix))]
    let name = String::from_utf8_lossy(&key).into_owned();
    name.into()
}

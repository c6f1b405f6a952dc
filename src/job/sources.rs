//! Finds the input files of a job.

use std::path::{Path, PathBuf};

use crate::control::cancel::Cancel;
use crate::source::{self, Discovery, MissingInput};
use crate::tileset::folder;

/// Lists all files of the inputs, except those of previous outputs and of `output`; see [`source::discover`].
///
/// # Errors
/// If an input itself cannot be opened.
pub fn discover(inputs: &[PathBuf], output: Option<&Path>) -> Result<Discovery, MissingInput> {
    source::discover(inputs, output, &folder::is_trailglow_folder)
}

/// Like [`discover`], and reads pipes among the inputs.
///
/// # Errors
/// If an input itself cannot be opened, a pipe cannot be read, or the job is cancelled.
pub(super) fn open_inputs(inputs: &[PathBuf], output: Option<&Path>, cancel: &Cancel) -> anyhow::Result<Discovery> {
    let mut discovery = discover(inputs, output)?;
    discovery.read_pipes(cancel)?;
    Ok(discovery)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn our_own_output_is_not_input() {
        let dir = tempfile::tempdir().unwrap();
        for file in ["in/1.gpx", "in/out/0/0/0.gpx", "in/old/0.gpx", "in/other/0.gpx"] {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        fs::write(dir.path().join("in/old/tiles.json"), r#"{"trailglow": {"generator": "0.1"}}"#).unwrap();
        fs::write(dir.path().join("in/other/tiles.json"), r#"{"generator": "not trailglow"}"#).unwrap();
        let discovery = discover(&[dir.path().join("in")], Some(&dir.path().join("in/../in/out"))).unwrap();
        let expected = [("in/1.gpx", false), ("in/other/0.gpx", false), ("in/other/tiles.json", false)];
        let found = discovery.files.iter().map(|found| (found.path.strip_prefix(dir.path()).unwrap(), found.explicit));
        assert!(found.eq(expected.map(|(path, explicit)| (Path::new(path), explicit))), "{:?}", discovery.files);
        let without = discover(&[dir.path().join("in")], None).unwrap();
        assert_eq!(without.files.len(), 4);
        let file = dir.path().join("in/1.gpx");
        assert_eq!(
            discover(std::slice::from_ref(&file), Some(&file)).unwrap().files,
            [],
            "as when a shell lists all files"
        );
    }
}

//! Runs the built program in a temporary folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;
use walkdir::WalkDir;

/// Exit status and output of a run.
#[derive(Debug, PartialEq)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Temporary home of the program: a working folder and a folder for the library, removed when dropped.
pub struct Home(TempDir, TempDir);

impl Home {
    pub fn new() -> Self {
        let folder = || tempfile::tempdir().expect("a temporary folder");
        Self(folder(), folder())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Path of the library without `--library`.
    pub fn library(&self) -> PathBuf {
        self.1.path().join("library.sqlite")
    }

    /// Writes a file and creates its folders.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder above")).expect("disk space");
        fs::write(path, content).expect("disk space");
    }

    /// Runs the program in the working folder. A run of more than 120 s is killed and gets the status -1.
    pub fn run(&self, args: &[&str]) -> Run {
        let mut command = assert_cmd::Command::new(cargo_bin!("trailglow"));
        let output = command
            .args(args)
            .current_dir(self.path(""))
            .env("TRAILGLOW_LIBRARY", self.library())
            .timeout(Duration::from_secs(120))
            .output();
        let output = output.expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        Run { status: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs the program, asserts status 0 and an empty stderr, and returns stdout.
    pub fn run_ok(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!((run.status, &*run.stderr), (0, ""), "{args:?}");
        run.stdout
    }

    /// Contents of all files below a path.
    pub fn files(&self, name: &str) -> Files {
        files(&self.path(name))
    }
}

/// Contents of files by their path below a folder; a single file has an empty path.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

fn files(root: &Path) -> Files {
    let entries = WalkDir::new(root).into_iter().map(|entry| entry.expect("a readable entry"));
    let files = entries.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let name = entry.path().strip_prefix(root).expect("below the root").to_owned();
        (name, fs::read(entry.path()).expect("a readable file"))
    });
    files.collect()
}

/// Differences between two sets of files, one sentence per path; empty if both are byte-identical.
pub fn differences(a: &Files, b: &Files) -> Vec<String> {
    let names: std::collections::BTreeSet<&PathBuf> = a.keys().chain(b.keys()).collect();
    let difference = |name: &PathBuf| match (a.get(name), b.get(name)) {
        (Some(a), Some(b)) if a == b => None,
        (Some(_), Some(_)) => Some(format!("{} differs", name.display())),
        _ => Some(format!("{} is in one only", name.display())),
    };
    names.into_iter().filter_map(difference).collect()
}

/// GPX file with one track through the positions: latitude and longitude in degrees.
pub fn gpx(name: &str, positions: impl IntoIterator<Item = (f64, f64)>) -> String {
    let point = |(lat, lon): (f64, f64)| format!("<trkpt lat=\"{lat:.7}\" lon=\"{lon:.7}\"/>\n");
    let points: String = positions.into_iter().map(point).collect();
    format!("<gpx version=\"1.1\"><trk><name>{name}</name><trkseg>\n{points}</trkseg></trk></gpx>\n")
}

/// Dates a file back by a minute: the library caches no file that is too new for its time to reveal a change.
pub fn backdate(home: &Home, name: &str) {
    let file = std::fs::File::options().write(true).open(home.path(name)).expect("a file");
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(60)).expect("a time");
}

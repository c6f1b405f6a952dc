//! Runs the built program in a temporary folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;
use walkdir::WalkDir;

/// Exit status and output of a run.
#[derive(Debug, PartialEq)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    /// Lines on stderr that are no notes.
    pub stderr: String,
    /// Lines on stderr of runs without faults too: a new library, and the work of zones and trims.
    pub notes: String,
}

impl Run {
    pub fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        let stderr = text(output.stderr);
        let (notes, stderr) = stderr.split_inclusive('\n').partition(|line| is_note(line));
        Self { status: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr, notes }
    }
}

/// Temporary home of the program: a working folder and a data folder for the library, removed when dropped.
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
    #[allow(dead_code, reason = "not every test binary looks at the library")]
    pub fn library(&self) -> PathBuf {
        let data = if cfg!(target_os = "macos") { "Library/Application Support" } else { "" };
        self.1.path().join(data).join("trailglow/library.sqlite")
    }

    /// Sets the data folder of a run; no library is named.
    pub fn set_data_folder<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let variable = if cfg!(windows) {
            "LOCALAPPDATA"
        } else if cfg!(target_os = "macos") {
            "HOME"
        } else {
            "XDG_DATA_HOME"
        };
        command.env(variable, self.1.path()).env_remove("TRAILGLOW_LIBRARY")
    }

    /// Writes a file and creates its folders.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder above")).expect("disk space");
        fs::write(path, content).expect("disk space");
    }

    /// Runs the program in the working folder. A run of more than 120 s is killed and gets the status -1.
    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with_library(args, None)
    }

    /// Like `run`, with a value of TRAILGLOW_LIBRARY.
    pub fn run_with_library(&self, args: &[&str], library: Option<&str>) -> Run {
        let mut command = Command::new(cargo_bin!("trailglow"));
        command.args(args).current_dir(self.path(""));
        self.set_data_folder(&mut command).envs(library.map(|library| ("TRAILGLOW_LIBRARY", library)));
        let output = assert_cmd::Command::from_std(command).timeout(Duration::from_secs(120)).output();
        Run::new(output.expect("the program starts"))
    }

    /// Runs the program, asserts status 0 and that stderr holds at most notes, and returns stdout.
    pub fn run_ok(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!((run.status, &*run.stderr), (0, ""), "{args:?}");
        run.stdout
    }

    /// JSON document of a run with `--json`.
    #[allow(dead_code, reason = "not every test binary reads documents")]
    pub fn run_json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.run_ok(&[args, &["--json"]].concat())).expect("one JSON document")
    }

    /// Contents of all files below a path.
    pub fn files(&self, name: &str) -> Files {
        files(&self.path(name))
    }
}

fn is_note(line: &str) -> bool {
    ["made a new library, ", "zone '", "zones '", "trim of "].iter().any(|start| line.starts_with(start))
}

#[test]
fn only_notes_are_tolerated_on_stderr() {
    assert!(is_note("made a new library, x; it has no privacy zones") && is_note("zone 'home' hid 1.0 km"));
    assert!(!is_note("in/bad.fit: cannot be read") && !is_note("") && !is_note("trailglow: zone 'home'"));
    let stderr = b"a: damaged\nmade a new library, x\ntrailglow: nothing to draw".to_vec();
    let run = Run::new(Output { status: std::process::ExitStatus::default(), stdout: Vec::new(), stderr });
    assert_eq!((&*run.stderr, &*run.notes), ("a: damaged\ntrailglow: nothing to draw", "made a new library, x\n"));
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

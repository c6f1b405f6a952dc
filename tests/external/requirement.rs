//! Requirements of tests: a GPU adapter, the corpus of real files, the generator of routes, readers of archives by
//! others, and mounts.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use trailglow::engine::raster::gpu::device;

/// Requirement of one test outside the repository.
#[derive(Clone, Copy)]
pub enum Requirement {
    Nothing,
    /// A GPU adapter, which may be Mesa's software adapter.
    Adapter,
    Corpus,
    AdapterAndCorpus,
    /// The generator of home routes in Python.
    Generator,
    /// The verifier of archives in Python.
    PythonReader,
    /// The reader of archives in JavaScript.
    JavascriptReader,
    /// The right to mount file systems.
    Mounts,
}

impl Requirement {
    /// Reason why the test cannot run; `None` if it can.
    pub fn missing(self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Adapter => missing_adapter(),
            Self::Corpus => missing_corpus(),
            Self::AdapterAndCorpus => missing_adapter().or_else(missing_corpus),
            Self::Generator => missing_generator(),
            Self::PythonReader => missing_python_reader(),
            Self::JavascriptReader => missing_javascript_reader(),
            Self::Mounts => missing_mounts(),
        }
    }
}

fn missing_adapter() -> Option<String> {
    let is_present = || device::candidates().is_ok_and(|candidates| !candidates.is_empty());
    (!is_required("TRAILGLOW_REQUIRE_GPU") && !is_present()).then(|| "no GPU adapter was found".to_owned())
}

fn missing_corpus() -> Option<String> {
    let folder = corpus();
    let is_missing = !is_required("TRAILGLOW_REQUIRE_CORPUS") && !folder.is_dir();
    is_missing.then(|| format!("no corpus was found at {}; TRAILGLOW_CORPUS names its folder", folder.display()))
}

fn missing_generator() -> Option<String> {
    let is_present = || generator().is_file() && succeeds(Command::new("python3").arg("--version"));
    let is_missing = !is_required("TRAILGLOW_REQUIRE_GENERATOR") && !is_present();
    is_missing.then(|| format!("there is no {}, or no python3", generator().display()))
}

fn missing_python_reader() -> Option<String> {
    let checker = python_checker();
    let is_present = || checker.is_file() && succeeds(Command::new("python3").args(["-c", "import pmtiles"]));
    let is_missing = !is_required("TRAILGLOW_REQUIRE_READERS") && !is_present();
    is_missing.then(|| format!("there is no {}, or no python3 with pmtiles", checker.display()))
}

fn missing_javascript_reader() -> Option<String> {
    let (reader, modules) = (javascript_reader(), javascript_modules());
    let is_present =
        || reader.is_file() && modules.join("pmtiles").is_dir() && succeeds(Command::new("node").arg("--version"));
    let is_missing = !is_required("TRAILGLOW_REQUIRE_READERS") && !is_present();
    is_missing.then(|| format!("there is no {}, no node or no pmtiles in {}", reader.display(), modules.display()))
}

fn missing_mounts() -> Option<String> {
    let may_mount = || {
        let folder = tempfile::tempdir().ok()?;
        let output = in_own_mounts(folder.path(), "mount -t tmpfs -o size=4k tmpfs .").ok()?;
        output.status.success().then_some(())
    };
    let is_missing = !is_required("TRAILGLOW_REQUIRE_MOUNTS") && may_mount().is_none();
    is_missing.then(|| "file systems cannot be mounted with unshare".to_owned())
}

/// Returns true if a command exists and succeeds.
fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn is_required(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value == "1")
}

/// Runs a script of `sh` with the program as `$0`, in which mounts are allowed and end with the script.
pub fn in_own_mounts(folder: &Path, script: &str) -> std::io::Result<Output> {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]).arg(cargo_bin!("trailglow"));
    command.current_dir(folder).output()
}

/// Folder of the corpus: `TRAILGLOW_CORPUS`, or `../shared/corpus` next to the repository.
pub fn corpus() -> PathBuf {
    folder_in("TRAILGLOW_CORPUS", "../shared/corpus")
}

/// Generator of home routes in the folder `TRAILGLOW_TOOLS`, or `../shared/tools` next to the repository.
pub fn generator() -> PathBuf {
    folder_in("TRAILGLOW_TOOLS", "../shared/tools").join("gen_gpx.py")
}

/// Verifier of archives in the folder `TRAILGLOW_TOOLS`, or `../shared/tools` next to the repository.
pub fn python_checker() -> PathBuf {
    folder_in("TRAILGLOW_TOOLS", "../shared/tools").join("pmverify.py")
}

/// Reader of archives in the same folder.
pub fn javascript_reader() -> PathBuf {
    folder_in("TRAILGLOW_TOOLS", "../shared/tools").join("read_pmtiles.mjs")
}

/// Folder `node_modules`, in `TRAILGLOW_NODE_MODULES` or in the repository.
pub fn javascript_modules() -> PathBuf {
    let folder = folder_in("TRAILGLOW_NODE_MODULES", "node_modules");
    if folder.ends_with("node_modules") { folder } else { folder.join("node_modules") }
}

/// Folder in an environment variable, or the default relative to the repository.
fn folder_in(variable: &str, default_path: &str) -> PathBuf {
    let default_folder = || Path::new(env!("CARGO_MANIFEST_DIR")).join(default_path);
    std::env::var_os(variable).map_or_else(default_folder, PathBuf::from)
}

//! What a test may need that is not in the repository.

use std::path::{Path, PathBuf};

use trailglow::engine::raster::gpu::device;

/// What one test needs.
#[derive(Clone, Copy)]
pub enum Requirement {
    /// The repository alone.
    Nothing,
    /// A GPU adapter; Mesa's software adapter is one.
    Adapter,
    /// The real files beside the repository.
    Corpus,
    /// Both of the above.
    AdapterAndCorpus,
}

impl Requirement {
    /// Why the test cannot run here.
    pub fn missing(self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Adapter => missing_adapter(),
            Self::Corpus => missing_corpus(),
            Self::AdapterAndCorpus => missing_adapter().or_else(missing_corpus),
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

fn is_required(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value == "1")
}

/// Where the corpus lies: beside the repository or where `TRAILGLOW_CORPUS` says.
pub fn corpus() -> PathBuf {
    let default_folder = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    std::env::var_os("TRAILGLOW_CORPUS").map_or_else(default_folder, PathBuf::from)
}

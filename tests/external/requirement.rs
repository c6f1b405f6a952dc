//! Requirements of tests: a GPU adapter and the corpus of real files.

use std::path::{Path, PathBuf};

use trailglow::engine::raster::gpu::device;

/// Requirement of one test outside the repository.
#[derive(Clone, Copy)]
pub enum Requirement {
    Nothing,
    /// A GPU adapter, which may be Mesa's software adapter.
    Adapter,
    Corpus,
    AdapterAndCorpus,
}

impl Requirement {
    /// Reason why the test cannot run; `None` if it can.
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

/// Folder of the corpus: `TRAILGLOW_CORPUS`, or `../shared/corpus` next to the repository.
pub fn corpus() -> PathBuf {
    let default_folder = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    std::env::var_os("TRAILGLOW_CORPUS").map_or_else(default_folder, PathBuf::from)
}

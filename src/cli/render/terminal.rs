//! Progress and warnings of a render on the terminal.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::report;
use crate::cli::progress::Bars;
use crate::cli::{faults, output, summary};
use crate::collection::InputReport;
use crate::control::progress::Progress;
use crate::job::Watch;
use crate::source::InputFile;

/// Shows progress and warnings of a render on the terminal.
pub struct Terminal {
    bars: Bars,
    quiet: bool,
    verbose: bool,
    /// Path of the library if this run created it.
    new_library: OnceLock<PathBuf>,
}

impl Terminal {
    pub fn new(quiet: bool, verbose: bool) -> Self {
        Self { bars: Bars::new(quiet), quiet, verbose, new_library: OnceLock::new() }
    }

    /// Names a new library on stderr, where no summary does.
    pub fn name_new_library(&self) {
        if let Some(path) = self.new_library.get() {
            output::warn(&report::new_library(path));
        }
    }
}

impl Progress for Terminal {
    fn begin(&self, stage: &str, steps: usize, unit: &'static str) {
        self.bars.begin(stage, steps, unit);
    }

    fn step(&self) {
        self.bars.step();
    }

    fn end(&self) {
        self.bars.end();
    }
}

impl Watch for Terminal {
    fn files_were_read(&self, report: &InputReport, found: &[InputFile], is_nothing: bool) {
        // If no activity was read, all reasons are worth printing.
        let none_was_read = is_nothing && summary::omitted_by_reason(&report.omitted).is_empty();
        faults::name_faults(report, found, self.verbose || none_was_read);
    }

    fn library_was_created(&self, path: &Path) {
        let _ = self.new_library.set(path.to_owned());
    }

    fn warn(&self, text: &str) {
        output::warn(text);
    }

    fn note(&self, text: &str) {
        if !self.quiet {
            output::warn(text);
        }
    }

    fn detail(&self, text: &str) {
        if self.verbose {
            output::warn(text);
        }
    }
}

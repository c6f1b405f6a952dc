//! What a map is to be, and who is told how it comes about.

use std::path::PathBuf;

use super::privacy::Audience;
use crate::collection::Report;
use crate::control::progress::Progress;
use crate::engine::select_device::Device;
use crate::pyramid::RenderOptions;
use crate::selection::Selection;
use crate::source::InputFile;

/// Where the activities of a map come from.
#[derive(Clone, Debug)]
pub enum Input {
    /// Everything that was imported into the library.
    Library,
    /// These files, folders and archives.
    Files {
        /// As the user named them.
        inputs: Vec<PathBuf>,
        /// Whether what they hold is remembered in the library, and what it remembers of them not read again.
        remember: bool,
    },
}

/// A map to draw and to write.
#[derive(Clone, Debug)]
pub struct RenderRequest {
    /// Where the activities come from.
    pub input: Input,
    /// Which of them are wanted.
    pub selection: Selection,
    /// The library's file; `None` where the system has no place for one.
    pub library: Option<PathBuf>,
    /// Who will see the map.
    pub audience: Audience,
    /// What to draw, and in which colours.
    pub options: RenderOptions,
    /// What draws.
    pub device: Device,
    /// For tests: lose the GPU after so many batches.
    pub lose_gpu_after: Option<u32>,
    /// A folder, or a file that ends in `.pmtiles`.
    pub out: PathBuf,
}

/// Who is told how a render goes.
pub trait Watch: Progress {
    /// All files were read. Where `is_nothing`, no activity is left to draw.
    fn files_were_read(&self, report: &Report, found: &[InputFile], is_nothing: bool);

    /// Something is not as it should be, and the render goes on.
    fn warn(&self, text: &str);

    /// Something that only those want to know who ask for details.
    fn detail(&self, text: &str);
}

//! Request and observer of a render.

use std::path::{Path, PathBuf};

use super::privacy::Audience;
use crate::collection::InputReport;
use crate::control::progress::Progress;
use crate::engine::select_device::Device;
use crate::library::LibraryPlace;
use crate::pyramid::RenderOptions;
use crate::selection::Selection;
use crate::source::InputFile;
use crate::tileset::Publication;

/// Source of the activities of a map.
#[derive(Clone, Debug)]
pub enum Input {
    /// The activities of the library.
    Library,
    /// These files, folders and archives.
    Files {
        /// Paths as the user named them.
        inputs: Vec<PathBuf>,
        /// True to remember the files in the library, and to read remembered files from there.
        remember: bool,
    },
}

/// A map to render.
#[derive(Clone, Debug)]
pub struct RenderRequest {
    /// Source of the activities.
    pub input: Input,
    /// Conditions on the activities.
    pub selection: Selection,
    /// Library file; `None` if none is named and the user has no data folder.
    pub library: Option<LibraryPlace>,
    /// Audience of the map.
    pub audience: Audience,
    /// Day from which layers of the last months count back, in days since 1970; `None` is the newest day of the map.
    pub today: Option<i32>,
    /// Zooms, tile size, styles and compression.
    pub options: RenderOptions,
    /// Title and public address.
    pub publication: Publication,
    /// Device that draws.
    pub device: Device,
    /// For tests: lose the GPU after this number of batches.
    pub lose_gpu_after: Option<u32>,
    /// Output: a folder, or a file that ends in `.pmtiles`.
    pub out: PathBuf,
}

impl RenderRequest {
    /// Returns true if the render reads zones or activities from the library, or remembers files in it.
    pub(super) fn uses_library(&self) -> bool {
        self.audience != Audience::Private || !matches!(self.input, Input::Files { remember: false, .. })
    }
}

/// Observer of a render.
pub trait Watch: Progress {
    /// Called once all files are read; `is_nothing` is true if no activity is left to draw.
    fn files_were_read(&self, report: &InputReport, found: &[InputFile], is_nothing: bool);

    /// Called when the library has just been created: it has no privacy zones.
    fn library_was_created(&self, path: &Path);

    /// Reports a warning; the render continues.
    fn warn(&self, text: &str);

    /// Reports something that the user may wonder about; the render continues.
    fn note(&self, text: &str);

    /// Reports a detail for verbose output.
    fn detail(&self, text: &str);
}

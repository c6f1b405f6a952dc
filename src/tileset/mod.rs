//! Tilesets, written and read: tiles with their description, in a folder or an archive.

mod coverage;
pub mod folder;
pub mod metadata;
pub mod page;
mod page_data;
pub mod pmtiles;
mod reader;
mod rendered;
pub mod staging;
mod style;
mod writer;
mod zoom;

pub use reader::{Reader, StoredTile, TilesetInfo};
pub use rendered::Tileset;
pub use style::Style;
pub use writer::{OutputPaths, Tile, Writer};
pub use zoom::{DrawnLayer, DrawnZoom};

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Whether the path can take these sets: to be asked before hours of drawing.
///
/// # Errors
/// When something is there that is not an earlier output, or it cannot be written.
pub fn check_output(out: &Path, styles: &[Style]) -> Result<()> {
    if is_archive_name(out)? {
        pmtiles::archive_paths(out, styles).iter().try_for_each(|path| pmtiles::stage(path).map(drop))
    } else {
        folder::stage(out).map(drop)
    }
}

/// The writer for a path: PMTiles by its ending, else a folder.
///
/// # Errors
/// As for [`check_output`].
pub fn create<'a>(out: &Path, tileset: &'a Tileset) -> Result<Box<dyn Writer + 'a>> {
    if is_archive_name(out)? {
        Ok(Box::new(pmtiles::ArchiveWriter::create(out, tileset)?))
    } else {
        Ok(Box::new(folder::FolderWriter::create(out, tileset)?))
    }
}

/// The reader for an archive or a folder of tiles; for a folder of several sets, that of the first set.
///
/// # Errors
/// When it cannot be read, is damaged or not by Trailglow.
pub fn open(path: &Path) -> Result<Box<dyn Reader>> {
    if path.is_dir() {
        Ok(Box::new(folder::FolderReader::open(path)?))
    } else {
        Ok(Box::new(pmtiles::ArchiveReader::open(path)?))
    }
}

/// The folder, or the archive of the first set, that is where these sets would be written: absolute, without links.
///
/// # Errors
/// When there is none.
pub fn output_path(out: &Path, styles: &[Style]) -> Result<PathBuf> {
    let path = if is_archive_name(out)? { pmtiles::archive_paths(out, styles).swap_remove(0) } else { out.to_owned() };
    // A file's name may be written like a folder's.
    let path: PathBuf = path.components().collect();
    path.canonicalize().with_context(|| format!("cannot find {}", path.display()))
}

/// Whether a path names an archive, by its ending; else it names a folder.
///
/// # Errors
/// When it ends like a file that is not written here: to make a folder of that name would surprise.
pub fn is_archive_name(out: &Path) -> Result<bool> {
    const UNSUPPORTED: [&str; 15] = [
        "mbtiles", "sqlitedb", "zip", "png", "jpg", "jpeg", "webp", "pdf", "svg", "html", "json", "fit", "gpx", "tcx",
        "gz",
    ];
    match out.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("pmtiles") => Ok(true),
        Some(ending) if UNSUPPORTED.contains(&ending) => {
            bail!("cannot write .{ending} files; name a folder, or a file that ends in .pmtiles")
        }
        _ => Ok(false),
    }
}

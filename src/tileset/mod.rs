//! Tilesets: tiles with their metadata, written to and read from folders and PMTiles archives.

mod coverage;
pub mod folder;
mod legend;
pub mod legend_picture;
pub mod metadata;
mod outputs;
pub mod page;
mod page_data;
mod page_seal;
pub mod pmtiles;
mod publication;
mod reader;
mod rendered_map;
mod rendered_zoom;
mod seal;
pub mod staging;
mod style;
mod ticks;
mod tiles_digest;
mod value_legend;
mod writer;

pub use legend::{LEGEND_COLOURS, Legend, classes};
pub use outputs::{neighbours, tilesets};
pub use page_seal::PageSeal;
pub use publication::{PublicUrl, Publication, Title};
pub use reader::{StoredTile, TilesetInfo, TilesetReader};
pub use rendered_map::RenderedMap;
pub use rendered_zoom::{RenderedLayer, RenderedZoom};
pub use seal::{Seal, TileHash};
pub use style::{PaletteRange, Style};
pub use ticks::Tick;
pub use tiles_digest::TilesDigest;
pub use writer::{OutputPaths, Tile, TilesetWriter};

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Checks, before anything is drawn, that a tileset can be written to `out`.
///
/// # Errors
/// If `out` exists and is neither empty nor a previous output, cannot be written, or names another file format.
pub fn check_output(out: &Path, styles: &[Style]) -> Result<()> {
    if is_archive_name(out)? {
        pmtiles::archive_paths(out, styles).iter().try_for_each(|path| pmtiles::stage(path).map(drop))
    } else {
        folder::stage(out).map(drop)
    }
}

/// Creates the writer for `out`: a PMTiles archive if the name ends in `.pmtiles`, otherwise a folder.
///
/// # Errors
/// Like [`check_output`].
pub fn create<'a>(out: &Path, map: &'a RenderedMap) -> Result<Box<dyn TilesetWriter + 'a>> {
    if is_archive_name(out)? {
        Ok(Box::new(pmtiles::ArchiveWriter::create(out, map)?))
    } else {
        Ok(Box::new(folder::FolderWriter::create(out, map)?))
    }
}

/// Opens an archive or a folder of tiles. In a folder of several styles, opens the first.
///
/// # Errors
/// If the tileset cannot be read, is damaged or was not written by Trailglow.
pub fn open(path: &Path) -> Result<Box<dyn TilesetReader>> {
    if path.is_dir() {
        Ok(Box::new(folder::FolderReader::open(path)?))
    } else {
        Ok(Box::new(pmtiles::ArchiveReader::open(path)?))
    }
}

/// Returns the canonical path of the folder, or of the archive of the first style, that a render to `out` writes.
///
/// # Errors
/// If the path does not exist.
pub fn output_path(out: &Path, styles: &[Style]) -> Result<PathBuf> {
    let path = if is_archive_name(out)? { pmtiles::archive_paths(out, styles).swap_remove(0) } else { out.to_owned() };
    // Removes a trailing slash.
    let path: PathBuf = path.components().collect();
    path.canonicalize().with_context(|| format!("cannot find {}", path.display()))
}

/// Returns the path of the tileset of the style at `index`, relative to the folder `out` or to the folder of the archive
/// `out`.
pub fn style_path(out: &Path, styles: &[Style], index: usize) -> String {
    match is_archive_name(out) {
        Ok(true) => {
            let path = pmtiles::archive_paths(out, styles).swap_remove(index);
            path.file_name().unwrap_or_default().to_string_lossy().into_owned()
        }
        _ if styles.len() > 1 => styles[index].slug(),
        _ => String::new(),
    }
}

/// Returns true if `out` names an archive, false if it names a folder.
///
/// # Errors
/// If `out` has the ending of another file format: a folder with this ending would be a surprise.
pub fn is_archive_name(out: &Path) -> Result<bool> {
    const UNSUPPORTED: [&str; 18] = [
        "mbtiles", "sqlitedb", "zip", "png", "jpg", "jpeg", "webp", "pdf", "svg", "html", "json", "fit", "gpx", "tcx",
        "kml", "kmz", "geojson", "gz",
    ];
    match out.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("pmtiles") if out.as_os_str().as_encoded_bytes().ends_with(b"/") => {
            bail!("{} is a file, not a folder; remove the slash at its end", out.display())
        }
        Some("pmtiles") => Ok(true),
        Some(ending) if UNSUPPORTED.contains(&ending) => {
            bail!("cannot write .{ending} files; name a folder, or a file that ends in .pmtiles")
        }
        _ => Ok(false),
    }
}

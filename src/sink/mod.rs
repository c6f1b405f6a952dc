//! Sinks: where tiles go.

pub mod atomic;
pub mod folder;
pub mod former;
pub mod page;
pub mod pmtiles;
pub mod tileset;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::layer::Layer;
use crate::tile::TileCoord;
use crate::tone::palette::Palette;
use tileset::Tileset;

/// One layer in one palette: what is seen as one map.
#[derive(Clone, Debug)]
pub struct Set {
    /// What a pixel means.
    pub layer: &'static Layer,
    /// Its colours.
    pub palette: Palette,
}

impl Set {
    /// `frequency-ember`: names the set in paths where there are several.
    pub fn slug(&self) -> String {
        format!("{}-{}", self.layer.name, self.palette.name)
    }
}

/// A finished tile.
pub struct Tile {
    /// Its place.
    pub coord: TileCoord,
    /// The same for tiles of the same bytes within a set.
    pub content: u64,
    /// A PNG.
    pub png: Vec<u8>,
}

/// What a sink has made.
#[derive(Clone, Debug)]
pub struct Written {
    /// The files or folders asked for.
    pub paths: Vec<PathBuf>,
    /// The page to open in a browser, if there is one.
    pub page: Option<PathBuf>,
}

/// A place for the tiles of one or more sets. Until [`finish`](Sink::finish) nothing is seen at that place.
pub trait Sink {
    /// Stores tiles of the set at `set`. For each set tiles come by zoom, and within a zoom along the Hilbert curve.
    ///
    /// # Errors
    /// When they cannot be written.
    fn put(&mut self, set: usize, tiles: &[Tile]) -> Result<()>;

    /// Puts everything in its place.
    ///
    /// # Errors
    /// When that fails; the place is then as it was.
    fn finish(self: Box<Self>) -> Result<Written>;
}

/// Whether the path can take these sets: to be asked before hours of drawing.
///
/// # Errors
/// When something is there that is not an earlier output, or it cannot be written.
pub fn check(out: &Path, sets: &[Set]) -> Result<()> {
    if is_archive_name(out)? {
        pmtiles::places(out, sets).iter().try_for_each(|place| pmtiles::stage(place).map(drop))
    } else {
        folder::stage(out).map(drop)
    }
}

/// The sink for a path: PMTiles by its ending, else a folder.
///
/// # Errors
/// As for [`check`].
pub fn open<'a>(out: &Path, tileset: &'a Tileset) -> Result<Box<dyn Sink + 'a>> {
    if is_archive_name(out)? {
        Ok(Box::new(pmtiles::Archives::open(out, tileset)?))
    } else {
        Ok(Box::new(folder::Folder::open(out, tileset)?))
    }
}

/// Whether a path names an archive, by its ending; else it names a folder.
///
/// # Errors
/// When it ends like a file that is not written here: to make a folder of that name would surprise.
pub fn is_archive_name(out: &Path) -> Result<bool> {
    const OTHERS: [&str; 15] = [
        "mbtiles", "sqlitedb", "zip", "png", "jpg", "jpeg", "webp", "pdf", "svg", "html", "json", "fit", "gpx", "tcx",
        "gz",
    ];
    match out.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("pmtiles") => Ok(true),
        Some(ending) if OTHERS.contains(&ending) => {
            bail!("cannot write .{ending} files; name a folder, or a file that ends in .pmtiles")
        }
        _ => Ok(false),
    }
}

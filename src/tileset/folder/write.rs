//! Writes a folder of tiles.

use std::collections::HashSet;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::read::{is_trailglow_folder, tilejson, zoom_range};
use crate::engine::geometry::tile::MAX_ZOOM;
use crate::tileset::page;
use crate::tileset::rendered_map::RenderedMap;
use crate::tileset::staging::Staging;
use crate::tileset::writer::{OutputPaths, Tile, TilesetWriter};

/// Writes tiles to `z/x/y.png`, with several styles in a subfolder per style.
pub struct FolderWriter<'a> {
    map: &'a RenderedMap,
    staging: Staging,
    created_folders: HashSet<PathBuf>,
}

/// Prepares to replace the folder `target`.
///
/// # Errors
/// If `target` is a file, the current directory, or a folder with files not written by Trailglow, or if it cannot be
/// written.
pub fn stage(target: &Path) -> Result<Staging> {
    if target.exists() {
        check_replaceable(target)?;
    }
    Staging::folder(target)
}

impl<'a> FolderWriter<'a> {
    /// Creates a temporary folder for `target`.
    ///
    /// # Errors
    /// Like [`stage`].
    pub fn create(target: &Path, map: &'a RenderedMap) -> Result<Self> {
        Ok(Self { map, staging: stage(target)?, created_folders: HashSet::new() })
    }

    fn style_folder(&self, style: usize) -> PathBuf {
        self.staging.path().join(self.map.path(style))
    }
}

/// Error text that names the target, because users do not know the temporary name.
fn cannot_write(staging: &Staging) -> String {
    format!("cannot write {}", staging.target().display())
}

/// Fails if replacing the folder would delete files that Trailglow has not written.
fn check_replaceable(target: &Path) -> Result<()> {
    let shown = target.display();
    let cannot_read = || format!("cannot read {shown}; name a folder or a file that ends in .pmtiles");
    let entries = fs::read_dir(target).with_context(cannot_read)?.collect::<Result<Vec<_>, _>>();
    let entries = entries.with_context(cannot_read)?;
    if !entries.is_empty() && !is_trailglow_folder(target) {
        bail!(
            "{shown} holds other files; choose a new folder (only a folder with a tiles.json by Trailglow is replaced)"
        );
    }
    if let Some(other) = find_foreign_entry(target) {
        bail!("{shown} also holds {}, which would be lost; move it elsewhere", other.display());
    }
    // After the exchange, a shell with this current directory would be left in a deleted folder.
    let current_dir = std::env::current_dir().and_then(|folder| folder.canonicalize());
    if current_dir.is_ok_and(|current_dir| target.canonicalize().is_ok_and(|target| current_dir.starts_with(target))) {
        bail!("{shown} is the current folder; name a folder below it, or change to another folder");
    }
    Ok(())
}

/// Finds a file or folder that is not part of a tileset.
fn find_foreign_entry(target: &Path) -> Option<PathBuf> {
    let zooms = tilejson(target).map_or(0..=MAX_ZOOM, |json| zoom_range(&json));
    WalkDir::new(target).min_depth(1).into_iter().find_map(|entry| {
        let Ok(entry) = entry else { return Some(PathBuf::from("an unreadable entry")) };
        let relative = entry.path().strip_prefix(target).unwrap_or(entry.path());
        let names: Vec<&str> = relative.iter().map(|name| name.to_str().unwrap_or_default()).collect();
        (!is_output_entry(&names, entry.file_type().is_dir(), entry.path(), &zooms)).then(|| relative.to_owned())
    })
}

/// Returns true for names that Trailglow writes, and for files that desktops create in any folder.
fn is_output_entry(names: &[&str], is_folder: bool, path: &Path, zooms: &RangeInclusive<u8>) -> bool {
    const FILES: [&str; 5] = ["tiles.json", "index.html", ".DS_Store", "Thumbs.db", "desktop.ini"];
    let is_number = |name: &str| !name.is_empty() && name.bytes().all(|c| c.is_ascii_digit());
    let is_zoom = |name: &str| is_number(name) && name.parse().is_ok_and(|zoom: u8| zooms.contains(&zoom));
    match (names, is_folder) {
        ([name], true) if !is_zoom(name) => is_trailglow_folder(path),
        ([.., name], false) if FILES.contains(name) => true,
        // Subfolder of a style: the rest of the path follows the same rules.
        ([style, relative @ ..], _) if !is_zoom(style) && !relative.is_empty() => {
            is_output_entry(relative, is_folder, path, zooms)
        }
        ([zoom], true) => is_zoom(zoom),
        ([zoom, x], true) => is_zoom(zoom) && is_number(x),
        ([zoom, x, tile], false) => is_zoom(zoom) && is_number(x) && tile.strip_suffix(".png").is_some_and(is_number),
        _ => false,
    }
}

impl TilesetWriter for FolderWriter<'_> {
    fn write_tiles(&mut self, style: usize, tiles: &[Tile]) -> Result<()> {
        let style_folder = self.style_folder(style);
        let cannot_write = || cannot_write(&self.staging);
        let column = |tile: &Tile| style_folder.join(format!("{}/{}", tile.coord.z(), tile.coord.x()));
        for folder in tiles.iter().map(column) {
            if !self.created_folders.contains(&folder) {
                fs::create_dir_all(&folder).with_context(cannot_write)?;
                self.created_folders.insert(folder);
            }
        }
        tiles.par_iter().try_for_each(|tile| {
            let path = column(tile).join(format!("{}.png", tile.coord.y()));
            fs::write(&path, &tile.png).with_context(cannot_write)
        })
    }

    fn finish(self: Box<Self>) -> Result<OutputPaths> {
        let write = |path: PathBuf, text: &str| fs::write(&path, text).with_context(|| cannot_write(&self.staging));
        for style in 0..self.map.styles.len() {
            write(self.style_folder(style).join("tiles.json"), &format!("{:#}\n", self.map.tilejson(style, "")))?;
        }
        // The TileJSON at the top identifies the folder as an output of Trailglow.
        let first = self.map.tilejson(0, &self.map.path(0));
        write(self.staging.path().join("tiles.json"), &format!("{first:#}\n"))?;
        write(self.staging.path().join("index.html"), &page::page_html(&self.map.page_data()))?;
        let target = self.staging.target().to_owned();
        self.staging.commit()?;
        Ok(OutputPaths { page: Some(target.join("index.html")), paths: vec![target] })
    }
}

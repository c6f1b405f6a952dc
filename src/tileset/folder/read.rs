//! Reads tiles from a folder.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use rayon::prelude::*;
use serde_json::{Map, Value};

use crate::bytes::ranges::Slice;
use crate::engine::geometry::tile::{MAX_ZOOM, TileCoord};
use crate::tileset::metadata::FOLDER_URL;
use crate::tileset::reader::{
    MAX_INFO_BYTES, MAX_TILE_BYTES, StoredTile, TileCoords, TilesetInfo, TilesetReader, unreadable_message,
};

/// Reads the tiles of one style.
pub struct FolderReader {
    /// Folder of the `tiles.json`.
    folder: PathBuf,
    tiles_folder: PathBuf,
    info: TilesetInfo,
}

impl FolderReader {
    /// Opens the folder of a style, or a folder of several styles for the first of them.
    ///
    /// # Errors
    /// If `tiles.json` is missing, damaged or was not written by Trailglow.
    pub fn open(folder: &Path) -> Result<Self> {
        let context = || unreadable_message(folder.display());
        let json = tilejson(folder).context("it has no tiles.json by Trailglow").with_context(context)?;
        let style =
            style_folder(&json).context("its tiles.json refers to tiles outside the folder").with_context(context)?;
        let tiles_folder = if style.is_empty() { folder.to_owned() } else { folder.join(style) };
        Ok(Self { folder: folder.to_owned(), tiles_folder, info: parse_tilejson(json).with_context(context)? })
    }

    fn tile_path(&self, tile: TileCoord) -> PathBuf {
        self.tiles_folder.join(format!("{}/{}/{}.png", tile.z(), tile.x(), tile.y()))
    }

    fn read_tile(&self, tile: TileCoord) -> Result<Option<StoredTile>> {
        let path = self.tile_path(tile);
        let context = || unreadable_message(path.display());
        let metadata = match fs::metadata(&path) {
            Err(error) if is_missing(&error) => return Ok(None),
            metadata => metadata.with_context(context)?,
        };
        if !metadata.is_file() || metadata.len() > MAX_TILE_BYTES {
            return Err(anyhow!("it is not a tile").context(context()));
        }
        let mut png = Vec::with_capacity(metadata.len() as usize);
        let file = File::open(&path).with_context(context)?;
        file.take(MAX_TILE_BYTES).read_to_end(&mut png).with_context(context)?;
        Ok(Some(StoredTile { png: Slice::new(png), offset: None }))
    }

    /// Returns the tile ids of a zoom in ascending order.
    fn tile_ids(&self, zoom: u8) -> Result<Vec<u64>> {
        let folder = self.tiles_folder.join(zoom.to_string());
        let mut ids = Vec::new();
        for x in numbered_entries(&folder, "")? {
            let rows = numbered_entries(&folder.join(x.to_string()), ".png")?.into_iter();
            ids.extend(rows.filter_map(|y| TileCoord::new(zoom, x, y)).map(TileCoord::id));
        }
        ids.sort_unstable();
        Ok(ids)
    }
}

impl TilesetReader for FolderReader {
    fn info(&self) -> &TilesetInfo {
        &self.info
    }

    fn tiles(&mut self) -> TileCoords<'_> {
        let zoom = |zoom: u8| {
            let (ids, error) = self.tile_ids(zoom).map_or_else(|error| (Vec::new(), Some(error)), |ids| (ids, None));
            ids.into_iter().filter_map(TileCoord::from_id).map(Ok).chain(error.map(Err))
        };
        Box::new(self.info.zooms.clone().flat_map(zoom))
    }

    fn has_unlisted_tiles(&self) -> Result<bool> {
        for folder in [&self.folder, &self.tiles_folder] {
            let is_listed = |zoom: &u8| *folder == self.tiles_folder && self.info.zooms.contains(zoom);
            for zoom in (0..=MAX_ZOOM).filter(|zoom| !is_listed(zoom)) {
                if !numbered_entries(&folder.join(zoom.to_string()), "")?.is_empty() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn tile(&mut self, tile: TileCoord) -> Result<Option<StoredTile>> {
        self.read_tile(tile)
    }

    fn read(&mut self, tiles: &[TileCoord]) -> Result<Vec<StoredTile>> {
        let missing = |tile| format!("cannot find {}; render it again", self.tile_path(tile).display());
        tiles.par_iter().map(|&tile| self.read_tile(tile)?.with_context(|| missing(tile))).collect()
    }
}

/// Returns true if Trailglow has written the folder.
pub fn is_trailglow_folder(folder: &Path) -> bool {
    tilejson(folder).is_some()
}

/// Returns the subfolders that Trailglow has written, sorted: one for each of several styles, and those of earlier
/// outputs.
///
/// # Errors
/// If the folder cannot be read.
pub fn style_folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    folders.retain(|folder| is_trailglow_folder(folder));
    folders.sort();
    Ok(folders)
}

/// Returns the `tiles.json` of a folder if Trailglow has written it.
pub fn tilejson(folder: &Path) -> Option<Map<String, Value>> {
    let mut text = Vec::new();
    let file = File::open(folder.join("tiles.json")).ok()?;
    file.take(MAX_INFO_BYTES).read_to_end(&mut text).ok()?;
    let json: Map<String, Value> = serde_json::from_slice(&text).ok()?;
    json.contains_key("trailglow").then_some(json)
}

/// Returns the zooms stated in a `tiles.json`; missing limits default to 0 and [`MAX_ZOOM`].
pub fn zoom_range(json: &Map<String, Value>) -> RangeInclusive<u8> {
    let zoom = |key: &str| json.get(key).and_then(Value::as_u64).and_then(|zoom| u8::try_from(zoom).ok());
    zoom("minzoom").unwrap_or(0)..=zoom("maxzoom").unwrap_or(MAX_ZOOM).min(MAX_ZOOM)
}

/// Returns the subfolder with the tiles of a `tiles.json`, empty if there is none. Returns `None` for any other tile
/// URL. An absolute tile URL begins with the public address of the folder.
fn style_folder(json: &Map<String, Value>) -> Option<&str> {
    let public_url = json.get("trailglow").and_then(|trailglow| trailglow.get(FOLDER_URL)?.as_str());
    let template = json.get("tiles")?.get(0)?.as_str()?;
    let template = public_url.and_then(|url| template.strip_prefix(url)).unwrap_or(template);
    let folder = template.strip_suffix("{z}/{x}/{y}.png")?;
    let is_plain =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if folder.is_empty() { Some(folder) } else { folder.strip_suffix('/').filter(|name| is_plain(name)) }
}

/// Separates the keys of TileJSON from the metadata.
fn parse_tilejson(mut json: Map<String, Value>) -> Result<TilesetInfo> {
    let zooms = zoom_range(&json);
    let mut numbers =
        |key: &str| -> Option<Vec<f64>> { json.remove(key)?.as_array()?.iter().map(Value::as_f64).collect() };
    let bounds =
        numbers("bounds").and_then(|bounds| bounds.try_into().ok()).context("its bounds are not four numbers")?;
    let center =
        numbers("center").and_then(|center| center.try_into().ok()).context("its center is not three numbers")?;
    json.get_mut("trailglow").and_then(Value::as_object_mut).and_then(|trailglow| trailglow.remove(FOLDER_URL));
    json.retain(|key, _| !["tilejson", "tiles", "scheme", "minzoom", "maxzoom"].contains(&&**key));
    TilesetInfo::new(zooms, bounds, center, json)
}

/// Returns the numbers of all entries named by a number and `suffix`, or nothing if the folder is missing. Ignores all
/// other names, such as `01.png`.
fn numbered_entries(folder: &Path, suffix: &str) -> Result<Vec<u32>> {
    let context = || unreadable_message(folder.display());
    let entries = match fs::read_dir(folder) {
        Err(error) if is_missing(&error) => return Ok(Vec::new()),
        entries => entries.with_context(context)?,
    };
    let mut numbers = Vec::new();
    for entry in entries {
        let name = entry.with_context(context)?.file_name();
        let Some(text) = name.to_str().and_then(|name| name.strip_suffix(suffix)) else { continue };
        numbers.extend(text.parse().ok().filter(|number: &u32| number.to_string() == text));
    }
    Ok(numbers)
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

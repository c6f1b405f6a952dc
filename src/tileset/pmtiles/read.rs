//! Reads tiles from an archive.
//!
//! A tile id is looked up by binary search in the root directory and, if the entry refers to one, in a leaf directory.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use super::directory::{self, Entry, Limits};
use super::header::Header;
use crate::bytes::ranges;
use crate::engine::geometry::tile::TileCoord;
use crate::tileset::reader::{MAX_INFO_BYTES, StoredTile, TileCoords, TilesetInfo, TilesetReader, unreadable_message};

/// Data source of an archive.
pub trait Source: Read + Seek {
    /// Returns another handle to the file, or `None` if the source is no file.
    fn file(&self) -> Option<File>;
}

impl Source for File {
    fn file(&self) -> Option<File> {
        self.try_clone().ok()
    }
}

impl<T: AsRef<[u8]>> Source for Cursor<T> {
    fn file(&self) -> Option<File> {
        None
    }
}

/// Reads the tiles of an archive. Keeps the root directory and the last leaf directory in memory.
pub struct ArchiveReader<S = File> {
    source: S,
    /// Name of the archive in errors.
    name: String,
    file_bytes: u64,
    header: Header,
    info: TilesetInfo,
    ids: Range<u64>,
    root: Vec<Entry>,
    /// The last leaf directory, with the index of its entry in the root directory.
    leaf: Option<(usize, Vec<Entry>)>,
}

impl ArchiveReader {
    /// Opens an archive.
    ///
    /// # Errors
    /// If the archive cannot be read, is damaged or was not written by Trailglow.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let open = || {
            // Opening a named pipe would wait for a writer.
            ensure!(path.metadata()?.is_file(), "it is not a file");
            Ok(File::open(path)?)
        };
        let file = open().with_context(|| unreadable_message(&name))?;
        Self::from_source(file, name)
    }
}

impl<S: Source> ArchiveReader<S> {
    /// Reads an archive from any source; errors contain `name`.
    ///
    /// # Errors
    /// Like [`open`](ArchiveReader::open).
    pub fn from_source(mut source: S, name: String) -> Result<Self> {
        let mut read = || {
            let header = Header::read(&mut source)?;
            let file_bytes = source.seek(SeekFrom::End(0))?;
            header.validate(file_bytes)?;
            let metadata = metadata(&header, &mut source)?;
            let info = TilesetInfo::new(header.zooms(), header.bounds(), header.center(), metadata)?;
            let ids = header.tile_ids().context("its zooms are invalid")?;
            let root = header.root.decompress(&mut source, directory::MAX_DIRECTORY_BYTES)?;
            let limits = Limits { ids: ids.clone(), data: header.data, leaves: Some(header.leaves) };
            Ok((file_bytes, header, info, ids, directory::parse_directory(&root, &limits)?))
        };
        let (file_bytes, header, info, ids, root) =
            read().map_err(|error: anyhow::Error| error.context(unreadable_message(&name)))?;
        Ok(Self { source, name, file_bytes, header, info, ids, root, leaf: None })
    }

    /// Returns the leaf directory of an entry of the root directory.
    fn leaf(&mut self, index: usize) -> Result<&[Entry]> {
        let leaf = match self.leaf.take() {
            Some((cached, entries)) if cached == index => entries,
            _ => self.read_leaf(index).with_context(|| unreadable_message(&self.name))?,
        };
        Ok(&self.leaf.insert((index, leaf)).1)
    }

    fn read_leaf(&mut self, index: usize) -> Result<Vec<Entry>> {
        let entry = self.root[index];
        let section = self
            .header
            .leaves
            .slice(entry.offset, entry.length.into())
            .context("a leaf directory is outside its section")?;
        let bytes = section.decompress(&mut self.source, directory::MAX_DIRECTORY_BYTES)?;
        let end = self.root.get(index + 1).map_or(self.ids.end, |next| next.id);
        directory::parse_directory(&bytes, &Limits { ids: entry.id..end, data: self.header.data, leaves: None })
    }

    /// Returns the offset and length of a tile in the file, or `None` if the archive has no such tile.
    fn locate(&mut self, tile: TileCoord) -> Result<Option<(u64, usize)>> {
        let id = tile.id();
        let Some(index) = entry_index(&self.root, id) else { return Ok(None) };
        let entry = match self.root[index] {
            leaf if leaf.run == 0 => {
                let leaf = self.leaf(index)?;
                entry_index(leaf, id).map(|index| leaf[index])
            }
            entry => Some(entry),
        };
        let entry = entry.filter(|entry| id - entry.id < entry.run.into());
        Ok(entry.map(|entry| (self.header.data.offset + entry.offset, entry.length as usize)))
    }

    fn read_ranges(&mut self, ranges: &[(u64, usize)]) -> Result<Vec<StoredTile>> {
        let pngs = ranges::read(&mut self.source, ranges).with_context(|| unreadable_message(&self.name))?;
        Ok(pngs.into_iter().zip(ranges).map(|(png, &(offset, _))| StoredTile { png, offset: Some(offset) }).collect())
    }
}

impl<S: Source> TilesetReader for ArchiveReader<S> {
    fn info(&self) -> &TilesetInfo {
        &self.info
    }

    fn tiles(&mut self) -> TileCoords<'_> {
        let count = self.root.len();
        let root_entry_tiles = move |index: usize| {
            let entries = match self.root[index] {
                leaf if leaf.run == 0 => self.leaf(index).map(<[Entry]>::to_vec),
                entry => Ok(vec![entry]),
            };
            let (entries, error) = entries.map_or_else(|error| (Vec::new(), Some(error)), |entries| (entries, None));
            entries.into_iter().map(Ok).chain(error.map(Err))
        };
        let tiles = |entry: Result<Entry>| {
            let (ids, error) = match entry {
                Ok(entry) => (entry.id..entry.id + u64::from(entry.run), None),
                Err(error) => (0..0, Some(error)),
            };
            ids.filter_map(TileCoord::from_id).map(Ok).chain(error.map(Err))
        };
        Box::new((0..count).flat_map(root_entry_tiles).flat_map(tiles))
    }

    fn tile(&mut self, tile: TileCoord) -> Result<Option<StoredTile>> {
        match self.locate(tile)? {
            Some(range) => Ok(self.read_ranges(&[range])?.pop()),
            None => Ok(None),
        }
    }

    fn read(&mut self, tiles: &[TileCoord]) -> Result<Vec<StoredTile>> {
        let mut ranges = Vec::with_capacity(tiles.len());
        for &tile in tiles {
            let range = self.locate(tile)?;
            let range = range.with_context(|| format!("tile {} is missing", tile_name(tile)));
            ranges.push(range.with_context(|| unreadable_message(&self.name))?);
        }
        self.read_ranges(&ranges)
    }

    fn has_unlisted_tiles(&self) -> Result<bool> {
        Ok(self.file_bytes > self.header.end())
    }

    fn file(&self) -> Option<File> {
        self.source.file()
    }
}

/// Returns true if Trailglow has written the archive, even if tiles or directories are damaged.
pub fn is_trailglow_archive(path: &Path) -> bool {
    let metadata = || {
        let mut file = File::open(path)?;
        metadata(&Header::read(&mut file)?, &mut file)
    };
    metadata().is_ok_and(|metadata| metadata.contains_key("trailglow"))
}

fn metadata(header: &Header, source: &mut (impl Read + Seek)) -> Result<Map<String, Value>> {
    let text = header.metadata.decompress(source, MAX_INFO_BYTES)?;
    serde_json::from_slice(&text).context("its metadata is not a JSON object")
}

/// Returns the index of the only entry that can contain a tile.
fn entry_index(entries: &[Entry], id: u64) -> Option<usize> {
    entries.partition_point(|entry| entry.id <= id).checked_sub(1)
}

fn tile_name(tile: TileCoord) -> String {
    format!("{}/{}/{}", tile.z(), tile.x(), tile.y())
}

//! Earlier outputs, to be read again.
//!
//! Whoever reads checks what comes: an output may have been changed or damaged since it was written.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;
use rayon::prelude::*;

use super::style::Set;
use super::{is_archive_name, pmtiles};
use crate::bytes::codec::Reader;
use crate::bytes::ranges::{self, Piece};
use crate::engine::geometry::tile::TileCoord;

/// Bytes of a tile at most: more than 512 × 512 levels take that do not compress.
const MOST_TILE_BYTES: u64 = 1 << 20;

/// Bytes of the directories of an archive at most: more than 20 million tiles take.
const MOST_DIRECTORY_BYTES: u64 = 256 << 20;

/// The first set of an earlier output.
pub trait Former {
    /// The files of tiles.
    ///
    /// # Errors
    /// When one is not there or cannot be read.
    fn read(&mut self, tiles: &[TileCoord]) -> Result<Vec<FormerTile>>;

    /// The file that all tiles are in, if they are in one.
    fn file(&self) -> Option<File> {
        None
    }
}

/// A tile of an earlier output.
pub struct FormerTile {
    /// A PNG, if nothing has damaged it.
    pub png: Piece,
    /// Where it begins in [`Former::file`].
    pub at: Option<u64>,
}

/// The folder, or the archive of the first set, that is where these sets would be written: absolute, without links.
///
/// # Errors
/// When there is none.
pub fn place(out: &Path, sets: &[Set]) -> Result<PathBuf> {
    let place = if is_archive_name(out)? { pmtiles::places(out, sets).swap_remove(0) } else { out.to_owned() };
    // A file's name may be written like a folder's.
    let place: PathBuf = place.components().collect();
    place.canonicalize().with_context(|| format!("cannot find {}", place.display()))
}

/// What is at the [`place`] of these sets.
///
/// # Errors
/// When it cannot be read.
pub fn open(place: &Path, sets: &[Set]) -> Result<Box<dyn Former>> {
    if place.is_dir() {
        let root = if sets.len() > 1 { place.join(sets[0].slug()) } else { place.to_owned() };
        Ok(Box::new(Folder { root }))
    } else {
        Ok(Box::new(Archive::open(place)?))
    }
}

struct Folder {
    root: PathBuf,
}

impl Former for Folder {
    fn read(&mut self, tiles: &[TileCoord]) -> Result<Vec<FormerTile>> {
        let read = |tile: &TileCoord| {
            let path = self.root.join(format!("{}/{}/{}.png", tile.z(), tile.x(), tile.y()));
            let about = fs::metadata(&path)?;
            ensure!(about.is_file() && about.len() <= MOST_TILE_BYTES, "{} is no tile", path.display());
            Ok(FormerTile { png: Piece::of(fs::read(path)?), at: None })
        };
        tiles.par_iter().map(read).collect()
    }
}

struct Archive {
    file: File,
    /// Where contents begin.
    data: u64,
    /// Ascending.
    entries: Vec<Entry>,
}

/// A run of tiles with the same content, or a directory where the run is 0.
#[derive(Clone, Copy, Debug)]
struct Entry {
    id: u64,
    run: u64,
    length: u64,
    offset: u64,
}

impl Archive {
    /// Reads the directories (PMTiles v3 specification, sections 3 and 4).
    fn open(path: &Path) -> Result<Self> {
        let mut file = File::open(path)?;
        let mut header = [0; 127];
        file.read_exact(&mut header)?;
        ensure!(header.starts_with(b"PMTiles\x03"), "it is no archive");
        let number = |at: usize| header[at..at + 8].iter().rev().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        let [root, root_length, leaves, data] = [8, 16, 40, 56].map(number);
        let mut entries = Vec::new();
        for entry in directory(&mut file, root, root_length)? {
            match entry.run {
                0 => entries.extend(directory(&mut file, leaves.saturating_add(entry.offset), entry.length)?),
                _ => entries.push(entry),
            }
        }
        Ok(Self { file, data, entries })
    }

    /// Where a tile begins in the file, and how many bytes it has.
    fn place(&self, tile: TileCoord) -> Result<(u64, usize)> {
        let id = tile.id();
        let after = self.entries.partition_point(|entry| entry.id <= id);
        let entry = after.checked_sub(1).map(|index| self.entries[index]);
        let entry = entry.filter(|entry| id - entry.id < entry.run && entry.length <= MOST_TILE_BYTES);
        let entry = entry.context("a tile is missing")?;
        Ok((self.data.saturating_add(entry.offset), entry.length as usize))
    }
}

impl Former for Archive {
    fn read(&mut self, tiles: &[TileCoord]) -> Result<Vec<FormerTile>> {
        let places = tiles.iter().map(|tile| self.place(*tile)).collect::<Result<Vec<_>>>()?;
        let pngs = ranges::read(&mut self.file, &places)?;
        Ok(pngs.into_iter().zip(places).map(|(png, (at, _))| FormerTile { png, at: Some(at) }).collect())
    }

    fn file(&self) -> Option<File> {
        self.file.try_clone().ok()
    }
}

fn directory(file: &mut File, offset: u64, length: u64) -> Result<Vec<Entry>> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    GzDecoder::new(file.take(length)).take(MOST_DIRECTORY_BYTES).read_to_end(&mut bytes)?;
    let mut reader = Reader(&bytes);
    entries(&mut reader).context("its directory is damaged")
}

/// Numbers, runs, lengths and offsets, each in a column; an offset of 0 says that it follows the one before.
fn entries(reader: &mut Reader<'_>) -> Result<Vec<Entry>> {
    let count = reader.count()?;
    let mut column = || (0..count).map(|_| reader.number()).collect::<Result<Vec<u64>, _>>();
    let [ids, runs, lengths, offsets] = [column()?, column()?, column()?, column()?];
    let (mut id, mut end) = (0u64, 0u64);
    let mut entries = Vec::with_capacity(count);
    for i in 0..count {
        let next = id.checked_add(ids[i]);
        let offset = if offsets[i] == 0 { end } else { offsets[i] - 1 };
        match (next, offset.checked_add(lengths[i])) {
            (Some(next), Some(next_end)) => (id, end) = (next, next_end),
            _ => bail!("it goes beyond any file"),
        }
        entries.push(Entry { id, run: runs[i], length: lengths[i], offset });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns of a directory as the specification writes them: each number is below 128.
    fn directory_of(columns: [&[u8]; 4]) -> Vec<u8> {
        [&[columns[0].len() as u8], columns[0], columns[1], columns[2], columns[3]].concat()
    }

    fn read(bytes: &[u8]) -> Option<Vec<[u64; 4]>> {
        let entries = entries(&mut Reader(bytes)).ok()?;
        Some(entries.iter().map(|entry| [entry.id, entry.run, entry.length, entry.offset]).collect())
    }

    #[test]
    fn directories_are_read_as_specified() {
        let bytes = directory_of([&[5, 2, 1], &[1, 1, 3], &[10, 20, 10], &[1, 0, 1]]);
        assert_eq!(read(&bytes), Some(vec![[5, 1, 10, 0], [7, 1, 20, 10], [8, 3, 10, 0]]));
        assert_eq!(read(&bytes[..bytes.len() - 1]), None);
        assert_eq!(read(&[100]), None, "more entries than bytes");
    }

    #[test]
    fn a_directory_that_goes_beyond_any_file_is_refused() {
        let most = [[0xff; 9].as_slice(), &[1]].concat();
        let beyond = |columns: [&[u8]; 4]| read(&[&[2], columns[0], columns[1], columns[2], columns[3]].concat());
        let few: &[u8] = &[1, 1];
        assert!(beyond([few; 4]).is_some());
        assert_eq!(beyond([&[&most[..], &[1]].concat(), few, few, few]), None);
        assert_eq!(beyond([few, few, &[&[1], &most[..]].concat(), &[1, 2]]), None);
    }
}

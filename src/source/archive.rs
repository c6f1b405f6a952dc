//! Zip archives, read in wayfinder: nothing is written to disk, and names in them are only labels.
//!
//! rawzip finds the members; it reads at positions, so that many threads can read one archive. Archives inside of it are
//! read in wayfinder too where they are stored as they are, and otherwise from memory.

use super::content::{Budget, ContentReader, Metered, READ_BYTES};
use super::skip::Skip;
use crc32fast::Hasher;
use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipLocator};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Archives inside of archives: the innermost that is read has two round it.
pub const MAX_DEPTH: usize = 3;

/// Members one archive may list. A life of rides has ten thousand, an export of everything a device knows a hundred.
const MAX_MEMBERS: usize = if cfg!(test) { 1000 } else { 500_000 };

/// Bytes that list them, in memory while the archive is read.
const MAX_DIRECTORY_BYTES: u64 = 64 << 20;

/// Bytes an archive inside another may have when it must be unpacked into memory.
const MAX_NESTED_BYTES: u64 = if cfg!(test) { 1 << 20 } else { 1 << 30 };

/// Everything in an archive may unpack to this many times its size. GPX in gzip is packed thirtyfold.
const MAX_RATIO: u64 = 100;

/// Bytes it may unpack to, however small it is.
const MIN_BUDGET_BYTES: u64 = if cfg!(test) { 4 << 20 } else { 1 << 30 };

/// Bytes at any position, from any thread.
type SharedReader = Arc<dyn ReaderAt + Send + Sync>;

/// An archive and what it lists.
pub struct Archive {
    zip: ZipArchive<SharedReader>,
    length: u64,
    members: Vec<Member>,
}

/// A file in an archive.
struct Member {
    /// As listed.
    name: PathBuf,
    wayfinder: ZipArchiveEntryWayfinder,
    /// How it is packed, or why it is not read.
    method: Result<Method, &'static str>,
}

#[derive(Clone, Copy, PartialEq)]
enum Method {
    Stored,
    Deflated,
}

impl Archive {
    /// Opens an archive on disk.
    ///
    /// # Errors
    /// When what it lists is not there, damaged or absurd.
    pub fn open(path: &Path) -> Result<Self, Skip> {
        let unreadable = |error: io::Error| Skip::Unreadable(error.to_string());
        let file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        Self::from_reader(Arc::new(rawzip::FileReader::from(file)), length)
    }

    /// Opens an archive of so many bytes.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn from_reader(reader: SharedReader, length: u64) -> Result<Self, Skip> {
        let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
        let zip = ZipLocator::new().locate_in_reader(reader, &mut buffer, length).map_err(|_| {
            Skip::Unreadable("it is a zip archive without its end, where its files are listed; fetch it again".into())
        })?;
        if zip.eocd_offset().saturating_sub(zip.directory_offset()) > MAX_DIRECTORY_BYTES {
            return Err(too_many());
        }
        let mut members = Vec::new();
        let mut entries = zip.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().map_err(|error| damaged_part("list of files", &error))? {
            if members.len() == MAX_MEMBERS {
                return Err(too_many());
            }
            members.extend(Member::from_header(&entry));
        }
        Ok(Self { zip, length, members })
    }

    /// What may be unpacked of it, archives inside included.
    pub fn budget(&self) -> Budget {
        Budget::new(self.length.saturating_mul(MAX_RATIO).saturating_add(MIN_BUDGET_BYTES))
    }

    /// Files in it, without those that are hidden.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The name of a file, as listed: a label, never to be opened.
    pub fn name(&self, member: usize) -> &Path {
        &self.members[member].name
    }

    /// Opens a file.
    ///
    /// # Errors
    /// When it is not to be read, or damaged at its beginning.
    pub fn open_member<'a>(&'a self, member: usize, budget: &'a Budget) -> Result<ContentReader<'a>, Skip> {
        ContentReader::with_budget(self.decompress(member, budget)?, budget)
    }

    /// Opens a file that is an archive itself.
    ///
    /// # Errors
    /// When it is not to be read, damaged, or needs too much memory.
    pub fn open_nested(&self, member: usize, budget: &Budget) -> Result<Self, Skip> {
        let Member { wayfinder, method, .. } = &self.members[member];
        if *method == Ok(Method::Stored) {
            let entry = self.zip.get_entry(*wayfinder).map_err(|error| damaged_part("entry", &error))?;
            let (start, end) = entry.compressed_data_range();
            let length = end.min(self.length).saturating_sub(start);
            return Self::from_reader(Arc::new(Subrange { outer: self.zip.get_ref().clone(), start, length }), length);
        }
        let too_large = || {
            let limit = MAX_NESTED_BYTES >> 20;
            Skip::Unreadable(format!("it is an archive of more than {limit} MiB in another; unpack the outer one"))
        };
        let mut bytes = Vec::new();
        let expected = wayfinder.uncompressed_size_hint().min(MAX_NESTED_BYTES);
        bytes.try_reserve_exact(expected as usize).map_err(|_| too_large())?;
        let mut reader = self.decompress(member, budget)?.take(MAX_NESTED_BYTES + 1);
        reader.read_to_end(&mut bytes).map_err(|error| Skip::Unreadable(error.to_string()))?;
        let length = bytes.len() as u64;
        if length > MAX_NESTED_BYTES {
            return Err(too_large());
        }
        Self::from_reader(Arc::new(bytes), length)
    }

    fn decompress<'a>(&'a self, member: usize, budget: &'a Budget) -> Result<impl Read + 'a, Skip> {
        let Member { wayfinder, method, .. } = &self.members[member];
        let method = method.map_err(|reason| Skip::Unreadable(reason.to_owned()))?;
        let entry = self.zip.get_entry(*wayfinder).map_err(|error| damaged_part("entry", &error))?;
        let compressed = BufReader::with_capacity(READ_BYTES, entry.reader());
        let expected = compressed.get_ref().claim_verifier().crc;
        let reader: Box<dyn Read> = match method {
            Method::Stored => Box::new(compressed),
            Method::Deflated => Box::new(DeflateDecoder::new(compressed)),
        };
        Ok(CrcReader { reader: Metered::new(reader, Some(budget)), expected, hasher: Hasher::new() })
    }
}

impl Member {
    /// None for folders, and for what is hidden: the same that is left out of folders on disk.
    fn from_header(entry: &ZipFileHeaderRecord) -> Option<Self> {
        // Some programs of Windows write its separators.
        let name = String::from_utf8_lossy(entry.file_path().as_bytes()).replace('\\', "/");
        if entry.is_dir() || name.ends_with('/') || name.split('/').any(is_hidden) {
            return None;
        }
        let name = PathBuf::from(name);
        let leaves_folder = |part: Component| !matches!(part, Component::Normal(_) | Component::CurDir);
        let method = if name.components().any(leaves_folder) {
            Err("its name leads out of its archive; pack it under a plain name")
        } else if entry.mode().is_symlink() {
            Err("it is a symbolic link; pack the file that it leads to")
        } else if entry.flags().is_encrypted() {
            Err("it is encrypted; unpack the archive and name the folder")
        } else {
            match entry.compression_method() {
                CompressionMethod::STORE => Ok(Method::Stored),
                CompressionMethod::DEFLATE => Ok(Method::Deflated),
                _ => Err("it is not packed by 'deflate' as usual; unpack the archive and name the folder"),
            }
        };
        Some(Self { name, wayfinder: entry.wayfinder(), method })
    }
}

/// Says whether a file or folder of that name is none of the user's own: thumbnails, caches, the side files of macOS.
pub fn is_hidden(name: &str) -> bool {
    name == "__MACOSX" || name.strip_prefix('.').is_some_and(|rest| !rest.is_empty() && rest != ".")
}

fn too_many() -> Skip {
    Skip::Unreadable(format!("it is a zip archive of more than {MAX_MEMBERS} files; split it"))
}

fn damaged_part(part: &str, error: &rawzip::Error) -> Skip {
    Skip::Unreadable(format!("its {part} in the zip archive is damaged ({error}); fetch the archive again"))
}

/// A part of something larger.
struct Subrange {
    outer: SharedReader,
    start: u64,
    length: u64,
}

impl ReaderAt for Subrange {
    fn read_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        let available = self.length.saturating_sub(offset).min(out.len() as u64);
        self.outer.read_at(&mut out[..available as usize], self.start.saturating_add(offset))
    }
}

/// A reader that ends with an error if it did not give what was packed.
struct CrcReader<R> {
    reader: R,
    expected: u32,
    hasher: Hasher,
}

impl<R: Read> Read for CrcReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(out)?;
        self.hasher.update(&out[..count]);
        if count == 0 && !out.is_empty() && self.hasher.clone().finalize() != self.expected {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it differs from what was packed"));
        }
        Ok(count)
    }
}

#[cfg(test)]
pub mod tests;

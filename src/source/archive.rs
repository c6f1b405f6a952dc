//! Zip archives, read without unpacking to disk. Names of members are only labels, never paths to open.
//!
//! rawzip reads the central directory and then members at their offsets, so that many threads can read one archive. A
//! nested archive is read at its offset in the outer archive if it is stored without compression, else from memory.

use super::content::{Budget, ContentReader, Metered, READ_BYTES};
use super::skip::Skip;
use crc32fast::Hasher;
use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipLocator};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Deepest nesting that is read: an archive in an archive in an archive.
pub const MAX_DEPTH: usize = 3;

/// Maximum number of members of an archive. A lifetime of rides has ten thousand, a full export of a device a hundred
/// thousand.
const MAX_MEMBERS: usize = if cfg!(test) { 1000 } else { 500_000 };

/// Largest central directory, in bytes; in memory while the archive is read.
const MAX_DIRECTORY_BYTES: u64 = 64 << 20;

/// Largest nested archive that is decompressed into memory, in bytes.
const MAX_NESTED_BYTES: u64 = if cfg!(test) { 1 << 20 } else { 1 << 30 };

/// Maximum number of decompressed bytes per byte of the archive. Gzip compresses GPX about thirtyfold.
const MAX_RATIO: u64 = 100;

/// Decompressed bytes allowed on top of the ratio, for small archives.
const MIN_BUDGET_BYTES: u64 = if cfg!(test) { 4 << 20 } else { 1 << 30 };

/// Source of bytes at any offset, from any thread.
type SharedReader = Arc<dyn ReaderAt + Send + Sync>;

pub struct Archive {
    zip: ZipArchive<SharedReader>,
    length: u64,
    members: Vec<Member>,
}

struct Member {
    name: PathBuf,
    wayfinder: ZipArchiveEntryWayfinder,
    /// Compression method, or the reason why the member is refused.
    method: Result<Method, &'static str>,
}

#[derive(Clone, Copy, PartialEq)]
enum Method {
    Stored,
    Deflated,
}

impl Archive {
    pub fn open(path: &Path) -> Result<Self, Skip> {
        let unreadable = |error: io::Error| Skip::Unreadable(error.to_string());
        let file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        Self::from_reader(Arc::new(rawzip::FileReader::from(file)), length)
    }

    pub fn from_reader(reader: SharedReader, length: u64) -> Result<Self, Skip> {
        let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
        let zip = ZipLocator::new().locate_in_reader(reader, &mut buffer, length).map_err(|_| {
            Skip::Unreadable("the zip archive has no central directory at its end; download it again".into())
        })?;
        if zip.eocd_offset().saturating_sub(zip.directory_offset()) > MAX_DIRECTORY_BYTES {
            return Err(too_many());
        }
        let mut members = Vec::new();
        let mut entries = zip.entries(&mut buffer);
        while let Some(entry) =
            entries.next_entry().map_err(|error| damaged_part("central directory of the zip archive", &error))?
        {
            if members.len() == MAX_MEMBERS {
                return Err(too_many());
            }
            members.extend(Member::from_header(&entry));
        }
        Ok(Self { zip, length, members })
    }

    /// Returns the budget for all members, those of nested archives included.
    pub fn budget(&self) -> Budget {
        Budget::new(self.length.saturating_mul(MAX_RATIO).saturating_add(MIN_BUDGET_BYTES))
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Name of a member in the central directory. Only a label: never open it as a path.
    pub fn name(&self, member: usize) -> &Path {
        &self.members[member].name
    }

    pub fn open_member<'a>(&'a self, member: usize, budget: &'a Budget) -> Result<ContentReader<'a>, Skip> {
        ContentReader::with_budget(self.decompress(member, budget)?, budget)
    }

    /// Opens a member that is an archive itself.
    pub fn open_nested(&self, member: usize, budget: &Budget) -> Result<Self, Skip> {
        let Member { wayfinder, method, .. } = &self.members[member];
        if *method == Ok(Method::Stored) {
            let entry =
                self.zip.get_entry(*wayfinder).map_err(|error| damaged_part("entry in the zip archive", &error))?;
            let (start, end) = entry.compressed_data_range();
            let length = end.min(self.length).saturating_sub(start);
            return Self::from_reader(Arc::new(Subrange { outer: self.zip.get_ref().clone(), start, length }), length);
        }
        let too_large = || {
            let limit = MAX_NESTED_BYTES >> 20;
            Skip::Unreadable(format!("the nested archive is larger than {limit} MiB; unpack the outer archive"))
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
        let entry = self.zip.get_entry(*wayfinder).map_err(|error| damaged_part("entry in the zip archive", &error))?;
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
    /// Returns `None` for folders and for hidden files, as [`super::discover()`] does on disk.
    fn from_header(entry: &ZipFileHeaderRecord) -> Option<Self> {
        // Some Windows programs write backslashes.
        let name = String::from_utf8_lossy(entry.file_path().as_bytes()).replace('\\', "/");
        if entry.is_dir() || name.ends_with('/') || name.split('/').any(is_hidden) {
            return None;
        }
        let name = PathBuf::from(name);
        let leaves_folder = |part: Component| !matches!(part, Component::Normal(_) | Component::CurDir);
        let method = if name.components().any(leaves_folder) {
            Err("the name leads out of the archive; rename the file in the archive")
        } else if entry.mode().is_symlink() {
            Err("the entry is a symbolic link; add the linked file to the archive")
        } else if entry.flags().is_encrypted() {
            Err("the entry is encrypted; unpack the archive and name the folder")
        } else {
            match entry.compression_method() {
                CompressionMethod::STORE => Ok(Method::Stored),
                CompressionMethod::DEFLATE => Ok(Method::Deflated),
                _ => Err(
                    "the compression method is neither 'stored' nor 'deflate'; unpack the archive and name the folder",
                ),
            }
        };
        Some(Self { name, wayfinder: entry.wayfinder(), method })
    }
}

/// Returns true for hidden files and folders: thumbnails, caches, AppleDouble files of macOS.
pub fn is_hidden(name: &str) -> bool {
    name == "__MACOSX" || name.strip_prefix('.').is_some_and(|rest| !rest.is_empty() && rest != ".")
}

fn too_many() -> Skip {
    Skip::Unreadable(format!("the zip archive has more than {MAX_MEMBERS} files; split it"))
}

fn damaged_part(part: &str, error: &rawzip::Error) -> Skip {
    Skip::Unreadable(format!("the {part} is damaged ({error}); download the archive again"))
}

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

/// Reader that fails at the end if the CRC-32 of its bytes differs from the archive's.
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
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum differs"));
        }
        Ok(count)
    }
}

#[cfg(test)]
pub mod tests;

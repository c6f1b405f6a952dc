//! Zip archives.
//!
//! rawzip reads the central directory and then members at their offsets, so that many threads can read one archive.

use super::format::{Format, MAX_MEMBERS, Member, label, too_many};
use crate::source::budget::{Budget, Metered};
use crate::source::content::READ_BYTES;
use crate::source::random_access::RandomAccess;
use crate::source::skip::Skip;
use crc32fast::Hasher;
use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipLocator};
use std::io::{self, BufReader, ErrorKind, Read};
use std::sync::Arc;

/// Largest central directory, in bytes; in memory while the archive is read.
const MAX_DIRECTORY_BYTES: u64 = 64 << 20;

pub struct Zip {
    zip: ZipArchive<RandomAccess>,
    members: Vec<Member>,
    entries: Vec<Entry>,
}

struct Entry {
    wayfinder: ZipArchiveEntryWayfinder,
    /// Compression method, or the reason why the member is refused.
    method: Result<Method, &'static str>,
}

#[derive(Clone, Copy, PartialEq)]
enum Method {
    Stored,
    Deflated,
}

/// Returns true for the signature of a zip archive: a local file header, or the end record of an empty archive.
pub fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

impl Zip {
    /// Opens an archive. Also returns a sentence if another archive is before it, as after `cat a.zip b.zip`.
    pub fn open(bytes: RandomAccess) -> Result<(Self, Option<String>), Skip> {
        let length = bytes.length;
        let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
        let zip = ZipLocator::new().locate_in_reader(bytes, &mut buffer, length).map_err(|_| {
            Skip::Unreadable("the zip archive has no central directory at its end; download it again".into())
        })?;
        let mut start = zip.directory_offset();
        if zip.eocd_offset().saturating_sub(zip.directory_offset()) > MAX_DIRECTORY_BYTES {
            return Err(too_many());
        }
        let (mut members, mut member_entries) = (Vec::new(), Vec::new());
        let mut entries = zip.entries(&mut buffer);
        while let Some(entry) =
            entries.next_entry().map_err(|error| damaged_part("central directory of the zip archive", &error))?
        {
            start = start.min(entry.local_header_offset());
            if members.len() == MAX_MEMBERS {
                return Err(too_many());
            }
            if let Some((member, entry)) = read_header(&entry) {
                // The stated size may be a lie.
                members.push(Member { packed_bytes: member.packed_bytes.min(length), ..member });
                member_entries.push(entry);
            }
        }
        let before = zip.get_ref().part(0, start);
        let other = ZipLocator::new().locate_in_reader(before, &mut buffer, start).is_ok();
        let damage =
            other.then(|| format!("its first {start} bytes are another archive, which was not read; separate the two"));
        Ok((Self { zip, members, entries: member_entries }, damage))
    }
}

impl Format for Zip {
    fn noun(&self) -> &'static str {
        "zip archive"
    }

    fn members(&self) -> &[Member] {
        &self.members
    }

    fn open<'a>(&'a self, member: usize, budget: &Arc<Budget>) -> Result<Box<dyn Read + 'a>, Skip> {
        let Entry { wayfinder, method } = &self.entries[member];
        let method = method.map_err(|reason| Skip::Unreadable(reason.to_owned()))?;
        let entry = self.zip.get_entry(*wayfinder).map_err(|error| damaged_part("entry in the zip archive", &error))?;
        let compressed = BufReader::with_capacity(READ_BYTES, entry.reader());
        let expected = compressed.get_ref().claim_verifier().crc;
        let reader: Box<dyn Read> = match method {
            Method::Stored => Box::new(compressed),
            Method::Deflated => Box::new(DeflateDecoder::new(compressed)),
        };
        let reader = Metered::new(reader, Some(budget.clone()));
        Ok(Box::new(CrcReader { reader, expected, hasher: Hasher::new() }))
    }

    fn stored(&self, member: usize) -> Option<RandomAccess> {
        let Entry { wayfinder, method } = &self.entries[member];
        if *method != Ok(Method::Stored) {
            return None;
        }
        let (start, end) = self.zip.get_entry(*wayfinder).ok()?.compressed_data_range();
        Some(self.zip.get_ref().part(start, end.saturating_sub(start)))
    }
}

/// Returns `None` for folders and hidden files.
fn read_header(entry: &ZipFileHeaderRecord) -> Option<(Member, Entry)> {
    let (name, refusal) = label(entry.file_path().as_bytes())?;
    if entry.is_dir() {
        return None;
    }
    let method = if let Some(reason) = refusal {
        Err(reason)
    } else if entry.mode().is_symlink() {
        Err("the entry is a symbolic link; add the linked file to the archive")
    } else if entry.flags().is_encrypted() {
        Err("the entry is encrypted; unpack the archive and name the folder")
    } else {
        match entry.compression_method() {
            CompressionMethod::STORE => Ok(Method::Stored),
            CompressionMethod::DEFLATE => Ok(Method::Deflated),
            _ => {
                Err("the compression method is neither 'stored' nor 'deflate'; unpack the archive and name the folder")
            }
        }
    };
    let packed_bytes = entry.compressed_size_hint();
    Some((Member { name, packed_bytes }, Entry { wayfinder: entry.wayfinder(), method }))
}

fn damaged_part(part: &str, error: &rawzip::Error) -> Skip {
    Skip::Unreadable(format!("the {part} is damaged ({error}); download the archive again"))
}

/// Reader that fails at the end if the CRC-32 of its bytes differs from the archive's.
struct CrcReader<R> {
    reader: R,
    expected: u32,
    hasher: Hasher,
}

impl<R: Read> Read for CrcReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(out).map_err(damaged_entry)?;
        self.hasher.update(&out[..count]);
        if count == 0 && !out.is_empty() && self.hasher.clone().finalize() != self.expected {
            return Err(damaged_entry(io::Error::new(ErrorKind::InvalidData, "the checksum differs")));
        }
        Ok(count)
    }
}

/// Adds a remedy to errors in the data of an entry. Other errors, such as those of the disk, stay as they are.
fn damaged_entry(error: io::Error) -> io::Error {
    match error.kind() {
        kind @ (ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => {
            io::Error::new(kind, format!("the archive is damaged here: {error}; download or export it again"))
        }
        _ => error,
    }
}

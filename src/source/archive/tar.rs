//! Tar archives, of POSIX (ustar, pax), GNU and older programs.
//!
//! The headers are read one after the other when the archive is opened; the members are then read at their offsets.
//! Links, devices and folders are left out. Where the archive is damaged or cut, the members before the damage remain.
//! An archive may follow the end mark of another, as after `cat a.tar b.tar`: the members of both are read.

use super::format::{Format, MAX_MEMBERS, Member, label, too_many};
use crate::source::budget::Budget;
use crate::source::random_access::RandomAccess;
use crate::source::skip::Skip;
use rawzip::ReaderAt;
use std::io::Read;
use std::sync::Arc;
use tar::{EntryType, Header, PaxExtensions};

/// Headers and contents begin at multiples of this number of bytes.
const BLOCK_BYTES: u64 = 512;

/// Bytes read at a time in search of data after an end mark, which fills up to 20 blocks.
const PADDING_BYTES: usize = 20 * BLOCK_BYTES as usize;

/// Largest extension header with the name of the next member; longer ones are ignored.
const MAX_EXTENSION_BYTES: u64 = 64 << 10;

/// Maximum number of headers, those of folders, links and extensions included.
const MAX_HEADERS: usize = 4 * MAX_MEMBERS;

pub struct Tar {
    bytes: RandomAccess,
    members: Vec<Member>,
    entries: Vec<Entry>,
}

/// Place of a member in the archive, or the reason why the member is refused.
type Entry = Result<(u64, u64), &'static str>;

/// Extensions that hold for the next member.
#[derive(Default)]
struct Extensions {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

/// Returns true if a file begins with the header of a tar archive.
pub fn is_tar(head: &[u8]) -> bool {
    let is_old = |header: &Header| {
        let is_known_type = matches!(header.as_bytes()[156], 0 | b'0'..=b'7');
        is_known_type && header.as_bytes()[257..].iter().all(|byte| *byte == 0)
    };
    let header = head.get(..BLOCK_BYTES as usize).map(Header::from_byte_slice);
    header.is_some_and(|header| is_sound(header) && (&header.as_bytes()[257..262] == b"ustar" || is_old(header)))
}

/// Returns true if the checksum of a header is right.
fn is_sound(header: &Header) -> bool {
    let bytes = header.as_bytes();
    let sum: u32 = bytes[..148].iter().chain(&bytes[156..]).map(|byte| u32::from(*byte)).sum();
    header.cksum().is_ok_and(|stated| stated == sum + 8 * u32::from(b' '))
}

impl Tar {
    /// Opens an archive. Also returns a sentence about its damage.
    pub fn open(bytes: RandomAccess) -> Result<(Self, Option<String>), Skip> {
        let mut tar = Self { bytes, members: Vec::new(), entries: Vec::new() };
        let damage = tar.read_headers()?;
        Ok((tar, damage))
    }

    fn read_headers(&mut self) -> Result<Option<String>, Skip> {
        let mut extensions = Extensions::default();
        let mut at = 0_u64;
        // True at the data after an end mark.
        let mut follows_end = false;
        for _ in 0..MAX_HEADERS {
            let mut header = Header::new_old();
            let is_cut = self.bytes.read_exact_at(header.as_mut_bytes(), at).is_err();
            if follows_end && (is_cut || !is_sound(&header)) {
                return Ok(Some(format!("other data, which was not read, follows its end mark after {at} bytes")));
            }
            if is_cut {
                let end = self.bytes.length;
                return Ok(Some(format!("the archive has no end mark after {end} bytes, so it may be truncated")));
            }
            if header.as_bytes().iter().all(|byte| *byte == 0) {
                let Some(data) = self.next_data(at) else { return Ok(None) };
                (at, follows_end, extensions) = (data, true, Extensions::default());
                continue;
            }
            follows_end = false;
            let broken = || format!("the header after {at} bytes is damaged, and what follows was not read");
            if !is_sound(&header) {
                return Ok(Some(broken()));
            }
            let kind = header.entry_type();
            // Links, devices and folders have no content, whatever size they state.
            let is_empty = matches!(header.as_bytes()[156], b'1'..=b'6');
            let stated = if is_empty { Some(0) } else { header.entry_size().ok() };
            // The size of an extension is its own; that of a member may be in an extension.
            let is_extension = is_extension(kind);
            let size = if is_extension { stated } else { extensions.size.or(stated) };
            let Some(size) = size else { return Ok(Some(broken())) };
            let start = at + BLOCK_BYTES + self.sparse_map_bytes(&header, at);
            let Some(next) = start.checked_add(size).and_then(|end| end.checked_next_multiple_of(BLOCK_BYTES)) else {
                return Ok(Some(broken()));
            };
            if is_extension {
                extensions.read(kind, &self.bytes.part(start, size));
            } else {
                self.add(&header, std::mem::take(&mut extensions), (start, size))?;
            }
            if start.saturating_add(size) > self.bytes.length {
                return Ok(Some(format!("the archive is truncated to {} bytes", self.bytes.length)));
            }
            at = next;
        }
        Err(too_many())
    }

    /// Position of the first block at or after `at` that is not zero; `None` if there is none.
    fn next_data(&self, mut at: u64) -> Option<u64> {
        let mut window = vec![0; PADDING_BYTES];
        loop {
            // An unreadable end counts as no data; reading the members before it does not need it.
            let count = self.bytes.read_at(&mut window, at).ok().filter(|count| *count > 0)?;
            match window[..count].iter().position(|byte| *byte != 0) {
                Some(data) => return Some((at + data as u64) / BLOCK_BYTES * BLOCK_BYTES),
                None => at += count as u64,
            }
        }
    }

    /// Size of the blocks between the header and the content of a sparse file of GNU tar.
    fn sparse_map_bytes(&self, header: &Header, at: u64) -> u64 {
        let mut has_more = header.entry_type() == EntryType::GNUSparse && header.as_bytes()[482] == 1;
        let mut bytes = 0;
        while has_more {
            bytes += BLOCK_BYTES;
            let mut block = [0; BLOCK_BYTES as usize];
            has_more = self.bytes.read_exact_at(&mut block, at + bytes).is_ok() && block[504] == 1;
        }
        bytes
    }

    /// Adds a member if it is a file that is not hidden.
    fn add(&mut self, header: &Header, extensions: Extensions, (start, size): (u64, u64)) -> Result<(), Skip> {
        let kind = header.entry_type();
        let is_sparse = extensions.is_sparse || kind == EntryType::GNUSparse;
        let is_file = is_sparse || matches!(kind, EntryType::Regular | EntryType::Continuous);
        let name = extensions.name.unwrap_or_else(|| header.path_bytes().into_owned());
        let Some((name, refusal)) = label(&name).filter(|_| is_file) else { return Ok(()) };
        if self.members.len() == MAX_MEMBERS {
            return Err(too_many());
        }
        self.members.push(Member { name, packed_bytes: size.min(self.bytes.length) });
        let sparse = "the file is sparse; unpack the archive and name the folder";
        let refusal = refusal.or(is_sparse.then_some(sparse));
        self.entries.push(refusal.map_or(Ok((start, size)), Err));
        Ok(())
    }
}

fn is_extension(kind: EntryType) -> bool {
    matches!(kind, EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader)
}

impl Extensions {
    fn read(&mut self, kind: EntryType, content: &RandomAccess) {
        if content.length > MAX_EXTENSION_BYTES {
            return;
        }
        let mut bytes = Vec::new();
        // A shorter content is damage that the caller reports.
        let _ = content.reader().read_to_end(&mut bytes);
        match kind {
            EntryType::GNULongName => {
                self.name = bytes.split(|byte| *byte == 0).next().map(<[u8]>::to_vec);
            }
            EntryType::XHeader => {
                for record in PaxExtensions::new(&bytes).filter_map(Result::ok) {
                    match record.key_bytes() {
                        b"path" => self.name = Some(record.value_bytes().to_vec()),
                        b"size" => self.size = record.value().ok().and_then(|size| size.parse().ok()),
                        key => self.is_sparse |= key.starts_with(b"GNU.sparse."),
                    }
                }
            }
            _ => {}
        }
    }
}

impl Format for Tar {
    fn noun(&self) -> &'static str {
        "tar archive"
    }

    fn members(&self) -> &[Member] {
        &self.members
    }

    fn open<'a>(&'a self, member: usize, _: &Arc<Budget>) -> Result<Box<dyn Read + 'a>, Skip> {
        let (start, size) = self.entries[member].map_err(|reason| Skip::Unreadable(reason.to_owned()))?;
        Ok(Box::new(self.bytes.part(start, size).reader_of(size)))
    }

    fn stored(&self, member: usize) -> Option<RandomAccess> {
        let (start, size) = self.entries[member].ok()?;
        Some(self.bytes.part(start, size))
    }
}

#[cfg(test)]
mod tests;

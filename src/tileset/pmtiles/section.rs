//! Parts of an archive.

use std::io::{Read, Seek, SeekFrom};

use anyhow::{Context, Result, ensure};
use flate2::bufread::GzDecoder;

/// Where a part of the file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Where it begins.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
}

impl Section {
    /// The byte after the last, `None` beyond any file.
    pub fn end(self) -> Option<u64> {
        self.offset.checked_add(self.length)
    }

    /// The part that lies at an offset of this one, `None` if it does not lie within.
    pub fn slice(self, offset: u64, length: u64) -> Option<Self> {
        let is_within = offset.checked_add(length).is_some_and(|end| end <= self.length);
        let offset = self.offset.checked_add(offset).filter(|_| is_within)?;
        Some(Self { offset, length })
    }

    /// Reads and unpacks gzip.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or holds more than `max_bytes` bytes.
    pub fn decompress(self, source: &mut (impl Read + Seek), max_bytes: u64) -> Result<Vec<u8>> {
        ensure!(self.length <= max_bytes, "it has {} bytes, more than any", self.length);
        source.seek(SeekFrom::Start(self.offset))?;
        let mut compressed = Vec::new();
        source.take(self.length).read_to_end(&mut compressed)?;
        ensure!(compressed.len() as u64 == self.length, "the file ends too early");
        let mut content = Vec::new();
        GzDecoder::new(&*compressed).take(max_bytes + 1).read_to_end(&mut content).context("its gzip is damaged")?;
        ensure!(content.len() as u64 <= max_bytes, "it unpacks to more than {max_bytes} bytes");
        Ok(content)
    }
}

//! Sections of an archive: root directory, metadata, leaf directories and tiles.

use std::io::{Read, Seek, SeekFrom};

use anyhow::{Context, Result, ensure};
use flate2::bufread::GzDecoder;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    pub offset: u64,
    pub length: u64,
}

impl Section {
    /// Returns the end of the section, or `None` on overflow.
    pub fn end(self) -> Option<u64> {
        self.offset.checked_add(self.length)
    }

    /// Returns the range at `offset` of the section, or `None` if it exceeds the section.
    pub fn slice(self, offset: u64, length: u64) -> Option<Self> {
        let is_within = offset.checked_add(length).is_some_and(|end| end <= self.length);
        let offset = self.offset.checked_add(offset).filter(|_| is_within)?;
        Some(Self { offset, length })
    }

    /// Reads and decompresses gzip data.
    ///
    /// # Errors
    /// If the data cannot be read, is damaged, or has more than `max_bytes` bytes.
    pub fn decompress(self, source: &mut (impl Read + Seek), max_bytes: u64) -> Result<Vec<u8>> {
        ensure!(self.length <= max_bytes, "a section has {} bytes, more than {max_bytes}", self.length);
        source.seek(SeekFrom::Start(self.offset))?;
        let mut compressed = Vec::new();
        source.take(self.length).read_to_end(&mut compressed)?;
        ensure!(compressed.len() as u64 == self.length, "the file is truncated");
        let mut content = Vec::new();
        GzDecoder::new(&*compressed)
            .take(max_bytes + 1)
            .read_to_end(&mut content)
            .context("its gzip data is damaged")?;
        ensure!(content.len() as u64 <= max_bytes, "a section decompresses to more than {max_bytes} bytes");
        Ok(content)
    }
}
